package site_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/edstest"
	"github.com/qoltanba/eds/examples/loginserver/site"
)

type brokenStore struct{}

var errFire = errors.New("the store is on fire")

func (brokenStore) Put(context.Context, string, []byte, time.Duration) error { return errFire }

func (brokenStore) Take(context.Context, string) ([]byte, bool, error) { return nil, false, errFire }

func TestRoutes(t *testing.T) {
	v := newService(t, newPKI(t), nil).visitor()
	for _, c := range []struct {
		method, path string
		status       int
		contains     string
	}{
		{"GET", "/?lang=kk", 200, "ЭЦҚ арқылы кіру"},
		{"GET", "/?lang=ru", 200, "Вход по ЭЦП"},
		{"GET", "/?lang=en", 200, "Sign in with an electronic signature"},
		{"GET", "/cabinet", 303, ""},
		{"GET", "/healthz", 200, "ok"},
		{"GET", "/nothing?lang=en", 404, "There is no such page"},
		{"GET", "/login/eds?lang=en", 404, `"not-found"`},
		{"GET", "/static/0/site.css", 404, ""},
		{"GET", "/static/../../go.mod", 307, ""}, // to the cleaned path
		{"POST", "/", 404, ""},
		{"DELETE", "/cabinet", 404, ""},
		{"POST", "/logout", 303, ""},
	} {
		t.Run(c.method+" "+c.path, func(t *testing.T) {
			a := v.send(c.method, c.path, "", "")
			require.Equal(t, c.status, a.StatusCode)
			require.Contains(t, a.body, c.contains)
			require.Contains(t, a.Header.Get("Content-Security-Policy"), "default-src 'self'; connect-src 'self' wss://127.0.0.1:13579;")
			require.Contains(t, a.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'")
			require.NotContains(t, a.Header.Get("Content-Security-Policy"), "unsafe")
			require.Equal(t, "nosniff", a.Header.Get("X-Content-Type-Options"))
			require.Equal(t, "no-referrer", a.Header.Get("Referrer-Policy"))
			require.Equal(t, "no-store", a.Header.Get("Cache-Control"))
			require.Empty(t, a.Header.Get("Access-Control-Allow-Origin"))
		})
	}
}

// The pages have no script and no style inside, and name only files that are served.
func TestPagesKeepTheirPolicy(t *testing.T) {
	v := newService(t, newPKI(t), nil).visitor()
	page := v.get("/").body
	require.NotContains(t, page, "style=")
	require.NotContains(t, page, "onclick")
	require.NotContains(t, page, "<style")
	require.Equal(t, 1, strings.Count(page, "<script"))
	for _, name := range []string{"signin.js", "site.css", "icon.svg", "ncalayer.js"} {
		i := strings.Index(page, "/static/")
		a := v.get(page[i:i+len("/static/01234567/")] + name)
		require.Equal(t, http.StatusOK, a.StatusCode, name)
		require.Contains(t, a.Header.Get("Cache-Control"), "immutable")
		require.NotEmpty(t, a.Header.Get("Content-Type"))
	}
}

// On https the cookies are Secure and nobody else's host can plant them; http on loopback does without.
func TestCookies(t *testing.T) {
	pki := newPKI(t)
	handler, err := site.New(site.Config{Origin: "https://cabinet.example.kz", Trust: pki.Trust()})
	require.NoError(t, err)
	r := httptest.NewRequest(http.MethodPost, "https://cabinet.example.kz/login/eds/challenge", strings.NewReader("{}"))
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	require.Equal(t, http.StatusOK, w.Code)
	cookie := w.Result().Cookies()[0]
	require.Equal(t, "__Host-attempt", cookie.Name)
	require.True(t, cookie.Secure)
	require.True(t, cookie.HttpOnly)
	require.Equal(t, http.SameSiteStrictMode, cookie.SameSite)
	require.Equal(t, "/", cookie.Path)
	require.Empty(t, cookie.Domain)
	require.Contains(t, w.Header().Get("Strict-Transport-Security"), "max-age=")

	v := newService(t, pki, nil).visitor()
	a := v.signIn(pki.Person())
	for _, cookie := range a.Cookies() {
		require.False(t, cookie.Secure, cookie.Name)
		require.True(t, cookie.HttpOnly, cookie.Name)
		require.NotEqual(t, http.SameSiteDefaultMode, cookie.SameSite)
	}
}

// Another site's page can neither sign a browser in nor out (CSRF), nor can a stranger's name lead here (DNS rebinding).
func TestOtherOrigins(t *testing.T) {
	pki := newPKI(t)
	v := newService(t, pki, nil).visitor()
	for _, path := range []string{"/login/eds/challenge", "/login/eds", "/logout", "/language"} {
		a := v.post(path, struct{}{}, "Sec-Fetch-Site", "cross-site")
		require.Equal(t, http.StatusForbidden, a.StatusCode, path)
		require.Contains(t, a.body, "cross-origin")
		a = v.post(path, struct{}{}, "Origin", "https://evil.example")
		require.Equal(t, http.StatusForbidden, a.StatusCode, path)
	}
	require.Equal(t, http.StatusMisdirectedRequest, v.get("/", "Host", "evil.example").StatusCode)
	require.Equal(t, http.StatusOK, v.get("/healthz", "Host", "10.0.0.1:8080").StatusCode)
}

func TestMediaType(t *testing.T) {
	v := newService(t, newPKI(t), nil).visitor()
	a := v.send(http.MethodPost, "/login/eds?lang=en", "text/plain", `{"cms":""}`)
	require.Equal(t, http.StatusUnsupportedMediaType, a.StatusCode)
	require.Equal(t, "media-type", a.refused(t).Code)
	for _, body := range []string{``, `{`, `[]`, `{"cms":1}`, `{"iin":"123456789012"}`, `{"cms":""} {}`, `null x`} {
		a := v.send(http.MethodPost, "/login/eds", "application/json", body)
		require.Equal(t, http.StatusBadRequest, a.StatusCode, body)
	}
}

func TestRateLimit(t *testing.T) {
	pki := newPKI(t)
	v := newService(t, pki, func(c *site.Config) { c.PerMinute = 3 }).visitor()
	for range 3 {
		v.challenge()
	}
	a := v.post("/login/eds/challenge?lang=en", struct{}{})
	require.Equal(t, http.StatusTooManyRequests, a.StatusCode)
	require.Equal(t, "too-many-requests", a.refused(t).Code)
	require.NotEmpty(t, a.Header.Get("Retry-After"))
	require.Equal(t, http.StatusBadRequest, v.login(nil).StatusCode, "sign-ins have a count of their own")
	require.Equal(t, http.StatusOK, v.get("/").StatusCode)
}

// X-Forwarded-For counts only where a trusted proxy wrote it.
func TestForwardedAddress(t *testing.T) {
	pki := newPKI(t)
	for _, c := range []struct {
		name    string
		proxies []netip.Prefix
		want    int
	}{
		{"from nobody", nil, http.StatusTooManyRequests},
		{"from a trusted proxy", []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, http.StatusOK},
		{"from somebody beside the proxy", []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, http.StatusTooManyRequests},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := newService(t, pki, func(o *site.Config) { o.PerMinute, o.TrustedProxies = 1, c.proxies }).visitor()
			for i, address := range []string{"198.51.100.1", "198.51.100.2"} {
				a := v.post("/login/eds/challenge", struct{}{}, "X-Forwarded-For", address)
				if i == 1 {
					require.Equal(t, c.want, a.StatusCode)
				}
			}
		})
	}
}

func TestLanguageSwitch(t *testing.T) {
	v := newService(t, newPKI(t), nil).visitor()
	require.Contains(t, v.get("/").body, `<html lang="kk">`)
	require.Contains(t, v.get("/", "Accept-Language", "de, en;q=0.8").body, `<html lang="en">`)
	require.Contains(t, v.get("/", "Accept-Language", "ru-KZ, kk;q=0.5").body, `<html lang="ru">`)
	a := v.form("/language", url.Values{"language": {"ru"}, "page": {"https://evil.example"}})
	require.Equal(t, http.StatusSeeOther, a.StatusCode)
	require.Equal(t, "/", a.Header.Get("Location"))
	require.Contains(t, v.get("/", "Accept-Language", "en").body, `<html lang="ru">`, "remembered")
	require.Equal(t, "/cabinet", v.form("/language", url.Values{"language": {"en"}, "page": {"cabinet"}}).Header.Get("Location"))
	v.form("/language", url.Values{"language": {"xx"}})
	require.Contains(t, v.get("/").body, `<html lang="en">`, "an unknown language changes nothing")
}

func TestConfigRefuses(t *testing.T) {
	pki := newPKI(t)
	for name, change := range map[string]func(*site.Config){
		"no origin":          func(c *site.Config) { c.Origin = "" },
		"http elsewhere":     func(c *site.Config) { c.Origin = "http://cabinet.example.kz" },
		"no trust":           func(c *site.Config) { c.Trust.Anchors = nil },
		"language":           func(c *site.Config) { c.Language = "tr" },
		"negative limit":     func(c *site.Config) { c.PerMinute = -1 },
		"ncalayer elsewhere": func(c *site.Config) { c.NCALayer = "wss://evil.example:13579/" },
		"ncalayer over http": func(c *site.Config) { c.NCALayer = "https://127.0.0.1:13579/" },
		"policy broken":      func(c *site.Config) { c.NCALayer = "wss://127.0.0.1:13579/; script-src *" },
		"user in address":    func(c *site.Config) { c.NCALayer = "wss://a@127.0.0.1:13579/" },
	} {
		t.Run(name, func(t *testing.T) {
			c := site.Config{Origin: "https://cabinet.example.kz", Trust: pki.Trust()}
			change(&c)
			_, err := site.New(c)
			require.Error(t, err)
		})
	}
}

// T96: whatever stands in a certificate stays text: on pages, in JSON and in the log.
func TestHostileNames(t *testing.T) {
	hostile := "<script>alert('x')</script>\"&\n\r\u202Eмаржа\u2066\u0000{{.}}"
	pki := newPKI(t)
	s := newService(t, pki, func(c *site.Config) { c.EDS.Accept = nil })
	organizations := newService(t, pki, acceptAll)
	person := pki.Person(edstest.Name(hostile, hostile, hostile), edstest.Email("<script>alert(1)</script>@x.kz"))
	head := pki.Head(edstest.CommonName(hostile), edstest.Organization(hostile))

	for _, c := range []struct {
		service *service
		holder  *edstest.Holder
		status  int
	}{
		{s, person, http.StatusOK},
		{organizations, head, http.StatusOK},
		{s, head, http.StatusForbidden},
	} {
		v := c.service.visitor()
		a := v.signIn(c.holder)
		require.Equal(t, c.status, a.StatusCode, a.body)
		pages := a.body
		for _, path := range []string{"/cabinet", "/", "/nothing"} {
			pages += v.get(path).body
		}
		for _, text := range []string{pages, c.service.log.String()} {
			require.NotContains(t, text, "<script>alert")
			require.NotContains(t, text, "\u202E")
			require.NotContains(t, text, "\u2066")
			require.NotContains(t, text, "\x00")
		}
		if c.status == http.StatusOK {
			require.Contains(t, pages, "&lt;script&gt;")
			require.Contains(t, pages, "{{.}}")
		}
		for line := range strings.Lines(c.service.log.String()) {
			require.True(t, strings.HasPrefix(line, "{"), "one line, one object: %q", line)
		}
	}
}

func TestPrintable(t *testing.T) {
	require.Equal(t, "a b\uFFFDc\uFFFD\uFFFDә", site.Printable("a b\nc\u202E\u0000ә"))
}
