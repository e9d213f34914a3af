package verdict_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/verdict"
)

func TestWorst(t *testing.T) {
	const good, bad, undecided = verdict.Good, verdict.Bad, verdict.Undecided
	for _, c := range []struct {
		name  string
		parts []verdict.Verdict
		want  verdict.Verdict
	}{
		{"nothing", nil, bad},
		{"good", []verdict.Verdict{good}, good},
		{"bad", []verdict.Verdict{bad}, bad},
		{"undecided", []verdict.Verdict{undecided}, undecided},
		{"all good", []verdict.Verdict{good, good, good}, good},
		{"bad before good", []verdict.Verdict{bad, good}, bad},
		{"bad after good", []verdict.Verdict{good, bad}, bad},
		{"undecided before good", []verdict.Verdict{undecided, good}, undecided},
		{"undecided after good", []verdict.Verdict{good, undecided}, undecided},
		{"bad before undecided", []verdict.Verdict{bad, undecided}, bad},
		{"bad after undecided", []verdict.Verdict{undecided, good, bad}, bad},
		{"a value that is no verdict", []verdict.Verdict{good, 7}, undecided},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, verdict.Worst(c.parts...))
		})
	}
}

func TestZeroValuesAreNotGood(t *testing.T) {
	var v verdict.Verdict
	require.Equal(t, verdict.Undecided, v)
	var step verdict.Step
	require.Equal(t, verdict.Skipped, step.Outcome)
	require.NotEqual(t, verdict.Passed, step.Outcome)
}

func TestJSON(t *testing.T) {
	for v, word := range map[verdict.Verdict]string{
		verdict.Good: "good", verdict.Bad: "bad", verdict.Undecided: "undecided",
	} {
		text, err := json.Marshal(v)
		require.NoError(t, err)
		require.JSONEq(t, `"`+word+`"`, string(text))
		back := verdict.Verdict(9)
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, v, back)
	}
	for o, word := range map[verdict.Outcome]string{
		verdict.Passed: "passed", verdict.Failed: "failed", verdict.UndecidedStep: "undecided", verdict.Skipped: "skipped",
	} {
		step := verdict.Step{Name: verdict.StepPath, Outcome: o, Reason: verdict.PathInvalid, Detail: "chain: why"}
		text, err := json.Marshal(step)
		require.NoError(t, err)
		require.Equal(t, `{"name":"path","outcome":"`+word+`","reason":"path-invalid","detail":"chain: why"}`, string(text))
		var back verdict.Step
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, step, back)
	}
}

func TestJSONRefusesOtherWords(t *testing.T) {
	for _, text := range []string{`""`, `"Good"`, `"good "`, `"ok"`, `1`, `"` + strings.Repeat("x", 1<<20) + `"`} {
		v := verdict.Bad
		err := json.Unmarshal([]byte(text), &v)
		require.Error(t, err)
		require.Less(t, len(err.Error()), 200)
		require.Equal(t, verdict.Bad, v, "changed by what was refused")

		o := verdict.Failed
		err = json.Unmarshal([]byte(text), &o)
		require.Error(t, err)
		require.Less(t, len(err.Error()), 200)
		require.Equal(t, verdict.Failed, o, "changed by what was refused")
	}
}

func TestErrorIs(t *testing.T) {
	cause := io.ErrUnexpectedEOF
	inner := verdict.New(verdict.Revoked, "ocsp: serial %x is revoked: %w", 0x12ab, cause)
	for name, err := range map[string]error{
		"plain":         inner,
		"wrapped":       fmt.Errorf("eds: signer 1: %w", inner),
		"wrapped twice": fmt.Errorf("eds: %w", fmt.Errorf("signer 1: %w", inner)),
		"joined":        errors.Join(errors.New("another"), inner),
		"as a cause":    verdict.New(verdict.PathInvalid, "chain: %w", inner),
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorIs(t, err, verdict.KindRejected)
			require.ErrorIs(t, err, verdict.Revoked)
			require.ErrorIs(t, err, cause)
			require.NotErrorIs(t, err, verdict.KindUndecided)
			require.NotErrorIs(t, err, verdict.CertExpired)
			require.NotErrorIs(t, err, verdict.Reason(""))
		})
	}
	require.Equal(t, "ocsp: serial 12ab is revoked: unexpected EOF", inner.Error())
	require.Equal(t, verdict.Revoked.Text("kk"), inner.Text("kk"))
}

func TestMisuse(t *testing.T) {
	err := verdict.Misuse("eds: origin %q: %w", "x", io.EOF)
	require.ErrorIs(t, err, verdict.KindMisuse)
	require.ErrorIs(t, err, io.EOF)
	require.NotErrorIs(t, err, verdict.Reason(""))
	require.Equal(t, `eds: origin "x": EOF`, err.Error())
	require.Empty(t, err.Reason)
	require.Empty(t, err.Text("en"))
}

func TestErrorWithoutACause(t *testing.T) {
	err := &verdict.Error{Kind: verdict.KindLimit}
	require.Equal(t, "limit", err.Error())
	require.NoError(t, err.Unwrap())
}

func TestFrom(t *testing.T) {
	inner := verdict.New(verdict.CertExpired, "cert: expired")
	require.Nil(t, verdict.From(nil))
	require.Same(t, inner, verdict.From(inner))
	require.Same(t, inner, verdict.From(fmt.Errorf("eds: %w", inner)))

	outer := verdict.New(verdict.PathInvalid, "chain: %w", inner)
	require.Same(t, outer, verdict.From(outer), "the outermost speaks")

	foreign := fmt.Errorf("store: %w", context.DeadlineExceeded)
	got := verdict.From(foreign)
	require.Equal(t, verdict.KindUndecided, got.Kind)
	require.Empty(t, got.Reason)
	require.Equal(t, foreign.Error(), got.Error())
	require.ErrorIs(t, got, context.DeadlineExceeded)
}

// A bare Reason or Kind is an error of the library too, and From must agree with errors.Is.
func TestFromABareWord(t *testing.T) {
	got := verdict.From(fmt.Errorf("ocsp: %w", verdict.Revoked))
	require.Equal(t, verdict.KindRejected, got.Kind)
	require.Equal(t, verdict.Revoked, got.Reason)
	require.Equal(t, "ocsp: revoked", got.Error())

	got = verdict.From(fmt.Errorf("cms: %w", verdict.KindLimit))
	require.Equal(t, verdict.KindLimit, got.Kind)
	require.Empty(t, got.Reason)
}

func TestStepOf(t *testing.T) {
	for _, c := range []struct {
		name    string
		err     error
		outcome verdict.Outcome
		reason  verdict.Reason
	}{
		{"nothing wrong", nil, verdict.Passed, ""},
		{"rejected", verdict.New(verdict.Revoked, "x"), verdict.Failed, verdict.Revoked},
		{"wrapped", fmt.Errorf("a: %w", verdict.New(verdict.PathInvalid, "x")), verdict.Failed, verdict.PathInvalid},
		{"unsupported", verdict.New(verdict.UnsupportedAlgorithm, "x"), verdict.Failed, verdict.UnsupportedAlgorithm},
		{"limit", verdict.New(verdict.LimitExceeded, "x"), verdict.Failed, verdict.LimitExceeded},
		{"malformed", verdict.New(verdict.Malformed, "x"), verdict.UndecidedStep, verdict.Malformed},
		{"undecided", verdict.New(verdict.RevocationUnavailable, "x"), verdict.UndecidedStep, verdict.RevocationUnavailable},
		{"bare reason", verdict.Revoked, verdict.Failed, verdict.Revoked},
		{"foreign", context.Canceled, verdict.UndecidedStep, ""},
		{"misuse", verdict.Misuse("x"), verdict.UndecidedStep, ""},
		{"unknown word", verdict.New("no-such-word", "x"), verdict.UndecidedStep, "no-such-word"},
	} {
		t.Run(c.name, func(t *testing.T) {
			step := verdict.StepOf(verdict.StepPath, c.err)
			require.Equal(t, verdict.StepPath, step.Name)
			require.Equal(t, c.outcome, step.Outcome)
			require.Equal(t, c.reason, step.Reason)
			if c.err == nil {
				require.Empty(t, step.Detail)
			} else {
				require.Equal(t, c.err.Error(), step.Detail)
			}
		})
	}
}

func TestKinds(t *testing.T) {
	for kind, want := range map[verdict.Kind]struct {
		word   string
		status int
	}{
		verdict.KindMisuse:      {"misuse", 500},
		verdict.KindMalformed:   {"malformed", 400},
		verdict.KindUnsupported: {"unsupported", 422},
		verdict.KindRejected:    {"rejected", 403},
		verdict.KindUndecided:   {"undecided", 503},
		verdict.KindLimit:       {"limit", 413},
		0:                       {"unknown", 500},
		200:                     {"unknown", 500},
	} {
		require.Equal(t, want.word, kind.String())
		require.Equal(t, want.status, kind.HTTPStatus())
		require.Equal(t, want.word, kind.Error())
	}
}
