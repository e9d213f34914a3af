package cms

import (
	"bytes"
	"math"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/der"
)

// SignerInfo is one signer's part of a message (RFC 5652, Section 5.3). Its fields are for reading. All of it is
// what the message says; see [SignedData.VerifySigner].
type SignerInfo struct {
	Raw     []byte // the whole SignerInfo, DER
	Version int

	// The signer's certificate is named either by Issuer and RawSerial or by SubjectKeyID.
	Issuer       cert.Name
	RawSerial    []byte // contents of the INTEGER; nil if the certificate is named by SubjectKeyID
	SubjectKeyID []byte // nil if the certificate is named by issuer and serial number

	DigestAlgorithm    cert.AlgorithmIdentifier
	SignatureAlgorithm cert.AlgorithmIdentifier
	Signature          []byte

	SignedAttributes    []Attribute // nil if the message has none; empty, and invalid, if it has an empty set
	RawSignedAttributes []byte      // the attributes one after another, in the order of the message
	UnsignedAttributes  []Attribute // signed by nobody here
}

// SigningTime returns the time of the signing-time attribute: a claim by the signer's own clock, which must not
// decide about anything. It is false if the attribute is absent or malformed.
func (s *SignerInfo) SigningTime() (time.Time, bool) {
	at, present, err := readSigningTime(s.SignedAttributes)
	return at, present && err == nil
}

// SerialNumber returns the serial number that names the certificate, in the form of [cert.Certificate.SerialNumber];
// "" if the certificate is named by key identifier.
func (s *SignerInfo) SerialNumber() string {
	if s.RawSerial == nil {
		return ""
	}
	return cert.SerialText(s.RawSerial)
}

// Names reports whether the signer identifier fits c. Several certificates may be fitted by one: it proposes, the
// signature decides.
func (s *SignerInfo) Names(c *cert.Certificate) bool {
	if s.RawSerial == nil {
		return len(s.SubjectKeyID) > 0 && bytes.Equal(s.SubjectKeyID, c.SubjectKeyID)
	}
	return bytes.Equal(s.RawSerial, c.RawSerial) && s.Issuer.Equal(c.Issuer)
}

// Unsigned returns the values of all unsigned attributes of a type, each one DER element: time-stamp tokens,
// counter-signatures and the like, to be verified by whoever understands them.
func (s *SignerInfo) Unsigned(attributeType cert.OID) [][]byte {
	var values [][]byte
	for _, a := range find(s.UnsignedAttributes, attributeType) {
		values = append(values, a.Values...)
	}
	return values
}

// readSignerInfo reads the fields in their order.
func readSignerInfo(set *cryptobyte.String) (*SignerInfo, error) {
	s := new(SignerInfo)
	var element, fields, signature cryptobyte.String
	if !set.ReadASN1Element(&element, asn1.SEQUENCE) {
		return nil, malformed("signerInfo")
	}
	s.Raw = element
	if !element.ReadASN1(&fields, asn1.SEQUENCE) || !readVersion(&fields, &s.Version) {
		return nil, malformed("version of a signer")
	}
	if err := s.readIdentifier(&fields); err != nil {
		return nil, err
	}
	if !cert.ReadAlgorithm(&fields, &s.DigestAlgorithm) {
		return nil, malformed("digestAlgorithm of a signer")
	}
	var err error
	if s.SignedAttributes, s.RawSignedAttributes, err = readOptionalAttributes(&fields, 0); err != nil {
		return nil, err
	}
	if !cert.ReadAlgorithm(&fields, &s.SignatureAlgorithm) {
		return nil, malformed("signatureAlgorithm of a signer")
	}
	if !fields.ReadASN1(&signature, asn1.OCTET_STRING) {
		return nil, malformed("signature of a signer")
	}
	s.Signature = signature
	if s.UnsignedAttributes, _, err = readOptionalAttributes(&fields, 1); err != nil {
		return nil, err
	}
	if !fields.Empty() {
		return nil, malformed("unexpected field of a signer")
	}
	return s, nil
}

// readVersion reads a CMSVersion. The number hangs on what else is in the message, and many programs get it wrong;
// nothing follows from it, so that any will do.
func readVersion(s *cryptobyte.String, version *int) bool {
	var n int64
	if !s.ReadASN1Integer(&n) || n < 0 || n > math.MaxInt32 {
		return false
	}
	*version = int(n)
	return true
}

// readIdentifier reads SignerIdentifier: IssuerAndSerialNumber, or [0] SubjectKeyIdentifier.
func (s *SignerInfo) readIdentifier(fields *cryptobyte.String) error {
	var id, issuer cryptobyte.String
	if fields.PeekASN1Tag(der.Implicit(0)) {
		if !fields.ReadASN1(&id, der.Implicit(0)) {
			return malformed("identifier of a signer")
		}
		s.SubjectKeyID = id
		return nil
	}
	if !fields.ReadASN1(&id, asn1.SEQUENCE) || !id.ReadASN1Element(&issuer, asn1.SEQUENCE) ||
		!der.ReadInteger(&id, &s.RawSerial) || !id.Empty() {
		return malformed("identifier of a signer")
	}
	name, err := cert.ParseName(issuer)
	if err != nil {
		return err
	}
	s.Issuer = name
	return nil
}

// readOptionalAttributes reads [n] IMPLICIT SET OF Attribute. Without the field, both results are nil; with an empty
// one, neither is.
func readOptionalAttributes(fields *cryptobyte.String, n uint8) ([]Attribute, []byte, error) {
	var set cryptobyte.String
	var present bool
	if !fields.ReadOptionalASN1(&set, &present, der.Explicit(n)) {
		return nil, nil, malformed("attributes of a signer")
	}
	if !present {
		return nil, nil, nil
	}
	attributes, err := readAttributes(set)
	return attributes, set, err
}
