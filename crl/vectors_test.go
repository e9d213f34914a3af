package crl_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/crl"
	"github.com/qoltanba/eds/internal/vectors"
	"github.com/qoltanba/eds/verdict"
)

// waiting are the cases that wait for deltas, by their name without the algorithm, with the reason. One that passes
// has waited long enough.
var waiting = map[string]string{
	"delta-good":    "the delta has no entry, and the list is good: undecided until deltas are combined",
	"delta-revokes": "only the delta has the entry",
	"delta-removes": "the delta lifts the hold",
}

func TestVectors(t *testing.T) {
	waited := make(map[string]int)
	for _, c := range vectors.Load(t, "crl") {
		name := c.ID[len("crl/"):]
		if len(name) > len(c.Alg) && name[:len(c.Alg)] == c.Alg {
			name = name[len(c.Alg)+1:]
		}
		why := waiting[name]
		if why != "" {
			waited[name]++
		}
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			answer, err := judgeCase(t, c)
			switch {
			case why != "":
				require.ErrorIs(t, err, verdict.RevocationUnavailable, "listed as waiting: %s", why)
			case c.Expect == "valid":
				require.NoError(t, err)
				requireAnswer(t, c, answer)
			case c.Expect == "invalid":
				require.Error(t, err)
				require.Equal(t, verdict.Undecided, verdict.From(err).Reason.Verdict(), "%v", err)
				require.Nil(t, answer)
			default:
				require.True(t, (err == nil) != (answer == nil))
			}
		})
	}
	for name := range waiting {
		require.Equal(t, 4, waited[name], "%s: once in each algorithm", name)
	}
}

func judgeCase(t *testing.T, c vectors.Case) (*crl.Answer, error) {
	t.Helper()
	q := crl.Query{Certificate: parse(t, c.Cert), Issuer: parse(t, c.Issuer), At: c.At}
	for _, name := range c.CRLs {
		l, err := crl.Decode(vectors.Read(t, name))
		if err != nil {
			return nil, err
		}
		q.Lists = append(q.Lists, l)
	}
	return crl.Judge(q)
}

func parse(t *testing.T, name string) *cert.Certificate {
	t.Helper()
	c, err := cert.Decode(vectors.Read(t, name))
	require.NoError(t, err)
	return c
}

func requireAnswer(t *testing.T, c vectors.Case, answer *crl.Answer) {
	t.Helper()
	require.Equal(t, c.Status, answer.Status.String())
	require.NotNil(t, answer.List)
	if c.Status == "revoked" {
		require.True(t, c.RevocationTime.Equal(answer.RevokedAt), "%s", answer.RevokedAt)
		require.Equal(t, cert.RevocationReason(c.RevocationReason), answer.Reason)
	}
	if c.StatusAt == "good" { // at an earlier moment: the list is the one of At, the revocation came later
		require.True(t, answer.RevokedAt.After(c.ValidationTime))
	}
}

// The national lists of the test hierarchy: that of 2026 has NULL parameters outside and none inside.
func TestNationalLists(t *testing.T) {
	for _, c := range []struct {
		file, issuer string
		entries      int
		number       int64
		delta        bool
	}{
		{file: "nca_gost2022_test-2026-08.crl", issuer: "nca_gost2022_test.cer", entries: 195, number: 166},
		{file: "nca_gost2022_test-2025-04.crl", issuer: "nca_gost2022_test.cer", entries: 54, number: 14},
		{file: "nca_gost2022_d_test-2025-04.crl", issuer: "nca_gost2022_test.cer", number: 10, delta: true},
		{file: "nca_gost2022_test-2022-07.crl", issuer: "nca_gost2022_test.cer", entries: 6, number: 4},
		{file: "nca_gost_test-2022-03.crl", issuer: "nca_gost_test.cer", entries: 31, number: 7},
		{file: "nca_rsa_test-2022-03.crl", issuer: "nca_rsa_test.cer", entries: 126, number: 9},
	} {
		t.Run(c.file, func(t *testing.T) {
			l, err := crl.Parse(vectors.Read(t, "nca-test/crl/"+c.file))
			require.NoError(t, err)
			require.NoError(t, l.Verify(parse(t, "nca-test/ca/"+c.issuer)))
			require.Equal(t, c.entries, l.Len())
			require.Equal(t, c.number, l.Number.Int64())
			require.Equal(t, c.delta, l.IsDelta())
			for e := range l.Entries() {
				found, ok := l.Find(e.Serial)
				require.True(t, ok)
				require.Equal(t, e, found)
			}
		})
	}
}
