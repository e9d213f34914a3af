package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds"
)

// startDemo runs a demo on any port until the test ends.
func startDemo(t *testing.T) *demo {
	t.Helper()
	d, err := start(0, io.Discard)
	require.NoError(t, err)
	t.Cleanup(d.close)
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- d.serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-served)
	})
	return d
}

// pick presses the button of the page, chooses a key in the demo's window and signs.
func (b *tab) pick(key int, weather string) {
	b.t.Helper()
	b.do(
		chromedp.Click("#choose"),
		chromedp.WaitVisible("#demo-sign"),
		chromedp.Click(fmt.Sprintf(`#demo-keys input[value="%d"]`, key)),
		chromedp.SetValue("#demo-weather", weather),
		chromedp.Click("#demo-sign"),
	)
}

// Whoever starts the demo signs in with each good key, sees the person, and signs out.
func TestDemoLetsIn(t *testing.T) {
	d := startDemo(t)
	b := newTab(t)
	b.do(chromedp.Navigate(d.origin + "/?lang=ru"))
	b.shoot("demo-start-ru")
	for key, algorithm := range []string{"ГОСТ 34.10-2015 (512 бит)", "RSA (2048 бит)", "ГОСТ 34.310-2004"} {
		b.pick(key, "fair")
		b.do(chromedp.WaitVisible(".cabinet"))
		page := b.text("main")
		require.Contains(t, page, "СЫНАҚОВА АЙША ҮЛГІҚЫЗЫ")
		require.Contains(t, page, "••••••••")
		require.NotContains(t, page, d.panel.cast[key].holder.IIN())
		require.Contains(t, page, algorithm)
		require.Contains(t, page, "проверено · ")
		b.shoot("demo-cabinet-" + fmt.Sprint(key))
		b.do(chromedp.Click(".person button"), chromedp.WaitVisible("#choose"))
	}
}

// Every bad key is refused in the words of its reason, and so is a good one while the services fail.
func TestDemoRefuses(t *testing.T) {
	d := startDemo(t)
	b := newTab(t)
	b.do(chromedp.Navigate(d.origin + "/?lang=kk"))
	for _, c := range []struct {
		key     int
		weather string
		reason  eds.Reason
		kind    string
	}{
		{3, "fair", "revoked", "rejected"},
		{3, "lists", "revoked", "rejected"},
		{4, "fair", neverIssued, "rejected"},
		{5, "fair", "cert-expired", "rejected"},
		{6, "fair", "usage-not-allowed", "rejected"},
		{7, "fair", "subject-not-accepted", "rejected"},
		{8, "fair", "unknown-issuer", "rejected"},
		{0, "down", "revocation-unavailable", "undecided"},
		{0, "lying", "revocation-unavailable", "undecided"},
	} {
		b.pick(c.key, c.weather)
		b.requireRefusal(c.reason, c.kind, "kk")
		b.shoot(fmt.Sprintf("demo-refusal-%d-%s", c.key, c.weather))
	}
	b.pick(0, "lists")
	b.do(chromedp.WaitVisible(".cabinet"))
	require.Contains(t, b.text("main"), "қайтарып алынғандар тізімі", "the list answers in place of OCSP")
}

// requireRefusal waits for a refusal of the server and reads it.
func (b *tab) requireRefusal(reason eds.Reason, kind, lang string) {
	b.t.Helper()
	b.do(chromedp.WaitVisible("#trouble .trouble." + kind))
	text := reason.Text(lang)
	if own, ok := ownWords[reason]; ok {
		reason, text = own.reason, own.text[lang]
	}
	require.Equal(b.t, text, b.text(`#trouble [data-slot="text"]`))
	require.True(b.t, strings.HasPrefix(b.text(`#trouble [data-slot="code"]`), string(reason)+" · "))
}

// What the site tells apart under one reason of the library.
const (
	neverIssued    eds.Reason = "revoked/never-issued"
	otherChallenge eds.Reason = "challenge-unknown/other"
)

var ownWords = map[eds.Reason]struct {
	reason eds.Reason
	text   map[string]string
}{
	neverIssued: {"revoked", map[string]string{
		"kk": "Куәландырушы орталық мұндай сертификат бермеген.",
		"ru": "Удостоверяющий центр не выдавал такого сертификата.",
	}},
	otherChallenge: {"challenge-unknown", map[string]string{
		"ru": "Подпись сделана для другого входа: в другом браузере, либо тот запрос уже использован или сменился новым.",
	}},
}

// The person changes his mind in the window, and in the page; a second try works.
func TestDemoCancel(t *testing.T) {
	d := startDemo(t)
	b := newTab(t)
	b.do(chromedp.Navigate(d.origin+"/?lang=en"), chromedp.Click("#choose"), chromedp.WaitVisible("#demo-cancel"))
	b.do(chromedp.Click("#demo-cancel"), chromedp.WaitVisible("#trouble .neutral"))
	require.Contains(t, b.text("#trouble"), "Sign-in cancelled")
	b.shoot("demo-cancelled")
	b.do(chromedp.Click("#choose"), chromedp.WaitVisible("#demo-sign"))
	require.Contains(t, evaluate[string](b, `document.getElementById("demo-text").textContent`), "eds-login/1\n")
	require.Contains(t, evaluate[string](b, `document.getElementById("demo-text").textContent`), "origin: "+d.origin)
	evaluate[bool](b, `document.getElementById("stop").click(), true`) // it lies under the window
	b.do(chromedp.WaitVisible("#trouble .neutral"), chromedp.WaitNotVisible("#demo-sign"))
	b.pick(0, "fair")
	b.do(chromedp.WaitVisible(".cabinet"))
}

// The pages say that this is a demonstration, in each language, and nothing of it is reached under another name or from
// another machine.
func TestDemoKeepsToItself(t *testing.T) {
	d := startDemo(t)
	get := func(path, host string) (int, string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.origin+path, nil)
		require.NoError(t, err)
		if host != "" {
			r.Host = host
		}
		response, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		return response.StatusCode, string(body)
	}
	for lang, words := range map[string]string{"kk": "демонстрация", "ru": "демонстрация", "en": "demonstration"} {
		status, body := get("/?lang="+lang, "")
		require.Equal(t, http.StatusOK, status)
		require.Contains(t, body, words)
	}
	for _, path := range []string{"/", "/demo/news", "/demo/panel.js"} {
		status, _ := get(path, "evil.example")
		require.Equal(t, http.StatusMisdirectedRequest, status, path)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.origin+"/demo/answer", strings.NewReader(`{}`))
	require.NoError(t, err)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	response, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusForbidden, response.StatusCode)
	for _, listener := range append([]net.Listener(nil), d.listeners...) {
		require.True(t, listener.Addr().(*net.TCPAddr).IP.IsLoopback())
	}
	require.True(t, d.emulator.Addr().(*net.TCPAddr).IP.IsLoopback())
}

// One command, no arguments: it says where to look, moves on where the port is taken, and ends when told to.
func TestRun(t *testing.T) {
	if taken, err := listenBoth(firstPort); err == nil { // else somebody else has taken it
		t.Cleanup(func() {
			for _, l := range taken {
				_ = l.Close()
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	said := new(lockedBuffer)
	done := make(chan error, 1)
	go func() { done <- run(ctx, said, io.Discard) }()
	require.Eventually(t, func() bool { return strings.Contains(said.String(), "Ctrl-C") }, 20*time.Second, 10*time.Millisecond)
	require.Contains(t, said.String(), "Port 8080 is taken")
	require.Regexp(t, `Open http://localhost:80\d\d\n`, said.String())
	cancel()
	select {
	case err := <-done:
		require.NoError(t, err)
	case <-time.After(10 * time.Second):
		t.Fatal("the demo does not stop")
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// Every text of the demo is there in three languages.
func TestTexts(t *testing.T) {
	all := []text{noticeText, windowTitle, windowLead, windowKeys, windowWeather, windowSigned, windowAsks, windowSign, windowCancel}
	for _, w := range weathers {
		all = append(all, w.name)
	}
	d := startDemo(t)
	for _, a := range d.panel.cast {
		all = append(all, a.role, a.expect)
	}
	for _, one := range all {
		for _, lang := range []string{"kk", "ru", "en"} {
			require.NotEmpty(t, one.in(lang))
		}
	}
}
