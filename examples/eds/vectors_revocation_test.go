package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/vectors"
)

var revocationFields = []string{"status", "by", "time", "reason", "produced_at", "never_issued"}

// waitingForDeltas are the situations of the manifest that package crl leaves undecided until it combines deltas; see
// its own tests.
var waitingForDeltas = []string{"delta-good", "delta-revokes", "delta-removes"}

// situations picks every situation of a kind once. Most are there in four algorithms, of which they take turns.
func situations(t *testing.T, kind string) []vectors.Case {
	t.Helper()
	named := map[string][]vectors.Case{}
	var order []string
	for _, c := range vectors.Load(t, kind) {
		name := c.ID
		if rest, ok := strings.CutPrefix(c.ID, kind+"/"+c.Alg+"/"); ok {
			name = rest
		}
		if _, seen := named[name]; !seen {
			order = append(order, name)
		}
		named[name] = append(named[name], c)
	}
	var picked []vectors.Case
	for i, name := range order {
		picked = append(picked, named[name][i%len(named[name])])
	}
	return picked
}

// asking are the options that put a case about revocation before the program. Only the issuer is trusted, and the
// certificates that the case gives are at hand.
func asking(t *testing.T, c vectors.Case) []string {
	t.Helper()
	path := func(name string) string { return filepath.Join(vectors.Dir(t), filepath.FromSlash(name)) }
	trust := c.Roots
	if len(trust) == 0 {
		trust = []string{c.Issuer}
	}
	args := []string{
		"cert", "verify", path(c.Cert), "--untrusted", path(c.Issuer), "--at", c.At.Format(time.RFC3339),
		"--revocation", "required", "--revocation-scope", "leaf",
	}
	for option, names := range map[string][]string{"--trust": trust, "--untrusted": c.ExtraCerts, "--crl": c.CRLs} {
		for _, name := range names {
			args = append(args, option, path(name))
		}
	}
	if c.Kind == "ocsp" {
		args = append(
			args, "--ocsp", path(c.File),
			"--max-age", fmt.Sprintf("%ds", c.MaxAge), "--max-skew", fmt.Sprintf("%ds", c.MaxClockSkew),
		)
	}
	if c.NonceHex != nil {
		args = append(args, "--ocsp-nonce", *c.NonceHex)
	}
	return args
}

func TestBinaryRevocation(t *testing.T) {
	for _, kind := range []string{"crl", "ocsp"} {
		count := map[string]int{}
		for _, c := range situations(t, kind) {
			if slices.ContainsFunc(waitingForDeltas, func(name string) bool { return strings.HasSuffix(c.ID, "/"+name) }) {
				continue
			}
			count[c.Expect+c.Severity]++
			t.Run(c.ID, func(t *testing.T) {
				t.Parallel()
				checkRevocationCase(t, c)
			})
		}
		require.Greater(t, count["valid"], 10, kind)
		require.Greater(t, count["invalidmust"], 14, kind)
		require.Greater(t, count["valid"]+count["invalidmust"], 25, kind)
	}
}

func checkRevocationCase(t *testing.T, c vectors.Case) {
	t.Helper()
	r := script(t, nil, nil, asking(t, c)...)
	require.Equal(t, certificateVerdictFields, keys(t, r.line))
	require.Equal(t, revocationFields, keys(t, member(t, r.line, "revocation")))
	found := r.object["revocation"].(map[string]any)
	switch {
	case c.Expect == "valid":
		require.Equal(t, c.Status, found["status"])
		require.Equal(t, c.Kind, found["by"])
		require.NotEmpty(t, found["produced_at"])
		requireRevoked(t, c, found)
		requireOutcome(t, r, c.Status)
	case c.Expect == "invalid":
		require.Equal(t, map[string]any{
			"status": "unavailable", "by": "", "time": "", "reason": "", "produced_at": "", "never_issued": false,
		}, found)
		requireOutcome(t, r, "unavailable")
	default: // either answer will do, but for one
		require.NotEqual(t, statusUnreadable, r.status)
		if c.MustNotBe != "" {
			require.NotEqual(t, c.MustNotBe, found["status"])
		}
	}
}

func requireRevoked(t *testing.T, c vectors.Case, found map[string]any) {
	t.Helper()
	if c.Status != "revoked" {
		require.Equal(t, []any{"", "", false}, []any{found["time"], found["reason"], found["never_issued"]})
		return
	}
	require.Equal(t, c.RevocationTime.Format(time.RFC3339), found["time"])
	require.Equal(t, cert.RevocationReason(c.RevocationReason).String(), found["reason"])
	require.Equal(t, c.RevocationTime.Unix() == 0, found["never_issued"])
}

// The signer was revoked: whatever else is due of the message, a list that says so decides.
func TestBinaryCMSRevocation(t *testing.T) {
	count := 0
	for _, c := range vectors.Load(t, "cms") {
		if !c.CheckRevoked || c.Expect != "invalid" {
			continue
		}
		count++
		t.Run(c.ID, func(t *testing.T) {
			args := []string{"verify", filepath.Join(vectors.Dir(t), c.File), "--revocation-scope", "leaf"}
			for _, option := range judging(t, c) {
				if option != "off" {
					args = append(args, option)
					continue
				}
				args = append(args, "required")
			}
			r := script(t, nil, nil, args...)
			require.Equal(t, statusUndecided, r.status, "without the list: %s", r.line)
			for _, name := range c.CRLs {
				args = append(args, "--crl", filepath.Join(vectors.Dir(t), name))
			}
			r = script(t, nil, nil, args...)
			require.Equal(t, messageFields, keys(t, r.line))
			require.Equal(t, signerFields, keys(t, first(t, r.line, "signers")))
			requireOutcome(t, r, "revoked")
		})
	}
	require.GreaterOrEqual(t, count, 2)
}
