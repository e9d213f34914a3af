package main

import (
	"errors"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/internal/armor"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

// A kind is what a file is.
type kind string

const (
	kindCertificate  kind = "certificate"
	kindCMS          kind = "cms"
	kindCRL          kind = "crl"
	kindOCSPResponse kind = "ocsp-response"
	kindTSPResponse  kind = "tsp-response"
	kindTSPToken     kind = "tsp-token"
	kindPKCS12       kind = "pkcs12"
)

// A shape is a file with its text form taken off, and what it looks like. Whether it really is that, its own
// parser says.
type shape struct {
	raw      []byte // DER or BER as in the file
	encoding string // der, ber, pem or base64
	kind     kind
}

var errNoKind = verdict.New(verdict.Malformed, "neither certificate, CMS, CRL, OCSP response, TSP response or token, nor PKCS #12")

// recognise goes by the structure of the octets, never by the name of the file or the label of the PEM.
func recognise(b []byte) (shape, error) {
	raw, outer, err := armor.Decode(b)
	switch {
	case errors.Is(err, armor.ErrSeveral):
		return shape{}, verdict.New(verdict.Malformed, "%w: give them one by one", err)
	case err != nil:
		return shape{}, errNoKind
	}
	definite, err := der.FromBER(raw)
	if err != nil {
		return shape{}, verdict.New(verdict.Malformed, "%w", err)
	}
	s := shape{raw: raw, encoding: string(outer)}
	if outer == armor.Binary {
		s.encoding = "der"
		if len(definite) != len(raw) || &definite[0] != &raw[0] {
			s.encoding = "ber"
		}
	}
	for _, k := range shapes {
		if k.fits(cryptobyte.String(definite)) {
			s.kind = k.kind
			return s, nil
		}
	}
	return shape{}, errNoKind
}

// shapes are the outlines of the kinds. They exclude one another.
var shapes = []struct {
	kind kind
	fits func(cryptobyte.String) bool
}{
	{kindTSPToken, func(s cryptobyte.String) bool { return isSignedData(s) && eContentType(s) == oid.TSTInfo }},
	{kindCMS, isSignedData},
	{kindPKCS12, isPKCS12},
	{kindOCSPResponse, isOCSPResponse},
	{kindTSPResponse, isTSPResponse},
	{kindCRL, isCRL},
	{kindCertificate, isCertificate},
}

// inner takes off the outermost SEQUENCE.
func inner(s cryptobyte.String) (cryptobyte.String, bool) {
	var content cryptobyte.String
	ok := s.ReadASN1(&content, asn1.SEQUENCE) && s.Empty()
	return content, ok
}

// isSignedData: ContentInfo ::= SEQUENCE { contentType, content [0] } (RFC 5652, Section 3).
func isSignedData(s cryptobyte.String) bool {
	var contentType oid.OID
	info, ok := inner(s)
	return ok && der.ReadOID(&info, &contentType) && contentType == oid.SignedData && info.PeekASN1Tag(der.Explicit(0))
}

// eContentType: SignedData ::= SEQUENCE { version, digestAlgorithms, encapContentInfo … } (RFC 5652, Section 5.1).
func eContentType(s cryptobyte.String) oid.OID {
	var explicit, signed, encap cryptobyte.String
	var contentType oid.OID
	info, ok := inner(s)
	if !ok || !der.ReadOID(&info, &contentType) || !info.ReadASN1(&explicit, der.Explicit(0)) ||
		!explicit.ReadASN1(&signed, asn1.SEQUENCE) || !signed.SkipASN1(asn1.INTEGER) || !signed.SkipASN1(asn1.SET) ||
		!signed.ReadASN1(&encap, asn1.SEQUENCE) || !der.ReadOID(&encap, &contentType) {
		return ""
	}
	return contentType
}

// isPKCS12: PFX ::= SEQUENCE { version (3), authSafe ContentInfo, … } (RFC 7292, Section 4).
func isPKCS12(s cryptobyte.String) bool {
	var version int
	var info cryptobyte.String
	pfx, ok := inner(s)
	return ok && pfx.ReadASN1Integer(&version) && version == 3 &&
		pfx.ReadASN1(&info, asn1.SEQUENCE) && info.PeekASN1Tag(asn1.OBJECT_IDENTIFIER)
}

// isOCSPResponse: OCSPResponse ::= SEQUENCE { responseStatus ENUMERATED, responseBytes [0] … } (RFC 6960, Section 4.2.1).
func isOCSPResponse(s cryptobyte.String) bool {
	response, ok := inner(s)
	return ok && response.SkipASN1(asn1.ENUM) && (response.Empty() || response.PeekASN1Tag(der.Explicit(0)))
}

// isTSPResponse: TimeStampResp ::= SEQUENCE { status SEQUENCE { INTEGER … }, timeStampToken ContentInfo … } (RFC
// 3161, Section 2.4.2).
func isTSPResponse(s cryptobyte.String) bool {
	var status, token cryptobyte.String
	var code int
	response, ok := inner(s)
	if !ok || !response.ReadASN1(&status, asn1.SEQUENCE) || !status.ReadASN1Integer(&code) {
		return false
	}
	return response.Empty() ||
		response.ReadASN1(&token, asn1.SEQUENCE) && token.PeekASN1Tag(asn1.OBJECT_IDENTIFIER) && response.Empty()
}

// isCRL: CertificateList ::= SEQUENCE { tbsCertList { [version,] signature, issuer, thisUpdate Time … }, … } (RFC
// 5280, Section 5.1).
func isCRL(s cryptobyte.String) bool {
	tbs, ok := signedBody(s)
	return ok && tbs.SkipOptionalASN1(asn1.INTEGER) && tbs.SkipASN1(asn1.SEQUENCE) && tbs.SkipASN1(asn1.SEQUENCE) &&
		(tbs.PeekASN1Tag(asn1.UTCTime) || tbs.PeekASN1Tag(asn1.GeneralizedTime))
}

// isCertificate: Certificate ::= SEQUENCE { tbsCertificate { [0] version, serialNumber, … }, … } (RFC 5280, Section
// 4.1).
func isCertificate(s cryptobyte.String) bool {
	tbs, ok := signedBody(s)
	return ok && tbs.SkipOptionalASN1(der.Explicit(0)) && tbs.SkipASN1(asn1.INTEGER) && tbs.SkipASN1(asn1.SEQUENCE) &&
		tbs.SkipASN1(asn1.SEQUENCE) && tbs.PeekASN1Tag(asn1.SEQUENCE)
}

// signedBody: SEQUENCE { tbs SEQUENCE, AlgorithmIdentifier, BIT STRING }.
func signedBody(s cryptobyte.String) (cryptobyte.String, bool) {
	var tbs cryptobyte.String
	signed, ok := inner(s)
	ok = ok && signed.ReadASN1(&tbs, asn1.SEQUENCE) && signed.SkipASN1(asn1.SEQUENCE) &&
		signed.SkipASN1(asn1.BIT_STRING) && signed.Empty()
	return tbs, ok
}
