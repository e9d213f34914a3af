package fetch_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/internal/fetch"
	"github.com/qoltanba/eds/verdict"
)

// The environment is read once in a process.
func TestMain(m *testing.M) {
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"} {
		os.Setenv(name, "http://127.0.0.1:1")
	}
	os.Exit(m.Run())
}

// short are limits for servers that misbehave; patient ones are for those that do not.
var short = fetch.Limits{Time: 150 * time.Millisecond, Body: 1 << 10}

// client returns a client that may ask the servers, with short limits.
func client(t *testing.T, o fetch.Options, addresses ...string) *fetch.Client {
	t.Helper()
	for _, address := range addresses {
		u, err := url.Parse(address)
		require.NoError(t, err)
		o.Hosts = append(o.Hosts, fetch.Host{Name: u.Host, Private: true})
	}
	if o.Limits == nil {
		o.Limits = map[fetch.Kind]fetch.Limits{fetch.OCSP: short, fetch.CRL: short}
	}
	c, err := fetch.New(o)
	require.NoError(t, err)
	return c
}

func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return server.URL
}

func get(c *fetch.Client, address string) ([]byte, error) {
	return c.Fetch(context.Background(), fetch.Request{Kind: fetch.CRL, Address: address})
}

func requireCause(t *testing.T, want fetch.Cause, err error) *fetch.Error {
	t.Helper()
	var e *fetch.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, want, e.Cause, "%v", err)
	return e
}

func TestFetch(t *testing.T) {
	var seen *http.Request
	var body []byte
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen = r
		body, _ = io.ReadAll(r.Body)
		w.Write([]byte("answer"))
	})
	c := client(t, fetch.Options{}, server)

	t.Run("get", func(t *testing.T) {
		got, err := get(c, server+"/a%20b/list.crl?x=1")
		require.NoError(t, err)
		require.Equal(t, "answer", string(got))
		require.Equal(t, "GET", seen.Method)
		require.Equal(t, "/a%20b/list.crl?x=1", seen.RequestURI)
		require.Empty(t, body)
	})
	t.Run("post", func(t *testing.T) {
		got, err := c.Fetch(context.Background(), fetch.Request{Kind: fetch.OCSP, Address: server, Body: []byte("question")})
		require.NoError(t, err)
		require.Equal(t, "answer", string(got))
		require.Equal(t, "POST", seen.Method)
		require.Equal(t, "application/ocsp-request", seen.Header.Get("Content-Type"))
		require.Equal(t, "question", string(body))
	})
	// DOMAIN, Section 7.1: without a user agent the national services answer with a captive portal.
	require.Equal(t, fetch.DefaultUserAgent, seen.UserAgent())
	require.Equal(t, 1, seen.ProtoMajor)
	require.Equal(t, 1, seen.ProtoMinor)
	require.Empty(t, seen.Header.Get("Accept-Encoding"))
	require.Empty(t, seen.Header.Get("Cookie")+seen.Header.Get("Authorization")+seen.Referer())
}

func TestNewRefuses(t *testing.T) {
	for _, name := range []string{
		"", "http://ocsp.example", "ocsp.example/path", "ocsp.example:", "ocsp.example:0", "ocsp.example:99999", "ocsp.example:080",
		"a b", "user@ocsp.example", "ocsp.example.", "*.example\n", "::1", "ұко.example", "[fe80::1%25eth0]",
	} {
		_, err := fetch.New(fetch.Options{Hosts: []fetch.Host{{Name: name}}})
		require.ErrorIs(t, err, verdict.KindMisuse, "%q", name)
	}
	for _, agent := range []string{" ", "a\r\nX: y", "ұко"} {
		_, err := fetch.New(fetch.Options{UserAgent: agent})
		require.ErrorIs(t, err, verdict.KindMisuse, "%q", agent)
	}
}

// recorder is a dialer that writes down where it should connect to, and does not.
type recorder struct{ dialed []string }

func (r *recorder) dial(_ context.Context, _, address string) (net.Conn, error) {
	r.dialed = append(r.dialed, address)
	return nil, io.ErrUnexpectedEOF
}

// notAsked are addresses that a certificate may hold and nobody may be sent to.
var notAsked = []string{
	// Other schemes, and none.
	"", "crl.pki.gov.kz/x.crl", "//crl.pki.gov.kz/x.crl", "file:///etc/passwd", "file://crl.pki.gov.kz/etc/passwd",
	"gopher://127.0.0.1:6379/_SET%20a%20b", "ftp://crl.pki.gov.kz/x.crl", "ldap:///CN=CA?certificateRevocationList", "ldap://127.0.0.1/",
	"dict://127.0.0.1:11211/stats", "data:application/pkix-crl;base64,MAA=", "javascript:alert(1)", "unix:///var/run/docker.sock",
	"http:crl.pki.gov.kz", "http:///x.crl", "http://",
	// This machine and its neighbours, in every spelling.
	"http://127.0.0.1/", "http://127.0.0.1:13579/", "https://localhost/", "http://127.1/", "http://2130706433/", "http://0x7f000001/",
	"http://0177.0.0.1/", "http://0.0.0.0/", "http://[::]/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/",
	"http://[::127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://[fe80::1%25eth0]/", "http://[fd00::1]/",
	"http://10.0.0.1/", "http://172.16.0.1/", "http://192.168.1.1/", "http://100.64.0.1/", "http://224.0.0.1/", "http://255.255.255.255/",
	"http://169.254.169.254/latest/meta-data/", "http://metadata.google.internal/", "http://[fd00:ec2::254]/",
	// Almost a national service.
	"http://crl.pki.gov.kz@127.0.0.1/", "http://user:secret@crl.pki.gov.kz/", "http://crl.pki.gov.kz.evil.example/", "http://evil-crl.pki.gov.kz/",
	"http://crl.pki.gov.kz:22/", "http://crl.pki.gov.kz:080/", "http://crl.pki.gov.kz./", "http://crl。pki.gov.kz/", "http://сrl.pki.gov.kz/",
	"http://crl.pki.gov.kz%00.evil.example/", "http://crl.pki.gov.kz\\@127.0.0.1/", "http://crl.pki.gov.kz\r\nHost: evil/", "http://127.0.0.1#@crl.pki.gov.kz/",
	"http://crl.pki.gov.kz/" + strings.Repeat("a", 5000),
}

// T63: what is not on the list is not asked, and nothing is resolved or connected to.
func TestHostNotListed(t *testing.T) {
	require.GreaterOrEqual(t, len(notAsked), 40)
	var r recorder
	c := client(t, fetch.Options{Dial: r.dial, Hosts: []fetch.Host{{Name: "ocsp.example:8080"}}})
	for _, address := range notAsked {
		_, err := get(c, address)
		requireCause(t, fetch.Policy, err)
		require.Empty(t, r.dialed, "%q", address)
	}
}

// The near twins of the table: they are asked.
func TestHostListed(t *testing.T) {
	for address, want := range map[string]string{
		"http://crl.pki.gov.kz/nca_gost_2022.crl": "crl.pki.gov.kz:80",
		"HTTP://crl.pki.gov.kz:80/":               "crl.pki.gov.kz:80",
		"https://crl.pki.gov.kz":                  "crl.pki.gov.kz:443",
		"http://crl1.root.gov.kz/a?b#c":           "crl1.root.gov.kz:80",
		"http://ocsp.example:8080/":               "ocsp.example:8080",
		"http://10.1.2.3/":                        "10.1.2.3:80",
		"http://[2001:db8:0::1]:81/":              "[2001:db8:0::1]:81",
	} {
		var r recorder
		c := client(t, fetch.Options{Dial: r.dial, Hosts: []fetch.Host{
			{Name: "Ocsp.Example:8080"}, {Name: "10.1.2.3", Private: true}, {Name: "[2001:db8::1]:81"},
		}})
		_, err := get(c, address)
		require.Error(t, err)
		require.Equal(t, []string{want}, r.dialed, "%q", address)
	}
	var r recorder
	_, err := get(client(t, fetch.Options{Dial: r.dial}), "http://OCSP.pki.gov.kz/")
	require.Error(t, err)
	require.Len(t, r.dialed, 1, "letter case does not matter")
}

// Any host, but no special address and no odd port.
func TestInsecureAnyHost(t *testing.T) {
	c := client(t, fetch.Options{InsecureAnyHost: true, Resolver: nameServer(t, net.IPv4(127, 0, 0, 1), nil)})
	for _, address := range notAsked {
		if strings.Contains(address, "crl.pki.gov.kz/") { // a listed host with much behind it
			continue
		}
		_, err := get(c, address)
		require.Error(t, err, "%q", address)
		var e *fetch.Error
		require.ErrorAs(t, err, &e)
		require.Contains(t, []fetch.Cause{fetch.Policy, fetch.DNS}, e.Cause, "%q: %v", address, err)
	}
	var r recorder
	c = client(t, fetch.Options{InsecureAnyHost: true, Dial: r.dial})
	_, err := get(c, "http://anything.example/")
	requireCause(t, fetch.Protocol, err)
	_, err = get(c, "http://anything.example:8080/")
	requireCause(t, fetch.Policy, err)
	require.Equal(t, []string{"anything.example:80"}, r.dialed)
}

// DNS rebinding: the address is judged when the connection is made.
func TestRebinding(t *testing.T) {
	var asked atomic.Int32
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.Write([]byte("secret"))
	})
	u, err := url.Parse(server)
	require.NoError(t, err)
	host := "crl.example:" + u.Port()
	patient := map[fetch.Kind]fetch.Limits{fetch.CRL: {Time: 5 * time.Second}}
	mapped := net.ParseIP("::ffff:127.0.0.1").To16()
	for name, resolver := range map[string]*net.Resolver{
		"loopback": nameServer(t, net.IPv4(127, 0, 0, 1), nil),
		"mapped":   nameServer(t, nil, mapped),
		"ipv6":     nameServer(t, nil, net.IPv6loopback),
		"nat64":    nameServer(t, nil, net.ParseIP("64:ff9b::7f00:1")),
		"metadata": nameServer(t, net.IPv4(169, 254, 169, 254), nil),
	} {
		t.Run(name, func(t *testing.T) {
			c := client(t, fetch.Options{Resolver: resolver, Limits: patient, Hosts: []fetch.Host{{Name: host}}})
			_, err := get(c, "http://"+host+"/")
			requireCause(t, fetch.Policy, err)
			require.Zero(t, asked.Load())
		})
	}
	t.Run("twin with permission", func(t *testing.T) {
		c := client(t, fetch.Options{
			Resolver: nameServer(t, net.IPv4(127, 0, 0, 1), nil), Limits: patient,
			Hosts: []fetch.Host{{Name: host, Private: true}},
		})
		got, err := get(c, "http://"+host+"/")
		require.NoError(t, err)
		require.Equal(t, "secret", string(got))
	})
}

// No proxy from the environment: it would see every question, and connect for us. TestMain names one.
func TestNoProxy(t *testing.T) {
	request, err := http.NewRequest(http.MethodGet, "http://crl.pki.gov.kz/", nil)
	require.NoError(t, err)
	proxy, err := http.ProxyFromEnvironment(request)
	require.NoError(t, err)
	require.NotNil(t, proxy, "or the test shows nothing")
	var r recorder
	_, err = get(client(t, fetch.Options{Dial: r.dial}), "http://crl.pki.gov.kz/")
	require.Error(t, err)
	require.Equal(t, []string{"crl.pki.gov.kz:80"}, r.dialed)
}

// A 303 to a captive portal is a failure (DOMAIN, Section 7.1), and so is every status but 200.
func TestStatus(t *testing.T) {
	var portal atomic.Int32
	elsewhere := serve(t, func(http.ResponseWriter, *http.Request) { portal.Add(1) })
	for _, status := range []int{201, 204, 206, 301, 302, 303, 307, 308, 304, 400, 401, 403, 404, 407, 429, 500, 503} {
		server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", elsewhere)
			w.WriteHeader(status)
			if status != 204 && status != 304 {
				w.Write([]byte("a body"))
			}
		})
		_, err := get(client(t, fetch.Options{}, server, elsewhere), server)
		require.Equal(t, status, requireCause(t, fetch.Status, err).Status)
	}
	require.Zero(t, portal.Load())
}

// T66: each server that abuses us beside one that does not.
func TestLimits(t *testing.T) {
	bytesOf := func(n int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Write(make([]byte, n/2))
			w.(http.Flusher).Flush() // no Content-Length
			w.Write(make([]byte, n-n/2))
		}
	}
	cases := map[string]struct {
		serve http.HandlerFunc
		want  fetch.Cause // "" passes
		slow  bool
	}{
		"body at the cap":    {serve: bytesOf(1 << 10)},
		"body over the cap":  {serve: bytesOf(1<<10 + 1), want: fetch.Limit},
		"announced over cap": {serve: func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", "99999999999") }, want: fetch.Limit},
		"endless body": {serve: func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 1<<16)); err != nil {
					return
				}
			}
		}, want: fetch.Limit},
		"one octet at a time, for ever": {serve: drip(1 << 20), want: fetch.Limit, slow: true},
		"a few octets, one at a time":   {serve: drip(5)},
		"silence":                       {serve: func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, want: fetch.Limit, slow: true},
		"gzip bomb":                     {serve: zipped(make([]byte, 1<<20)), want: fetch.Protocol},
		"gzip of little":                {serve: zipped([]byte("answer")), want: fetch.Protocol},
		"identity": {serve: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "identity")
			w.Write([]byte("answer"))
		}},
		"huge headers":        {serve: headers(64 << 10), want: fetch.Protocol},
		"large headers":       {serve: headers(12 << 10)},
		"endless interim 1xx": {serve: interim(100_000), want: fetch.Protocol},
		"an interim answer":   {serve: interim(1)},
		"empty body":          {serve: func(http.ResponseWriter, *http.Request) {}, want: fetch.Protocol},
		"cut short": {serve: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			w.Write([]byte("answer"))
		}, want: fetch.Protocol},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			server := serve(t, c.serve)
			limits := short
			if c.want != fetch.Limit {
				limits.Time = 5 * time.Second
			}
			start := time.Now()
			_, err := get(client(t, fetch.Options{Limits: map[fetch.Kind]fetch.Limits{fetch.CRL: limits}}, server), server)
			require.Less(t, time.Since(start), 3*time.Second)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.Equal(t, c.slow, requireCause(t, c.want, err).Timeout)
		})
	}
}

func drip(n int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for range n {
			w.Write([]byte("."))
			w.(http.Flusher).Flush()
			select {
			case <-r.Context().Done():
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}
}

func zipped(content []byte) http.HandlerFunc {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(content)
	z.Close()
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(b.Bytes())
	}
}

func headers(n int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Long", strings.Repeat("a", n))
		w.Write([]byte("answer"))
	}
}

func interim(n int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for range n {
			w.WriteHeader(http.StatusEarlyHints)
			if r.Context().Err() != nil {
				return
			}
		}
		w.Write([]byte("answer"))
	}
}

// Peers that never come as far as HTTP.
func TestConnections(t *testing.T) {
	secure := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("answer")) }))
	secure.Config.ErrorLog = log.New(io.Discard, "", 0) // it says which clients did not trust it
	secure.StartTLS()
	defer secure.Close()
	plain := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("answer")) })
	listed := func(names ...string) (hosts []fetch.Host) {
		for _, name := range names {
			hosts = append(hosts, fetch.Host{Name: name, Private: true})
		}
		return hosts
	}
	silent := accept(t, func(net.Conn) {})
	roots := x509.NewCertPool()
	roots.AddCert(secure.Certificate())
	blocked := func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: ctx.Err()}
	}
	unknown := func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "server misbehaving", Name: "x", IsTemporary: true}}
	}

	cases := map[string]struct {
		options fetch.Options
		address string
		want    fetch.Cause
		slow    bool
	}{
		"resolved": {
			fetch.Options{Resolver: nameServer(t, net.IPv4(127, 0, 0, 1), nil), Hosts: listed("a.example:" + port(plain))},
			"http://a.example:" + port(plain), "", false,
		},
		"no such name": {fetch.Options{Resolver: nameServer(t, nil, nil)}, "http://crl.pki.gov.kz/", fetch.DNS, false},
		"name server silent": {
			fetch.Options{Resolver: resolverAt(packets(t).LocalAddr().String())},
			"http://crl.pki.gov.kz/", fetch.DNS, true,
		},
		"try again":         {fetch.Options{Dial: unknown}, "http://ocsp.pki.gov.kz/", fetch.DNS, false},
		"connected":         {fetch.Options{}, plain, "", false},
		"refused":           {fetch.Options{}, closed(t), fetch.TCP, false},
		"dropped":           {fetch.Options{Dial: blocked}, "http://ocsp.pki.gov.kz/", fetch.Limit, true},
		"reset":             {fetch.Options{}, "http://" + accept(t, reset), fetch.TCP, false},
		"closed":            {fetch.Options{}, "http://" + accept(t, hangUp), fetch.Protocol, false},
		"no HTTP":           {fetch.Options{}, "http://" + accept(t, say("220 ftp ready\r\n")), fetch.Protocol, false},
		"TLS":               {fetch.Options{RootCAs: roots}, secure.URL, "", false},
		"TLS unknown root":  {fetch.Options{}, secure.URL, fetch.TLS, false},
		"TLS hanging":       {fetch.Options{}, "https://" + silent, fetch.TLS, true},
		"TLS where is none": {fetch.Options{}, strings.Replace(plain, "http:", "https:", 1), fetch.TLS, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			limits := fetch.Limits{Time: 5 * time.Second}
			if c.slow {
				limits = short
			}
			c.options.Limits = map[fetch.Kind]fetch.Limits{fetch.CRL: limits}
			start := time.Now()
			_, err := get(client(t, c.options, c.address), c.address)
			require.Less(t, time.Since(start), 3*time.Second)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			e := requireCause(t, c.want, err)
			require.Equal(t, c.slow, e.Timeout)
			require.Contains(t, e.Error(), e.Host)
		})
	}
}

// The caller's context ends a request, and its deadline counts when it is the nearer one.
func TestContext(t *testing.T) {
	server := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	c := client(t, fetch.Options{Limits: map[fetch.Kind]fetch.Limits{fetch.CRL: {Time: time.Hour}}}, server)
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(50*time.Millisecond, cancel)
	_, err := c.Fetch(ctx, fetch.Request{Kind: fetch.CRL, Address: server})
	require.False(t, requireCause(t, fetch.Canceled, err).Timeout)

	require.ErrorIs(t, err, context.Canceled)

	ctx, cancel = context.WithTimeout(context.Background(), 150*time.Millisecond)
	defer cancel()
	_, err = c.Fetch(ctx, fetch.Request{Kind: fetch.CRL, Address: server})
	require.True(t, requireCause(t, fetch.Limit, err).Timeout)
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

// What an address holds behind the host does not come up in texts: it may be anything.
func TestErrorText(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) })
	for _, address := range []string{
		server + "/IIN123456789011?name=secret", "http://evil.example/IIN123456789011?secret", "http://secret:IIN123456789011@crl.pki.gov.kz/",
		"http://crl.pki.gov.kz/%zzIIN123456789011secret", "mailto:IIN123456789011@secret", closed(t) + "/IIN123456789011/secret",
	} {
		_, err := get(client(t, fetch.Options{}, server, closedHost(address)), address)
		require.Error(t, err)
		require.NotContains(t, err.Error(), "123456789011")
		require.NotContains(t, err.Error(), "secret")
	}
	_, err := get(client(t, fetch.Options{}), "http://"+strings.Repeat("a", 4000)+"/")
	require.Less(t, len(err.Error()), 300)
	server = "http://" + accept(t, say("HTTP/1.1 "+strings.Repeat("z", 4000)+"\r\n\r\n"))
	_, err = get(client(t, fetch.Options{}, server), server)
	require.Less(t, len(err.Error()), 400)
}

// Nothing of a request stays behind, whatever became of it (T99).
func TestNoGoroutinesLeft(t *testing.T) {
	silent := accept(t, func(net.Conn) {})
	slow := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	good := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("answer")) })
	c := client(t, fetch.Options{}, "http://"+silent, "https://"+silent, slow, good)
	before := runtime.NumGoroutine()
	done := make(chan error)
	addresses := []string{"https://" + silent, "http://" + silent, slow, good}
	for i := range 40 {
		go func() {
			_, err := get(c, addresses[i%len(addresses)])
			done <- err
		}()
	}
	for range 40 {
		<-done
	}
	require.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+2 }, 3*time.Second, 10*time.Millisecond)
}

func TestKindUnknown(t *testing.T) {
	_, err := client(t, fetch.Options{}).Fetch(context.Background(), fetch.Request{Address: "http://crl.pki.gov.kz/"})
	requireCause(t, fetch.Policy, err)
	require.Equal(t, "ocsp crl unknown", fmt.Sprint(fetch.OCSP, " ", fetch.CRL, " ", fetch.Kind(0)))
}

func port(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	return u.Port()
}

// closedHost is the address itself where it parses as one of HTTP, so that its host can be listed.
func closedHost(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.User != nil || u.Hostname() != "127.0.0.1" {
		return "http://unused.example"
	}
	return address
}

// closed returns an address where nobody listens.
func closed(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	return "http://" + l.Addr().String()
}

// accept does something with every connection, and closes it at the end of the test.
func accept(t *testing.T, with func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			defer conn.Close()
			with(conn)
		}
	}()
	t.Cleanup(func() {
		l.Close()
		<-ended
	})
	return l.Addr().String()
}

// hangUp closes a connection in order: what has been sent is read first.
func hangUp(conn net.Conn) {
	http.ReadRequest(bufio.NewReader(conn))
	conn.Close()
}

func reset(conn net.Conn) {
	io.ReadAtLeast(conn, make([]byte, 1), 1)
	conn.(*net.TCPConn).SetLinger(0)
	conn.Close()
}

func say(text string) func(net.Conn) {
	return func(conn net.Conn) {
		io.ReadAtLeast(conn, make([]byte, 1), 1)
		io.WriteString(conn, text)
	}
}
