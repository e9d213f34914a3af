package ocsp

import (
	"crypto"
	"crypto/sha1" // #nosec: responders are named so (RFC 6960, Section 4.2.1)
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/mint"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

// Responder signs responses, for fake authorities and private ones. It writes what it is told to, right or wrong: a
// certificate that is not the key's, a name that is not the signer's, times that make no sense.
type Responder struct {
	Certificate *cert.Certificate   // whom the responderID names
	Key         crypto.Signer       // what signs
	ByKey       bool                // names by the hash of the key, not by name
	Embedded    []*cert.Certificate // sent along; the national service sends its own
}

// Template is what a response is to say.
type Template struct {
	ProducedAt     time.Time
	Responses      []SingleResponse
	Nonce          []byte           // of the request; nil for none
	ExtendedRevoke bool             // the extension that goes with the answer for never issued certificates
	Extensions     []cert.Extension // more of them
}

// Good, Revoked, Unknown and NeverIssued make the answers about one certificate. Set NextUpdate on the result where
// there is to be one.

// Good says that the certificate is good.
func Good(id CertID, thisUpdate time.Time) SingleResponse {
	return SingleResponse{CertID: id, Status: cert.StatusGood, ThisUpdate: thisUpdate}
}

// Revoked says that the certificate is revoked since a moment. [cert.Unspecified] is left out.
func Revoked(id CertID, thisUpdate, revokedAt time.Time, reason cert.RevocationReason) SingleResponse {
	return SingleResponse{
		CertID: id, Status: cert.StatusRevoked, ThisUpdate: thisUpdate, RevokedAt: revokedAt, Reason: reason,
	}
}

// Unknown says that the responder does not know the certificate.
func Unknown(id CertID, thisUpdate time.Time) SingleResponse {
	return SingleResponse{CertID: id, Status: cert.StatusUnknown, ThisUpdate: thisUpdate}
}

// NeverIssued says that the certificate was never issued, as the national service does (RFC 6960, Section 2.2). It
// goes with ExtendedRevoke in the [Template].
func NeverIssued(id CertID, thisUpdate time.Time) SingleResponse {
	return Revoked(id, thisUpdate, time.Unix(0, 0), cert.CertificateHold)
}

// ErrorResponse makes the response that reports an error. Nobody signs it.
func ErrorResponse(s Status) []byte {
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { addEnum(b, uint8(s)) })
	return b.BytesOrPanic()
}

func addEnum(b *cryptobyte.Builder, n uint8) {
	b.AddASN1(asn1.ENUM, func(b *cryptobyte.Builder) { b.AddUint8(n) })
}

// Sign makes the response, DER. The algorithm is the one that goes with the key. It fails for keys that cert does not
// know, and for answers that are neither good, revoked nor unknown.
func (r Responder) Sign(t Template) ([]byte, error) {
	tbs, err := r.tbs(t)
	if err != nil {
		return nil, err
	}
	return r.SignTBS(tbs)
}

// SignTBS signs the octets of a ResponseData and puts the response together.
func (r Responder) SignTBS(tbs []byte) ([]byte, error) {
	key, err := cert.NewPublicKey(r.Key.Public())
	if err != nil {
		return nil, err
	}
	algorithm, identifier, err := key.SignatureAlgorithm(0)
	if err != nil {
		return nil, err
	}
	signature, err := cert.Sign(r.Key, algorithm, tbs)
	if err != nil {
		return nil, err
	}
	basic, err := r.basic(tbs, identifier, signature)
	if err != nil {
		return nil, err
	}
	return wrap(basic)
}

// basic writes BasicOCSPResponse.
func (r Responder) basic(tbs []byte, algorithm cert.AlgorithmIdentifier, signature []byte) ([]byte, error) {
	if len(r.Embedded) == 0 {
		return mint.Signed(tbs, algorithm, signature)
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(tbs)
		b.AddValue(algorithm)
		b.AddASN1BitString(signature)
		b.AddASN1(der.Explicit(0), func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				for _, c := range r.Embedded {
					b.AddBytes(c.Raw)
				}
			})
		})
	})
	return b.Bytes()
}

// wrap writes a successful OCSPResponse.
func wrap(basic []byte) ([]byte, error) {
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		addEnum(b, uint8(Successful))
		b.AddASN1(der.Explicit(0), func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				der.AddOID(b, oid.OCSPBasic)
				b.AddASN1OctetString(basic)
			})
		})
	})
	return b.Bytes()
}

// tbs writes ResponseData.
func (r Responder) tbs(t Template) ([]byte, error) {
	for _, single := range t.Responses {
		if single.Status == cert.StatusUnavailable {
			return nil, verdict.Misuse("ocsp: an answer without a status")
		}
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		r.addID(b)
		addTime(b, t.ProducedAt)
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			for _, single := range t.Responses {
				single.add(b)
			}
		})
		addExtensions(b, der.Explicit(1), t.extensions())
	})
	return b.Bytes()
}

func (t Template) extensions() []cert.Extension {
	var all []cert.Extension
	if t.Nonce != nil {
		all = append(all, nonceExtension(t.Nonce))
	}
	if t.ExtendedRevoke {
		all = append(all, cert.Extension{ID: oid.OCSPExtendedRevoke, Value: []byte{0x05, 0x00}})
	}
	return append(all, t.Extensions...)
}

func (r Responder) addID(b *cryptobyte.Builder) {
	if !r.ByKey {
		b.AddASN1(der.Explicit(1), func(b *cryptobyte.Builder) { b.AddBytes(r.Certificate.Subject.Raw) })
		return
	}
	sum := sha1.Sum(keyBits(r.Certificate.RawSPKI))
	b.AddASN1(der.Explicit(2), func(b *cryptobyte.Builder) { b.AddASN1OctetString(sum[:]) })
}

func addTime(b *cryptobyte.Builder, at time.Time) { b.AddASN1GeneralizedTime(at.UTC()) }

func (s SingleResponse) add(b *cryptobyte.Builder) {
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		s.CertID.add(b)
		s.addStatus(b)
		addTime(b, s.ThisUpdate)
		if !s.NextUpdate.IsZero() {
			b.AddASN1(der.Explicit(0), func(b *cryptobyte.Builder) { addTime(b, s.NextUpdate) })
		}
		addExtensions(b, der.Explicit(1), s.Extensions)
	})
}

func (s SingleResponse) addStatus(b *cryptobyte.Builder) {
	switch s.Status {
	case cert.StatusGood:
		b.AddASN1(der.Implicit(0), func(*cryptobyte.Builder) {})
	case cert.StatusUnknown:
		b.AddASN1(der.Implicit(2), func(*cryptobyte.Builder) {})
	default:
		b.AddASN1(der.Explicit(1), func(b *cryptobyte.Builder) {
			addTime(b, s.RevokedAt)
			if s.Reason != cert.Unspecified {
				b.AddASN1(der.Explicit(0), func(b *cryptobyte.Builder) { addEnum(b, uint8(s.Reason)) })
			}
		})
	}
}
