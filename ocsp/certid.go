package ocsp

import (
	"bytes"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/der"
)

// CertID names the certificate that a request or an answer is about (RFC 6960, Section 4.1.1).
type CertID struct {
	Hash           cert.AlgorithmIdentifier // of the two hashes
	IssuerNameHash []byte                   // over the DER of the issuer's name
	IssuerKeyHash  []byte                   // over the contents of the BIT STRING in the issuer's SubjectPublicKeyInfo
	Serial         []byte                   // contents of the serial number's INTEGER
}

// NewCertID names the certificate leaf of the authority issuer with hashes by d. Collisions of d do no harm here:
// the two hashes identify an authority and are no signature, so SHA-1 will do for old responders.
func NewCertID(leaf, issuer *cert.Certificate, d cert.Digest) CertID {
	return CertID{
		Hash:           d.Identifier(),
		IssuerNameHash: d.Sum(leaf.Issuer.Raw),
		IssuerKeyHash:  d.Sum(keyBits(issuer.RawSPKI)),
		Serial:         bytes.Clone(leaf.RawSerial),
	}
}

// Matches reports whether id names leaf of issuer: all of its parts, with the hash function that it uses itself. An
// unknown hash function matches nothing.
func (id CertID) Matches(leaf, issuer *cert.Certificate) bool {
	d, err := cert.ParseDigest(id.Hash)
	if err != nil || !bytes.Equal(id.Serial, leaf.RawSerial) {
		return false
	}
	want := NewCertID(leaf, issuer, d)
	return bytes.Equal(id.IssuerNameHash, want.IssuerNameHash) && bytes.Equal(id.IssuerKeyHash, want.IssuerKeyHash)
}

// SerialNumber returns the serial number as [cert.Certificate.SerialNumber] does.
func (id CertID) SerialNumber() string { return cert.SerialText(id.Serial) }

// keyBits returns the contents of the BIT STRING in a SubjectPublicKeyInfo without the octet of unused bits.
func keyBits(spki []byte) []byte {
	var sequence, algorithm cryptobyte.String
	var bits []byte
	s := cryptobyte.String(spki)
	if !s.ReadASN1(&sequence, asn1.SEQUENCE) || !sequence.ReadASN1(&algorithm, asn1.SEQUENCE) ||
		!der.ReadBits(&sequence, &bits) {
		return nil
	}
	return bits
}

func readCertID(s *cryptobyte.String, id *CertID) bool {
	var sequence, name, key cryptobyte.String
	if !s.ReadASN1(&sequence, asn1.SEQUENCE) || !cert.ReadAlgorithm(&sequence, &id.Hash) ||
		!sequence.ReadASN1(&name, asn1.OCTET_STRING) || !sequence.ReadASN1(&key, asn1.OCTET_STRING) ||
		!der.ReadInteger(&sequence, &id.Serial) || !sequence.Empty() {
		return false
	}
	id.IssuerNameHash, id.IssuerKeyHash = name, key
	return true
}

func (id CertID) add(b *cryptobyte.Builder) {
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddValue(id.Hash)
		b.AddASN1OctetString(id.IssuerNameHash)
		b.AddASN1OctetString(id.IssuerKeyHash)
		b.AddASN1(asn1.INTEGER, func(b *cryptobyte.Builder) { b.AddBytes(id.Serial) })
	})
}
