package ocsp

import (
	"bytes"
	"slices"
	"time"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

// Bounds of freshness that callers without a wish of their own may give to [Query].
const (
	DefaultMaxAge  = 24 * time.Hour
	DefaultMaxSkew = 5 * time.Minute
)

// Query is the question that a response is held against. The zero value of every option is the strict choice.
type Query struct {
	Certificate *cert.Certificate // whose status is asked
	Issuer      *cert.Certificate // the authority that issued it, verified by the caller
	At          time.Time         // the moment to judge at

	Nonce         []byte // of the request, without its inner OCTET STRING; nil if none was sent
	NonceRequired bool   // refuse a response without a nonce; with one that differs it is refused in any case

	MaxAge  time.Duration // how old thisUpdate may be where there is no nextUpdate
	MaxSkew time.Duration // how far the clocks of the responder and of At may be apart

	// Others are certificates at hand among which the responder's may be. None is trusted for being there.
	Others []*cert.Certificate

	// CheckResponder is asked whether a delegated responder's certificate is itself still good, unless the certificate
	// says by id-pkix-ocsp-nocheck that nobody need ask. Where it is nil, such a responder is refused. It must not
	// ask the same responder.
	CheckResponder func(*cert.Certificate) error
}

// Answer is what a response says of the certificate, every check of [Response.Judge] passed. The zero value is not
// good.
type Answer struct {
	Status    cert.RevocationStatus // good, revoked or unknown; only good is good
	RevokedAt time.Time             // of a revoked certificate
	Reason    cert.RevocationReason // of a revoked certificate

	// NeverIssued tells that a revoked certificate is one that the authority has no record of: it is said to be on
	// hold since 1970-01-01, and the response carries the extension for extended revocation (RFC 6960, Section 2.2).
	// The national service answers so.
	NeverIssued bool

	ThisUpdate time.Time
	NextUpdate time.Time // zero if absent: the answer is for the request that it answered
	ProducedAt time.Time

	Responder *cert.Certificate // the signer's; the issuer's own or a delegated one
	Delegated bool
	Nonced    bool // the response repeats the nonce of the request
}

// Judge decides what the response says of q.Certificate. The checks are those of RFC 6960, Section 3.2. An error means
// that there is no answer, neither good nor bad: it wraps [verdict.RevocationUnavailable] and, where that is the cause,
// a [Status]; or it is misuse.
func (r *Response) Judge(q Query) (*Answer, error) {
	if err := q.validate(); err != nil {
		return nil, err
	}
	if r.Status != Successful {
		return nil, verdict.New(verdict.RevocationUnavailable, "%w", r.Status)
	}
	if err := checkCritical("response", r.Extensions, oid.OCSPNonce, oid.OCSPExtendedRevoke); err != nil {
		return nil, err
	}
	// 1. The certificate in the response is the one that was asked about.
	matching, err := r.matching(q)
	if err != nil {
		return nil, err
	}
	// 5, 6. The response is recent enough, and newer information is not due.
	if err := r.checkTimes(q, matching); err != nil {
		return nil, err
	}
	// RFC 9654, Section 2.1: the nonce of the response is that of the request.
	if err := r.checkNonce(q); err != nil {
		return nil, err
	}
	// 2, 3, 4. The signature is valid, the signer the intended one and authorised: last, for this is the work.
	responder, err := r.responder(q)
	if err != nil {
		return nil, err
	}
	return r.answer(q, worst(matching), responder), nil
}

func (q Query) validate() error {
	switch {
	case q.Certificate == nil || q.Issuer == nil:
		return verdict.Misuse("ocsp: a query needs a certificate and its issuer")
	case q.At.IsZero():
		return verdict.Misuse("ocsp: a query needs a moment to judge at")
	case slices.Contains(q.Others, nil):
		return verdict.Misuse("ocsp: a query with a nil certificate")
	case q.MaxAge < 0 || q.MaxSkew < 0:
		return verdict.Misuse("ocsp: negative age or skew")
	case q.NonceRequired && len(q.Nonce) == 0:
		return verdict.Misuse("ocsp: a nonce is required, but none was sent")
	}
	return nil
}

func unavailable(format string, args ...any) error {
	return verdict.New(verdict.RevocationUnavailable, "ocsp: "+format, args...)
}

// checkCritical refuses critical extensions that are not among the known ones.
func checkCritical(where string, list []cert.Extension, known ...cert.OID) error {
	for _, e := range list {
		if e.Critical && !slices.Contains(known, e.ID) {
			return unavailable("unknown critical extension %s in the %s", e.ID, where)
		}
	}
	return nil
}

// matching returns the answers about the certificate: at least one, each without extensions that nobody here
// understands.
func (r *Response) matching(q Query) ([]SingleResponse, error) {
	var found []SingleResponse
	for _, single := range r.Responses {
		if !single.CertID.Matches(q.Certificate, q.Issuer) {
			continue
		}
		if err := checkCritical("answer", single.Extensions, oid.OCSPArchiveCutoff, oid.OCSPListReference); err != nil {
			return nil, err
		}
		found = append(found, single)
	}
	if len(found) == 0 {
		return nil, unavailable("none of the %d answers is about certificate %s", len(r.Responses), q.Certificate.SerialNumber())
	}
	return found, nil
}

// checkTimes checks when the response was made, and of what moment each matching answer is.
func (r *Response) checkTimes(q Query, matching []SingleResponse) error {
	if r.ProducedAt.After(q.At.Add(q.MaxSkew)) {
		return unavailable("produced at %s, after %s", text(r.ProducedAt), text(q.At))
	}
	if r.ProducedAt.Add(q.MaxSkew).Before(q.Certificate.NotBefore) {
		return unavailable("produced at %s, before the certificate", text(r.ProducedAt))
	}
	for _, single := range matching {
		if err := single.checkFresh(q); err != nil {
			return err
		}
		if r.ProducedAt.Add(q.MaxSkew).Before(single.ThisUpdate) {
			return unavailable("produced at %s with thisUpdate %s", text(r.ProducedAt), text(single.ThisUpdate))
		}
	}
	return nil
}

// checkFresh reports whether the answer may be relied on at q.At (RFC 6960, Section 4.2.2.1): thisUpdate is not after
// q.At+MaxSkew, and nextUpdate not before q.At-MaxSkew. Without nextUpdate thisUpdate is at most MaxAge old.
func (s SingleResponse) checkFresh(q Query) error {
	switch {
	case s.ThisUpdate.After(q.At.Add(q.MaxSkew)):
		return unavailable("thisUpdate %s lies after %s", text(s.ThisUpdate), text(q.At))
	case s.NextUpdate.IsZero() && s.ThisUpdate.Before(q.At.Add(-q.MaxAge)):
		return unavailable("stale: thisUpdate %s is more than %s before %s", text(s.ThisUpdate), q.MaxAge, text(q.At))
	case s.NextUpdate.IsZero():
		return nil
	case s.NextUpdate.Before(s.ThisUpdate):
		return unavailable("nextUpdate %s lies before thisUpdate %s", text(s.NextUpdate), text(s.ThisUpdate))
	case s.NextUpdate.Before(q.At.Add(-q.MaxSkew)):
		return unavailable("stale: nextUpdate %s lies before %s", text(s.NextUpdate), text(q.At))
	}
	return nil
}

func text(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// checkNonce compares the extension value as it stands, so that a nonce wrapped twice or not at all is another one
// (T58).
func (r *Response) checkNonce(q Query) error {
	if len(q.Nonce) == 0 {
		return nil
	}
	switch e := find(r.Extensions, oid.OCSPNonce); {
	case e == nil && q.NonceRequired:
		return unavailable("the response repeats no nonce")
	case e != nil && !bytes.Equal(e.Value, nonceValue(q.Nonce)):
		return unavailable("the nonce is not the one of the request")
	}
	return nil
}

// worst returns the worst of the answers about one certificate (T62): revoked, earliest first, before unknown before
// good.
func worst(all []SingleResponse) SingleResponse {
	worst := all[0]
	for _, one := range all[1:] {
		if one.worseThan(worst) {
			worst = one
		}
	}
	return worst
}

func (s SingleResponse) worseThan(other SingleResponse) bool {
	if s.Status != other.Status {
		return badness[s.Status] > badness[other.Status]
	}
	return s.Status == cert.StatusRevoked && s.RevokedAt.Before(other.RevokedAt)
}

var badness = map[cert.RevocationStatus]int{cert.StatusUnknown: 1, cert.StatusRevoked: 2}

func (r *Response) answer(q Query, single SingleResponse, by *authority) *Answer {
	a := &Answer{
		Status: single.Status, ThisUpdate: single.ThisUpdate, NextUpdate: single.NextUpdate, ProducedAt: r.ProducedAt,
		Responder: by.certificate, Delegated: by.delegated,
		Nonced: len(q.Nonce) > 0 && find(r.Extensions, oid.OCSPNonce) != nil,
	}
	if single.Status == cert.StatusRevoked {
		a.RevokedAt, a.Reason = single.RevokedAt, single.Reason
		a.NeverIssued = r.neverIssued(single)
	}
	return a
}

// neverIssued recognises the answer for a certificate that was never issued (RFC 6960, Section 2.2): on hold since
// 1970-01-01, in a response that carries the extension for it.
func (r *Response) neverIssued(single SingleResponse) bool {
	return single.RevokedAt.Equal(time.Unix(0, 0)) && single.Reason == cert.CertificateHold &&
		find(r.Extensions, oid.OCSPExtendedRevoke) != nil
}
