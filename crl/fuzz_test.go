package crl_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto"
	"crypto/x509"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/crl"
	"github.com/qoltanba/eds/internal/budget"
	"github.com/qoltanba/eds/internal/shared"
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
		for _, b := range vectorFiles(f, pattern) {
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
	count := corpus(t, func(name string, b []byte) {
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
	}, "crl")
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

// vectorFiles are small files of the vectors, where they are there.
func vectorFiles(f *testing.F, pattern string) [][]byte {
	f.Helper()
	root, ok := shared.Find()
	if !ok {
		return nil
	}
	names, err := filepath.Glob(filepath.Join(root, "vectors", filepath.FromSlash(pattern)))
	require.NoError(f, err)
	require.NotEmpty(f, names)
	var all [][]byte
	for _, name := range names {
		b, err := os.ReadFile(name)
		require.NoError(f, err)
		if len(b) < 8<<10 {
			all = append(all, b)
		}
	}
	return all
}

// corpus calls do with every file of the public fuzz corpora whose name has one of the parts in it.
func corpus(t *testing.T, do func(name string, b []byte), parts ...string) (count int) {
	t.Helper()
	archives, err := filepath.Glob(filepath.Join(shared.Dir(t, "suites", "fuzz"), "*.tar.gz"))
	require.NoError(t, err)
	for _, archive := range archives {
		file, err := os.Open(archive)
		require.NoError(t, err)
		zipped, err := gzip.NewReader(file)
		require.NoError(t, err)
		r := tar.NewReader(zipped)
		for header, err := r.Next(); err != io.EOF; header, err = r.Next() {
			require.NoError(t, err)
			if header.Typeflag != tar.TypeReg || !slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(header.Name, p) }) {
				continue
			}
			b, err := io.ReadAll(r)
			require.NoError(t, err)
			do(header.Name, b)
			count++
		}
		require.NoError(t, file.Close())
	}
	return count
}
