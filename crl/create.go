package crl

import (
	"crypto"
	"math/big"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/mint"
	"github.com/qoltanba/eds/internal/oid"
)

// Template is what a list is to say. [Create] writes what it is told to, right or wrong.
type Template struct {
	ThisUpdate time.Time
	NextUpdate time.Time                 // zero: absent
	Number     *big.Int                  // nil: absent
	BaseNumber *big.Int                  // makes a delta; nil: absent
	Scope      *IssuingDistributionPoint // nil: absent
	Entries    []Entry
	Extensions []cert.Extension // more of them
}

// Create makes a list of issuer, DER, signed by key with the algorithm that goes with it. A list without extensions is
// of version 1. The issuer's key identifier is repeated where it has one. It fails for keys that cert does not know.
func Create(t Template, issuer *cert.Certificate, key crypto.Signer) ([]byte, error) {
	public, err := cert.NewPublicKey(key.Public())
	if err != nil {
		return nil, err
	}
	algorithm, identifier, err := public.SignatureAlgorithm(0)
	if err != nil {
		return nil, err
	}
	tbs, err := t.tbs(issuer, identifier)
	if err != nil {
		return nil, err
	}
	signature, err := cert.Sign(key, algorithm, tbs)
	if err != nil {
		return nil, err
	}
	return mint.Signed(tbs, identifier, signature)
}

// tbs writes TBSCertList (RFC 5280, Section 5.1).
func (t Template) tbs(issuer *cert.Certificate, algorithm cert.AlgorithmIdentifier) ([]byte, error) {
	extensions := t.extensions(issuer)
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		if len(extensions) > 0 || t.entriesHaveExtensions() {
			b.AddASN1Int64(1)
		}
		b.AddValue(algorithm)
		b.AddBytes(issuer.Subject.Raw)
		der.AddTime(b, t.ThisUpdate)
		if !t.NextUpdate.IsZero() {
			der.AddTime(b, t.NextUpdate)
		}
		t.addEntries(b)
		if len(extensions) > 0 {
			b.AddASN1(der.Explicit(0), func(b *cryptobyte.Builder) { mint.AddExtensions(b, extensions) })
		}
	})
	return b.Bytes()
}

func (t Template) addEntries(b *cryptobyte.Builder) {
	if len(t.Entries) == 0 {
		return
	}
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		for _, e := range t.Entries {
			e.add(b)
		}
	})
}

func (t Template) entriesHaveExtensions() bool {
	for _, e := range t.Entries {
		if len(e.extensions()) > 0 {
			return true
		}
	}
	return false
}

// extensions are those of the list, in the order of RFC 5280, Section 5.2.
func (t Template) extensions(issuer *cert.Certificate) []cert.Extension {
	var all []cert.Extension
	add := func(id cert.OID, critical bool, build func(b *cryptobyte.Builder)) {
		all = append(all, mint.Extension(id, critical, build))
	}
	if issuer.SubjectKeyID != nil {
		all = append(all, mint.AuthorityKeyID(issuer.SubjectKeyID))
	}
	if t.Number != nil {
		add(oid.CRLNumber, false, func(b *cryptobyte.Builder) { b.AddASN1BigInt(t.Number) })
	}
	if t.BaseNumber != nil {
		add(oid.DeltaCRLIndicator, true, func(b *cryptobyte.Builder) { b.AddASN1BigInt(t.BaseNumber) })
	}
	if t.Scope != nil {
		add(oid.IssuingDistributionPoint, true, t.Scope.add)
	}
	return append(all, t.Extensions...)
}

func (e Entry) add(b *cryptobyte.Builder) {
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.INTEGER, func(b *cryptobyte.Builder) { b.AddBytes(e.Serial) })
		der.AddTime(b, e.RevokedAt)
		if extensions := e.extensions(); len(extensions) > 0 {
			mint.AddExtensions(b, extensions)
		}
	})
}

func (e Entry) extensions() []cert.Extension {
	var all []cert.Extension
	if e.Reason != cert.Unspecified { // RFC 5280, Section 5.3.1: absent rather than unspecified
		all = append(all, mint.Extension(oid.ReasonCode, false, func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.ENUM, func(b *cryptobyte.Builder) { b.AddUint8(uint8(e.Reason)) })
		}))
	}
	if !e.InvalidityDate.IsZero() {
		all = append(all, mint.Extension(oid.InvalidityDate, false, func(b *cryptobyte.Builder) {
			b.AddASN1GeneralizedTime(e.InvalidityDate.UTC())
		}))
	}
	return append(all, e.Extensions...)
}

// add writes IssuingDistributionPoint.
func (p *IssuingDistributionPoint) add(b *cryptobyte.Builder) {
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		p.addName(b)
		addFlag(b, 1, p.OnlyUserCerts)
		addFlag(b, 2, p.OnlyCACerts)
		if p.HasReasons {
			der.AddNamedBits(b, der.Implicit(3), p.Reasons)
		}
		addFlag(b, 4, p.Indirect)
		addFlag(b, 5, p.OnlyAttributeCerts)
	})
}

func (p *IssuingDistributionPoint) addName(b *cryptobyte.Builder) {
	switch {
	case p.FullName != nil:
		b.AddASN1(der.Explicit(0), func(b *cryptobyte.Builder) {
			b.AddASN1(der.Explicit(0), func(b *cryptobyte.Builder) {
				for _, name := range p.FullName {
					addGeneralName(b, name)
				}
			})
		})
	case p.RelativeName != nil:
		b.AddASN1(der.Explicit(0), func(b *cryptobyte.Builder) {
			b.AddASN1(der.Explicit(1), func(b *cryptobyte.Builder) { b.AddBytes(p.RelativeName) })
		})
	}
}

// addGeneralName writes the contents of a name under the tag of its kind.
func addGeneralName(b *cryptobyte.Builder, name cert.GeneralName) {
	tag := der.Implicit(uint8(name.Kind))
	switch name.Kind {
	case cert.OtherName, cert.X400Address, cert.DirectoryName, cert.EDIPartyName:
		tag = der.Explicit(uint8(name.Kind))
	}
	b.AddASN1(tag, func(b *cryptobyte.Builder) { b.AddBytes(name.Raw) })
}

func addFlag(b *cryptobyte.Builder, n uint8, set bool) {
	if set {
		b.AddASN1(der.Implicit(n), func(b *cryptobyte.Builder) { b.AddUint8(0xff) })
	}
}
