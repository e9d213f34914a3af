package revocation_test

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/crl"
	"github.com/qoltanba/eds/internal/certtest"
	"github.com/qoltanba/eds/internal/fetch"
	"github.com/qoltanba/eds/ocsp"
	"github.com/qoltanba/eds/revocation"
	"github.com/qoltanba/eds/verdict"
)

const leafSerial = 4711

// behaviour is how a source acts when the leaf is asked about.
type behaviour struct {
	serve   http.HandlerFunc
	address string            // in place of the server's
	status  revocation.Status // what it answers; StatusUnavailable for no answer
	cause   any               // of no answer: a text, a fetch.Cause, an error that errors.Is finds, or timeout
	check   func(*testing.T, revocation.Finding)
	slow    bool
}

// Behaviours that OCSP and lists have in common.
func transportFaults(t *testing.T) map[string]behaviour {
	write := func(status int, text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "http://portal.example/")
			w.WriteHeader(status)
			w.Write([]byte(text))
		}
	}
	return map[string]behaviour{
		"empty body":     {serve: write(200, ""), cause: fetch.Protocol},
		"html":           {serve: write(200, "<!DOCTYPE html><html><body>Sign in to the network"), cause: verdict.Malformed},
		"json":           {serve: write(200, `{"status":"good"}`), cause: verdict.Malformed},
		"captive portal": {serve: write(303, "<html>"), cause: fetch.Status},
		"not found":      {serve: write(404, "no"), cause: fetch.Status},
		"server error":   {serve: write(503, "no"), cause: fetch.Status},
		"slow":           {serve: hang, cause: timeout{}, slow: true},
		"refused":        {address: nobody(t), cause: fetch.TCP},
		"no such name":   {address: unresolvable, cause: fetch.DNS},
		"host unlisted":  {address: "http://169.254.169.254/latest", cause: fetch.Policy},
		"other scheme":   {address: "ldap://directory.example/cn=x", cause: fetch.Policy},
		"hung up": {serve: func(_ http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			panic(http.ErrAbortHandler)
		}, cause: fetch.Protocol},
	}
}

// hang waits until the other side has gone, which the server notices when the body has been read.
func hang(_ http.ResponseWriter, r *http.Request) {
	io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

// ocspBehaviours are all the ways in which a responder answers, or does not.
func ocspBehaviours(t *testing.T, w *world) map[string]behaviour {
	ca := w.ca.responder()
	by := func(r *responder, changes ...answering) http.HandlerFunc {
		return ocspHandler(func(q *ocsp.Request) []byte { return r.sign(t, q, changes...) })
	}
	status := func(s ocsp.Status) behaviour {
		return behaviour{serve: ocspHandler(func(*ocsp.Request) []byte { return ocsp.ErrorResponse(s) }), cause: s}
	}
	another := w.ca.issue(t, 815)
	wrongKey := *ca
	wrongKey.Key = certtest.Key(t, "ecdsa-p256/impostor")
	all := map[string]behaviour{
		"good":                     {serve: by(ca), status: revocation.StatusGood},
		"good by key":              {serve: by(&responder{w.ca, ocsp.Responder{Certificate: w.ca.cert, Key: w.ca.key, ByKey: true}}), status: revocation.StatusGood},
		"good, delegated":          {serve: by(w.ca.delegated(t, ocspSigning, noCheck)), status: revocation.StatusGood},
		"good without nonce":       {serve: by(ca, noNonce), status: revocation.StatusGood},
		"good without nonce, 14 m": {serve: by(ca, noNonce, made(14*time.Minute)), status: revocation.StatusGood},
		"good until tomorrow":      {serve: by(ca, noNonce, made(3*time.Hour), nextUpdate(now.Add(time.Hour))), status: revocation.StatusGood},
		"good, clock 4 m ahead":    {serve: by(ca, made(-4*time.Minute)), status: revocation.StatusGood},
		"revoked": {serve: by(ca, revokedFor(cert.KeyCompromise)), status: revocation.StatusRevoked, check: func(t *testing.T, f revocation.Finding) {
			require.Equal(t, cert.KeyCompromise, f.Reason)
			require.True(t, f.RevokedAt.Equal(now.Add(-48*time.Hour)))
			require.False(t, f.NeverIssued)
			require.True(t, f.Nonced)
		}},
		"on hold":         {serve: by(ca, revokedFor(cert.CertificateHold)), status: revocation.StatusRevoked},
		"revoked, reason": {serve: by(ca, revokedFor(77)), status: revocation.StatusRevoked},
		"good and revoked": {serve: by(ca, func(t *ocsp.Template) {
			id := t.Responses[0].CertID
			t.Responses = append(t.Responses, ocsp.Revoked(id, now, now.Add(-time.Hour), cert.Superseded))
		}), status: revocation.StatusRevoked},
		"never issued": {serve: by(ca, neverIssued), status: revocation.StatusRevoked, check: func(t *testing.T, f revocation.Finding) {
			require.True(t, f.NeverIssued)
			require.True(t, f.RevokedAt.Equal(time.Unix(0, 0)))
			require.Equal(t, cert.CertificateHold, f.Reason)
			require.Contains(t, f.Err().Error(), "never issued")
		}},
		"unknown": {serve: by(ca, unknown), status: revocation.StatusUnknown},

		"malformedRequest": status(ocsp.MalformedRequest),
		"internalError":    status(ocsp.InternalError),
		"tryLater":         status(ocsp.TryLater),
		"sigRequired":      status(ocsp.SigRequired),
		"unauthorized":     status(ocsp.Unauthorized),

		"stale":              {serve: by(ca, made(25*time.Hour)), cause: "stale"},
		"stale nextUpdate":   {serve: by(ca, made(time.Hour), nextUpdate(now.Add(-6*time.Minute))), cause: "stale"},
		"replayed, no nonce": {serve: by(ca, noNonce, made(16*time.Minute)), cause: "stale"},
		"future":             {serve: by(ca, made(-6*time.Minute)), cause: "after"},
		"wrong signer":       {serve: by(&wrongKey), cause: verdict.SignatureInvalid},
		"responder of sibling CA": {
			serve: by(w.sibling.delegated(t, ocspSigning, noCheck)), cause: "not of the authority",
		},
		"responder of the root": {serve: by(w.root.delegated(t, ocspSigning, noCheck)), cause: "not of the authority"},
		"sibling CA itself":     {serve: by(w.sibling.responder()), cause: "not at hand"},
		"responder without EKU": {serve: by(w.ca.delegated(t, noCheck)), cause: "not for signing OCSP"},
		"responder unchecked":   {serve: by(w.ca.delegated(t, ocspSigning)), cause: "no list tells"},
		"other certificate": {serve: by(ca, func(t *ocsp.Template) {
			t.Responses[0] = ocsp.Good(ocsp.NewCertID(another, w.ca.cert, cert.SHA256), now)
		}), cause: "is about certificate"},
		"other issuer": {serve: by(ca, func(t *ocsp.Template) {
			id := t.Responses[0].CertID
			id.IssuerKeyHash = cert.SHA256.Sum([]byte("another key"))
			t.Responses[0] = ocsp.Good(id, now)
		}), cause: "is about certificate"},
		"wrong nonce": {serve: by(ca, func(t *ocsp.Template) { t.Nonce = []byte("0123456789abcdef0123456789abcdef") }), cause: "nonce"},
		"cut nonce":   {serve: by(ca, func(t *ocsp.Template) { t.Nonce = t.Nonce[:31] }), cause: "nonce"},
		"truncated":   {serve: ocspHandler(func(q *ocsp.Request) []byte { b := ca.sign(t, q); return b[:len(b)-1] }), cause: verdict.Malformed},
		"one bit": {serve: ocspHandler(func(q *ocsp.Request) []byte {
			b := ca.sign(t, q)
			b[len(b)-1] ^= 1
			return b
		}), cause: verdict.SignatureInvalid},
		"too long": {serve: ocspHandler(func(*ocsp.Request) []byte { return make([]byte, 65<<10) }), cause: fetch.Limit},
	}
	for name, fault := range transportFaults(t) {
		all[name] = fault
	}
	return all
}

// listBehaviours are the same of a distribution point.
func listBehaviours(t *testing.T, w *world) map[string]behaviour {
	of := func(a *authority, template crl.Template) http.HandlerFunc {
		raw := a.list(t, template)
		return body(func() []byte { return raw })
	}
	impostor := &authority{w.ca.cert, certtest.Key(t, "ecdsa-p256/impostor")}
	other := cert.GeneralName{Kind: cert.URIName, Text: "http://crl.example/x", Raw: []byte("http://crl.example/x")}
	cut := w.ca.list(t, crl.Template{})
	all := map[string]behaviour{
		"good": {serve: of(w.ca, crl.Template{Number: big.NewInt(1346), Entries: entries(1, cert.KeyCompromise)}), status: revocation.StatusGood},
		"revoked": {
			serve: of(w.ca, crl.Template{Entries: entries(leafSerial, cert.Superseded)}), status: revocation.StatusRevoked,
			check: func(t *testing.T, f revocation.Finding) {
				require.Equal(t, cert.Superseded, f.Reason)
				require.True(t, f.RevokedAt.Equal(now.Add(-72*time.Hour)))
			},
		},
		"on hold":     {serve: of(w.ca, crl.Template{Entries: entries(leafSerial, cert.CertificateHold)}), status: revocation.StatusRevoked},
		"last second": {serve: of(w.ca, crl.Template{NextUpdate: now.Add(time.Second)}), status: revocation.StatusGood},
		"just issued": {serve: of(w.ca, crl.Template{ThisUpdate: now.Add(5 * time.Minute)}), status: revocation.StatusGood},

		"expired":           {serve: of(w.ca, crl.Template{NextUpdate: now}), cause: "expired"},
		"future":            {serve: of(w.ca, crl.Template{ThisUpdate: now.Add(5*time.Minute + time.Second)}), cause: "future"},
		"wrong signer":      {serve: of(impostor, crl.Template{}), cause: verdict.SignatureInvalid},
		"of sibling CA":     {serve: of(w.sibling, crl.Template{}), cause: "another issuer"},
		"of the root":       {serve: of(w.root, crl.Template{}), cause: "another issuer"},
		"delta":             {serve: of(w.ca, crl.Template{Number: big.NewInt(2), BaseNumber: big.NewInt(1)}), cause: "delta"},
		"of another point":  {serve: of(w.ca, crl.Template{Scope: &crl.IssuingDistributionPoint{FullName: []cert.GeneralName{other}}}), cause: "distribution point"},
		"authorities only":  {serve: of(w.ca, crl.Template{Scope: &crl.IssuingDistributionPoint{OnlyCACerts: true}}), cause: "authorities alone"},
		"some reasons only": {serve: of(w.ca, crl.Template{Scope: &crl.IssuingDistributionPoint{HasReasons: true, Reasons: 2}}), cause: "reasons"},
		"truncated":         {serve: body(func() []byte { return cut[:len(cut)-1] }), cause: verdict.Malformed},
		"gzip": {serve: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			z.Write(cut)
			z.Close()
		}, cause: fetch.Protocol},
	}
	for name, fault := range transportFaults(t) {
		all[name] = fault
	}
	return all
}

// timeout is the cause of whatever takes too long, at whatever point of a request that is.
type timeout struct{}

func requireCause(t *testing.T, want any, err error) {
	t.Helper()
	switch want := want.(type) {
	case string:
		require.ErrorContains(t, err, want)
	case fetch.Cause:
		require.Contains(t, causesOf(fetchErrors(err)), want, "%v", err)
	case timeout:
		slow := func(e *revocation.FetchError) bool { return e.Timeout }
		require.True(t, slices.ContainsFunc(fetchErrors(err), slow), "%v", err)
	case error:
		require.ErrorIs(t, err, want)
	default:
		t.Fatalf("no cause for %v", err)
	}
}

// fetchErrors collects the failed requests behind an error.
func fetchErrors(err error) (found []*revocation.FetchError) {
	switch inside := err.(type) {
	case nil:
	case *revocation.FetchError:
		found = append(found, inside)
	case interface{ Unwrap() []error }:
		for _, one := range inside.Unwrap() {
			found = append(found, fetchErrors(one)...)
		}
	default:
		return fetchErrors(errors.Unwrap(err))
	}
	return found
}

func causesOf(all []*revocation.FetchError) (causes []fetch.Cause) {
	for _, e := range all {
		causes = append(causes, e.Cause)
	}
	return causes
}

// Every pair of behaviours, in every order: what is decided is what the first source that answers says, and never good
// unless one said so (T64, T65).
func TestFaults(t *testing.T) {
	w := newWorld(t)
	responders, lists := ocspBehaviours(t, w), listBehaviours(t, w)
	require.Greater(t, len(responders)*len(lists), 900)
	orders := map[string]revocation.Order{"ocsp,crl": revocation.OCSPThenCRL, "crl,ocsp": revocation.CRLThenOCSP}
	single := map[string]revocation.Order{"ocsp": revocation.OnlyOCSP, "crl": revocation.OnlyCRL}
	for name, r := range responders {
		for listName, l := range lists {
			t.Run(name+"/"+listName, func(t *testing.T) {
				t.Parallel()
				s := scene{w: w, ocsp: r, crl: l}
				s.leaf = s.build(t)
				for name, order := range orders {
					s.run(t, name, order)
				}
				if listName == "good" || name == "good" {
					for name, order := range single {
						s.run(t, name, order)
					}
				}
			})
		}
	}
}

// scene is a leaf whose sources act in two ways.
type scene struct {
	w         *world
	ocsp, crl behaviour
	leaf      *cert.Certificate
}

func (s *scene) build(t *testing.T) *cert.Certificate {
	t.Helper()
	place := func(b behaviour, path string) string {
		if b.address != "" {
			return b.address
		}
		s.w.handle(path, b.serve)
		return s.w.server + path
	}
	return s.w.ca.issue(t, leafSerial, ocspAt(place(s.ocsp, "/"+t.Name()+"/ocsp")), listsAt(place(s.crl, "/"+t.Name()+"/crl")))
}

func (s *scene) run(t *testing.T, name string, order revocation.Order) {
	t.Helper()
	patience := func(b behaviour) time.Duration {
		if b.slow {
			return 20 * time.Millisecond
		}
		return 10 * time.Second
	}
	addresses := []string{s.w.server, unresolvable}
	for _, b := range []behaviour{s.ocsp, s.crl} {
		if strings.HasPrefix(b.address, "http://127.") {
			addresses = append(addresses, b.address)
		}
	}
	checker := newChecker(t, revocation.Options{
		Fetcher: fetcher(t, patience(s.ocsp), patience(s.crl), addresses...), Order: order, Scope: revocation.Leaf,
	})
	result := checker.Check(context.Background(), s.w.path(t, s.leaf), now)
	want, by := s.expect(order)
	f := result.Leaf()
	require.Equal(t, want.status, f.Status, "%s: %v", name, result.Err())
	require.Equal(t, by, f.By)
	require.False(t, f.Given)
	s.requireVerdict(t, result, want.status)
	if want.check != nil {
		want.check(t, f)
	}
	if want.status == revocation.StatusUnavailable {
		for _, b := range s.sources(order) {
			requireCause(t, b.cause, result.Err())
		}
	}
}

func (s *scene) sources(order revocation.Order) []behaviour {
	return map[revocation.Order][]behaviour{
		revocation.OCSPThenCRL: {s.ocsp, s.crl}, revocation.CRLThenOCSP: {s.crl, s.ocsp},
		revocation.OnlyOCSP: {s.ocsp}, revocation.OnlyCRL: {s.crl},
	}[order]
}

// expect says which source decides.
func (s *scene) expect(order revocation.Order) (behaviour, revocation.Source) {
	for i, b := range s.sources(order) {
		if b.status == revocation.StatusUnavailable {
			continue
		}
		first := order == revocation.OCSPThenCRL || order == revocation.OnlyOCSP
		if first == (i == 0) {
			return b, revocation.OCSP
		}
		return b, revocation.CRL
	}
	return behaviour{}, ""
}

func (s *scene) requireVerdict(t *testing.T, result *revocation.Result, status revocation.Status) {
	t.Helper()
	f := result.Leaf()
	switch status {
	case revocation.StatusGood:
		require.Equal(t, verdict.Good, result.Verdict)
		require.NoError(t, result.Err())
		require.NotEmpty(t, f.Evidence)
		require.False(t, f.ProducedAt.IsZero())
	case revocation.StatusRevoked:
		require.Equal(t, verdict.Bad, result.Verdict)
		require.ErrorIs(t, result.Err(), verdict.Revoked)
		require.ErrorIs(t, result.Err(), verdict.KindRejected)
	case revocation.StatusUnknown:
		require.Equal(t, verdict.Bad, result.Verdict)
		require.ErrorIs(t, result.Err(), verdict.RevocationUnknown)
	default:
		require.Equal(t, verdict.Undecided, result.Verdict)
		require.ErrorIs(t, result.Err(), verdict.RevocationUnavailable)
		require.Equal(t, verdict.KindUndecided, verdict.From(result.Err()).Kind)
		require.NotErrorIs(t, result.Err(), verdict.Revoked)
		require.Empty(t, f.Evidence)
		require.NotEmpty(t, f.Failures)
	}
}

// Recovery: what was undecided is decided when the fault ends.
func TestFaultsEnd(t *testing.T) {
	w := newWorld(t)
	responders := ocspBehaviours(t, w)
	leaf := w.ca.issue(t, leafSerial, ocspAt(w.server+"/ocsp"))
	path := w.path(t, leaf)
	checker := newChecker(t, revocation.Options{Fetcher: fetcher(t, time.Second, time.Second, w.server), Scope: revocation.Leaf})
	for name, b := range responders {
		if b.serve == nil || b.slow {
			continue
		}
		w.handle("/ocsp", b.serve)
		require.Equal(t, b.status, checker.Check(context.Background(), path, now).Leaf().Status, name)
		w.handle("/ocsp", responders["good"].serve)
		require.Equal(t, revocation.StatusGood, checker.Check(context.Background(), path, now).Leaf().Status, name)
	}
	require.NotZero(t, w.times("/ocsp"))
}
