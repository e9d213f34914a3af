package cms

import (
	"bytes"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

// certificateID names the signer's certificate by its digest, so that no other certificate with the same key or the
// same issuer and serial number can take its place (RFC 5035, Section 5.4.1.1).
type certificateID struct {
	attribute string
	algorithm cert.AlgorithmIdentifier
	hash      []byte
	issuer    *cert.Name // nil if issuerSerial is absent
	serial    []byte
}

// readSigningCertificates reads the first entry of signing-certificate and of signing-certificate-v2: that one names
// the signer's certificate, the others its path.
func (c *claims) readSigningCertificates(attributes []Attribute) error {
	for _, kind := range []struct {
		attribute cert.OID
		name      string
		read      func(*cryptobyte.String, *certificateID) bool
	}{
		{oid.AttrSigningCert, "signing-certificate", readESSCertID},
		{oid.AttrSigningCertV2, "signing-certificate-v2", readESSCertIDv2},
	} {
		value, err := single(attributes, kind.attribute, kind.name)
		if err != nil {
			return err
		}
		if value == nil {
			continue
		}
		id := certificateID{attribute: kind.name}
		if !readFirstCertificateID(value, &id, kind.read) {
			return badAttributes("malformed %s", kind.name)
		}
		c.certificates = append(c.certificates, id)
	}
	return nil
}

// readFirstCertificateID reads SigningCertificate or SigningCertificateV2:
//
//	SEQUENCE { certs SEQUENCE OF ESSCertID, policies SEQUENCE OF PolicyInformation OPTIONAL }
//
// The entries after the first are read too, so that the whole value is known to be well formed.
func readFirstCertificateID(
	value cryptobyte.String, first *certificateID, read func(*cryptobyte.String, *certificateID) bool,
) bool {
	var sequence, certs, policies cryptobyte.String
	if !value.ReadASN1(&sequence, asn1.SEQUENCE) || !value.Empty() || !sequence.ReadASN1(&certs, asn1.SEQUENCE) ||
		!sequence.ReadOptionalASN1(&policies, nil, asn1.SEQUENCE) || !sequence.Empty() {
		return false
	}
	if !read(&certs, first) {
		return false
	}
	for n := 1; !certs.Empty(); n++ {
		var other certificateID
		if n == MaxCertificates || !read(&certs, &other) {
			return false
		}
	}
	return true
}

// readESSCertID reads ESSCertID, whose hash is SHA-1 and no other (RFC 5035, Section 5.4.1.2).
func readESSCertID(s *cryptobyte.String, id *certificateID) bool {
	var sequence cryptobyte.String
	id.algorithm = cert.SHA1.Identifier()
	return s.ReadASN1(&sequence, asn1.SEQUENCE) && readHashAndIssuer(sequence, id)
}

// readESSCertIDv2 reads ESSCertIDv2, whose hash is SHA-256 unless it says otherwise (RFC 5035, Section 5.4.1.1).
// SHA-256 said outright, which DER forbids, is common and tolerated.
func readESSCertIDv2(s *cryptobyte.String, id *certificateID) bool {
	var sequence cryptobyte.String
	if !s.ReadASN1(&sequence, asn1.SEQUENCE) {
		return false
	}
	id.algorithm = cert.SHA256.Identifier()
	if sequence.PeekASN1Tag(asn1.SEQUENCE) && !cert.ReadAlgorithm(&sequence, &id.algorithm) {
		return false
	}
	return readHashAndIssuer(sequence, id)
}

// readHashAndIssuer reads what the two kinds have in common:
//
//	certHash OCTET STRING, issuerSerial SEQUENCE { issuer GeneralNames, serialNumber INTEGER } OPTIONAL
func readHashAndIssuer(sequence cryptobyte.String, id *certificateID) bool {
	var hash cryptobyte.String
	if !sequence.ReadASN1(&hash, asn1.OCTET_STRING) {
		return false
	}
	id.hash = hash
	if sequence.Empty() {
		return true
	}
	var issuerSerial, names, directoryName cryptobyte.String
	if !sequence.ReadASN1(&issuerSerial, asn1.SEQUENCE) || !sequence.Empty() ||
		!issuerSerial.ReadASN1(&names, asn1.SEQUENCE) || !der.ReadInteger(&issuerSerial, &id.serial) ||
		!issuerSerial.Empty() {
		return false
	}
	// The issuer of a public key certificate is one directoryName, [4] EXPLICIT (RFC 5035, Section 5.4.1.1).
	if !names.ReadASN1(&directoryName, der.Explicit(4)) || !names.Empty() {
		return false
	}
	name, err := cert.ParseName(directoryName)
	id.issuer = &name
	return err == nil
}

// check returns nil if the entry names c. The error wraps [verdict.SigningCertificateMismatch], or
// [verdict.UnsupportedAlgorithm] or [verdict.WeakAlgorithm] where the hash function does not do.
func (id *certificateID) check(c *cert.Certificate) error {
	digest, err := cert.ParseDigest(id.algorithm)
	if err != nil {
		return err
	}
	if digest.Weak() && id.attribute != "signing-certificate" { // SHA-1 only where the standard leaves no choice (T22)
		return verdict.New(verdict.WeakAlgorithm, "cms: %s with %s", id.attribute, digest)
	}
	if !equalDigest(id.hash, digest.Sum(c.Raw)) {
		return verdict.New(verdict.SigningCertificateMismatch, "cms: %s names another certificate", id.attribute)
	}
	if id.issuer != nil && (!id.issuer.Equal(c.Issuer) || !bytes.Equal(id.serial, c.RawSerial)) {
		return verdict.New(verdict.SigningCertificateMismatch,
			"cms: %s names another issuer or serial number", id.attribute)
	}
	return nil
}

// addSigningCertificateV2 writes the value of signing-certificate-v2 in the form of NCALayer: SHA-256, hashAlgorithm
// left out, no issuerSerial.
func addSigningCertificateV2(b *cryptobyte.Builder, c *cert.Certificate) {
	sequence := func(inner func(*cryptobyte.Builder)) func(*cryptobyte.Builder) {
		return func(b *cryptobyte.Builder) { b.AddASN1(asn1.SEQUENCE, inner) }
	}
	sequence(sequence(sequence(func(b *cryptobyte.Builder) {
		b.AddASN1OctetString(cert.SHA256.Sum(c.Raw))
	})))(b)
}
