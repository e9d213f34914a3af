package ocsp_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/budget"
	"github.com/qoltanba/eds/internal/shared"
	"github.com/qoltanba/eds/ocsp"
	"github.com/qoltanba/eds/verdict"
)

func FuzzParseRequest(f *testing.F) {
	s := newSceneOf(f, fixedKey(f), fixedKey(f))
	for _, o := range []ocsp.RequestOptions{{}, {Nonce: nonce}, {Digest: cert.SHA1, Nonce: nonce}} {
		r, err := ocsp.NewRequest(s.leaf, s.ca, o)
		require.NoError(f, err)
		f.Add(r.Raw)
	}
	for _, b := range vectorFiles(f, "pki/*/ocsp/req-*.der") {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		before := bytes.Clone(b)
		r, err := ocsp.ParseRequest(b)
		require.Equal(t, before, b, "the input is not written to")
		checkOutcome(t, r == nil, err)
		if err == nil {
			again, err := ocsp.ParseRequest(r.Raw)
			require.NoError(t, err)
			require.Equal(t, r, again)
		}
	})
}

func FuzzParseResponse(f *testing.F) {
	s := newSceneOf(f, fixedKey(f), fixedKey(f))
	signed := make(map[string]bool)
	for _, change := range responses {
		s := newSceneOf(f, fixedKey(f), fixedKey(f))
		change(s)
		raw := s.raw()
		r, err := ocsp.ParseResponse(raw)
		require.NoError(f, err)
		signed[string(r.RawTBS)] = true
		f.Add(raw)
	}
	f.Add(ocsp.ErrorResponse(ocsp.TryLater))
	for _, b := range vectorFiles(f, "pki/*/ocsp/*.der") {
		f.Add(b)
	}
	for _, b := range vectorFiles(f, "nca-test/ocsp/*.der") {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		before := bytes.Clone(b)
		r, err := ocsp.ParseResponse(b)
		require.Equal(t, before, b, "the input is not written to")
		checkOutcome(t, r == nil, err)
		if err != nil {
			return
		}
		again, err := ocsp.ParseResponse(r.Raw)
		require.NoError(t, err)
		require.Equal(t, r, again)
		// Nothing that nobody signed is an answer.
		answer, err := r.Judge(s.query)
		require.Equal(t, err == nil, answer != nil)
		if err == nil {
			require.True(t, signed[string(r.RawTBS)])
		}
	})
}

// responses are the ways in which a scene is a good seed.
var responses = []func(s *scene){
	func(s *scene) {},
	func(s *scene) { s.direct() },
	func(s *scene) { s.responder.ByKey = true },
	func(s *scene) { s.answer(ocsp.Revoked(s.id(), at, at, cert.KeyCompromise)) },
	func(s *scene) { s.answer(ocsp.NeverIssued(s.id(), at)) },
	func(s *scene) { s.answer(ocsp.Unknown(s.id(), at), ocsp.Good(s.id(), at)) },
	func(s *scene) { s.template.Responses[0].NextUpdate = at.Add(time.Hour) },
}

// checkOutcome wants a value or an error, and the error with one of its reasons.
func checkOutcome(t *testing.T, missing bool, err error) {
	t.Helper()
	require.Equal(t, err != nil, missing)
	if err != nil {
		require.Contains(t, []verdict.Reason{
			verdict.Malformed, verdict.LimitExceeded, verdict.RevocationUnavailable,
		}, verdict.From(err).Reason)
	}
}

// The public corpora of requests and responses: no panic, each in 100 ms.
func TestCorpora(t *testing.T) {
	s := newScene(t, "ecdsa-p256")
	count := corpus(t, func(name string, b []byte) {
		budget.Time(t, 100*time.Millisecond, func() {
			_, err := ocsp.ParseRequest(b)
			checkCorpus(t, name, err)
			r, err := ocsp.ParseResponse(b)
			checkCorpus(t, name, err)
			if err == nil {
				answer, err := r.Judge(s.query)
				require.Error(t, err, name)
				require.Nil(t, answer)
			}
		})
	}, "ocsp")
	require.Greater(t, count, 500)
}

func checkCorpus(t *testing.T, name string, err error) {
	t.Helper()
	if err != nil {
		require.NotEqual(t, verdict.KindMisuse, verdict.From(err).Kind, name)
	}
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
