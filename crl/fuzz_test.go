package crl_test

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/crl"
	"github.com/qoltanba/eds/internal/budget"
	"github.com/qoltanba/eds/internal/shared"
	"github.com/qoltanba/eds/internal/vectors"
	"github.com/qoltanba/eds/verdict"
)

func FuzzParse(f *testing.F) {
	s := newSceneOf(f, fixedKey(f))
	signed := make(map[string]bool)
	for _, change := range lists {
		s := newSceneOf(f, fixedKey(f))
		change(s)
		l := s.list()
		signed[string(l.RawTBS)] = true
		f.Add(l.Raw)
	}
	for _, pattern := range []string{"pki/*/ca*.crl", "pki/*/badcrl/*.crl", "nca-test/crl/*.crl"} {
		for _, b := range vectors.Seeds(f, pattern) {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		before := bytes.Clone(b)
		l, err := crl.Parse(b)
		require.Equal(t, before, b, "the input is not written to")
		require.Equal(t, err != nil, l == nil)
		if err != nil {
			require.Contains(t, []verdict.Reason{verdict.Malformed, verdict.LimitExceeded}, verdict.From(err).Reason)
			return
		}
		checkIndex(t, l)
		checkOracle(t, l)
		// Nothing that nobody signed is an answer.
		q := s.query
		q.Lists = []*crl.List{l}
		answer, err := crl.Judge(q)
		require.Equal(t, err == nil, answer != nil)
		if err == nil {
			require.True(t, signed[string(l.RawTBS)])
		}
	})
}

// lists are the ways in which a scene is a good seed.
var lists = []func(s *scene){
	func(s *scene) {},
	func(s *scene) { s.revoke(cert.CertificateHold).InvalidityDate = at },
	func(s *scene) { s.template.Entries = nil },
	func(s *scene) {
		s.template.Scope = &crl.IssuingDistributionPoint{FullName: uri("http://a/"), HasReasons: true, Reasons: 6}
	},
	func(s *scene) { s.template.BaseNumber = s.template.Number },
}

// checkIndex finds every entry, or a worse one with the same serial number.
func checkIndex(t *testing.T, l *crl.List) {
	t.Helper()
	count := 0
	for e := range l.Entries() {
		count++
		found, ok := l.Find(e.Serial)
		require.True(t, ok)
		require.Equal(t, e.Serial, found.Serial)
		require.True(t, !found.RevokedAt.After(e.RevokedAt) || e.Reason == cert.RemoveFromCRL)
	}
	require.Equal(t, l.Len(), count)
}

// checkOracle asks crypto/x509: where both can read a list they read the same.
func checkOracle(t *testing.T, l *crl.List) {
	t.Helper()
	want, err := x509.ParseRevocationList(l.Raw)
	if err != nil {
		return
	}
	require.Equal(t, len(want.RevokedCertificateEntries), l.Len())
	require.True(t, want.ThisUpdate.Equal(l.ThisUpdate))
	require.True(t, want.NextUpdate.Equal(l.NextUpdate))
	require.Equal(t, want.RawTBSRevocationList, l.RawTBS)
	i := 0
	for e := range l.Entries() {
		require.Equal(t, want.RevokedCertificateEntries[i].SerialNumber.Text(16), e.SerialNumber())
		require.True(t, want.RevokedCertificateEntries[i].RevocationTime.Equal(e.RevokedAt))
		i++
	}
}

// The public corpora of lists: no panic, each in 100 ms.
func TestCorpora(t *testing.T) {
	s := newScene(t, "ecdsa-p256")
	count := shared.Inputs(t, "crl", func(name string, b []byte) {
		budget.Time(t, 100*time.Millisecond, func() {
			l, err := crl.Parse(b)
			if err != nil {
				require.NotEqual(t, verdict.KindMisuse, verdict.From(err).Kind, name)
				return
			}
			checkIndex(t, l)
			checkOracle(t, l)
			q := s.query
			q.Lists = []*crl.List{l}
			answer, err := crl.Judge(q)
			require.Error(t, err, name)
			require.Nil(t, answer)
		})
	})
	require.Greater(t, count, 2000)
}

// fixedKey is the key out of testdata, so that every process of the fuzzer has the same scene.
func fixedKey(t testing.TB) crypto.Signer {
	t.Helper()
	raw, err := os.ReadFile("../testdata/keys/rsa-2048-for-tests-only.key")
	require.NoError(t, err)
	key, err := cert.ParsePrivateKey(raw)
	require.NoError(t, err)
	return key
}
