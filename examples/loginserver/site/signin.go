package site

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/qoltanba/eds"
	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/verdict"
)

const (
	maxVerifying  = 64               // sign-ins that are verified at once
	verifyTimeout = 30 * time.Second // for one, the authority's answers included
)

// attemptLife is how long the browser keeps the secret of a try: twice the challenge's life, so that a late answer is
// told that it is late.
func (s *Site) attemptLife() time.Duration {
	if life := s.c.EDS.ChallengeLife; life > 0 {
		return 2 * life
	}
	return 2 * eds.DefaultChallengeLife
}

// start shows the start page. Query and form never choose where a person goes next: the targets are fixed.
func (s *Site) start(w http.ResponseWriter, r *http.Request) {
	if s.signedIn(r.Context()) != nil {
		http.Redirect(w, r, "/cabinet", http.StatusSeeOther)
		return
	}
	s.show(w, r, http.StatusOK, "start", startPage{
		NCALayer: s.c.NCALayer,
		Status:   "http" + strings.TrimPrefix(s.c.NCALayer, "ws"),
		AnyKey:   !s.national(),
	})
}

// A startPage is what the template of the start page is filled with.
type startPage struct {
	NCALayer string
	Status   string // a page of NCALayer's: whether it opens tells a person what is wrong
	AnyKey   bool   // NCALayer shall offer keys of other authorities than the national ones too
}

// national reports whether only the authorities that NCALayer knows by itself are trusted.
func (s *Site) national() bool {
	return !slices.ContainsFunc(s.c.Trust.Anchors, func(anchor *cert.Certificate) bool {
		pin, ok := nca.PinOf(anchor)
		return !ok || pin.Class != nca.Production
	})
}

// challengeAnswer is the answer of POST /login/eds/challenge.
type challengeAnswer struct {
	Challenge string    `json:"challenge"` // Base64, as NCALayer takes it
	Expires   time.Time `json:"expires"`
}

func (s *Site) challenge(w http.ResponseWriter, r *http.Request) {
	c, err := s.verifier.Challenge(r.Context(), s.beginAttempt(w))
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, challengeAnswer{Challenge: c.Base64(), Expires: c.Expires()})
}

// loginRequest is the body of POST /login/eds: what NCALayer returned, as it is.
type loginRequest struct {
	CMS string `json:"cms"`
}

// loginAnswer is the answer to a sign-in that was let in.
type loginAnswer struct {
	Location string `json:"location"`
}

// login verifies a signature and begins a session. Nothing that the page says about the person counts: only what the
// verified certificate says does.
func (s *Site) login(w http.ResponseWriter, r *http.Request) {
	attempt := s.endAttempt(w, r)
	var request loginRequest
	if err := readJSON(r, &request); err != nil {
		s.refuse(w, r, err)
		return
	}
	identity, err := s.authenticate(r.Context(), attempt, []byte(request.CMS))
	if err == nil {
		err = s.signIn(r.Context(), personOf(identity))
	}
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	note(r.Context(), slog.String("class", string(identity.Class())), slog.String("kind", string(identity.Kind())),
		slog.String("key", identity.Certificate().PublicKey.Algorithm()))
	writeJSON(w, http.StatusOK, loginAnswer{Location: "/cabinet"})
}

var errBusy = errors.New("too many sign-ins are being verified")

// authenticate is the call that everything here is for.
func (s *Site) authenticate(ctx context.Context, attempt string, message []byte) (*eds.Identity, error) {
	if attempt == "" {
		return nil, verdict.New(verdict.ChallengeUnknown, "site: the browser has no open try to sign in")
	}
	select {
	case s.busy <- struct{}{}:
		defer func() { <-s.busy }()
	default:
		return nil, errBusy
	}
	ctx, cancel := context.WithTimeout(ctx, verifyTimeout)
	defer cancel()
	return s.verifier.Authenticate(ctx, attempt, message)
}

func (s *Site) logout(w http.ResponseWriter, r *http.Request) {
	if err := s.sessions.Destroy(r.Context()); err != nil {
		s.sessionError(w, r, err)
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

var errMediaType = errors.New("the body is not application/json")

// readJSON reads one JSON object with known fields and nothing after it.
func readJSON(r *http.Request, into any) error {
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		return errMediaType
	}
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if err == nil {
		_, err = d.Token()
	}
	var tooLarge *http.MaxBytesError
	switch {
	case errors.Is(err, io.EOF) && err != nil && d.InputOffset() > 0:
		return nil
	case errors.As(err, &tooLarge):
		return verdict.New(verdict.LimitExceeded, "site: a body over %d bytes", tooLarge.Limit)
	}
	return verdict.New(verdict.Malformed, "site: the body is not the one JSON object that is expected")
}

func writeJSON(w http.ResponseWriter, status int, answer any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) // the browser has gone: nobody to tell
}
