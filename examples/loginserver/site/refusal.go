package site

import (
	"errors"
	"log/slog"
	"net/http"

	"github.com/qoltanba/eds"
	"github.com/qoltanba/eds/revocation"
	"github.com/qoltanba/eds/verdict"
)

// A refusal is what a person is told who could not be signed in, as JSON for the page.
type refusal struct {
	Kind    string `json:"kind"`    // rejected, undecided, …: the page shows them differently
	Code    string `json:"code"`    // stable, for support
	Request string `json:"request"` // finds the lines of the log
	Title   string `json:"title"`
	Text    string `json:"text"`
	Advice  string `json:"advice"` // what to do now
}

// A problem is a refusal before it is put into words.
type problem struct {
	status     int
	kind, code string
	reason     verdict.Reason // where the library has a sentence for it
	variant    string         // of one reason several, with words of its own; or ""
}

// Codes of refusals that are this site's own. The others are the library's reasons.
const (
	codeBusy      = "busy"
	codeInternal  = "internal"
	codeLimited   = "too-many-requests"
	codeMediaType = "media-type"
	codeNotFound  = "not-found"
	codeOrigin    = "cross-origin"
	codeUndecided = "undecided"
)

// problemOf sorts an error. What the library could not decide is told apart from what it refused, and a fault of this
// server never reads like a fault of the person's key.
func problemOf(err error) problem {
	e := verdict.From(err)
	switch {
	case errors.Is(err, errBusy):
		return problem{status: http.StatusServiceUnavailable, kind: "undecided", code: codeBusy}
	case errors.Is(err, errMediaType):
		return problem{status: http.StatusUnsupportedMediaType, kind: "malformed", code: codeMediaType}
	case e.Kind == verdict.KindMisuse:
		return problem{status: http.StatusInternalServerError, kind: "misuse", code: codeInternal}
	case e.Reason == "":
		return problem{status: e.Kind.HTTPStatus(), kind: e.Kind.String(), code: codeUndecided}
	}
	return problem{status: e.Kind.HTTPStatus(), kind: e.Kind.String(), code: string(e.Reason), reason: e.Reason, variant: variantOf(err)}
}

// Variants of refusals: what one reason of the library covers and a person wants told apart.
const (
	variantNeverIssued    = "never-issued"
	variantOtherChallenge = "other-challenge"
)

func variantOf(err error) string {
	switch {
	case errors.Is(err, revocation.ErrNeverIssued):
		return variantNeverIssued
	case errors.Is(err, eds.ErrOtherChallenge):
		return variantOtherChallenge
	}
	return ""
}

// refuse answers with the problem in the page's language and notes the cause for the log.
func (s *Site) refuse(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(err)
	note(r.Context(), slog.String("refused", p.code), slog.String("because", err.Error()))
	s.writeProblem(w, r, p)
}

func (s *Site) writeProblem(w http.ResponseWriter, r *http.Request, p problem) {
	writeJSON(w, p.status, p.words(wordsOf(r.Context()), requestID(r.Context())))
}

func (p problem) words(words words, request string) refusal {
	text := p.reason.Text(words.Lang)
	switch {
	case p.variant != "":
		text = words.first("refusal." + p.variant + ".text")
	case text == "":
		text = words.first("refusal."+p.code+".text", "refusal."+p.kind+".text")
	}
	return refusal{
		Kind:    p.kind,
		Code:    p.code,
		Request: request,
		Title:   words.first("refusal."+p.code+".title", "refusal."+p.kind+".title"),
		Text:    text,
		Advice:  words.first("advice."+p.variant, "advice."+p.code, "advice."+p.kind),
	}
}
