package revocation_test

import (
	"encoding/hex"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/chain"
	"github.com/qoltanba/eds/internal/vectors"
	"github.com/qoltanba/eds/revocation"
	"github.com/qoltanba/eds/verdict"
)

// waiting are the cases that package crl has undecided until it combines deltas.
var waiting = []string{"delta-good", "delta-revokes", "delta-removes"}

// Every list and every response of the manifest as given evidence: the answers are those of the reference, the genuine
// national ones among them.
func TestVectors(t *testing.T) {
	counted := map[string]int{}
	for _, kind := range []string{"crl", "ocsp"} {
		for _, c := range vectors.Load(t, kind) {
			counted[c.Expect]++
			t.Run(c.ID, func(t *testing.T) {
				t.Parallel()
				leaf, issuer := vector(t, c.Cert), vector(t, c.Issuer)
				path, err := chain.Build(leaf, chain.Options{Anchors: []*cert.Certificate{issuer}, At: c.At})
				if err != nil { // a case about the issuer
					require.NotEqual(t, "valid", c.Expect, "%v", err)
					return
				}
				requireVector(t, c, checkVector(t, c, path))
			})
		}
	}
	require.Greater(t, counted["valid"], 100)
	require.Greater(t, counted["invalid"], 100)
}

func checkVector(t *testing.T, c vectors.Case, path *chain.Path) revocation.Finding {
	t.Helper()
	o := revocation.Options{
		MaxAge: time.Duration(c.MaxAge) * time.Second, MaxSkew: time.Duration(c.MaxClockSkew) * time.Second,
		RequireNonce: c.NonceRequired,
	}
	for _, name := range c.CRLs {
		o.Evidence.CRLs = append(o.Evidence.CRLs, vectors.Read(t, name))
	}
	if c.File != "" {
		o.Evidence.OCSP = append(o.Evidence.OCSP, vectors.Read(t, c.File))
	}
	for _, name := range c.ExtraCerts {
		o.Evidence.Certificates = append(o.Evidence.Certificates, vector(t, name))
	}
	if c.NonceHex != nil {
		nonce, err := hex.DecodeString(*c.NonceHex)
		require.NoError(t, err)
		o.Evidence.Nonce = nonce
	}
	return newChecker(t, o).Check(background, path, c.At).Leaf()
}

func requireVector(t *testing.T, c vectors.Case, f revocation.Finding) {
	t.Helper()
	switch {
	case c.Expect == "invalid", slices.Contains(waiting, c.ID[strings.LastIndex(c.ID, "/")+1:]):
		require.Equal(t, revocation.StatusUnavailable, f.Status, "%s", c.Reason)
		require.ErrorIs(t, f.Err(), verdict.RevocationUnavailable)
	case c.Expect == "valid":
		require.Equal(t, c.Status, f.Status.String(), "%v", f.Err())
		require.Equal(t, f.Status == revocation.StatusRevoked && c.RevocationTime.Unix() == 0, f.NeverIssued)
		if f.Status == revocation.StatusRevoked {
			require.True(t, c.RevocationTime.Equal(f.RevokedAt))
			require.Equal(t, cert.RevocationReason(c.RevocationReason), f.Reason)
		}
	case c.MustNotBe != "":
		require.NotEqual(t, c.MustNotBe, f.Status.String())
	}
}

func vector(t *testing.T, name string) *cert.Certificate {
	t.Helper()
	c, err := cert.Decode(vectors.Read(t, name))
	require.NoError(t, err)
	return c
}
