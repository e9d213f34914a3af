package site_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds"
	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/edstest"
	"github.com/qoltanba/eds/examples/loginserver/site"
	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/revocation"
)

// A service is the site on a port of loopback, with a clock that a test can turn.
type service struct {
	t      *testing.T
	origin string
	log    *syncBuffer
	clock  *clock
}

// A clock goes, and can be turned.
type clock struct{ ahead atomic.Int64 }

func (c *clock) Now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

func (c *clock) turn(by time.Duration) { c.ahead.Add(int64(by)) }

// syncBuffer is a log that is written and read at once.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(b)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// newPKI makes an authority. Where a test names no hierarchy it is that of RSA, the fastest.
func newPKI(t *testing.T, hierarchies ...edstest.Hierarchy) *edstest.PKI {
	t.Helper()
	if len(hierarchies) == 0 {
		hierarchies = []edstest.Hierarchy{edstest.RSA}
	}
	pki, err := edstest.New(edstest.Options{Hierarchies: hierarchies})
	require.NoError(t, err)
	t.Cleanup(pki.Close)
	return pki
}

// newService serves the site; change, if not nil, makes it other than the default.
func newService(t *testing.T, pki *edstest.PKI, change func(*site.Config)) *service {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &service{
		t:      t,
		origin: "http://" + listener.Addr().String(),
		log:    new(syncBuffer),
		clock:  new(clock),
	}
	c := site.Config{
		Origin:    s.origin,
		Trust:     pki.Trust(),
		EDS:       options(t, pki, s.clock.Now),
		PerMinute: 10_000,
		Log:       slog.New(slog.NewJSONHandler(s.log, &slog.HandlerOptions{ReplaceAttr: site.PrintableAttr})),
	}
	if change != nil {
		change(&c)
	}
	handler, err := site.New(c)
	require.NoError(t, err)
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: handler}}
	server.Start()
	t.Cleanup(server.Close)
	return s
}

// options ask the services of the fake authority, which are on loopback.
func options(t *testing.T, pki *edstest.PKI, now func() time.Time) eds.Options {
	t.Helper()
	return eds.Options{Clock: now, Sources: sources(t, pki, 10*time.Second)}
}

// sources wait for one answer as long as patience says.
func sources(t *testing.T, pki *edstest.PKI, patience time.Duration) *revocation.Options {
	t.Helper()
	fetcher, err := revocation.NewHTTP(revocation.HTTPOptions{
		Hosts:    []revocation.Host{{Name: pki.Host(), Private: true}},
		OCSPTime: patience,
		CRLTime:  patience,
		MaxCRL:   1 << 20,
	})
	require.NoError(t, err)
	return &revocation.Options{Fetcher: fetcher}
}

// A visitor is a browser with its cookies, as far as HTTP goes.
type visitor struct {
	*service
	client *http.Client
}

func (s *service) visitor() *visitor {
	jar, err := cookiejar.New(nil)
	require.NoError(s.t, err)
	return &visitor{s, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// An answer is a response that has been read.
type answer struct {
	*http.Response
	body string
}

func (v *visitor) send(method, path, contentType, body string, header ...string) answer {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), method, v.origin+path, strings.NewReader(body))
	require.NoError(v.t, err)
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	if host := r.Header.Get("Host"); host != "" {
		r.Host = host
	}
	response, err := v.client.Do(r)
	require.NoError(v.t, err)
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	require.NoError(v.t, err)
	return answer{response, string(read)}
}

func (v *visitor) get(path string, header ...string) answer {
	v.t.Helper()
	return v.send(http.MethodGet, path, "", "", header...)
}

func (v *visitor) post(path string, body any, header ...string) answer {
	v.t.Helper()
	text, err := json.Marshal(body)
	require.NoError(v.t, err)
	return v.send(http.MethodPost, path, "application/json", string(text), header...)
}

func (v *visitor) form(path string, values url.Values) answer {
	v.t.Helper()
	return v.send(http.MethodPost, path, "application/x-www-form-urlencoded", values.Encode())
}

// challenge asks for a challenge and returns its text.
func (v *visitor) challenge() []byte {
	v.t.Helper()
	a := v.post("/login/eds/challenge", struct{}{})
	require.Equal(v.t, http.StatusOK, a.StatusCode, a.body)
	var got struct{ Challenge []byte }
	require.NoError(v.t, json.Unmarshal([]byte(a.body), &got))
	return got.Challenge
}

// login posts a signed message.
func (v *visitor) login(message []byte) answer {
	v.t.Helper()
	return v.post("/login/eds?lang=en", map[string]string{"cms": base64.StdEncoding.EncodeToString(message)})
}

// signIn goes the whole way with somebody's key.
func (v *visitor) signIn(h *edstest.Holder) answer {
	v.t.Helper()
	return v.login(sign(v.t, h, v.challenge()))
}

func sign(t *testing.T, h *edstest.Holder, text []byte) []byte {
	t.Helper()
	message, err := h.Sign(text, cms.SignOptions{})
	require.NoError(t, err)
	return message
}

// cookie returns what the jar holds under a name, or "".
func (v *visitor) cookie(name string) string {
	at, err := url.Parse(v.origin)
	require.NoError(v.t, err)
	for _, c := range v.client.Jar.Cookies(at) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

func (v *visitor) setCookie(name, value string) {
	at, err := url.Parse(v.origin)
	require.NoError(v.t, err)
	v.client.Jar.SetCookies(at, []*http.Cookie{{Name: name, Value: value, Path: "/"}})
}

func acceptAll(c *site.Config) {
	c.EDS.Accept = []nca.Kind{nca.KindPerson, nca.KindOrganization, nca.KindSystem}
}
