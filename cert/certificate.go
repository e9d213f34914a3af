package cert

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"math/big"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/internal/armor"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/verdict"
)

// Limits of what [Parse] reads. The certificates of the national PKI have about 1,200 octets and 12 extensions.
const (
	MaxSize       = 1 << 20 // octets of one certificate
	maxExtensions = 128
	maxExtension  = 64 << 10 // octets of one extension that is decoded
	maxNames      = 4096     // names in extensions, all together: one of two octets takes a hundred of memory
	maxSerial     = 64       // octets of a serial number: RFC 5280 allows 20, and the texts of errors repeat it
)

// Certificate is a parsed certificate. Its fields are for reading: values are shared between goroutines and with
// the paths and reports that hold them. The Raw fields alias one private copy of the input.
type Certificate struct {
	Raw        []byte // the whole certificate, DER
	RawTBS     []byte // TBSCertificate, the octets that are signed
	RawSPKI    []byte // SubjectPublicKeyInfo
	RawSerial  []byte // contents of the serial number's INTEGER: two's complement, big-endian
	Version    int    // 1, 2 or 3
	Subject    Name
	Issuer     Name
	NotBefore  time.Time // first second of validity
	NotAfter   time.Time // last second of validity
	PublicKey  *PublicKey
	Extensions []Extension

	SignatureAlgorithm AlgorithmIdentifier
	Signature          []byte // contents of the BIT STRING

	// The extensions of RFC 5280, Section 4.2 that this library acts upon; nil or zero where absent.
	BasicConstraints       *BasicConstraints
	KeyUsage               KeyUsage
	HasKeyUsage            bool
	ExtKeyUsage            []OID
	SubjectKeyID           []byte
	AuthorityKeyID         []byte // keyIdentifier of the extension; its issuer and serial are hints left unread
	Policies               []PolicyInformation
	CRLDistributionPoints  []DistributionPoint
	FreshestCRL            []DistributionPoint
	OCSPServers            []string // AIA, id-ad-ocsp, as written, in order
	IssuingCertificateURLs []string // AIA, id-ad-caIssuers
	SubjectAltNames        []GeneralName
}

// Decode reads one certificate in DER, PEM or Base64. The error wraps [verdict.Malformed].
func Decode(b []byte) (*Certificate, error) {
	raw, _, err := armor.Decode(b, armor.LabelsCertificate...)
	if err != nil {
		return nil, verdict.New(verdict.Malformed, "cert: %w", err)
	}
	return Parse(raw)
}

// DecodeAll reads all the certificates of a file that may hold several in PEM, or one in DER or Base64. One that cannot
// be read spoils them all. Errors are those of [Parse].
func DecodeAll(b []byte) ([]*Certificate, error) {
	raws, err := armor.DecodeAll(b, armor.LabelsCertificate...)
	if err != nil {
		return nil, verdict.New(verdict.Malformed, "cert: %w", err)
	}
	all := make([]*Certificate, len(raws))
	for i, raw := range raws {
		if all[i], err = Parse(raw); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Parse reads one certificate in DER. The input must be exactly one certificate in the encoding that X.690
// demands; each extension may occur once, and each that the library knows must be well formed. The error wraps
// [verdict.Malformed] or [verdict.LimitExceeded]. A public key of an unknown algorithm is no error: see
// [PublicKey.Supported].
func Parse(raw []byte) (*Certificate, error) {
	if len(raw) > MaxSize {
		return nil, verdict.New(verdict.LimitExceeded, "cert: %d octets, at most %d are read", len(raw), MaxSize)
	}
	if err := checkForm(raw); err != nil {
		return nil, err
	}
	c := &Certificate{Raw: bytes.Clone(raw)}
	input := cryptobyte.String(c.Raw)
	var outer, tbs cryptobyte.String
	if !input.ReadASN1(&outer, asn1.SEQUENCE) || !input.Empty() {
		return nil, malformed("certificate")
	}
	if !outer.ReadASN1Element(&tbs, asn1.SEQUENCE) {
		return nil, malformed("tbsCertificate")
	}
	c.RawTBS = tbs
	if !ReadAlgorithm(&outer, &c.SignatureAlgorithm) {
		return nil, malformed("signatureAlgorithm")
	}
	if !der.ReadBits(&outer, &c.Signature) || !outer.Empty() {
		return nil, malformed("signatureValue")
	}
	if err := c.parseTBS(); err != nil {
		return nil, err
	}
	return c, nil
}

func malformed(field string) error {
	return verdict.New(verdict.Malformed, "cert: malformed %s", field)
}

// parseTBS reads the fields of TBSCertificate in their order (RFC 5280, Section 4.1.2).
func (c *Certificate) parseTBS() error {
	var tbs cryptobyte.String
	input := cryptobyte.String(c.RawTBS)
	if !input.ReadASN1(&tbs, asn1.SEQUENCE) {
		return malformed("tbsCertificate")
	}
	if !readVersion(&tbs, &c.Version) {
		return malformed("version")
	}
	if !der.ReadInteger(&tbs, &c.RawSerial) {
		return malformed("serialNumber")
	}
	if len(c.RawSerial) > maxSerial {
		return verdict.New(verdict.LimitExceeded, "cert: serial number of %d octets", len(c.RawSerial))
	}
	var inner AlgorithmIdentifier
	if !ReadAlgorithm(&tbs, &inner) {
		return malformed("signature")
	}
	if !inner.Equal(c.SignatureAlgorithm) {
		return verdict.New(verdict.Malformed, "cert: signature algorithm is %s inside and %s outside",
			inner.Algorithm, c.SignatureAlgorithm.Algorithm)
	}
	var err error
	if c.Issuer, err = readName(&tbs); err != nil {
		return err
	}
	var validity cryptobyte.String
	if !tbs.ReadASN1(&validity, asn1.SEQUENCE) || !der.ReadTime(&validity, &c.NotBefore) ||
		!der.ReadTime(&validity, &c.NotAfter) || !validity.Empty() {
		return malformed("validity")
	}
	if c.Subject, err = readName(&tbs); err != nil {
		return err
	}
	var spki cryptobyte.String
	if !tbs.ReadASN1Element(&spki, asn1.SEQUENCE) {
		return malformed("subjectPublicKeyInfo")
	}
	c.RawSPKI = spki
	if c.PublicKey, err = ParsePublicKey(spki); err != nil {
		return err
	}
	if !skipUniqueIDs(&tbs, c.Version) {
		return malformed("unique identifiers")
	}
	if err := c.readExtensions(&tbs); err != nil {
		return err
	}
	if !tbs.Empty() {
		return malformed("tbsCertificate: unexpected field")
	}
	return nil
}

// readVersion reads [0] EXPLICIT Version DEFAULT v1: DER leaves out the default.
func readVersion(s *cryptobyte.String, version *int) bool {
	var explicit cryptobyte.String
	var present bool
	if !s.ReadOptionalASN1(&explicit, &present, der.Explicit(0)) {
		return false
	}
	if !present {
		*version = 1
		return true
	}
	var n int
	if !explicit.ReadASN1Integer(&n) || !explicit.Empty() || n != 1 && n != 2 {
		return false
	}
	*version = n + 1
	return true
}

// skipUniqueIDs passes over issuerUniqueID and subjectUniqueID, which RFC 5280 tells everybody not to use.
func skipUniqueIDs(s *cryptobyte.String, version int) bool {
	for n := uint8(1); n <= 2; n++ {
		var present bool
		var id cryptobyte.String
		if !s.ReadOptionalASN1(&id, &present, der.Implicit(n)) || present && (version < 2 || !isBitString(id)) {
			return false
		}
	}
	return true
}

// SerialNumber returns the serial number as lower-case hexadecimal digits without leading zeros, with a minus
// sign if it is negative (which RFC 5280 forbids and some certificates have).
func (c *Certificate) SerialNumber() string { return SerialText(c.RawSerial) }

// SerialText prints the contents of an INTEGER as [Certificate.SerialNumber] does.
func SerialText(contents []byte) string {
	n := new(big.Int).SetBytes(contents)
	if len(contents) > 0 && contents[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(contents))))
	}
	return n.Text(16)
}

// String prints the certificate for logs, by its serial number alone: the name of its subject may hold an IIN.
func (c *Certificate) String() string { return "certificate " + c.SerialNumber() }

// GoString prints like String, so that %#v shows no more.
func (c *Certificate) GoString() string { return "cert.Certificate(" + c.SerialNumber() + ")" }

// Fingerprint returns the SHA-256 of the whole certificate.
func (c *Certificate) Fingerprint() [sha256.Size]byte { return sha256.Sum256(c.Raw) }

// FingerprintText returns the fingerprint as 64 lower-case hexadecimal digits.
func (c *Certificate) FingerprintText() string {
	sum := c.Fingerprint()
	return hex.EncodeToString(sum[:])
}

// Equal reports whether both are the same certificate, octet by octet.
func (c *Certificate) Equal(other *Certificate) bool {
	return c == other || c != nil && other != nil && bytes.Equal(c.Raw, other.Raw)
}

// SelfIssued reports whether subject and issuer are the same name (RFC 5280, Section 6.1). It says nothing about
// the signature.
func (c *Certificate) SelfIssued() bool { return c.Subject.Equal(c.Issuer) }

// CheckSignature verifies the certificate's signature with the issuer's key, and nothing else: not that the
// names fit, nor that the issuer may issue certificates. Errors are those of [PublicKey.Verify].
func (c *Certificate) CheckSignature(issuer *PublicKey) error {
	algorithm, err := ParseSignatureAlgorithm(c.SignatureAlgorithm, 0)
	if err != nil {
		return err
	}
	return issuer.Verify(algorithm, c.RawTBS, c.Signature)
}

// X509 converts to the standard library's type, by parsing the same octets. GOST keys are nil there.
func (c *Certificate) X509() (*x509.Certificate, error) { return x509.ParseCertificate(c.Raw) }
