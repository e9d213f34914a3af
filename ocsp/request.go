package ocsp

import (
	"bytes"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/verdict"
)

// Limits of what is read.
const (
	MaxSize         = 64 << 10 // octets of a request or a response; a national response has about 2,000
	maxRequests     = 256      // single requests or responses
	maxCertificates = 16
	maxExtensions   = 64
	maxNonce        = 128 // octets (RFC 9654, Section 2.1)
)

// Request is an OCSP request (RFC 6960, Section 4.1).
type Request struct {
	Raw        []byte // DER
	CertIDs    []CertID
	Nonce      []byte           // without its inner OCTET STRING; nil if absent
	Extensions []cert.Extension // of the request as a whole
	Signed     bool             // carries a signature, which the package does not verify
}

// RequestOptions are what a request may carry beside its question.
type RequestOptions struct {
	// Digest makes the hashes of the CertID. 0 stands for SHA-256, which the national service takes; SHA1 and
	// GOST34311 are for responders that know nothing else.
	Digest cert.Digest

	// Nonce is 1 to 128 octets that nobody can foresee, 32 of them by RFC 9654; nil sends none. Give the same ones
	// to [Query].
	Nonce []byte
}

// NewRequest makes the request for the status of leaf, a certificate of issuer. The error is misuse.
func NewRequest(leaf, issuer *cert.Certificate, o RequestOptions) (*Request, error) {
	if leaf == nil || issuer == nil {
		return nil, verdict.Misuse("ocsp: a request needs a certificate and its issuer")
	}
	if len(o.Nonce) > maxNonce || o.Nonce != nil && len(o.Nonce) == 0 {
		return nil, verdict.Misuse("ocsp: nonce of %d octets, want 1 to %d", len(o.Nonce), maxNonce)
	}
	if o.Digest == 0 {
		o.Digest = cert.SHA256
	}
	r := &Request{CertIDs: []CertID{NewCertID(leaf, issuer, o.Digest)}, Nonce: bytes.Clone(o.Nonce)}
	if o.Nonce != nil {
		r.Extensions = []cert.Extension{nonceExtension(o.Nonce)}
	}
	var err error
	r.Raw, err = r.marshal()
	return r, err
}

// marshal writes an unsigned OCSPRequest.
func (r *Request) marshal() ([]byte, error) {
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				for _, id := range r.CertIDs {
					b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { id.add(b) })
				}
			})
			addExtensions(b, der.Explicit(2), r.Extensions)
		})
	})
	return b.Bytes()
}

// ParseRequest reads a request in DER. It decides nothing: not even a signature on the request is looked at. The
// error wraps [verdict.Malformed] or [verdict.LimitExceeded].
func ParseRequest(raw []byte) (*Request, error) {
	if len(raw) > MaxSize {
		return nil, verdict.New(verdict.LimitExceeded, "ocsp: request of %d octets, at most %d are read", len(raw), MaxSize)
	}
	r := &Request{Raw: bytes.Clone(raw)}
	input := cryptobyte.String(r.Raw)
	var outer, tbs cryptobyte.String
	if !input.ReadASN1(&outer, asn1.SEQUENCE) || !input.Empty() || !outer.ReadASN1(&tbs, asn1.SEQUENCE) {
		return nil, malformed("request")
	}
	if err := r.parseTBS(tbs); err != nil {
		return nil, err
	}
	if r.Signed = !outer.Empty(); r.Signed && !skipSignature(outer) {
		return nil, malformed("optionalSignature")
	}
	return r, nil
}

// parseTBS reads TBSRequest: version, requestorName, requestList, requestExtensions.
func (r *Request) parseTBS(tbs cryptobyte.String) error {
	var list cryptobyte.String
	if !skipVersion(&tbs) || !tbs.SkipOptionalASN1(der.Explicit(1)) || !tbs.ReadASN1(&list, asn1.SEQUENCE) {
		return malformed("tbsRequest")
	}
	for !list.Empty() {
		if len(r.CertIDs) == maxRequests {
			return verdict.New(verdict.LimitExceeded, "ocsp: more than %d requests in one", maxRequests)
		}
		var single cryptobyte.String
		var id CertID
		var extensions []cert.Extension
		if !list.ReadASN1(&single, asn1.SEQUENCE) || !readCertID(&single, &id) ||
			!readExtensions(&single, der.Explicit(0), &extensions) || !single.Empty() {
			return malformed("request")
		}
		r.CertIDs = append(r.CertIDs, id)
	}
	if !readExtensions(&tbs, der.Explicit(2), &r.Extensions) || !tbs.Empty() {
		return malformed("requestExtensions")
	}
	r.Nonce = readNonce(r.Extensions)
	return nil
}

// skipVersion passes over [0] EXPLICIT Version DEFAULT v1. DER leaves the default out; v1 written out is tolerated,
// as everybody does, and no other version exists.
func skipVersion(s *cryptobyte.String) bool {
	var explicit cryptobyte.String
	var present bool
	var version int
	if !s.ReadOptionalASN1(&explicit, &present, der.Explicit(0)) {
		return false
	}
	return !present || explicit.ReadASN1Integer(&version) && explicit.Empty() && version == 0
}

// skipSignature passes over [0] EXPLICIT Signature: algorithm, value, certificates.
func skipSignature(s cryptobyte.String) bool {
	var explicit, sequence cryptobyte.String
	var algorithm cert.AlgorithmIdentifier
	var signature []byte
	return s.ReadASN1(&explicit, der.Explicit(0)) && s.Empty() &&
		explicit.ReadASN1(&sequence, asn1.SEQUENCE) && explicit.Empty() &&
		cert.ReadAlgorithm(&sequence, &algorithm) && der.ReadBits(&sequence, &signature) &&
		sequence.SkipOptionalASN1(der.Explicit(0)) && sequence.Empty()
}

func malformed(field string) error {
	return verdict.New(verdict.Malformed, "ocsp: malformed %s", field)
}
