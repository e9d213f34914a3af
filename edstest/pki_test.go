package edstest_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/edstest"
	"github.com/qoltanba/eds/verdict"
)

// The moment at which the tests live.
var now = time.Date(2026, 9, 15, 12, 0, 0, 0, time.UTC)

var all = []edstest.Hierarchy{edstest.GOST512, edstest.GOST256, edstest.GOST2004, edstest.RSA}

func newPKI(t testing.TB, hierarchies ...edstest.Hierarchy) *edstest.PKI {
	t.Helper()
	return newWith(t, edstest.Options{Hierarchies: hierarchies})
}

func newWith(t testing.TB, o edstest.Options) *edstest.PKI {
	t.Helper()
	if o.Clock == nil {
		o.Clock = func() time.Time { return now }
	}
	p, err := edstest.New(o)
	require.NoError(t, err)
	t.Cleanup(p.Close)
	return p
}

func TestNewRefuses(t *testing.T) {
	clock := func(year int) func() time.Time {
		return func() time.Time { return time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC) }
	}
	for name, o := range map[string]edstest.Options{
		"no such hierarchy": {Hierarchies: []edstest.Hierarchy{9}},
		"twice":             {Hierarchies: []edstest.Hierarchy{edstest.RSA, edstest.RSA}},
		"long ago":          {Clock: clock(2015)},
		"far ahead":         {Clock: clock(2045)},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := edstest.New(o)
			require.Nil(t, p)
			require.ErrorIs(t, err, verdict.KindMisuse)
		})
	}
}

// The clock on the wall is the default.
func TestDefaultClock(t *testing.T) {
	p, err := edstest.New(edstest.Options{Hierarchies: []edstest.Hierarchy{edstest.RSA}})
	require.NoError(t, err)
	defer p.Close()
	requireLogin(t, p, p.Person(), "")
}

func TestMistakesPanic(t *testing.T) {
	p, other := newPKI(t, edstest.RSA), newPKI(t, edstest.RSA)
	require.PanicsWithValue(t, "edstest: this PKI has no hierarchy gost2004: list it in Options.Hierarchies",
		func() { p.Person(edstest.Under(edstest.GOST2004)) })
	require.Panics(t, func() { p.Root(edstest.GOST512) })
	require.Panics(t, func() { p.Revoke(other.Person(), cert.KeyCompromise, now) })
	require.Panics(t, func() { p.Revoke(p.Root(edstest.RSA), cert.KeyCompromise, now) })
	require.Panics(t, func() { p.Hold(p.Person(edstest.NeverIssued()), now) })
	require.Panics(t, func() { edstest.Storage("pocket") })
	require.Equal(t, "Hierarchy(9)", edstest.Hierarchy(9).String())
}

// Two PKIs are two worlds, though their authorities share keys.
func TestWorldsApart(t *testing.T) {
	for _, h := range all {
		t.Run(h.String(), func(t *testing.T) {
			ours, theirs := newPKI(t, h), newPKI(t, h)
			require.NotEqual(t, ours.Roots()[0].Subject.Raw, theirs.Roots()[0].Subject.Raw)
			requireLogin(t, ours, theirs.Person(), verdict.UnknownIssuer)
			requireLogin(t, ours, ours.Person(), "")
		})
	}
}

// The name of every authority and every responder says what it is.
func TestNamesSayFake(t *testing.T) {
	p := newPKI(t, all...)
	for _, c := range append(p.Roots(), p.CAs()...) {
		require.Contains(t, c.Subject.String(), "(FAKE ")
	}
}

// A seed makes the same keys and certificates again, and another seed others.
func TestSeed(t *testing.T) {
	issue := func(seed string, hierarchies ...edstest.Hierarchy) []*edstest.Holder {
		p := newWith(t, edstest.Options{Hierarchies: hierarchies, Seed: []byte(seed), URL: "http://127.0.0.1:1"})
		people := []*edstest.Holder{p.Person(), p.Head()}
		for _, h := range hierarchies {
			people = append(people, p.Root(h), p.CA(h))
		}
		return people
	}
	first, again := issue("a", all...), issue("a", all...)
	for i, h := range first {
		require.Equal(t, h.Certificate.Raw, again[i].Certificate.Raw, h)
		path := h.Path()
		require.NoError(t, path[0].CheckSignature(path[min(1, len(path)-1)].PublicKey))
	}
	ours, theirs := issue("a", edstest.GOST2004), issue("b", edstest.GOST2004)
	for i := range ours {
		require.NotEqual(t, ours[i].Certificate.RawSPKI, theirs[i].Certificate.RawSPKI)
	}
	require.Equal(t, first[6].Certificate.RawSPKI, ours[2].Certificate.RawSPKI, "whatever else there is")
}

// Without a seed, holders have keys of their own.
func TestKeysAreFresh(t *testing.T) {
	seen := make(map[string]bool)
	for range 2 {
		p := newPKI(t)
		for range 3 {
			spki := string(p.Person().Certificate.RawSPKI)
			require.False(t, seen[spki])
			seen[spki] = true
		}
	}
	p := newPKI(t, edstest.RSA)
	require.NotEqual(t, p.Person().Certificate.RawSPKI, p.Person().Certificate.RawSPKI)
}

// The services of a PKI can be part of a server of the caller's.
func TestHandler(t *testing.T) {
	mux := http.NewServeMux()
	s := httptest.NewServer(mux)
	defer s.Close()
	p := newWith(t, edstest.Options{URL: s.URL + "/", Hierarchies: []edstest.Hierarchy{edstest.RSA}})
	mux.Handle("/", p.Handler())
	require.Equal(t, s.URL, p.URL())
	require.Equal(t, strings.TrimPrefix(s.URL, "http://"), p.Host())
	require.Equal(t, s.URL+"/ocsp/", p.Person().Certificate.OCSPServers[0])
	for _, a := range []*edstest.Holder{p.Person(), p.CA(edstest.RSA)} {
		got := get(t, a.Certificate.IssuingCertificateURLs[0])
		require.Equal(t, a.Path()[1].Raw, got)
	}
	require.Equal(t, 2, p.Requests(edstest.Issuers))
}

// Close waits for everybody, frees the port and leaves nothing running, also while clients hang on slow answers.
func TestClose(t *testing.T) {
	client := &http.Client{Transport: &http.Transport{}}
	before := runtime.NumGoroutine()
	p, err := edstest.New(edstest.Options{Hierarchies: []edstest.Hierarchy{edstest.RSA}})
	require.NoError(t, err)
	p.Break(edstest.CRL, edstest.Slow)
	p.Break(edstest.OCSP, edstest.Endless)
	var wg sync.WaitGroup
	closed := make(chan struct{})
	for _, path := range []string{"/crl/x", "/crl/y", "/ocsp/"} {
		wg.Go(func() {
			response, err := client.Get(p.URL() + path)
			if err == nil {
				_, _ = response.Body.Read(make([]byte, 1)) // and then reads no more
				<-closed
				_ = response.Body.Close()
			}
		})
	}
	require.Eventually(t, func() bool { return p.Requests(edstest.CRL) == 2 && p.Requests(edstest.OCSP) == 1 }, 5*time.Second, time.Millisecond)
	p.Close()
	p.Close() // again does no harm
	close(closed)
	wg.Wait()
	client.CloseIdleConnections()
	_, err = net.Dial("tcp", p.Host())
	require.Error(t, err)
	for range 5000 { // require.Eventually has goroutines of its own
		if runtime.NumGoroutine() <= before {
			break
		}
		time.Sleep(time.Millisecond)
	}
	require.LessOrEqual(t, runtime.NumGoroutine(), before)
	w := httptest.NewRecorder()
	require.Panics(t, func() { p.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/crl/x", nil)) })
	require.NotEmpty(t, p.Person().IIN(), "issuing goes on")
}

// Everything at once, for the race detector.
func TestConcurrently(t *testing.T) {
	p := newPKI(t, edstest.RSA, edstest.GOST2004)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			h := p.Person(edstest.Under([]edstest.Hierarchy{edstest.RSA, edstest.GOST2004}[i%2]))
			p.Hold(h, time.Time{})
			ask(t, p, h)
			get(t, h.Certificate.CRLDistributionPoints[0].URIs()[0])
			p.FreezeLists()
			p.Release(h)
			p.Break(edstest.Issuers, edstest.Empty)
			get(t, h.Certificate.FreshestCRL[0].URIs()[0])
			p.ThawLists()
			p.Wrap(edstest.Issuers, nil)
		})
	}
	wg.Wait()
	require.Equal(t, 8, p.Requests(edstest.OCSP))
}

// serve asks the services without a connection, and returns the status.
func serve(p *edstest.PKI, method, path string) int {
	w := httptest.NewRecorder()
	p.Handler().ServeHTTP(w, &http.Request{Method: method, URL: &url.URL{Path: path}, Body: http.NoBody})
	return w.Code
}

func BenchmarkNew(b *testing.B) {
	for _, h := range all {
		b.Run(h.String(), func(b *testing.B) {
			newPKI(b, h)
			b.ReportAllocs()
			for b.Loop() {
				newPKI(b, h).Close()
			}
		})
	}
}

func BenchmarkPerson(b *testing.B) {
	p := newPKI(b)
	b.ReportAllocs()
	for b.Loop() {
		p.Person()
	}
}
