package verdict

import (
	"errors"
	"fmt"
)

// Kind sorts errors by the question "what do I do now?". A Kind is itself an error, so that
// errors.Is(err, verdict.KindUndecided) works on whatever the library returns.
type Kind uint8

// The kinds of error, each with the HTTP status that [Kind.HTTPStatus] proposes.
const (
	KindMisuse      Kind = iota + 1 // a mistake in the calling code: 500
	KindMalformed                   // the bytes are not what the standard says: 400
	KindUnsupported                 // well formed, beyond us, such as an algorithm: 422
	KindRejected                    // decided, and the answer is no: 403
	KindUndecided                   // no answer could be had: 503
	KindLimit                       // a budget ran out: 413
)

var kinds = map[Kind]struct {
	word   string
	status int
}{
	KindMisuse:      {"misuse", 500},
	KindMalformed:   {"malformed", 400},
	KindUnsupported: {"unsupported", 422},
	KindRejected:    {"rejected", 403},
	KindUndecided:   {"undecided", 503},
	KindLimit:       {"limit", 413},
}

// String returns the word of the kind: "misuse", "malformed", "unsupported", "rejected", "undecided", "limit".
func (k Kind) String() string {
	if row, ok := kinds[k]; ok {
		return row.word
	}
	return "unknown"
}

// Error makes a Kind a target of errors.Is. It is the bare word of [Kind.String].
func (k Kind) Error() string { return k.String() }

// HTTPStatus returns the status code that a server may answer with; 500 for anything unknown.
func (k Kind) HTTPStatus() int {
	if row, ok := kinds[k]; ok {
		return row.status
	}
	return 500
}

// Error is the error of every package of the library. It says what kind of trouble it is, which stable reason
// word belongs to it, and in Error() one English sentence for logs. It never holds personal data or secrets.
//
// errors.Is(err, k) with a [Kind] and errors.Is(err, r) with a [Reason] match it.
type Error struct {
	Kind   Kind
	Reason Reason // empty for misuse
	cause  error
}

// New makes an Error for a reason. The format and its arguments are those of fmt.Errorf; %w keeps a cause.
func New(r Reason, format string, args ...any) *Error {
	return &Error{Kind: r.Kind(), Reason: r, cause: fmt.Errorf(format, args...)}
}

// Misuse makes an Error for a mistake of the caller.
func Misuse(format string, args ...any) *Error {
	return &Error{Kind: KindMisuse, cause: fmt.Errorf(format, args...)}
}

// From finds the Error inside err, or the bare [Reason] or [Kind]. An error of another make becomes an undecided
// one, a plain failure to get an answer: it is never taken for a decision. From(nil) is nil.
func From(err error) *Error {
	if err == nil {
		return nil
	}
	var (
		e *Error
		r Reason
		k = KindUndecided
	)
	switch {
	case errors.As(err, &e):
		return e
	case errors.As(err, &r):
		return &Error{Kind: r.Kind(), Reason: r, cause: err}
	}
	errors.As(err, &k)
	return &Error{Kind: k, cause: err}
}

// Error returns the sentence for logs.
func (e *Error) Error() string {
	if e.cause == nil {
		return e.Kind.Error()
	}
	return e.cause.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

// Is reports whether target is this error's Kind or its Reason.
func (e *Error) Is(target error) bool {
	switch t := target.(type) {
	case Kind:
		return t == e.Kind
	case Reason:
		return t == e.Reason && t != ""
	}
	return false
}

// Text returns the sentence for the person at the screen in one of the languages of [Reason.Text]. It is empty where
// the Reason is: after a misuse or an error of another make.
func (e *Error) Text(lang string) string { return e.Reason.Text(lang) }
