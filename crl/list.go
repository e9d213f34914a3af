package crl

import (
	"math/big"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/armor"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

// Limits of what [Parse] reads. The greatest national list has 22 MB and 422,065 entries.
const (
	MaxSize       = 128 << 20 // octets
	maxExtensions = 64        // of a list
	maxNumber     = 20        // octets of a CRL number (RFC 5280, Section 5.2.3)
)

// List is a parsed revocation list: a claim until [List.Verify] or [Judge] has decided. Its fields are for reading, and
// it is safe for concurrent use.
type List struct {
	Raw        []byte // DER: the octets given to Parse, not copied
	RawTBS     []byte // TBSCertList, the octets that are signed
	Version    int    // 1 or 2; a list of version 1 has no extensions
	Issuer     cert.Name
	ThisUpdate time.Time
	NextUpdate time.Time // zero if absent
	Extensions []cert.Extension

	Number     *big.Int                  // nil if absent
	BaseNumber *big.Int                  // of the complete list that a delta builds on; nil in a complete list
	Scope      *IssuingDistributionPoint // nil if absent: all certificates of the issuer, for all reasons

	SignatureAlgorithm cert.AlgorithmIdentifier
	Signature          []byte

	entries entries
	signer  atomic.Pointer[cert.Certificate] // the last one that Verify accepted
}

// Decode reads a list in DER, PEM or Base64. Errors are those of [Parse].
func Decode(b []byte) (*List, error) {
	raw, _, err := armor.Decode(b, armor.LabelsCRL...)
	if err != nil {
		return nil, verdict.New(verdict.Malformed, "crl: %w", err)
	}
	return Parse(raw)
}

// Parse reads a list in DER. The input must be exactly one list in the encoding that X.690 demands, each entry
// included; what an unknown extension holds is not looked at. The list keeps raw, which must not change afterwards.
//
// A list of version 1 is read: it is a complete list without number and reasons, and some tools make one where nobody
// configured extensions. The algorithms inside and outside of what is signed may differ in absent against NULL
// parameters, as they do in national lists, and in nothing else.
//
// The error wraps [verdict.Malformed] or [verdict.LimitExceeded].
func Parse(raw []byte) (*List, error) {
	if len(raw) > MaxSize {
		return nil, verdict.New(verdict.LimitExceeded, "crl: %d octets, at most %d are read", len(raw), MaxSize)
	}
	l := &List{Raw: raw}
	input := cryptobyte.String(raw)
	var outer, tbs cryptobyte.String
	if !input.ReadASN1(&outer, asn1.SEQUENCE) || !input.Empty() || !outer.ReadASN1Element(&tbs, asn1.SEQUENCE) {
		return nil, malformed("list")
	}
	l.RawTBS = tbs
	if !cert.ReadAlgorithm(&outer, &l.SignatureAlgorithm) {
		return nil, malformed("signatureAlgorithm")
	}
	if !der.ReadBits(&outer, &l.Signature) || !outer.Empty() {
		return nil, malformed("signatureValue")
	}
	if err := l.parseTBS(); err != nil {
		return nil, err
	}
	return l, nil
}

func malformed(field string) error {
	return verdict.New(verdict.Malformed, "crl: malformed %s", field)
}

// parseTBS reads the fields of TBSCertList in their order (RFC 5280, Section 5.1.2).
func (l *List) parseTBS() error {
	var tbs, list cryptobyte.String
	input := cryptobyte.String(l.RawTBS)
	if !input.ReadASN1(&tbs, asn1.SEQUENCE) || !readVersion(&tbs, &l.Version) {
		return malformed("version")
	}
	var inner cert.AlgorithmIdentifier
	if !cert.ReadAlgorithm(&tbs, &inner) {
		return malformed("signature")
	}
	if !inner.Equal(l.SignatureAlgorithm) {
		return verdict.New(verdict.Malformed, "crl: signature algorithm is %s inside and %s outside",
			inner.Algorithm, l.SignatureAlgorithm.Algorithm)
	}
	if err := l.parseIssuer(&tbs); err != nil {
		return err
	}
	if !der.ReadTime(&tbs, &l.ThisUpdate) {
		return malformed("thisUpdate")
	}
	if isTime(tbs) && !der.ReadTime(&tbs, &l.NextUpdate) {
		return malformed("nextUpdate")
	}
	// Absent where nobody is revoked; an empty list is none (RFC 5280, Section 5.1.2.6).
	if tbs.PeekASN1Tag(asn1.SEQUENCE) && (!tbs.ReadASN1(&list, asn1.SEQUENCE) || list.Empty()) {
		return malformed("revokedCertificates")
	}
	var err error
	if l.entries, err = parseEntries(list, l.Version); err != nil {
		return err
	}
	if err := l.parseExtensions(&tbs); err != nil {
		return err
	}
	if !tbs.Empty() {
		return malformed("tbsCertList: unexpected field")
	}
	return nil
}

// readVersion reads Version OPTIONAL: v2 if present, the number 1.
func readVersion(s *cryptobyte.String, version *int) bool {
	*version = 1
	if !s.PeekASN1Tag(asn1.INTEGER) {
		return true
	}
	var n int
	*version = 2
	return s.ReadASN1Integer(&n) && n == 1
}

func (l *List) parseIssuer(tbs *cryptobyte.String) error {
	var element cryptobyte.String
	if !tbs.ReadASN1Element(&element, asn1.SEQUENCE) {
		return malformed("issuer")
	}
	name, err := cert.ParseName(element)
	if err != nil {
		return verdict.New(verdict.From(err).Reason, "crl: issuer: %w", err)
	}
	l.Issuer = name
	return nil
}

func isTime(s cryptobyte.String) bool {
	return s.PeekASN1Tag(asn1.UTCTime) || s.PeekASN1Tag(asn1.GeneralizedTime)
}

// IsDelta reports whether the list holds only what changed since another one. Besides a deltaCRLIndicator a critical
// freshestCRL tells: a complete list never has it critical (RFC 5280, Section 5.2.6), and the national profile of 2026
// prints it so for its deltas.
func (l *List) IsDelta() bool {
	if l.BaseNumber != nil {
		return true
	}
	e := l.Extension(oid.FreshestCRL)
	return e != nil && e.Critical
}

// Verify checks that issuer signed the list: the name, the right to sign lists if the issuer has a key usage, the
// signature. It checks neither the issuer nor that the list is of any moment. The error wraps
// [verdict.RevocationUnavailable]. What was verified once is remembered.
func (l *List) Verify(issuer *cert.Certificate) error {
	if issuer == nil {
		return verdict.Misuse("crl: no issuer to verify with")
	}
	if l.signer.Load().Equal(issuer) {
		return nil
	}
	if !l.Issuer.Equal(issuer.Subject) {
		return unavailable("a list of another issuer")
	}
	if !issuer.Allows(cert.UsageCRLSign) {
		return unavailable("the issuer may not sign lists")
	}
	algorithm, err := cert.ParseSignatureAlgorithm(l.SignatureAlgorithm, 0)
	if err != nil {
		return unavailable("signature: %w", err)
	}
	if err := issuer.PublicKey.Verify(algorithm, l.RawTBS, l.Signature); err != nil {
		return unavailable("signature: %w", err)
	}
	l.signer.Store(issuer)
	return nil
}

func unavailable(format string, args ...any) error {
	return verdict.New(verdict.RevocationUnavailable, "crl: "+format, args...)
}
