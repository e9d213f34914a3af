package cms_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

// A draft is a message of which every part can be had wrong. Signatures are made when it is written, over what it
// then says, so that a draft that breaks a rule breaks this one only.
type draft struct {
	wrapper      cert.OID
	version      []byte // DER
	digests      [][]byte
	contentType  cert.OID
	content      []byte
	explicit     []byte // replaces the OCTET STRING of the content
	detached     bool
	certificates [][]byte
	revocation   [][]byte
	signers      []*draftSigner
	after        []byte // inside SignedData, behind the last field
}

type draftSigner struct {
	key        identity
	version    []byte
	id         []byte // sid
	digest     cert.AlgorithmIdentifier
	algorithm  cert.AlgorithmIdentifier
	with       cert.SignatureAlgorithm // makes the signature
	attributes [][]byte                // in the order in which they are written; nil: none
	over       func(written []byte) []byte
	signature  []byte // replaces the signature
	unsigned   [][]byte
	after      []byte // inside SignerInfo, behind the last field
}

var content = []byte("Алматы, 2026. The quick brown fox signs.\n")

// newDraft makes a good draft with one signer for each identity, with the attributes that Sign makes.
func newDraft(t testing.TB, people ...identity) *draft {
	t.Helper()
	d := &draft{wrapper: oid.SignedData, version: integer(1), contentType: oid.Data, content: content}
	for _, p := range people {
		d.add(t, p)
	}
	return d
}

func (d *draft) add(t testing.TB, p identity) *draftSigner {
	t.Helper()
	algorithm, identifier, err := p.certificate.PublicKey.SignatureAlgorithm(0)
	require.NoError(t, err)
	digest := algorithm.Digest()
	if digest == 0 {
		digest = cert.SHA512
	}
	s := &draftSigner{
		key: p, version: integer(1), id: issuerAndSerial(p.certificate), with: algorithm,
		digest: digest.Identifier(), algorithm: identifier,
		attributes: [][]byte{
			attr(oid.AttrContentType, objectID(d.contentType)),
			attr(oid.AttrMessageDigest, octets(digest.Sum(d.content))),
			attr(oid.AttrSigningCertV2, essV2(p.certificate)),
		},
	}
	d.signers = append(d.signers, s)
	d.digests = append(d.digests, marshal(s.digest))
	d.certificates = append(d.certificates, p.certificate.Raw)
	return s
}

// set replaces the attributes of a type by others, behind the rest.
func (s *draftSigner) set(attributeType cert.OID, attributes ...[]byte) {
	s.attributes = slices.DeleteFunc(s.attributes, func(a []byte) bool {
		return string(a[2:2+2+len(attributeType.Content())]) == string(objectID(attributeType))
	})
	s.attributes = append(s.attributes, attributes...)
}

func (d *draft) bytes(t testing.TB) []byte {
	t.Helper()
	return element(asn1.SEQUENCE, objectID(d.wrapper), element(der.Explicit(0), d.signedData(t)))
}

func (d *draft) signedData(t testing.TB) []byte {
	t.Helper()
	encap := [][]byte{objectID(d.contentType)}
	switch {
	case d.explicit != nil:
		encap = append(encap, element(der.Explicit(0), d.explicit))
	case !d.detached:
		encap = append(encap, element(der.Explicit(0), octets(d.content)))
	}
	fields := [][]byte{d.version, element(asn1.SET, d.digests...), element(asn1.SEQUENCE, encap...)}
	if d.certificates != nil {
		fields = append(fields, element(der.Explicit(0), d.certificates...))
	}
	if d.revocation != nil {
		fields = append(fields, element(der.Explicit(1), d.revocation...))
	}
	infos := make([][]byte, len(d.signers))
	for i, s := range d.signers {
		infos[i] = s.bytes(t, d.content)
	}
	return element(asn1.SEQUENCE, append(fields, element(asn1.SET, infos...), d.after)...)
}

func (s *draftSigner) bytes(t testing.TB, content []byte) []byte {
	t.Helper()
	signed := content
	fields := [][]byte{s.version, s.id, marshal(s.digest)}
	if s.attributes != nil {
		signed = sorted(s.attributes)
		fields = append(fields, element(der.Explicit(0), s.attributes...))
	}
	if s.over != nil {
		signed = s.over(signed)
	}
	signature := s.signature
	if signature == nil {
		var err error
		signature, err = cert.Sign(s.key.key, s.with, signed)
		require.NoError(t, err)
	}
	fields = append(fields, marshal(s.algorithm), octets(signature))
	if s.unsigned != nil {
		fields = append(fields, element(der.Explicit(1), s.unsigned...))
	}
	return element(asn1.SEQUENCE, append(fields, s.after)...)
}

// The little writers.

func element(tag asn1.Tag, parts ...[]byte) []byte {
	var b cryptobyte.Builder
	b.AddASN1(tag, func(b *cryptobyte.Builder) {
		for _, p := range parts {
			b.AddBytes(p)
		}
	})
	return b.BytesOrPanic()
}

func marshal(a cert.AlgorithmIdentifier) []byte {
	var b cryptobyte.Builder
	b.AddValue(a)
	return b.BytesOrPanic()
}

func integer(n int64) []byte {
	var b cryptobyte.Builder
	b.AddASN1Int64(n)
	return b.BytesOrPanic()
}

func octets(b []byte) []byte     { return element(asn1.OCTET_STRING, b) }
func objectID(o cert.OID) []byte { return element(asn1.OBJECT_IDENTIFIER, o.Content()) }

func attr(attributeType cert.OID, values ...[]byte) []byte {
	return element(asn1.SEQUENCE, objectID(attributeType), element(asn1.SET, values...))
}

func sorted(elements [][]byte) []byte {
	elements = slices.Clone(elements)
	slices.SortFunc(elements, der.CompareSetElements)
	return element(asn1.SET, elements...)
}

func issuerAndSerial(c *cert.Certificate) []byte {
	return element(asn1.SEQUENCE, c.Issuer.Raw, element(asn1.INTEGER, c.RawSerial))
}

// essV2 is SigningCertificateV2 for a certificate.
func essV2(c *cert.Certificate) []byte {
	return element(asn1.SEQUENCE, element(asn1.SEQUENCE, element(asn1.SEQUENCE, octets(cert.SHA256.Sum(c.Raw)))))
}

// verifyOnly parses a message and verifies its only signer.
func verifyOnly(
	t testing.TB, message, content []byte, extra ...*cert.Certificate,
) (*cms.VerifiedSigner, error) {
	t.Helper()
	sd, err := cms.Parse(message)
	if err != nil {
		return nil, err
	}
	results, err := sd.VerifySigners(content, extra)
	if err != nil {
		return nil, err
	}
	require.Len(t, results, 1)
	require.Equal(t, results[0].Err == nil, results[0].Signer != nil, "a value or an error, never both")
	return results[0].Signer, results[0].Err
}

// requireReason wants an error with one reason, or none for the empty reason.
func requireReason(t testing.TB, want verdict.Reason, err error) {
	t.Helper()
	if want == "" {
		require.NoError(t, err)
		return
	}
	require.Error(t, err)
	var e *verdict.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, want, e.Reason, err.Error())
}
