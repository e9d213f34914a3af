package cms

import (
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
)

// SignedData is a parsed message (RFC 5652, Section 5.1). Its fields are for reading; nothing in it is verified.
// Octets are those of the message brought to DER, in a copy of its own.
type SignedData struct {
	Version          int
	DigestAlgorithms []cert.AlgorithmIdentifier // a hint for programs that read once; each signer has its own
	ContentType      cert.OID                   // eContentType: id-data for documents
	Content          []byte                     // eContent; nil in a detached message
	Detached         bool                       // eContent is absent. Attached empty content is content
	Certificates     []*cert.Certificate        // candidates, nobody vouches for them
	Unreadable       int                        // certificates that did not parse or are of another kind
	CRLs             [][]byte                   // each one DER element, unread
	OtherRevocation  []OtherRevocationInfo      // OCSP responses, as a rule
	Signers          []*SignerInfo              // in the order of the message; may be none
	BER              bool                       // the message came in BER that is no DER
}

// OtherRevocationInfo is evidence of another kind than a CRL (RFC 5652, Section 10.2.1; RFC 5940 for OCSP).
type OtherRevocationInfo struct {
	Format cert.OID
	Info   []byte // one DER element
}

// Parse reads a message in DER or BER: a ContentInfo with SignedData, and nothing after it. Certificates that cannot
// be read are counted and passed over. Zero signers are no error here.
//
// Errors wrap [verdict.Malformed], for other containers with a sentence that names them, or [verdict.LimitExceeded].
func Parse(b []byte) (*SignedData, error) {
	raw, ber, err := toDER(b)
	if err != nil {
		return nil, err
	}
	fields, err := readContentInfo(raw)
	if err != nil {
		return nil, err
	}
	sd := &SignedData{BER: ber}
	for _, read := range []func(*cryptobyte.String) error{
		sd.readHead, sd.readContent, sd.readCertificates, sd.readRevocation, sd.readSigners,
	} {
		if err := read(&fields); err != nil {
			return nil, err
		}
	}
	if !fields.Empty() {
		return nil, malformed("unexpected field of SignedData")
	}
	return sd, nil
}

// readContentInfo reads ContentInfo (RFC 5652, Section 3) and returns the fields of the SignedData in it.
func readContentInfo(raw []byte) (cryptobyte.String, error) {
	var info, explicit, fields cryptobyte.String
	var contentType cert.OID
	input := cryptobyte.String(raw)
	if !input.ReadASN1(&info, asn1.SEQUENCE) || !input.Empty() || !der.ReadOID(&info, &contentType) ||
		!info.ReadASN1(&explicit, der.Explicit(0)) || !info.Empty() {
		return nil, malformed("ContentInfo")
	}
	if contentType != oid.SignedData || !explicit.ReadASN1(&fields, asn1.SEQUENCE) || !explicit.Empty() {
		return nil, malformed("SignedData")
	}
	return fields, nil
}

// readHead reads version and digestAlgorithms.
func (sd *SignedData) readHead(fields *cryptobyte.String) error {
	if !readVersion(fields, &sd.Version) {
		return malformed("version of SignedData")
	}
	var set cryptobyte.String
	if !fields.ReadASN1(&set, asn1.SET) {
		return malformed("digestAlgorithms")
	}
	for !set.Empty() {
		if len(sd.DigestAlgorithms) == maxDigestAlgorithms {
			return tooMany(maxDigestAlgorithms, "digest algorithms")
		}
		var a cert.AlgorithmIdentifier
		if !cert.ReadAlgorithm(&set, &a) {
			return malformed("digestAlgorithms")
		}
		sd.DigestAlgorithms = append(sd.DigestAlgorithms, a)
	}
	return nil
}

// readContent reads EncapsulatedContentInfo (RFC 5652, Section 5.2).
func (sd *SignedData) readContent(fields *cryptobyte.String) error {
	var info, explicit, content cryptobyte.String
	var present bool
	if !fields.ReadASN1(&info, asn1.SEQUENCE) || !der.ReadOID(&info, &sd.ContentType) ||
		!info.ReadOptionalASN1(&explicit, &present, der.Explicit(0)) || !info.Empty() {
		return malformed("encapContentInfo")
	}
	if !present {
		sd.Detached = true
		return nil
	}
	if !explicit.ReadASN1(&content, asn1.OCTET_STRING) || !explicit.Empty() {
		return malformed("content is no OCTET STRING; PKCS #7 1.5 had other kinds, CMS has not")
	}
	sd.Content = content
	return nil
}

// readCertificates reads [0] CertificateSet: X.509 certificates, and four other kinds that are passed over.
func (sd *SignedData) readCertificates(fields *cryptobyte.String) error {
	return readSet(fields, 0, "certificates", MaxCertificates, func(element []byte, _ asn1.Tag) error {
		c, err := cert.Parse(element)
		if err != nil {
			sd.Unreadable++
			return nil //nolint:nilerr // whether it was needed shows when a signer looks for it
		}
		sd.Certificates = append(sd.Certificates, c)
		return nil
	})
}

// readRevocation reads [1] RevocationInfoChoices.
func (sd *SignedData) readRevocation(fields *cryptobyte.String) error {
	return readSet(fields, 1, "CRLs", maxRevocationInfos, func(element []byte, tag asn1.Tag) error {
		if tag == asn1.SEQUENCE {
			sd.CRLs = append(sd.CRLs, element)
			return nil
		}
		var other OtherRevocationInfo
		var sequence, info cryptobyte.String
		var infoTag asn1.Tag
		input := cryptobyte.String(element)
		if !input.ReadASN1(&sequence, der.Explicit(1)) || !der.ReadOID(&sequence, &other.Format) ||
			!sequence.ReadAnyASN1Element(&info, &infoTag) || !sequence.Empty() {
			return malformed("crls")
		}
		other.Info = info
		sd.OtherRevocation = append(sd.OtherRevocation, other)
		return nil
	})
}

// readSet reads an optional [n] IMPLICIT SET OF and hands on its elements.
func readSet(
	fields *cryptobyte.String, n uint8, name string, limit int, each func(element []byte, tag asn1.Tag) error,
) error {
	var set cryptobyte.String
	if !fields.ReadOptionalASN1(&set, nil, der.Explicit(n)) {
		return malformed("%s", name)
	}
	for count := 0; !set.Empty(); count++ {
		if count == limit {
			return tooMany(limit, name)
		}
		var element cryptobyte.String
		var tag asn1.Tag
		if !set.ReadAnyASN1Element(&element, &tag) {
			return malformed("%s", name)
		}
		if err := each(element, tag); err != nil {
			return err
		}
	}
	return nil
}

// readSigners reads signerInfos.
func (sd *SignedData) readSigners(fields *cryptobyte.String) error {
	var set cryptobyte.String
	if !fields.ReadASN1(&set, asn1.SET) {
		return malformed("signerInfos")
	}
	for !set.Empty() {
		if len(sd.Signers) == MaxSigners {
			return tooMany(MaxSigners, "signers")
		}
		s, err := readSignerInfo(&set)
		if err != nil {
			return err
		}
		sd.Signers = append(sd.Signers, s)
	}
	return nil
}
