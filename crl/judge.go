package crl

import (
	"slices"
	"time"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

// Query is the question that lists are held against.
type Query struct {
	Certificate *cert.Certificate // whose status is asked
	Issuer      *cert.Certificate // the authority that issued it, verified by the caller
	At          time.Time         // the moment to judge at
	Lists       []*List           // those at hand, of any issuer and age; the newest that fits counts

	// MaxSkew is how far thisUpdate may lie behind At: a list that was fetched just now may have been issued between
	// the moment to judge at and the fetch, or by a clock that is ahead. nextUpdate gets no such grace.
	MaxSkew time.Duration
}

// Answer is what the lists say of the certificate, every check of [Judge] passed. The zero value is not good.
type Answer struct {
	Status         cert.RevocationStatus // good or revoked; a certificate on hold is revoked
	RevokedAt      time.Time             // of a revoked certificate; it may lie after the moment that was asked about
	Reason         cert.RevocationReason // of a revoked certificate
	InvalidityDate time.Time             // of a revoked certificate; zero if absent
	List           *List                 // that tells so
}

// Judge decides what the lists say of q.Certificate at q.At. An error means that there is no answer, neither good nor
// bad: it wraps [verdict.RevocationUnavailable], or is misuse. Of several lists that cannot be used, the error tells
// about the first one that is of the issuer.
func Judge(q Query) (*Answer, error) {
	if err := q.validate(); err != nil {
		return nil, err
	}
	complete, err := q.complete()
	if err != nil {
		return nil, err
	}
	answer, err := q.ask(complete)
	if err != nil {
		return nil, err
	}
	if err := q.checkDeltas(answer); err != nil {
		return nil, err
	}
	return answer, nil
}

func (q Query) validate() error {
	switch {
	case q.Certificate == nil || q.Issuer == nil:
		return verdict.Misuse("crl: a query needs a certificate and its issuer")
	case q.At.IsZero():
		return verdict.Misuse("crl: a query needs a moment to judge at")
	case slices.Contains(q.Lists, nil):
		return verdict.Misuse("crl: a query with a nil list")
	case q.MaxSkew < 0:
		return verdict.Misuse("crl: a query with a negative skew")
	}
	return nil
}

// complete returns the newest list that can be used, and those beside it that claim to be as new.
func (q Query) complete() ([]*List, error) {
	var found []*List
	var first, foreign error
	for _, l := range newestFirst(q.Lists) {
		if len(found) > 0 && l.compare(found[0]) != 0 {
			break
		}
		switch err := q.checkUsable(l); {
		case err == nil:
			found = append(found, l)
		case !l.Issuer.Equal(q.Issuer.Subject):
			foreign = err
		case first == nil:
			first = err
		}
	}
	switch {
	case len(found) > 0:
		return found, nil
	case first != nil:
		return nil, first
	case foreign != nil:
		return nil, foreign
	}
	return nil, unavailable("no list at hand")
}

func newestFirst(lists []*List) []*List {
	sorted := slices.Clone(lists)
	slices.SortStableFunc(sorted, func(a, b *List) int { return b.compare(a) })
	return sorted
}

// compare orders lists by thisUpdate, then by number.
func (l *List) compare(other *List) int {
	if c := l.ThisUpdate.Compare(other.ThisUpdate); c != 0 || l.Number == nil || other.Number == nil {
		return c
	}
	return l.Number.Cmp(other.Number)
}

// checkUsable reports whether a list can answer as a complete one: the checks of RFC 5280, Section 6.3.3, the cheap
// ones first.
func (q Query) checkUsable(l *List) error {
	if !l.Issuer.Equal(q.Certificate.Issuer) {
		return unavailable("a list of another issuer")
	}
	if l.IsDelta() {
		return unavailable("a delta list proves nothing alone")
	}
	if err := l.checkTimes(q.At, q.MaxSkew); err != nil {
		return err
	}
	if err := l.checkCritical(); err != nil {
		return err
	}
	if err := l.checkScope(q.Certificate); err != nil {
		return err
	}
	return l.Verify(q.Issuer)
}

// checkTimes reports whether the list is in force: thisUpdate has come, nextUpdate has not. A list without nextUpdate
// would be in force for ever (T73).
func (l *List) checkTimes(at time.Time, skew time.Duration) error {
	switch {
	case l.NextUpdate.IsZero():
		return unavailable("a list without nextUpdate")
	case at.Add(skew).Before(l.ThisUpdate):
		return unavailable("a list of the future: thisUpdate is %s", text(l.ThisUpdate))
	case !at.Before(l.NextUpdate):
		return unavailable("an expired list: nextUpdate is %s", text(l.NextUpdate))
	}
	return nil
}

func text(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// understood are the extensions of a list that may be critical. [List.IsDelta] acts on a critical freshestCRL.
var understood = []cert.OID{
	oid.CRLNumber, oid.AuthorityKeyIdentifier, oid.IssuingDistributionPoint, oid.DeltaCRLIndicator, oid.FreshestCRL,
}

// checkCritical refuses a list with critical extensions that nobody here understands: also where they stand in the
// entry of another certificate (RFC 5280, Section 5.3).
func (l *List) checkCritical() error {
	for _, e := range l.Extensions {
		if e.Critical && !slices.Contains(understood, e.ID) {
			return unavailable("unknown critical extension %s in the list", e.ID)
		}
	}
	if l.entries.critical != "" {
		return unavailable("unknown critical extension %s in an entry", l.entries.critical)
	}
	return nil
}

// ask looks the certificate up in lists of one age. The worst entry counts (T62).
func (q Query) ask(lists []*List) (*Answer, error) {
	answer := &Answer{Status: cert.StatusGood, List: lists[0]}
	var worst Entry
	for _, l := range lists {
		e, found := l.Find(q.Certificate.RawSerial)
		switch {
		case !found:
			continue
		case e.Reason == cert.RemoveFromCRL:
			return nil, unavailable("removeFromCRL in a complete list")
		case answer.Status == cert.StatusRevoked && !e.worseThan(worst):
			continue
		}
		worst = e
		*answer = Answer{cert.StatusRevoked, e.RevokedAt, e.Reason, e.InvalidityDate, l}
	}
	return answer, nil
}

// checkDeltas leaves the status undecided where a delta in force could change it. Deltas are not combined yet, and one
// at hand is not passed over, not even if it does not verify: a good answer in spite of it would be yesterday's. What
// is revoked for good stays so.
func (q Query) checkDeltas(a *Answer) error {
	if a.Status == cert.StatusRevoked && a.Reason != cert.CertificateHold {
		return nil
	}
	for _, l := range q.Lists {
		if l.IsDelta() && l.Issuer.Equal(q.Certificate.Issuer) && l.checkTimes(q.At, q.MaxSkew) == nil &&
			!l.ThisUpdate.Before(a.List.ThisUpdate) {
			return unavailable("a delta list is at hand, and deltas are not combined yet")
		}
	}
	return nil
}
