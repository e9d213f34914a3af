package ocsp

import (
	"bytes"
	"crypto/sha1" // #nosec: responders are named so (RFC 6960, Section 4.2.1)
	"strconv"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

// Status is how a responder fared with a request as a whole (RFC 6960, Section 4.2.1): Successful, or one of the
// errors, which nobody signs. An error is no answer, neither good nor revoked. Status is itself an error: the one
// that [Response.Judge] returns for a response without an answer wraps it, and errors.Is(err, ocsp.TryLater) finds it.
type Status uint8

// The statuses. 4 is not used.
const (
	Successful       Status = 0
	MalformedRequest Status = 1
	InternalError    Status = 2
	TryLater         Status = 3
	SigRequired      Status = 5
	Unauthorized     Status = 6
)

var statuses = map[Status]string{
	Successful: "successful", MalformedRequest: "malformedRequest", InternalError: "internalError",
	TryLater: "tryLater", SigRequired: "sigRequired", Unauthorized: "unauthorized",
}

// String returns the standard's word, such as "tryLater", or the bare number where there is none.
func (s Status) String() string {
	if word, ok := statuses[s]; ok {
		return word
	}
	return strconv.Itoa(int(s))
}

// Error makes a Status a target of errors.Is.
func (s Status) Error() string { return "ocsp: the responder answers " + s.String() }

// Response is a parsed response: a claim until [Response.Judge] has decided. Its fields are for reading; the Raw
// fields and all octets inside alias one private copy of the input.
type Response struct {
	Raw    []byte // DER
	Status Status // where it is not Successful, all below is empty

	RawTBS        []byte     // ResponseData, the octets that are signed
	ResponderName *cert.Name // who says to have signed: a name,
	ResponderKey  []byte     // or the SHA-1 of a key; one of the two is nil
	ProducedAt    time.Time
	Responses     []SingleResponse
	Extensions    []cert.Extension
	Nonce         []byte // without its inner OCTET STRING; nil if absent or not wrapped in one

	SignatureAlgorithm cert.AlgorithmIdentifier
	Signature          []byte
	Certificates       []*cert.Certificate // sent along, not trusted for that
}

// SingleResponse is what a response says of one certificate (RFC 6960, Section 4.2.1).
type SingleResponse struct {
	CertID     CertID
	Status     cert.RevocationStatus // good, revoked or unknown
	RevokedAt  time.Time             // of a revoked one
	Reason     cert.RevocationReason // of a revoked one; Unspecified if absent
	ThisUpdate time.Time
	NextUpdate time.Time // zero if absent, as always from the national service
	Extensions []cert.Extension
}

// ParseResponse reads a response in DER. It decides nothing: even a well-formed response with a broken signature is
// read, and one that reports an error has its Status set and nothing else. The error wraps [verdict.Malformed],
// [verdict.LimitExceeded], or [verdict.RevocationUnavailable] for a response of a type other than the basic one.
func ParseResponse(raw []byte) (*Response, error) {
	if len(raw) > MaxSize {
		return nil, verdict.New(verdict.LimitExceeded, "ocsp: response of %d octets, at most %d are read", len(raw), MaxSize)
	}
	r := &Response{Raw: bytes.Clone(raw)}
	input := cryptobyte.String(r.Raw)
	var outer, explicit cryptobyte.String
	var present bool
	if !input.ReadASN1(&outer, asn1.SEQUENCE) || !input.Empty() || !readStatus(&outer, &r.Status) ||
		!outer.ReadOptionalASN1(&explicit, &present, der.Explicit(0)) || !outer.Empty() {
		return nil, malformed("response")
	}
	// RFC 6960, Section 4.2.1: responseBytes stand in a successful response and in no other.
	if present != (r.Status == Successful) {
		return nil, malformed("response: status " + r.Status.String() + " and responseBytes do not go together")
	}
	if !present {
		return r, nil
	}
	if err := r.parseBytes(explicit); err != nil {
		return nil, err
	}
	return r, nil
}

// readStatus reads OCSPResponseStatus. Only the numbers that the standard defines exist.
func readStatus(s *cryptobyte.String, out *Status) bool {
	var content cryptobyte.String
	if !s.ReadASN1(&content, asn1.ENUM) || len(content) != 1 {
		return false
	}
	*out = Status(content[0])
	_, known := statuses[*out]
	return known
}

// parseBytes reads ResponseBytes and the BasicOCSPResponse inside.
func (r *Response) parseBytes(explicit cryptobyte.String) error {
	var sequence, content, basic cryptobyte.String
	var kind cert.OID
	if !explicit.ReadASN1(&sequence, asn1.SEQUENCE) || !explicit.Empty() || !der.ReadOID(&sequence, &kind) ||
		!sequence.ReadASN1(&content, asn1.OCTET_STRING) || !sequence.Empty() {
		return malformed("responseBytes")
	}
	if kind != oid.OCSPBasic {
		return unavailable("response of the unknown type %s", kind)
	}
	var tbs cryptobyte.String
	if !content.ReadASN1(&basic, asn1.SEQUENCE) || !content.Empty() ||
		!basic.ReadASN1Element(&tbs, asn1.SEQUENCE) || !cert.ReadAlgorithm(&basic, &r.SignatureAlgorithm) ||
		!der.ReadBits(&basic, &r.Signature) {
		return malformed("basicOCSPResponse")
	}
	r.RawTBS = tbs
	if err := r.parseCertificates(&basic); err != nil {
		return err
	}
	if !basic.Empty() {
		return malformed("basicOCSPResponse")
	}
	return r.parseTBS()
}

// parseCertificates reads certs, [0] EXPLICIT SEQUENCE OF Certificate OPTIONAL. An empty list is tolerated.
func (r *Response) parseCertificates(s *cryptobyte.String) error {
	var explicit, list cryptobyte.String
	var present bool
	if !s.ReadOptionalASN1(&explicit, &present, der.Explicit(0)) ||
		present && (!explicit.ReadASN1(&list, asn1.SEQUENCE) || !explicit.Empty()) {
		return malformed("certs")
	}
	for !list.Empty() {
		var element cryptobyte.String
		if len(r.Certificates) == maxCertificates {
			return verdict.New(verdict.LimitExceeded, "ocsp: more than %d certificates in a response", maxCertificates)
		}
		if !list.ReadASN1Element(&element, asn1.SEQUENCE) {
			return malformed("certs")
		}
		c, err := cert.Parse(element)
		if err != nil {
			return verdict.New(verdict.Malformed, "ocsp: certificate in a response: %w", err)
		}
		r.Certificates = append(r.Certificates, c)
	}
	return nil
}

// parseTBS reads ResponseData: version, responderID, producedAt, responses, responseExtensions.
func (r *Response) parseTBS() error {
	var tbs, list cryptobyte.String
	input := cryptobyte.String(r.RawTBS)
	if !input.ReadASN1(&tbs, asn1.SEQUENCE) || !skipVersion(&tbs) {
		return malformed("tbsResponseData")
	}
	if err := r.parseResponderID(&tbs); err != nil {
		return err
	}
	if !readTime(&tbs, &r.ProducedAt) {
		return malformed("producedAt")
	}
	if !tbs.ReadASN1(&list, asn1.SEQUENCE) {
		return malformed("responses")
	}
	for !list.Empty() {
		if len(r.Responses) == maxRequests {
			return verdict.New(verdict.LimitExceeded, "ocsp: more than %d answers in a response", maxRequests)
		}
		var single SingleResponse
		if !readSingle(&list, &single) {
			return malformed("singleResponse")
		}
		r.Responses = append(r.Responses, single)
	}
	if !readExtensions(&tbs, der.Explicit(1), &r.Extensions) || !tbs.Empty() {
		return malformed("responseExtensions")
	}
	r.Nonce = readNonce(r.Extensions)
	return nil
}

// parseResponderID reads ResponderID, byName [1] or byKey [2].
func (r *Response) parseResponderID(s *cryptobyte.String) error {
	var explicit, hash cryptobyte.String
	switch {
	case s.PeekASN1Tag(der.Explicit(1)) && s.ReadASN1(&explicit, der.Explicit(1)):
		name, err := cert.ParseName(explicit)
		if err != nil {
			return verdict.New(verdict.From(err).Reason, "ocsp: responderID: %w", err)
		}
		r.ResponderName = &name
		return nil
	case s.ReadASN1(&explicit, der.Explicit(2)) && explicit.ReadASN1(&hash, asn1.OCTET_STRING) && explicit.Empty() &&
		len(hash) == sha1.Size:
		r.ResponderKey = hash
		return nil
	}
	return malformed("responderID")
}

// readTime reads a GeneralizedTime. RFC 6960, Section 4.2.2.1 wants it as RFC 5280 does: seconds, no fractions, Z.
func readTime(s *cryptobyte.String, out *time.Time) bool {
	var text cryptobyte.String
	return s.ReadASN1(&text, asn1.GeneralizedTime) && der.ParseGeneralizedTime(string(text), out)
}

// readSingle reads SingleResponse: certID, certStatus, thisUpdate, nextUpdate [0], singleExtensions [1].
func readSingle(s *cryptobyte.String, out *SingleResponse) bool {
	var sequence, next cryptobyte.String
	var hasNext bool
	return s.ReadASN1(&sequence, asn1.SEQUENCE) &&
		readCertID(&sequence, &out.CertID) && readCertStatus(&sequence, out) && readTime(&sequence, &out.ThisUpdate) &&
		sequence.ReadOptionalASN1(&next, &hasNext, der.Explicit(0)) &&
		(!hasNext || readTime(&next, &out.NextUpdate) && next.Empty()) &&
		readExtensions(&sequence, der.Explicit(1), &out.Extensions) && sequence.Empty()
}

// readCertStatus reads CertStatus: good [0] NULL, revoked [1] RevokedInfo, unknown [2] NULL.
func readCertStatus(s *cryptobyte.String, out *SingleResponse) bool {
	var content cryptobyte.String
	var tag asn1.Tag
	if !s.ReadAnyASN1(&content, &tag) {
		return false
	}
	switch tag {
	case der.Implicit(0):
		out.Status = cert.StatusGood
		return content.Empty()
	case der.Implicit(2):
		out.Status = cert.StatusUnknown
		return content.Empty()
	case der.Explicit(1):
		out.Status = cert.StatusRevoked
		return readRevokedInfo(content, out)
	}
	return false
}

// readRevokedInfo reads RevokedInfo: revocationTime, revocationReason [0]. A number that is no reason of the
// standard is kept: the certificate is no less revoked for it (T77).
func readRevokedInfo(s cryptobyte.String, out *SingleResponse) bool {
	var explicit, reason cryptobyte.String
	var present bool
	if !readTime(&s, &out.RevokedAt) || !s.ReadOptionalASN1(&explicit, &present, der.Explicit(0)) || !s.Empty() {
		return false
	}
	if !present {
		return true
	}
	if !explicit.ReadASN1(&reason, asn1.ENUM) || !explicit.Empty() || len(reason) != 1 || reason[0] > 0x7f {
		return false
	}
	out.Reason = cert.RevocationReason(reason[0])
	return true
}
