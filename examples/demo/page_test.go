package main

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds"
	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/edstest"
	"github.com/qoltanba/eds/examples/loginserver/site"
	"github.com/qoltanba/eds/internal/peer"
	"github.com/qoltanba/eds/internal/shared"
	"github.com/qoltanba/eds/ncalayer/emulator"
	"github.com/qoltanba/eds/revocation"
	"github.com/qoltanba/eds/verdict"
)

// A clock goes, and can be turned.
type clock struct{ ahead atomic.Int64 }

func (c *clock) Now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

func (c *clock) turn(by time.Duration) { c.ahead.Add(int64(by)) }

// serveSite serves the site alone, without the demo around it, until the test ends, and returns its origin.
func serveSite(t *testing.T, c site.Config) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	c.Origin = "http://" + listener.Addr().String()
	c.Log = slog.New(slog.DiscardHandler)
	c.PerMinute = 1000
	s, err := site.New(c)
	require.NoError(t, err)
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: s}}
	server.Start()
	t.Cleanup(server.Close)
	return c.Origin
}

func newPKI(t *testing.T, hierarchies ...edstest.Hierarchy) *edstest.PKI {
	t.Helper()
	pki, err := edstest.New(edstest.Options{Hierarchies: hierarchies})
	require.NoError(t, err)
	t.Cleanup(pki.Close)
	return pki
}

// The page refuses, each in the words of its reason, what only a false NCALayer or a false page could send.
func TestPageRefuses(t *testing.T) {
	pki, foreign, turned, layer := newPKI(t, edstest.GOST512, edstest.RSA), newPKI(t), new(clock), newLayer(t)
	sources, err := sourcesOf(pki)
	require.NoError(t, err)
	origin := serveSite(t, site.Config{
		Trust:    pki.Trust(),
		EDS:      eds.Options{Clock: turned.Now, Sources: sources},
		NCALayer: layer.url,
	})
	person, other, revoked := pki.Person(), pki.Person(), pki.Person()
	pki.Revoke(revoked, cert.KeyCompromise, time.Time{})
	b := newTab(t)
	b.do(chromedp.Navigate(origin + "/?lang=ru"))

	var first []byte
	layer.signs(func(challenge []byte) []byte {
		first = sign(t, person, challenge)
		return first
	})
	b.do(chromedp.Click("#choose"), chromedp.WaitVisible(".cabinet"))
	b.do(chromedp.Click(".person button"), chromedp.WaitVisible("#choose"))

	// while is an honest signature, judged while OCSP fails so and the lists do not answer.
	while := func(fault edstest.Fault) func([]byte) []byte {
		return func(challenge []byte) []byte {
			pki.Break(edstest.OCSP, fault)
			pki.Break(edstest.CRL, edstest.Down)
			return sign(t, person, challenge)
		}
	}
	for _, c := range []struct {
		name   string
		sign   func(challenge []byte) []byte
		reason eds.Reason
	}{
		{"same message twice", func([]byte) []byte { return first }, otherChallenge},
		{"old challenge", func(challenge []byte) []byte {
			turned.turn(eds.DefaultChallengeLife)
			t.Cleanup(func() { turned.turn(-eds.DefaultChallengeLife) })
			return sign(t, person, challenge)
		}, "challenge-expired"},
		{"another session's challenge", func([]byte) []byte { return sign(t, person, strangersChallenge(t, origin)) }, otherChallenge},
		{"another site's challenge", func(challenge []byte) []byte {
			return sign(t, person, []byte(strings.Replace(string(challenge), origin, "https://egov.example", 1)))
		}, "origin-mismatch"},
		{"a document", func([]byte) []byte { return sign(t, person, []byte("Договор займа № 1")) }, "content-mismatch"},
		{"two signers", func(challenge []byte) []byte {
			message, err := cms.Sign(challenge, []cms.Signer{person.Signer(), other.Signer()}, cms.SignOptions{})
			require.NoError(t, err)
			return message
		}, "too-many-signers"},
		{"revoked", by(t, revoked), "revoked"},
		{"never issued", by(t, pki.Person(edstest.NeverIssued())), neverIssued},
		{"expired", by(t, pki.Person(edstest.Expired())), "cert-expired"},
		{"organization", by(t, pki.Head()), "subject-not-accepted"},
		{"signing-only RSA key", by(t, pki.Person(edstest.Under(edstest.RSA), edstest.ForSigning())), "usage-not-allowed"},
		{"foreign root", by(t, foreign.Person()), "unknown-issuer"},
		{"a certificate in place of a message", func([]byte) []byte { return person.Certificate.Raw }, "malformed"},
		{"responder down", while(edstest.Down), "revocation-unavailable"},
		{"responder slow", while(edstest.Slow), "revocation-unavailable"},
		{"responder with a wrong signer", while(edstest.WrongSigner), "revocation-unavailable"},
		{"responder about another certificate", while(edstest.OtherCertificate), "revocation-unavailable"},
		{"responder of last week", while(edstest.Stale), "revocation-unavailable"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := &tab{t: t, ctx: b.ctx}
			layer.signs(c.sign)
			kind := "rejected"
			if known := c.reason.Kind(); known == verdict.KindMalformed || c.reason == verdict.RevocationUnavailable {
				kind = known.String()
			}
			b.do(chromedp.Click("#choose"), chromedp.WaitVisible("#trouble .trouble."+kind))
			b.requireRefusal(c.reason, kind, "ru")
		})
	}
}

// by is an honest signature with somebody's key.
func by(t *testing.T, h *edstest.Holder) func([]byte) []byte {
	return func(challenge []byte) []byte { return sign(t, h, challenge) }
}

func sign(t *testing.T, h *edstest.Holder, text []byte) []byte {
	t.Helper()
	message, err := h.Sign(text, cms.SignOptions{})
	require.NoError(t, err)
	return message
}

// strangersChallenge is what another browser gets.
func strangersChallenge(t *testing.T, origin string) []byte {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, origin+"/login/eds/challenge", nil)
	require.NoError(t, err)
	response, err := (&http.Client{Jar: jar}).Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	var answer struct{ Challenge []byte }
	require.NoError(t, json.NewDecoder(response.Body).Decode(&answer))
	return answer.Challenge
}

// The moment at which the national test keys of 2026 are looked at.
var in2026 = time.Date(2026, 9, 15, 12, 0, 0, 0, time.UTC)

// The national test person signs in with the real container, over the real protocol with TLS, against the national test
// hierarchy and its list of August 2026; the person whose key is on the list does not.
func TestNationalTestPerson(t *testing.T) {
	vectors := shared.Dir(t, "vectors", "nca-test")
	at := func() time.Time { return in2026 }
	trust, err := eds.LoadTrust(vectors + "/ca")
	require.NoError(t, err)
	list, err := os.ReadFile(vectors + "/crl/nca_gost2022_test-2026-08.crl")
	require.NoError(t, err)
	for _, c := range []struct{ file, want string }{
		{"2026-individual-valid.p12", ""},
		{"2026-individual-revoked.p12", "revoked"},
	} {
		t.Run(c.file, func(t *testing.T) {
			e := newEmulator(t, vectors+"/p12/"+c.file)
			origin := serveSite(t, site.Config{
				Trust:    trust,
				NCALayer: e.URL(),
				EDS: eds.Options{
					Clock:       at,
					TestAnchors: true,
					// The vectors have no list of the root's: the issuing authority is not asked about.
					Sources: &revocation.Options{Scope: revocation.Leaf, Evidence: revocation.Evidence{CRLs: [][]byte{list}}},
				},
			})
			b := newTab(t, chromedp.Flag("ignore-certificate-errors-spki-list", e.TLS().SPKI()))
			b.do(chromedp.Navigate(origin+"/?lang=ru"), chromedp.Click("#choose"))
			if c.want != "" {
				b.requireRefusal(eds.Reason(c.want), "rejected", "ru")
				return
			}
			b.do(chromedp.WaitVisible(".cabinet"))
			page := b.text("main")
			for _, words := range []string{
				"ТЕСТОВ ТЕСТ ТЕСТОВИЧ", "••••••••9011", "Физическое лицо", "Тестовый сертификат",
				"6c42 5659 bd2f c6dc 587b 871a ede1 8577 27cf 8451", "(GOST) TEST 2022", "08.05.2026 – 08.05.2027",
				"проверено · список отозванных", "15.09.2026, 17:00",
			} {
				require.Contains(t, page, words)
			}
			require.NotContains(t, page, "123456789011")
			b.shoot("national-test-person")
		})
	}
}

// newEmulator signs with the keys of a container without asking, on wss:// with a certificate of its own.
func newEmulator(t *testing.T, container string) *emulator.Emulator {
	t.Helper()
	data, err := os.ReadFile(container)
	require.NoError(t, err)
	keys, err := emulator.KeysFromPKCS12(data, "Qwerty12")
	require.NoError(t, err)
	e, err := emulator.New(emulator.Options{Listen: "127.0.0.1:0", Keys: keys, AutoApprove: true})
	require.NoError(t, err)
	t.Cleanup(func() { _ = e.Close() })
	return e
}

// Where NCALayer cannot be reached the page says what to look at: nobody listens, or its certificate is not trusted. A
// browser does not tell them apart, so the page names both.
func TestNoNCALayer(t *testing.T) {
	pki := newPKI(t)
	e, err := emulator.New(emulator.Options{Listen: "127.0.0.1:0", AutoApprove: true})
	require.NoError(t, err)
	t.Cleanup(func() { _ = e.Close() })
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	nobody := "wss://" + listener.Addr().String() + "/"
	require.NoError(t, listener.Close())
	b := newTab(t)
	for _, address := range []string{nobody, e.URL()} {
		origin := serveSite(t, site.Config{Trust: pki.Trust(), NCALayer: address})
		for lang, words := range map[string]string{"kk": "NCALayer жауап бермейді", "ru": "NCALayer не отвечает", "en": "NCALayer does not answer"} {
			b.do(chromedp.Navigate(origin+"/?lang="+lang), chromedp.Click("#choose"), chromedp.WaitVisible("#trouble .trouble"))
			require.Contains(t, b.text("#trouble"), words)
			require.Contains(t, b.text("#trouble"), "https"+strings.TrimPrefix(address, "wss"))
			require.Contains(t, b.text("#trouble"), "ncalayer-unavailable")
		}
	}
}

// A page from the internet may reach NCALayer only by the person's leave (Local Network Access). Where it was refused,
// the page says how to give it.
func TestPermissionDenied(t *testing.T) {
	const host = "portal.test"
	pki, layer := newPKI(t), newLayer(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	origin := "https://" + net.JoinHostPort(host, port)
	s, err := site.New(site.Config{Origin: origin, Trust: pki.Trust(), NCALayer: layer.url, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	certificate, err := emulator.NewTLS(time.Now())
	require.NoError(t, err)
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: s}, TLS: &tls.Config{Certificates: []tls.Certificate{certificate.Certificate}}}
	server.StartTLS()
	t.Cleanup(server.Close)
	b := newTab(t,
		chromedp.Flag("host-resolver-rules", "MAP "+host+" 127.0.0.1"),
		chromedp.Flag("ip-address-space-overrides", "127.0.0.1:"+port+"=public"),
		chromedp.Flag("ignore-certificate-errors-spki-list", certificate.SPKI()))
	_, err = chromedp.CallBrowser(b.ctx, browser.SetPermission, browser.SetPermissionParams{
		Permission: &browser.PermissionDescriptor{Name: "loopback-network"},
		Setting:    browser.PermissionSettingDenied,
	})
	require.NoError(t, err)
	b.do(chromedp.Navigate(origin+"/?lang=ru"), chromedp.Click("#choose"), chromedp.WaitVisible("#trouble .trouble"))
	require.Contains(t, b.text("#trouble"), "Браузер запретил подключение к NCALayer")
	b.shoot("permission-denied")
}

// T96 in a browser: names that try to be HTML or to turn the text round stay what they are, text.
func TestHostileNames(t *testing.T) {
	hostile := "</bdi><script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">\u202Eмаржа\n"
	pki, layer := newPKI(t), newLayer(t)
	sources, err := sourcesOf(pki)
	require.NoError(t, err)
	origin := serveSite(t, site.Config{Trust: pki.Trust(), EDS: eds.Options{Sources: sources}, NCALayer: layer.url})
	layer.signs(by(t, pki.Person(edstest.Name(hostile, hostile, hostile))))
	b := newTab(t)
	b.do(chromedp.Navigate(origin+"/?lang=ru"), chromedp.Click("#choose"), chromedp.WaitVisible(".cabinet"))
	require.Contains(t, b.text("h1"), "<script>document.title='taken'</script>")
	require.NotContains(t, b.text("main"), "\u202E")
	require.Equal(t, "Личный кабинет", evaluate[string](b, `document.title`))
	require.Zero(t, evaluate[int](b, `document.querySelectorAll("main script, main img").length`))
	b.size(360, 740)
	require.True(t, evaluate[bool](b, `document.documentElement.scrollWidth <= innerWidth`), "a long name breaks its lines")
	b.shoot("hostile-360")
}

// Both pages and the demo's window have no fault that axe-core finds, in all languages, and fit on narrow screens.
func TestAccessibility(t *testing.T) {
	source, found := axe()
	peer.Need(t, "axe-core", "npm install --no-save --prefix .bin axe-core@4.14.1, in the root", found)
	d := startDemo(t)
	b := newTab(t)
	check := func(name string) {
		t.Helper()
		evaluate[bool](b, source+"; true")
		for _, width := range []int64{360, 320, 1100} {
			b.size(width, 740)
			require.True(t, evaluate[bool](b, `document.documentElement.scrollWidth <= innerWidth`), "%s at %d", name, width)
			b.shoot(fmt.Sprintf("%s-%d", name, width))
			if width != 360 {
				require.JSONEq(t, `[]`, string(evaluate[[]byte](b, axeRun)), "%s at %d", name, width)
			}
		}
	}
	for _, lang := range []string{"kk", "ru", "en"} {
		b.do(chromedp.Navigate(d.origin + "/?lang=" + lang))
		check("start-" + lang)
		b.do(chromedp.Click("#choose"), chromedp.WaitVisible("#demo-sign"))
		check("window-" + lang)
		b.do(chromedp.Click(`#demo-keys input[value="3"]`), chromedp.Click("#demo-sign"), chromedp.WaitVisible("#trouble .trouble"))
		check("refusal-" + lang)
		b.pick(0, "down")
		b.do(chromedp.WaitVisible("#trouble .undecided"))
		check("undecided-" + lang)
		b.pick(0, "fair")
		b.do(chromedp.WaitVisible(".cabinet"))
		check("cabinet-" + lang)
		b.do(chromedp.Click(".person button"), chromedp.WaitVisible("#choose"))
		b.do(chromedp.Navigate(d.origin + "/nothing"))
		check("problem-" + lang)
	}
}

const axeRun = `axe.run(document, {runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
	resultTypes: ["violations"]}).then(r => r.violations.map(v => ({id: v.id, help: v.help, nodes: v.nodes.map(n => n.html)})))`

// axe finds the script of axe-core.
func axe() (string, bool) {
	source, err := os.ReadFile("../../.bin/node_modules/axe-core/axe.min.js")
	return string(source), err == nil
}
