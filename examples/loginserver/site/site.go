// Package site is the sign-in of a personal cabinet by electronic digital signature: a start page, a challenge, the
// page's talk with NCALayer, the check of what came back, and a page for the person who signed.
//
// [New] makes a handler that a server, a demo or a test mounts:
//
//	s, err := site.New(site.Config{Origin: "https://cabinet.example.kz", Trust: trust})
//	if err != nil { … }
//	err = http.ListenAndServeTLS(addr, certFile, keyFile, s)
//
// The routes:
//
//	GET  /                     start page; a person who is signed in goes on to /cabinet
//	POST /login/eds/challenge  JSON: the text to be signed, for this browser
//	POST /login/eds            JSON: takes the CMS, signs in or refuses
//	GET  /cabinet              the personal page
//	POST /logout               ends the session
//	POST /language             remembers kk, ru or en
//	GET  /static/…             style, scripts, icons
//	GET  /healthz              the process answers
//
// There is one way in so far. A sign-in by IIN and password will stand beside it on the start page, as a second
// section and second handlers; nothing on the page pretends to be it.
//
// What it does not do: it keeps sessions and challenges in the memory of one process, and has no accounts. Whoever
// signs in is the person that the certificate names, until the session ends.
package site

import (
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/qoltanba/eds"
	"github.com/qoltanba/eds/verdict"
)

// DefaultNCALayer is where NCALayer listens.
const DefaultNCALayer = "wss://127.0.0.1:13579/"

// Config is what a [Site] is made from. Origin and Trust are required; the zero value of the rest is the strict
// choice.
type Config struct {
	// Origin is the site's address in browsers: https, or http on a loopback host. It decides the cookies' flags, so
	// that no option can weaken them: on https they are Secure and bear the prefix __Host-.
	Origin string
	// Trust says whose certificates let in.
	Trust eds.Trust
	// EDS are the choices of the verifier.
	EDS eds.Options
	// NCALayer is the WebSocket address that the page calls: wss, or ws on a loopback host. Empty stands for
	// [DefaultNCALayer].
	NCALayer string
	// Language is the page's language where the browser names none of the three; empty stands for kk.
	Language string
	// TrustedProxies are the addresses from which X-Forwarded-For is believed. Limits count by address.
	TrustedProxies []netip.Prefix
	// PerMinute bounds the challenges, and apart from them the sign-ins, of one address in a minute; 0 stands for 60.
	PerMinute int
	// Idle and Lifetime end a session; 0 stands for 15 minutes and 8 hours.
	Idle, Lifetime time.Duration
	// Notice, if not nil, is shown on top of every page, in the language given: an announcement. It may bring a
	// script of the same origin; the policy of the pages forbids any other.
	Notice func(lang string) template.HTML
	// Log gets a line for each request and each sign-in, without personal data; nil stands for slog.Default. See
	// [Printable] for what its handler should do with text.
	Log *slog.Logger
}

// withDefaults fills in what was left out, and refuses what cannot be meant.
func (c Config) withDefaults() (Config, error) {
	if c.NCALayer == "" {
		c.NCALayer = DefaultNCALayer
	}
	if c.Language == "" {
		c.Language = "kk"
	}
	if c.PerMinute == 0 {
		c.PerMinute = 60
	}
	if c.Idle == 0 {
		c.Idle = 15 * time.Minute
	}
	if c.Lifetime == 0 {
		c.Lifetime = 8 * time.Hour
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	c.TrustedProxies = slices.Clone(c.TrustedProxies)
	return c, c.check()
}

func (c Config) check() error {
	switch {
	case c.Origin == "":
		return errors.New("site: an origin is required")
	case !slices.Contains(verdict.Languages(), c.Language):
		return fmt.Errorf("site: language %q is none of %v", c.Language, verdict.Languages())
	case c.PerMinute < 0, c.Idle < 0, c.Lifetime < 0:
		return errors.New("site: a limit is negative")
	}
	return checkNCALayer(c.NCALayer)
}

// checkNCALayer refuses addresses that a page must not send people's challenges to, and those that would break out
// of the content security policy.
func checkNCALayer(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil, u.User != nil, u.RawQuery != "", u.Fragment != "", u.Path != "" && u.Path != "/":
		return fmt.Errorf("site: NCALayer at %q: want wss://host:port/", address)
	case u.Scheme != "wss" && u.Scheme != "ws", !isLoopback(u.Hostname()):
		return fmt.Errorf("site: NCALayer at %q: want ws or wss on a loopback host", address)
	}
	return nil
}

func isLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

// Site is the handler. It is safe for concurrent use.
type Site struct {
	c        Config
	origin   *url.URL
	verifier *eds.Verifier
	sessions *scs.SessionManager
	pages    *pages
	static   *static
	busy     chan struct{} // a token for every sign-in that is being verified
	handler  http.Handler
}

// New makes a Site. It opens no connection.
func New(c Config) (*Site, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	verifier, err := eds.New(c.Origin, c.Trust, c.EDS)
	if err != nil {
		return nil, err
	}
	origin, err := url.Parse(c.Origin)
	if err != nil {
		return nil, err
	}
	static, err := loadStatic()
	if err != nil {
		return nil, err
	}
	pages, err := loadPages()
	if err != nil {
		return nil, err
	}
	s := &Site{c: c, origin: origin, verifier: verifier, pages: pages, static: static, busy: make(chan struct{}, maxVerifying)}
	s.sessions = s.newSessions()
	s.handler = s.routes()
	return s, nil
}

// ServeHTTP answers a request.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

func (s *Site) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.start)
	mux.Handle("POST /login/eds/challenge", s.limited(s.challenge))
	mux.Handle("POST /login/eds", s.limited(s.login))
	mux.HandleFunc("GET /cabinet", s.cabinet)
	mux.HandleFunc("POST /logout", s.logout)
	mux.HandleFunc("POST /language", s.chooseLanguage)
	mux.Handle("GET /static/", s.static)
	mux.HandleFunc("GET /healthz", health)
	mux.HandleFunc("/", s.notFound)
	return s.around(mux)
}

// health answers that the process is alive. It asks nobody else.
func health(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte("ok\n"))
}
