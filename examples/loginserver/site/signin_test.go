package site_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds"
	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/edstest"
	"github.com/qoltanba/eds/examples/loginserver/site"
	"github.com/qoltanba/eds/nca"
)

// A person of each generation of keys signs in, sees the personal page and signs out.
func TestSignIn(t *testing.T) {
	pki := newPKI(t, edstest.GOST512, edstest.GOST2004, edstest.RSA)
	s := newService(t, pki, nil)
	for _, h := range []edstest.Hierarchy{edstest.GOST512, edstest.GOST2004, edstest.RSA} {
		t.Run(h.String(), func(t *testing.T) {
			v := s.visitor()
			person := pki.Person(edstest.Under(h), edstest.Name("СЫНАҚОВА", "АЙША", "ҮЛГІҚЫЗЫ"))
			a := v.signIn(person)
			require.Equal(t, http.StatusOK, a.StatusCode, s.log.String())
			require.JSONEq(t, `{"location":"/cabinet"}`, a.body)

			page := v.get("/cabinet?lang=en")
			require.Equal(t, http.StatusOK, page.StatusCode)
			require.Equal(t, "no-store", page.Header.Get("Cache-Control"))
			require.Contains(t, page.body, "СЫНАҚОВА АЙША ҮЛГІҚЫЗЫ")
			require.Contains(t, page.body, "••••••••"+person.IIN()[8:])
			require.NotContains(t, page.body, person.IIN())
			require.Contains(t, page.body, "not of the National Certification Authority")
			require.Equal(t, http.StatusSeeOther, v.get("/").StatusCode)

			out := v.form("/logout", nil)
			require.Equal(t, http.StatusSeeOther, out.StatusCode)
			require.Equal(t, http.StatusSeeOther, v.get("/cabinet").StatusCode)
			require.NotContains(t, s.log.String(), person.IIN())
			require.NotContains(t, s.log.String(), "СЫНАҚОВА")
		})
	}
}

// What NCALayer returns comes in several dresses: the bytes decide, not the dress.
func TestMessageForms(t *testing.T) {
	pki := newPKI(t)
	s := newService(t, pki, nil)
	person := pki.Person()
	for name, dress := range map[string]func([]byte) string{
		"base64": base64.StdEncoding.EncodeToString,
		"pem": func(b []byte) string {
			return "-----BEGIN CMS-----\n" + base64.StdEncoding.EncodeToString(b) + "\n-----END CMS-----\n"
		},
	} {
		t.Run(name, func(t *testing.T) {
			v := s.visitor()
			a := v.post("/login/eds", map[string]string{"cms": dress(sign(t, person, v.challenge()))})
			require.Equal(t, http.StatusOK, a.StatusCode, a.body)
		})
	}
}

// A refused is what the page gets to show.
type refused struct{ Kind, Code, Request, Title, Text, Advice string }

func (a answer) refused(t *testing.T) refused {
	t.Helper()
	var r refused
	require.NoError(t, json.Unmarshal([]byte(a.body), &r))
	require.NotEmpty(t, r.Request)
	require.NotEmpty(t, r.Title)
	require.NotEmpty(t, r.Text)
	require.NotEmpty(t, r.Advice)
	return r
}

// Every way to be refused, each with its status, its code and the words of its reason.
func TestRefusals(t *testing.T) {
	pki := newPKI(t, edstest.GOST512, edstest.RSA)
	foreign := newPKI(t, edstest.GOST512)
	person, other, revoked, suspended := pki.Person(), pki.Person(), pki.Person(), pki.Person()
	pki.Revoke(revoked, cert.KeyCompromise, time.Time{})
	pki.Hold(suspended, time.Time{})
	for _, c := range []struct {
		name   string
		try    func(t *testing.T, v *visitor) answer
		status int
		reason eds.Reason
	}{
		{"old challenge", func(t *testing.T, v *visitor) answer {
			message := sign(t, person, v.challenge())
			v.clock.turn(eds.DefaultChallengeLife)
			return v.login(message)
		}, 403, "challenge-expired"},
		{"same message twice", func(t *testing.T, v *visitor) answer {
			message := sign(t, person, v.challenge())
			attempt := v.cookie("attempt")
			require.Equal(t, http.StatusOK, v.login(message).StatusCode)
			v.setCookie("attempt", attempt)
			return v.login(message)
		}, 403, "challenge-unknown"},
		{"no try open", func(t *testing.T, v *visitor) answer {
			return v.login(sign(t, person, []byte("anything")))
		}, 403, "challenge-unknown"},
		{"made-up attempt", func(t *testing.T, v *visitor) answer {
			v.setCookie("attempt", "x")
			return v.login(sign(t, person, []byte("anything")))
		}, 403, "challenge-unknown"},
		{"another session's challenge", func(t *testing.T, v *visitor) answer {
			v.challenge()
			return v.login(sign(t, person, v.visitor().challenge()))
		}, 403, "challenge-unknown"},
		{"another site's challenge", func(t *testing.T, v *visitor) answer {
			text := strings.Replace(string(v.challenge()), "origin: http://127.0.0.1", "origin: http://127.0.0.2", 1)
			return v.login(sign(t, person, []byte(text)))
		}, 403, "origin-mismatch"},
		{"other text", func(t *testing.T, v *visitor) answer {
			return v.login(sign(t, person, append(v.challenge(), "and a loan of a million"...)))
		}, 403, "challenge-unknown"},
		{"a document", func(t *testing.T, v *visitor) answer {
			v.challenge()
			return v.login(sign(t, person, []byte("Шарт № 1")))
		}, 403, "content-mismatch"},
		{"detached", func(t *testing.T, v *visitor) answer {
			message, err := person.Sign(v.challenge(), cms.SignOptions{Detached: true})
			require.NoError(t, err)
			return v.login(message)
		}, 403, "content-missing"},
		{"two signers", func(t *testing.T, v *visitor) answer {
			message, err := cms.Sign(v.challenge(), []cms.Signer{person.Signer(), other.Signer()}, cms.SignOptions{})
			require.NoError(t, err)
			return v.login(message)
		}, 403, "too-many-signers"},
		{"broken signature", func(t *testing.T, v *visitor) answer {
			message := sign(t, person, v.challenge())
			message[len(message)-1] ^= 1
			return v.login(message)
		}, 403, "signature-invalid"},
		{"expired", with(pki.Person(edstest.Expired())), 403, "cert-expired"},
		{"not yet valid", with(pki.Person(edstest.NotYetValid())), 403, "cert-not-yet-valid"},
		{"organization", with(pki.Head()), 403, "subject-not-accepted"},
		{"digital system", with(pki.System()), 403, "subject-not-accepted"},
		{"signing-only RSA key", with(pki.Person(edstest.Under(edstest.RSA), edstest.ForSigning())), 403, "usage-not-allowed"},
		{"foreign root", with(foreign.Person()), 403, "unknown-issuer"},
		{"revoked", with(revoked), 403, "revoked"},
		{"suspended", with(suspended), 403, "revoked"},
		{"never issued", with(pki.Person(edstest.NeverIssued())), 403, "revoked"},
		{"junk", func(_ *testing.T, v *visitor) answer {
			v.challenge()
			return v.login([]byte("junk"))
		}, 400, "malformed"},
		{"too large", func(_ *testing.T, v *visitor) answer {
			v.challenge()
			return v.login(make([]byte, 65<<10))
		}, 413, "limit-exceeded"},
		{"far too large", func(_ *testing.T, v *visitor) answer {
			v.challenge()
			return v.login(make([]byte, 256<<10))
		}, 413, "limit-exceeded"},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := newService(t, pki, nil).visitor()
			a := c.try(t, v)
			require.Equal(t, c.status, a.StatusCode, a.body)
			r := a.refused(t)
			require.Equal(t, string(c.reason), r.Code)
			want, special := ownWords[c.name]
			if !special {
				want = c.reason.Text("en")
			}
			require.Equal(t, want, r.Text)
			require.Contains(t, v.log.String(), `"refused":"`+r.Code+`"`)
			require.Contains(t, v.log.String(), `"request":"`+r.Request+`"`)
			if c.name != "same message twice" {
				require.Equal(t, http.StatusSeeOther, v.get("/cabinet").StatusCode, "nobody is signed in")
			}
		})
	}
}

// ownWords are the sentences where one reason of the library covers what a person wants told apart.
var ownWords = map[string]string{
	"never issued":                "The certification authority has no record of this certificate.",
	"another session's challenge": anotherSignIn,
	"other text":                  anotherSignIn, // this session's challenge with a change
}

const anotherSignIn = "The signature is for another sign-in: of another browser, or one that was used or replaced before."

func with(h *edstest.Holder) func(*testing.T, *visitor) answer {
	return func(_ *testing.T, v *visitor) answer { return v.signIn(h) }
}

// Of any number of answers to one challenge, sent at once, one is let in.
func TestParallelReplay(t *testing.T) {
	pki := newPKI(t)
	s := newService(t, pki, nil)
	v := s.visitor()
	message := sign(t, pki.Person(), v.challenge())
	attempt := v.cookie("attempt")
	statuses := make(chan int)
	const tries = 20
	for range tries {
		go func() {
			one := s.visitor()
			one.setCookie("attempt", attempt)
			statuses <- one.login(message).StatusCode
		}()
	}
	seen := map[int]int{}
	for range tries {
		seen[<-statuses]++
	}
	require.Equal(t, map[int]int{http.StatusOK: 1, http.StatusForbidden: tries - 1}, seen)
}

// blockingStore holds every sign-in until it is let go.
type blockingStore struct {
	*eds.MemoryStore
	entered, release chan struct{}
}

func (s blockingStore) Take(ctx context.Context, key string) ([]byte, bool, error) {
	s.entered <- struct{}{}
	<-s.release
	return s.MemoryStore.Take(ctx, key)
}

// Only so many sign-ins are verified at once; the next is told to come back.
func TestBusy(t *testing.T) {
	pki := newPKI(t)
	store := blockingStore{eds.NewMemoryStore(nil), make(chan struct{}), make(chan struct{})}
	s := newService(t, pki, func(c *site.Config) { c.EDS.Store = store })
	message := sign(t, pki.Person(), []byte("anything"))
	v := s.visitor()
	v.challenge()
	attempt := v.cookie("attempt")
	done := make(chan int)
	const most = 64
	for range most {
		go func() {
			one := s.visitor()
			one.setCookie("attempt", attempt)
			done <- one.login(message).StatusCode
		}()
		<-store.entered
	}
	a := v.login(message)
	require.Equal(t, http.StatusServiceUnavailable, a.StatusCode)
	require.Equal(t, "busy", a.refused(t).Code)
	close(store.release)
	for range most {
		require.Equal(t, http.StatusForbidden, <-done)
	}
}

// Undecided reads differently from rejected, and is another status: it is no judgement on the person's key.
func TestUndecided(t *testing.T) {
	pki := newPKI(t)
	broken := func(c *site.Config) { c.EDS.Store = brokenStore{} }
	a := newService(t, pki, broken).visitor().post("/login/eds/challenge?lang=ru", struct{}{})
	require.Equal(t, http.StatusServiceUnavailable, a.StatusCode)
	r := a.refused(t)
	require.Equal(t, "undecided", r.Kind)
	require.Equal(t, "Пока не удалось проверить", r.Title)
	require.NotContains(t, a.body, "is on fire")
}

// Where the authority's services fail in whatever way, nobody is let in, and nobody is told that his key is bad.
func TestServicesFail(t *testing.T) {
	pki := newPKI(t)
	person, revoked := pki.Person(), pki.Person()
	pki.Revoke(revoked, cert.KeyCompromise, time.Time{})
	v := newService(t, pki, nil).visitor()
	for _, fault := range []edstest.Fault{
		edstest.Down, edstest.ServerError, edstest.Redirect, edstest.Empty, edstest.Garbage,
		edstest.Endless, edstest.WrongSigner, edstest.BadSignature, edstest.Stale, edstest.OtherCertificate,
	} {
		t.Run(string(fault), func(t *testing.T) {
			pki.Break(edstest.OCSP, fault)
			pki.Break(edstest.CRL, fault)
			if fault == edstest.OtherCertificate { // lists know no such fault
				pki.Break(edstest.CRL, edstest.Down)
			}
			for _, holder := range []*edstest.Holder{person, revoked} {
				a := v.signIn(holder)
				require.Equal(t, http.StatusServiceUnavailable, a.StatusCode, a.body)
				r := a.refused(t)
				require.Equal(t, "undecided", r.Kind)
				require.Equal(t, "revocation-unavailable", r.Code)
				require.Equal(t, eds.Reason("revocation-unavailable").Text("en"), r.Text)
				require.Equal(t, "It could not be checked for now", r.Title)
			}
			pki.Mend(edstest.CRL)
			require.Equal(t, http.StatusOK, v.signIn(person).StatusCode, "the list answers in place of OCSP: %s", v.log)
			require.Contains(t, v.get("/cabinet?lang=en").body, "revocation list")
			require.Equal(t, http.StatusForbidden, v.signIn(revoked).StatusCode)
			pki.Mend(edstest.OCSP)
			require.Equal(t, http.StatusOK, v.signIn(person).StatusCode)
			require.Contains(t, v.get("/cabinet?lang=en").body, "OCSP service")
		})
	}
}

// A service that never answers is waited for, but not for ever.
func TestSlowServices(t *testing.T) {
	pki := newPKI(t)
	v := newService(t, pki, func(c *site.Config) { c.EDS.Sources = sources(t, pki, 100*time.Millisecond) }).visitor()
	pki.Break(edstest.OCSP, edstest.Slow)
	pki.Break(edstest.CRL, edstest.Slow)
	a := v.signIn(pki.Person())
	require.Equal(t, http.StatusServiceUnavailable, a.StatusCode, a.body)
	require.Equal(t, "revocation-unavailable", a.refused(t).Code)
}

// The answer comes in the language of the page that asks.
func TestRefusalLanguages(t *testing.T) {
	pki := newPKI(t)
	v := newService(t, pki, nil).visitor()
	titles := map[string]bool{}
	for _, lang := range []string{"kk", "ru", "en"} {
		a := v.post("/login/eds?lang="+lang, map[string]string{"cms": "x"})
		r := a.refused(t)
		require.Equal(t, eds.Reason("challenge-unknown").Text(lang), r.Text)
		titles[r.Title] = true
	}
	require.Len(t, titles, 3)
}

// Where the policy lets organizations in, the page tells which and in what role.
func TestOrganization(t *testing.T) {
	pki := newPKI(t)
	v := newService(t, pki, func(c *site.Config) { c.EDS.Accept = []nca.Kind{nca.KindPerson, nca.KindOrganization} }).visitor()
	head := pki.Head(edstest.Organization(`ЖШС "ҮЛГІ"`))
	require.Equal(t, http.StatusOK, v.signIn(head).StatusCode)
	page := v.get("/cabinet?lang=ru").body
	require.Contains(t, page, "ЖШС &#34;ҮЛГІ&#34;")
	require.Contains(t, page, head.BIN())
	require.Contains(t, page, "Первый руководитель")
}

// A sign-in begins a session under a new token, whatever the browser held before (session fixation).
func TestNewSessionAtSignIn(t *testing.T) {
	pki := newPKI(t)
	s := newService(t, pki, nil)
	v := s.visitor()
	v.setCookie("session", "planted-by-somebody-else")
	require.Equal(t, http.StatusOK, v.signIn(pki.Person()).StatusCode)
	first := v.cookie("session")
	require.NotContains(t, []string{"", "planted-by-somebody-else"}, first)
	require.Empty(t, v.cookie("attempt"), "the secret of the try is gone")

	require.Equal(t, http.StatusOK, v.signIn(pki.Person()).StatusCode)
	second := v.cookie("session")
	require.NotEqual(t, first, second)
	old := s.visitor()
	old.setCookie("session", first)
	require.Equal(t, http.StatusSeeOther, old.get("/cabinet").StatusCode, "the first token is worth nothing")

	require.Equal(t, http.StatusSeeOther, v.form("/logout", nil).StatusCode)
	old.setCookie("session", second)
	require.Equal(t, http.StatusSeeOther, old.get("/cabinet").StatusCode, "a token that was signed out is worth nothing")
}

func TestSessionEnds(t *testing.T) {
	pki := newPKI(t)
	v := newService(t, pki, func(c *site.Config) { c.Idle = 300 * time.Millisecond }).visitor()
	require.Equal(t, http.StatusOK, v.signIn(pki.Person()).StatusCode)
	require.Equal(t, http.StatusOK, v.get("/cabinet").StatusCode)
	time.Sleep(400 * time.Millisecond)
	require.Equal(t, http.StatusSeeOther, v.get("/cabinet").StatusCode)
}
