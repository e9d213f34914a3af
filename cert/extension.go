package cert

import (
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

// Extension is one extension as it stands in a certificate.
type Extension struct {
	ID       OID
	Critical bool
	Value    []byte // contents of the OCTET STRING: the DER of the extension's own type
}

// Extension returns the extension with the identifier id, or nil.
func (c *Certificate) Extension(id OID) *Extension {
	for i := range c.Extensions {
		if c.Extensions[i].ID == id {
			return &c.Extensions[i]
		}
	}
	return nil
}

// readExtensions reads [3] EXPLICIT Extensions, which only version 3 has (RFC 5280, Section 4.1.2.9), and
// decodes those that the library acts upon.
func (c *Certificate) readExtensions(tbs *cryptobyte.String) error {
	var explicit, list cryptobyte.String
	var present bool
	if !tbs.ReadOptionalASN1(&explicit, &present, der.Explicit(3)) {
		return malformed("extensions")
	}
	if !present {
		return nil
	}
	if c.Version != 3 || !explicit.ReadASN1(&list, asn1.SEQUENCE) || !explicit.Empty() || list.Empty() {
		return malformed("extensions")
	}
	seen := make(map[OID]bool)
	for !list.Empty() {
		var e Extension
		if !der.ReadExtension(&list, &e.ID, &e.Critical, &e.Value) {
			return malformed("extension")
		}
		if seen[e.ID] {
			return verdict.New(verdict.Malformed, "cert: extension %s occurs twice", e.ID)
		}
		if len(seen) == maxExtensions {
			return verdict.New(verdict.LimitExceeded, "cert: more than %d extensions", maxExtensions)
		}
		seen[e.ID] = true
		c.Extensions = append(c.Extensions, e)
		if err := c.decodeExtension(e); err != nil {
			return err
		}
	}
	return nil
}

// decodeExtension reads an extension that the library acts upon; the value of any other stays unread.
func (c *Certificate) decodeExtension(e Extension) error {
	decode, ok := decoders[e.ID]
	if !ok {
		return nil
	}
	if len(e.Value) > maxExtension {
		return verdict.New(verdict.LimitExceeded, "cert: extension %s of %d octets", e.ID, len(e.Value))
	}
	if err := checkForm(e.Value); err != nil {
		return verdict.New(verdict.From(err).Reason, "cert: extension %s: %w", e.ID, err)
	}
	if !decode(c, e.Value) {
		return malformed("extension " + string(e.ID))
	}
	if n := c.countNames(); n > maxNames {
		return verdict.New(verdict.LimitExceeded, "cert: %d names in extensions, at most %d are read", n, maxNames)
	}
	return nil
}

// countNames returns how many names the extensions hold that were decoded so far.
func (c *Certificate) countNames() int {
	n := len(c.SubjectAltNames)
	for _, points := range [][]DistributionPoint{c.CRLDistributionPoints, c.FreshestCRL} {
		for _, point := range points {
			n += len(point.FullName) + len(point.CRLIssuer)
		}
	}
	return n
}

// decoders decode the known extensions into the fields of the certificate. A decoder reads its whole value.
var decoders = map[OID]func(c *Certificate, value cryptobyte.String) bool{
	oid.BasicConstraints:       (*Certificate).decodeBasicConstraints,
	oid.KeyUsage:               (*Certificate).decodeKeyUsage,
	oid.ExtKeyUsage:            (*Certificate).decodeExtKeyUsage,
	oid.SubjectKeyIdentifier:   (*Certificate).decodeSubjectKeyID,
	oid.AuthorityKeyIdentifier: (*Certificate).decodeAuthorityKeyID,
	oid.CertificatePolicies:    (*Certificate).decodePolicies,
	oid.AuthorityInfoAccess:    (*Certificate).decodeAuthorityInfoAccess,
	oid.SubjectAltName:         (*Certificate).decodeSubjectAltName,
	oid.CRLDistributionPoints: func(c *Certificate, value cryptobyte.String) bool {
		return readDistributionPoints(value, &c.CRLDistributionPoints)
	},
	oid.FreshestCRL: func(c *Certificate, value cryptobyte.String) bool {
		return readDistributionPoints(value, &c.FreshestCRL)
	},
}

// BasicConstraints is the extension of RFC 5280, Section 4.2.1.9.
type BasicConstraints struct {
	CA      bool
	PathLen int // -1 if there is no pathLenConstraint
}

// maxPathLen is where a greater pathLenConstraint says no more than none: no path is so long.
const maxPathLen = 1 << 16

// decodeBasicConstraints tolerates cA written out as FALSE, which DER forbids and many issuers do.
func (c *Certificate) decodeBasicConstraints(value cryptobyte.String) bool {
	var sequence cryptobyte.String
	bc := &BasicConstraints{PathLen: -1}
	if !value.ReadASN1(&sequence, asn1.SEQUENCE) || !value.Empty() ||
		sequence.PeekASN1Tag(asn1.BOOLEAN) && !sequence.ReadASN1Boolean(&bc.CA) {
		return false
	}
	if !sequence.Empty() {
		var length []byte
		if !der.ReadInteger(&sequence, &length) || !sequence.Empty() || length[0]&0x80 != 0 {
			return false
		}
		for _, c := range length {
			bc.PathLen = min(max(bc.PathLen, 0)<<8|int(c), maxPathLen)
		}
	}
	c.BasicConstraints = bc
	return true
}

// KeyUsage is a set of the bits of RFC 5280, Section 4.2.1.3, the standard's bit n in bit n.
type KeyUsage uint32

// The bits of KeyUsage.
const (
	UsageDigitalSignature KeyUsage = 1 << iota
	UsageNonRepudiation            // contentCommitment
	UsageKeyEncipherment
	UsageDataEncipherment
	UsageKeyAgreement
	UsageKeyCertSign
	UsageCRLSign
	UsageEncipherOnly
	UsageDecipherOnly
)

var usageNames = []string{
	"digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement",
	"keyCertSign", "cRLSign", "encipherOnly", "decipherOnly",
}

// Names returns the standard's names of the bits that are set.
func (u KeyUsage) Names() []string {
	names := []string{}
	for i, name := range usageNames {
		if u&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

func (c *Certificate) decodeKeyUsage(value cryptobyte.String) bool {
	var bits uint32
	if !der.ReadNamedBits(&value, &bits) || !value.Empty() || bits == 0 {
		return false
	}
	c.KeyUsage, c.HasKeyUsage = KeyUsage(bits), true
	return true
}

// Allows reports whether the certificate may be used for what the bits in any say: one of them is set, or there
// is no key usage extension at all.
func (c *Certificate) Allows(any KeyUsage) bool { return !c.HasKeyUsage || c.KeyUsage&any != 0 }

func (c *Certificate) decodeExtKeyUsage(value cryptobyte.String) bool {
	var sequence cryptobyte.String
	if !value.ReadASN1(&sequence, asn1.SEQUENCE) || !value.Empty() || sequence.Empty() {
		return false
	}
	for !sequence.Empty() {
		var usage OID
		if !der.ReadOID(&sequence, &usage) {
			return false
		}
		c.ExtKeyUsage = append(c.ExtKeyUsage, usage)
	}
	return true
}

func (c *Certificate) decodeSubjectKeyID(value cryptobyte.String) bool {
	var id cryptobyte.String
	if !value.ReadASN1(&id, asn1.OCTET_STRING) || !value.Empty() || id.Empty() {
		return false
	}
	c.SubjectKeyID = id
	return true
}

// decodeAuthorityKeyID reads AuthorityKeyIdentifier: keyIdentifier [0], and issuer [1] with serial [2], which
// come together or not at all.
func (c *Certificate) decodeAuthorityKeyID(value cryptobyte.String) bool {
	var sequence, keyID, issuer, serial cryptobyte.String
	var hasKeyID, hasIssuer, hasSerial bool
	if !value.ReadASN1(&sequence, asn1.SEQUENCE) || !value.Empty() ||
		!sequence.ReadOptionalASN1(&keyID, &hasKeyID, der.Implicit(0)) ||
		!sequence.ReadOptionalASN1(&issuer, &hasIssuer, der.Explicit(1)) ||
		!sequence.ReadOptionalASN1(&serial, &hasSerial, der.Implicit(2)) ||
		!sequence.Empty() || hasIssuer != hasSerial {
		return false
	}
	var names []GeneralName
	if hasIssuer && (!readGeneralNames(issuer, &names) || !isInteger(serial)) {
		return false
	}
	c.AuthorityKeyID = keyID
	return true
}

// PolicyInformation is one certificate policy (RFC 5280, Section 4.2.1.4).
type PolicyInformation struct {
	Policy     OID
	Qualifiers []byte // contents of policyQualifiers, nil if absent
}

func (c *Certificate) decodePolicies(value cryptobyte.String) bool {
	var sequence cryptobyte.String
	if !value.ReadASN1(&sequence, asn1.SEQUENCE) || !value.Empty() || sequence.Empty() {
		return false
	}
	seen := make(map[OID]bool)
	for !sequence.Empty() {
		var info, qualifiers cryptobyte.String
		var policy PolicyInformation
		if !sequence.ReadASN1(&info, asn1.SEQUENCE) || !der.ReadOID(&info, &policy.Policy) || seen[policy.Policy] {
			return false
		}
		if !info.Empty() && (!info.ReadASN1(&qualifiers, asn1.SEQUENCE) || !info.Empty() || !areQualifiers(qualifiers)) {
			return false
		}
		policy.Qualifiers = qualifiers
		seen[policy.Policy] = true
		c.Policies = append(c.Policies, policy)
	}
	return true
}

// areQualifiers reports whether content is one PolicyQualifierInfo or more: SEQUENCE { OBJECT IDENTIFIER, ANY }.
func areQualifiers(content cryptobyte.String) bool {
	if content.Empty() {
		return false
	}
	for !content.Empty() {
		var info, qualifier cryptobyte.String
		var id OID
		var tag asn1.Tag
		if !content.ReadASN1(&info, asn1.SEQUENCE) || !der.ReadOID(&info, &id) ||
			!info.ReadAnyASN1(&qualifier, &tag) || !info.Empty() {
			return false
		}
	}
	return true
}

func (c *Certificate) decodeAuthorityInfoAccess(value cryptobyte.String) bool {
	var sequence cryptobyte.String
	if !value.ReadASN1(&sequence, asn1.SEQUENCE) || !value.Empty() || sequence.Empty() {
		return false
	}
	for !sequence.Empty() {
		var description cryptobyte.String
		var method OID
		var location GeneralName
		if !sequence.ReadASN1(&description, asn1.SEQUENCE) || !der.ReadOID(&description, &method) ||
			!readGeneralName(&description, &location) || !description.Empty() {
			return false
		}
		switch uri := location.URI(); {
		case uri == "":
		case method == oid.AccessOCSP:
			c.OCSPServers = append(c.OCSPServers, uri)
		case method == oid.AccessCAIssuers:
			c.IssuingCertificateURLs = append(c.IssuingCertificateURLs, uri)
		}
	}
	return true
}

func (c *Certificate) decodeSubjectAltName(value cryptobyte.String) bool {
	var sequence cryptobyte.String
	return value.ReadASN1(&sequence, asn1.SEQUENCE) && value.Empty() && readGeneralNames(sequence, &c.SubjectAltNames)
}

// DistributionPoint is one point of CRLDistributionPoints or FreshestCRL (RFC 5280, Section 4.2.1.13).
type DistributionPoint struct {
	FullName     []GeneralName
	RelativeName []byte // contents of nameRelativeToCRLIssuer, nil if absent
	Reasons      uint32 // bits of ReasonFlags; meaningful if HasReasons
	HasReasons   bool   // the point's CRL covers only those reasons
	CRLIssuer    []GeneralName
}

func readDistributionPoints(value cryptobyte.String, out *[]DistributionPoint) bool {
	var sequence cryptobyte.String
	if !value.ReadASN1(&sequence, asn1.SEQUENCE) || !value.Empty() || sequence.Empty() {
		return false
	}
	for !sequence.Empty() {
		var point DistributionPoint
		if !readDistributionPoint(&sequence, &point) {
			return false
		}
		*out = append(*out, point)
	}
	return true
}

func readDistributionPoint(s *cryptobyte.String, out *DistributionPoint) bool {
	var sequence, name, reasons, issuer cryptobyte.String
	var hasName, hasIssuer bool
	if !s.ReadASN1(&sequence, asn1.SEQUENCE) ||
		!sequence.ReadOptionalASN1(&name, &hasName, der.Explicit(0)) ||
		!sequence.ReadOptionalASN1(&reasons, &out.HasReasons, der.Implicit(1)) ||
		!sequence.ReadOptionalASN1(&issuer, &hasIssuer, der.Explicit(2)) ||
		!sequence.Empty() || !hasName && !hasIssuer {
		return false
	}
	if hasName && !readDistributionPointName(name, out) {
		return false
	}
	if out.HasReasons && !readReasonFlags(reasons, &out.Reasons) {
		return false
	}
	return !hasIssuer || readGeneralNames(issuer, &out.CRLIssuer)
}

func readDistributionPointName(s cryptobyte.String, out *DistributionPoint) bool {
	var name cryptobyte.String
	switch {
	case s.PeekASN1Tag(der.Explicit(0)):
		return s.ReadASN1(&name, der.Explicit(0)) && s.Empty() && readGeneralNames(name, &out.FullName)
	case s.PeekASN1Tag(der.Explicit(1)):
		if !s.ReadASN1(&name, der.Explicit(1)) || !s.Empty() || !isRDN(name) {
			return false
		}
		out.RelativeName = name
		return true
	}
	return false
}

// isRDN reports whether content is that of a RelativeDistinguishedName.
func isRDN(content cryptobyte.String) bool {
	set := retag(asn1.SET, content)
	return new(Name).readRDN(&set, 0) == nil
}

// readReasonFlags reads the contents of an implicitly tagged BIT STRING.
func readReasonFlags(content cryptobyte.String, out *uint32) bool {
	s := retag(asn1.BIT_STRING, content)
	return der.ReadNamedBits(&s, out)
}

// URIs returns the addresses of the point's full name, as [GeneralName.URI] reads them.
func (p DistributionPoint) URIs() []string {
	var uris []string
	for _, name := range p.FullName {
		if uri := name.URI(); uri != "" {
			uris = append(uris, uri)
		}
	}
	return uris
}
