package ocsp_test

import (
	"bytes"
	"crypto"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/budget"
	"github.com/qoltanba/eds/internal/shared"
	"github.com/qoltanba/eds/internal/vectors"
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
	for _, b := range vectors.Seeds(f, "pki/*/ocsp/req-*.der") {
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
	for _, b := range vectors.Seeds(f, "pki/*/ocsp/*.der") {
		f.Add(b)
	}
	for _, b := range vectors.Seeds(f, "nca-test/ocsp/*.der") {
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
	count := shared.Inputs(t, "ocsp", func(name string, b []byte) {
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
	})
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
