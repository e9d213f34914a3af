package mint

import (
	"crypto"
	"crypto/sha1" // #nosec: key identifiers are made so (RFC 5280, Section 4.2.1.2)

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
)

// Policy is a certificate policy with the qualifiers that the national certificates have.
type Policy struct {
	ID     cert.OID
	CPS    string // address of the practice statement; "" for none
	Notice string // text for the user; "" for none
}

const (
	qualifierCPS    cert.OID = "1.3.6.1.5.5.7.2.1"
	qualifierNotice cert.OID = "1.3.6.1.5.5.7.2.2"
)

// QualifiedPolicies makes certificate policies (RFC 5280, Section 4.2.1.4).
func QualifiedPolicies(policies ...Policy) cert.Extension {
	return Extension(oid.CertificatePolicies, false, func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			for _, p := range policies {
				b.AddASN1(asn1.SEQUENCE, p.add)
			}
		})
	})
}

func (p Policy) add(b *cryptobyte.Builder) {
	der.AddOID(b, p.ID)
	if p.CPS == "" && p.Notice == "" {
		return
	}
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		if p.CPS != "" {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				der.AddOID(b, qualifierCPS)
				addString(b, asn1.IA5String, p.CPS)
			})
		}
		if p.Notice != "" {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				der.AddOID(b, qualifierNotice)
				b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { addString(b, asn1.UTF8String, p.Notice) })
			})
		}
	})
}

func addString(b *cryptobyte.Builder, tag asn1.Tag, text string) {
	b.AddASN1(tag, func(b *cryptobyte.Builder) { b.AddBytes([]byte(text)) })
}

// tagURI is uniformResourceIdentifier, [6] IMPLICIT IA5String of GeneralName.
var tagURI = der.Implicit(6)

// Access is one way to learn more about an issuer.
type Access struct {
	Method cert.OID // [oid.AccessOCSP] or [oid.AccessCAIssuers]
	URI    string
}

// AuthorityInfoAccess makes the extension of RFC 5280, Section 4.2.2.1, in the order given.
func AuthorityInfoAccess(ways ...Access) cert.Extension {
	return Extension(oid.AuthorityInfoAccess, false, func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			for _, w := range ways {
				b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
					der.AddOID(b, w.Method)
					addString(b, tagURI, w.URI)
				})
			}
		})
	})
}

// CRLDistributionPoints makes the extension of RFC 5280, Section 4.2.1.13 with one point, whose addresses are
// mirrors of each other.
func CRLDistributionPoints(uris ...string) cert.Extension {
	return distributionPoint(oid.CRLDistributionPoints, uris)
}

// FreshestCRL makes the extension that says where the delta lists are (RFC 5280, Section 4.2.1.15).
func FreshestCRL(uris ...string) cert.Extension { return distributionPoint(oid.FreshestCRL, uris) }

func distributionPoint(id cert.OID, uris []string) cert.Extension {
	return Extension(id, false, func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1(der.Explicit(0), func(b *cryptobyte.Builder) { // distributionPoint
					b.AddASN1(der.Explicit(0), func(b *cryptobyte.Builder) { // fullName
						for _, uri := range uris {
							addString(b, tagURI, uri)
						}
					})
				})
			})
		})
	})
}

// OCSPNoCheck makes the extension that spares a responder's certificate the question (RFC 6960, Section 4.2.2.2.1).
func OCSPNoCheck() cert.Extension { return Extension(oid.OCSPNoCheck, false, der.AddNULL) }

// AuthorityKeyIDFull makes an authority key identifier with the issuer of the authority's certificate and its serial
// number too, as the national authorities have it.
func AuthorityKeyIDFull(id, issuer, serial []byte) cert.Extension {
	return Extension(oid.AuthorityKeyIdentifier, false, func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(der.Implicit(0), func(b *cryptobyte.Builder) { b.AddBytes(id) })
			b.AddASN1(der.Explicit(1), func(b *cryptobyte.Builder) {
				b.AddASN1(der.Explicit(4), func(b *cryptobyte.Builder) { b.AddBytes(issuer) }) // directoryName
			})
			b.AddASN1(der.Implicit(2), func(b *cryptobyte.Builder) { b.AddBytes(serial) })
		})
	})
}

// WithCritical returns the extension marked critical, or not.
func WithCritical(e cert.Extension, critical bool) cert.Extension {
	e.Critical = critical
	return e
}

// BitsKeyID returns the SHA-1 of the octets of a public key, without algorithm, for a subject key identifier: the
// method of RFC 5280, Section 4.2.1.2 (1), and that of the national certificates since 2022.
func BitsKeyID(key crypto.PublicKey) ([]byte, error) {
	k, err := cert.NewPublicKey(key)
	if err != nil {
		return nil, err
	}
	input := cryptobyte.String(k.Raw())
	var info cryptobyte.String
	var bits []byte
	if !input.ReadASN1(&info, asn1.SEQUENCE) || !info.SkipASN1(asn1.SEQUENCE) || !der.ReadBits(&info, &bits) {
		panic("mint: cert made a malformed public key")
	}
	sum := sha1.Sum(bits)
	return sum[:], nil
}

// SerialOf makes a serial number of a key identifier as the national authority does since 2022: the top bit cleared,
// and where that leaves the upper half of the first octet empty, 1 put there, so that no number is shorter.
func SerialOf(keyID []byte) []byte {
	serial := append([]byte{}, keyID...)
	if serial[0] &= 0x7f; serial[0] < 0x10 {
		serial[0] |= 0x10
	}
	return serial
}
