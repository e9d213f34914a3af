package crl

import (
	"bytes"
	"slices"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/der"
)

// IssuingDistributionPoint tells which certificates a list covers, and for which reasons of revocation (RFC 5280,
// Section 5.2.5).
type IssuingDistributionPoint struct {
	FullName     []cert.GeneralName // of the distribution point; only certificates that name it are covered
	RelativeName []byte             // contents of nameRelativeToCRLIssuer in place of it, nil if absent

	OnlyUserCerts      bool
	OnlyCACerts        bool
	OnlyAttributeCerts bool
	Indirect           bool // holds certificates of other issuers too

	Reasons    uint32 // bits of ReasonFlags; meaningful if HasReasons
	HasReasons bool   // onlySomeReasons: revocations for others are not on the list
}

// readScope reads IssuingDistributionPoint. An empty one says nothing and is forbidden, as are two kinds of
// certificates at once.
func readScope(value cryptobyte.String, out **IssuingDistributionPoint) bool {
	var sequence, name, reasons cryptobyte.String
	var hasName bool
	p := new(IssuingDistributionPoint)
	if !value.ReadASN1(&sequence, asn1.SEQUENCE) || !value.Empty() || sequence.Empty() ||
		!sequence.ReadOptionalASN1(&name, &hasName, der.Explicit(0)) || hasName && !p.readName(name) ||
		!readFlag(&sequence, 1, &p.OnlyUserCerts) || !readFlag(&sequence, 2, &p.OnlyCACerts) ||
		!sequence.ReadOptionalASN1(&reasons, &p.HasReasons, der.Implicit(3)) ||
		p.HasReasons && !p.readReasons(reasons) ||
		!readFlag(&sequence, 4, &p.Indirect) || !readFlag(&sequence, 5, &p.OnlyAttributeCerts) || !sequence.Empty() {
		return false
	}
	if p.OnlyUserCerts && p.OnlyCACerts || (p.OnlyUserCerts || p.OnlyCACerts) && p.OnlyAttributeCerts {
		return false
	}
	*out = p
	return true
}

func (p *IssuingDistributionPoint) readName(content []byte) bool {
	var point cert.DistributionPoint
	if !cert.ReadDistributionPointName(content, &point) {
		return false
	}
	p.FullName, p.RelativeName = point.FullName, point.RelativeName
	return true
}

// readReasons reads the contents of an implicitly tagged BIT STRING.
func (p *IssuingDistributionPoint) readReasons(content []byte) bool {
	var b cryptobyte.Builder
	b.AddASN1(asn1.BIT_STRING, func(b *cryptobyte.Builder) { b.AddBytes(content) })
	s := cryptobyte.String(b.BytesOrPanic())
	return der.ReadNamedBits(&s, &p.Reasons)
}

// readFlag reads [n] IMPLICIT BOOLEAN DEFAULT FALSE. DER leaves FALSE out.
func readFlag(s *cryptobyte.String, n uint8, out *bool) bool {
	var content cryptobyte.String
	return s.ReadOptionalASN1(&content, out, der.Implicit(n)) && (!*out || len(content) == 1 && content[0] == 0xff)
}

// checkScope reports whether a complete list covers a certificate of its issuer for all reasons (RFC 5280, Section
// 6.3.3, steps b and d). What is not fully understood covers nothing (T69).
func (l *List) checkScope(c *cert.Certificate) error {
	if l.entries.hasIssuer && (l.Scope == nil || !l.Scope.Indirect) {
		return unavailable("an entry names its issuer in a list that is not indirect")
	}
	if l.Scope == nil {
		return nil
	}
	switch isCA := c.BasicConstraints != nil && c.BasicConstraints.CA; {
	case l.Scope.Indirect:
		return unavailable("indirect lists are not supported")
	case l.Scope.OnlyAttributeCerts:
		return unavailable("the list covers attribute certificates alone")
	case l.Scope.OnlyUserCerts && (isCA || c.Version < 3):
		return unavailable("the list covers certificates of end entities alone")
	case l.Scope.OnlyCACerts && !isCA:
		return unavailable("the list covers certificates of authorities alone")
	case l.Scope.HasReasons:
		return unavailable("the list covers some reasons of revocation alone")
	}
	return l.checkPoint(c)
}

// checkPoint reports whether the list is one of the distribution points that the certificate names, if it is of one at
// all: any name of any point will do (T70). A certificate also has the point that its issuer's name makes (RFC 5280,
// Section 6.3.3, last paragraph). Points of an indirect list or for some reasons alone do not count.
func (l *List) checkPoint(c *cert.Certificate) error {
	names := fullNames(l.Scope.FullName, l.Scope.RelativeName, l.Issuer)
	if l.Scope.FullName == nil && l.Scope.RelativeName == nil {
		return nil
	}
	if matches(names, []cert.GeneralName{{Kind: cert.DirectoryName, Directory: c.Issuer}}) {
		return nil
	}
	for _, point := range c.CRLDistributionPoints {
		if !point.HasReasons && point.CRLIssuer == nil &&
			matches(names, fullNames(point.FullName, point.RelativeName, c.Issuer)) {
			return nil
		}
	}
	return unavailable("the list is of a distribution point that the certificate does not name")
}

// fullNames returns the names of a distribution point; a relative one is put behind the issuer's name.
func fullNames(full []cert.GeneralName, relative []byte, issuer cert.Name) []cert.GeneralName {
	if relative == nil {
		return full
	}
	name, ok := appendRDN(issuer, relative)
	if !ok {
		return nil
	}
	return []cert.GeneralName{{Kind: cert.DirectoryName, Directory: name}}
}

// appendRDN returns a name with one more relative distinguished name, given by its contents.
func appendRDN(name cert.Name, rdn []byte) (cert.Name, bool) {
	var rdns cryptobyte.String
	raw := cryptobyte.String(name.Raw)
	if !raw.ReadASN1(&rdns, asn1.SEQUENCE) {
		return cert.Name{}, false
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(rdns)
		b.AddASN1(asn1.SET, func(b *cryptobyte.Builder) { b.AddBytes(rdn) })
	})
	longer, err := cert.ParseName(b.BytesOrPanic())
	return longer, err == nil
}

// matches reports whether a name stands in both lists.
func matches(a, b []cert.GeneralName) bool {
	return slices.ContainsFunc(a, func(one cert.GeneralName) bool {
		return slices.ContainsFunc(b, func(other cert.GeneralName) bool { return equalNames(one, other) })
	})
}

// equalNames compares names of one kind: directory names as names are compared, all others octet by octet.
func equalNames(a, b cert.GeneralName) bool {
	if a.Kind != b.Kind {
		return false
	}
	if a.Kind == cert.DirectoryName {
		return a.Directory.Equal(b.Directory)
	}
	return bytes.Equal(a.Raw, b.Raw)
}
