// Package mint assembles and signs certificates in the profile of the national PKI, for tests, samples and fake
// authorities. It writes what it is told to, right or wrong: package cert reads strictly, so that a wrong one can
// be tried on it.
package mint

import (
	"crypto"
	"crypto/sha1" // #nosec: key identifiers are made so (RFC 5280, Section 4.2.1.2)
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
)

// Template is what a certificate is to say.
type Template struct {
	Serial              []byte // contents of the INTEGER
	Subject             []byte // Name, DER; see [Name]
	NotBefore, NotAfter time.Time
	Extensions          []cert.Extension
}

// Issuer signs certificates.
type Issuer struct {
	Name []byte // DER
	Key  crypto.Signer
}

// Certificate assembles the certificate of key and signs it. It fails for keys that cert does not know.
func (i Issuer) Certificate(t Template, key crypto.PublicKey) ([]byte, error) {
	subject, err := cert.NewPublicKey(key)
	if err != nil {
		return nil, err
	}
	issuer, err := cert.NewPublicKey(i.Key.Public())
	if err != nil {
		return nil, err
	}
	algorithm, identifier, err := issuer.SignatureAlgorithm(0)
	if err != nil {
		return nil, err
	}
	tbs, err := i.tbs(t, subject, identifier)
	if err != nil {
		return nil, err
	}
	signature, err := cert.Sign(i.Key, algorithm, tbs)
	if err != nil {
		return nil, err
	}
	return Signed(tbs, identifier, signature)
}

// Signed puts signed octets, algorithm and signature together (RFC 5280, Sections 4.1 and 5.1).
func Signed(tbs []byte, a cert.AlgorithmIdentifier, signature []byte) ([]byte, error) {
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(tbs)
		b.AddValue(a)
		b.AddASN1BitString(signature)
	})
	return b.Bytes()
}

// tbs writes TBSCertificate (RFC 5280, Section 4.1).
func (i Issuer) tbs(t Template, key *cert.PublicKey, a cert.AlgorithmIdentifier) ([]byte, error) {
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(der.Explicit(0), func(b *cryptobyte.Builder) { b.AddASN1Int64(2) })
		b.AddASN1(asn1.INTEGER, func(b *cryptobyte.Builder) { b.AddBytes(t.Serial) })
		b.AddValue(a)
		b.AddBytes(i.Name)
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			der.AddTime(b, t.NotBefore)
			der.AddTime(b, t.NotAfter)
		})
		b.AddBytes(t.Subject)
		b.AddBytes(key.Raw())
		if len(t.Extensions) > 0 {
			b.AddASN1(der.Explicit(3), func(b *cryptobyte.Builder) { AddExtensions(b, t.Extensions) })
		}
	})
	return b.Bytes()
}

// AddExtensions writes Extensions (RFC 5280, Section 4.1), of certificates, lists and OCSP alike.
func AddExtensions(b *cryptobyte.Builder, extensions []cert.Extension) {
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		for _, e := range extensions {
			der.AddExtension(b, e.ID, e.Critical, e.Value)
		}
	})
}

// Attribute is one attribute of a name, a relative distinguished name of its own.
type Attribute struct {
	Type  cert.OID
	Value string
	Tag   asn1.Tag // 0: PrintableString for serialNumber and country, UTF8String for all else
}

// Name writes a Name (RFC 5280, Section 4.1.2.4).
func Name(attributes ...Attribute) []byte {
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		for _, a := range attributes {
			b.AddASN1(asn1.SET, func(b *cryptobyte.Builder) { a.add(b) })
		}
	})
	return b.BytesOrPanic()
}

func (a Attribute) add(b *cryptobyte.Builder) {
	tag := a.Tag
	switch {
	case tag != 0:
	case a.Type == oid.SerialNumber || a.Type == oid.Country:
		tag = asn1.PrintableString
	default:
		tag = asn1.UTF8String
	}
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		der.AddOID(b, a.Type)
		b.AddASN1(tag, func(b *cryptobyte.Builder) { b.AddBytes([]byte(a.Value)) })
	})
}

// Extension makes an extension of what add writes.
func Extension(id cert.OID, critical bool, add func(*cryptobyte.Builder)) cert.Extension {
	var b cryptobyte.Builder
	add(&b)
	return cert.Extension{ID: id, Critical: critical, Value: b.BytesOrPanic()}
}

// CA makes the critical basic constraints of an authority; pathLen is left out if it is negative.
func CA(pathLen int) cert.Extension {
	return Extension(oid.BasicConstraints, true, func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1Boolean(true)
			if pathLen >= 0 {
				b.AddASN1Int64(int64(pathLen))
			}
		})
	})
}

// KeyUsage makes a critical key usage.
func KeyUsage(usage cert.KeyUsage) cert.Extension {
	return Extension(oid.KeyUsage, true, func(b *cryptobyte.Builder) {
		der.AddNamedBits(b, asn1.BIT_STRING, uint32(usage))
	})
}

// ExtKeyUsage makes an extended key usage.
func ExtKeyUsage(critical bool, usages ...cert.OID) cert.Extension {
	return Extension(oid.ExtKeyUsage, critical, func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			for _, u := range usages {
				der.AddOID(b, u)
			}
		})
	})
}

// Policies makes certificate policies without qualifiers.
func Policies(policies ...cert.OID) cert.Extension {
	return Extension(oid.CertificatePolicies, false, func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			for _, p := range policies {
				b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { der.AddOID(b, p) })
			}
		})
	})
}

// KeyStorage makes the national extension that tells where the key lives.
func KeyStorage(where cert.OID) cert.Extension {
	return Extension(oid.KeyStorage, false, func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { der.AddOID(b, where) })
	})
}

// KeyID returns the SHA-1 of a SubjectPublicKeyInfo, for a subject key identifier: the method of the national
// certificates before 2022. See also [BitsKeyID].
func KeyID(key crypto.PublicKey) ([]byte, error) {
	k, err := cert.NewPublicKey(key)
	if err != nil {
		return nil, err
	}
	sum := sha1.Sum(k.Raw())
	return sum[:], nil
}

// SubjectKeyID makes a subject key identifier.
func SubjectKeyID(id []byte) cert.Extension {
	return Extension(oid.SubjectKeyIdentifier, false, func(b *cryptobyte.Builder) { b.AddASN1OctetString(id) })
}

// AuthorityKeyID makes an authority key identifier that holds a key identifier alone.
func AuthorityKeyID(id []byte) cert.Extension {
	return Extension(oid.AuthorityKeyIdentifier, false, func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(der.Implicit(0), func(b *cryptobyte.Builder) { b.AddBytes(id) })
		})
	})
}
