package revocation

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/verdict"
)

// Status is what came out about one certificate. The zero value says that nobody could tell.
type Status uint8

// The statuses. Good, Pinned and Off do not stand in the way of a good verdict.
const (
	StatusUnavailable Status = iota // nobody could tell
	StatusGood                      // verified: not revoked
	StatusRevoked                   // verified: revoked, on hold, or never issued
	StatusUnknown                   // verified: the responder does not know the certificate
	StatusPinned                    // nobody could tell, but it is a pinned authority: see [Options.NoPinnedPass]
	StatusOff                       // not asked: the anchor, or out of scope
)

var statusWords = map[Status]string{
	StatusUnavailable: "unavailable", StatusGood: "good", StatusRevoked: "revoked", StatusUnknown: "unknown",
	StatusPinned: "pinned", StatusOff: "off",
}

// String returns "unavailable", "good", "revoked", "unknown", "pinned" or "off".
func (s Status) String() string {
	if word, ok := statusWords[s]; ok {
		return word
	}
	return statusWords[StatusUnavailable]
}

// MarshalText writes the word of [Status.String]; JSON uses it.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// badness orders definite answers: of two the worse wins (T62).
func (s Status) badness() int {
	switch s {
	case StatusRevoked:
		return 3
	case StatusUnknown:
		return 2
	case StatusGood:
		return 1
	}
	return 0
}

func (s Status) verdict() verdict.Verdict {
	switch s {
	case StatusGood, StatusPinned, StatusOff:
		return verdict.Good
	case StatusRevoked, StatusUnknown:
		return verdict.Bad
	}
	return verdict.Undecided
}

// Answer is a definite and verified word of one source.
type Answer struct {
	By          Source                // empty if there is no answer
	Given       bool                  // it was given as evidence; else it was asked for
	RevokedAt   time.Time             // of a revoked certificate
	Reason      cert.RevocationReason // of a revoked certificate
	NeverIssued bool                  // of a revoked one: the authority has no record of it
	ThisUpdate  time.Time             // the moment of which the source speaks
	NextUpdate  time.Time             // zero if absent
	ProducedAt  time.Time             // when it was signed, for OCSP; ThisUpdate for a list
	Nonced      bool                  // it repeats the nonce of the request
	Evidence    []byte                // the response or list, DER; not to be changed
}

// Finding is what came out about one certificate.
type Finding struct {
	Certificate *cert.Certificate
	Status      Status
	Answer      // the one that decided

	// Failures are the sources that were tried and gave no answer, also where another one did.
	Failures []error

	err *verdict.Error
}

// Err returns nil for a status that does not stand in the way, else the reason: it wraps [verdict.Revoked],
// [verdict.RevocationUnknown], or [verdict.RevocationUnavailable] with all the Failures.
func (f Finding) Err() error {
	if f.err == nil && f.Status.verdict() == verdict.Good {
		return nil
	}
	if f.err == nil { // not made by Check
		return verdict.New(verdict.RevocationUnavailable, "revocation: nothing was checked")
	}
	return f.err
}

// conclude sets the error that belongs to the status.
func (f *Finding) conclude() {
	serial := f.Certificate.SerialNumber()
	switch f.Status {
	case StatusGood, StatusPinned, StatusOff:
		f.err = nil
	case StatusRevoked:
		f.err = verdict.New(verdict.Revoked, "revocation: certificate %s: %w", serial, f.story())
	case StatusUnknown:
		f.err = verdict.New(verdict.RevocationUnknown, "revocation: certificate %s: the responder does not know it", serial)
	default:
		f.err = verdict.New(verdict.RevocationUnavailable, "revocation: certificate %s: no answer: %w", serial, failures(f.Failures))
	}
}

// ErrNeverIssued stands behind [verdict.Revoked] where the authority says that it has no record of the certificate: the
// national service calls such a one revoked (RFC 6960, Section 2.2). Test for it with errors.Is.
var ErrNeverIssued = errors.New("the authority says that it never issued it")

func (f *Finding) story() error {
	if f.NeverIssued {
		return ErrNeverIssued
	}
	return fmt.Errorf("revoked since %s, %s", f.RevokedAt.UTC().Format(time.RFC3339), f.Reason)
}

// failures is why there is no answer: every cause, in one line.
type failures []error

func (all failures) Error() string {
	if len(all) == 0 {
		return "nothing at hand, and nobody to ask"
	}
	texts := make([]string, len(all))
	for i, err := range all {
		texts[i] = err.Error()
	}
	return strings.Join(texts, "; ")
}

func (all failures) Unwrap() []error { return all }

// Result is what came out about a path. The zero value is undecided.
type Result struct {
	// Verdict is bad if any certificate is revoked or unknown, else undecided if nobody could tell of one, else good.
	Verdict verdict.Verdict
	// Findings are those of the path's certificates, leaf first, anchor last.
	Findings []Finding

	misuse error
}

// Leaf returns the finding about the leaf.
func (r *Result) Leaf() Finding {
	if len(r.Findings) == 0 {
		return Finding{}
	}
	return r.Findings[0]
}

// Err returns nil if the verdict is good, else the reason: that of the first certificate with that verdict. See
// [Finding.Err].
func (r *Result) Err() error {
	if r.misuse != nil {
		return r.misuse
	}
	for i := range r.Findings {
		if f := r.Findings[i]; r.Verdict != verdict.Good && f.Status.verdict() == r.Verdict {
			return f.Err()
		}
	}
	if r.Verdict == verdict.Good && len(r.Findings) > 0 {
		return nil
	}
	return verdict.New(verdict.RevocationUnavailable, "revocation: nothing was checked")
}

func (r *Result) conclude() {
	verdicts := make([]verdict.Verdict, len(r.Findings))
	for i := range r.Findings {
		r.Findings[i].conclude()
		verdicts[i] = r.Findings[i].Status.verdict()
	}
	r.Verdict = verdict.Worst(verdicts...)
}
