package site

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"

	"github.com/alexedwards/scs/v2"
)

// The cookies. On https their names begin with __Host-, so that no other host of the domain can plant one.
const (
	sessionCookie  = "session"  // who is signed in
	attemptCookie  = "attempt"  // the browser that asked for a challenge
	languageCookie = "language" // no secret
)

// personKey is where a session keeps its person.
const personKey = "person"

func (s *Site) secure() bool { return s.origin.Scheme == "https" }

func (s *Site) cookieName(name string) string {
	if s.secure() {
		return "__Host-" + name
	}
	return name
}

// newSessions makes the keeper of sessions: scs of Alex Edwards, which keeps the data on the server and hashes the
// token there. A session starts with a sign-in and not before, so that strangers cost no memory.
func (s *Site) newSessions() *scs.SessionManager {
	m := scs.New()
	m.Store = newMemory()
	m.HashTokenInStore = true
	m.IdleTimeout = s.c.Idle
	m.Lifetime = s.c.Lifetime
	m.Cookie.Name = s.cookieName(sessionCookie)
	m.Cookie.Secure = s.secure()
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode // Strict would sign out whoever follows a link to here
	m.Cookie.Persist = false
	m.ErrorFunc = s.sessionError
	return m
}

func (s *Site) sessionError(w http.ResponseWriter, r *http.Request, err error) {
	s.c.Log.ErrorContext(r.Context(), "session store", "error", err)
	http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
}

// signIn begins a new session for p: whatever token the browser had before is worth nothing afterwards.
func (s *Site) signIn(ctx context.Context, p *person) error {
	if err := s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	record, err := json.Marshal(p)
	if err != nil {
		return err
	}
	s.sessions.Put(ctx, personKey, record)
	return nil
}

// signedIn returns the person of the request's session, or nil.
func (s *Site) signedIn(ctx context.Context) *person {
	record := s.sessions.GetBytes(ctx, personKey)
	if record == nil {
		return nil
	}
	p := new(person)
	if err := json.Unmarshal(record, p); err != nil {
		return nil
	}
	return p
}

// attemptSize is the number of random bytes that tie a challenge to a browser.
const attemptSize = 32

// beginAttempt gives the browser a new secret for one try to sign in, and returns it. The server keeps none of it:
// the verifier's store holds a hash, beside the challenge.
func (s *Site) beginAttempt(w http.ResponseWriter) string {
	secret := make([]byte, attemptSize)
	rand.Read(secret) // never fails
	attempt := base64.RawURLEncoding.EncodeToString(secret)
	http.SetCookie(w, s.attempt(attempt, int(s.attemptLife().Seconds())))
	return attempt
}

// endAttempt returns the secret of the browser's last try, or "", and takes it away.
func (s *Site) endAttempt(w http.ResponseWriter, r *http.Request) string {
	cookie, err := r.Cookie(s.cookieName(attemptCookie))
	if err != nil {
		return ""
	}
	http.SetCookie(w, s.attempt("", -1))
	if raw, err := base64.RawURLEncoding.DecodeString(cookie.Value); err != nil || len(raw) != attemptSize {
		return ""
	}
	return cookie.Value
}

func (s *Site) attempt(value string, maxAge int) *http.Cookie {
	return &http.Cookie{
		Name:     s.cookieName(attemptCookie),
		Value:    value,
		Path:     "/",
		MaxAge:   maxAge,
		Secure:   s.secure(),
		HttpOnly: true,
		SameSite: http.SameSiteStrictMode,
	}
}
