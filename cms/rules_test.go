package cms_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

// A rule changes one thing in a good message by one signer. Rules with no reason are the near twins that must pass.
// The signature is right in all of them: it is made after the change, unless the rule is about it.
type rule struct {
	name   string
	change func(d *draft, s *draftSigner)
	want   verdict.Reason
}

func checkRules(t *testing.T, rules []rule) {
	t.Helper()
	signer := person(t, "ecdsa-p256")
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			d := newDraft(t, signer)
			r.change(d, d.signers[0])
			v, err := verifyOnly(t, d.bytes(t), nil)
			requireReason(t, r.want, err)
			if err == nil {
				require.Equal(t, d.content, v.Content())
			}
		})
	}
}

// T25: the two attributes that must be there.
func TestAttributesMissing(t *testing.T) {
	checkRules(t, []rule{
		{"both there", func(*draft, *draftSigner) {}, ""},
		{"no content-type", func(_ *draft, s *draftSigner) { s.set(oid.AttrContentType) }, verdict.SignedAttributesInvalid},
		{"no message-digest", func(_ *draft, s *draftSigner) { s.set(oid.AttrMessageDigest) }, verdict.SignedAttributesInvalid},
		{"empty set", func(_ *draft, s *draftSigner) { s.attributes = [][]byte{} }, verdict.SignedAttributesInvalid},
		{"only signing-certificate", func(_ *draft, s *draftSigner) {
			s.set(oid.AttrContentType)
			s.set(oid.AttrMessageDigest)
		}, verdict.SignedAttributesInvalid},
		{"no signing-certificate", func(_ *draft, s *draftSigner) { s.set(oid.AttrSigningCertV2) }, ""},
		{"none at all", func(_ *draft, s *draftSigner) { s.attributes = nil }, ""},
		{"none at all, other content type", func(d *draft, s *draftSigner) {
			s.attributes = nil
			d.contentType = oid.TSTInfo
		}, verdict.SignedAttributesInvalid},
	})
}

// T26: each of the attributes with rules of its own, doubled and with two values, in both orders.
func TestAttributesDoubled(t *testing.T) {
	signer := person(t, "ecdsa-p256")
	at := element(asn1.UTCTime, []byte("260915100000Z"))
	good := map[cert.OID][]byte{
		oid.AttrContentType:   objectID(oid.Data),
		oid.AttrMessageDigest: octets(cert.SHA256.Sum(content)),
		oid.AttrSigningTime:   at,
		oid.AttrSigningCert:   essV1(signer.certificate),
		oid.AttrSigningCertV2: essV2(signer.certificate),
	}
	other := map[cert.OID][]byte{
		oid.AttrContentType:   objectID(oid.TSTInfo),
		oid.AttrMessageDigest: octets(cert.SHA256.Sum([]byte("other"))),
		oid.AttrSigningTime:   element(asn1.UTCTime, []byte("250915100000Z")),
		oid.AttrSigningCert:   essV1(person(t, "other-p256").certificate),
		oid.AttrSigningCertV2: essV2(person(t, "other-p256").certificate),
	}
	var rules []rule
	for kind, value := range good {
		kind, second := kind, other[kind]
		add := func(name string, want verdict.Reason, attributes ...[]byte) {
			rules = append(rules, rule{string(kind) + " " + name, func(_ *draft, s *draftSigner) {
				s.set(kind, attributes...)
			}, want})
		}
		add("once", "", attr(kind, value))
		add("twice the same", verdict.SignedAttributesInvalid, attr(kind, value), attr(kind, value))
		add("good and other", verdict.SignedAttributesInvalid, attr(kind, value), attr(kind, second))
		add("other and good", verdict.SignedAttributesInvalid, attr(kind, second), attr(kind, value))
		add("two values", verdict.SignedAttributesInvalid, attr(kind, value, second))
		add("two values, other order", verdict.SignedAttributesInvalid, attr(kind, second, value))
		add("no value", verdict.SignedAttributesInvalid, attr(kind))
	}
	checkRules(t, rules)
}

// An attribute that nobody here knows may have several values and come twice, but not be without any.
func TestAttributesUnknown(t *testing.T) {
	const private = cert.OID("1.2.398.99.1.1")
	checkRules(t, []rule{
		{"one value", func(_ *draft, s *draftSigner) { s.set(private, attr(private, octets(nil))) }, ""},
		{"two values", func(_ *draft, s *draftSigner) { s.set(private, attr(private, octets(nil), integer(1))) }, ""},
		{"twice", func(_ *draft, s *draftSigner) {
			s.set(private, attr(private, octets(nil)), attr(private, integer(1)))
		}, ""},
		{"no value", func(_ *draft, s *draftSigner) { s.set(private, attr(private)) }, verdict.SignedAttributesInvalid},
		{"time stamp among the signed", func(_ *draft, s *draftSigner) {
			s.set(oid.AttrTimeStampToken, attr(oid.AttrTimeStampToken, octets(nil)))
		}, ""},
	})
}

// T10: each attribute with each universal tag.
func TestAttributesTypeConfusion(t *testing.T) {
	signer := person(t, "ecdsa-p256")
	digest := cert.SHA256.Sum(content)
	fits := map[cert.OID][]asn1.Tag{
		oid.AttrContentType:   {asn1.OBJECT_IDENTIFIER},
		oid.AttrMessageDigest: {asn1.OCTET_STRING, asn1.OCTET_STRING.Constructed()}, // the latter is BER for the former
		oid.AttrSigningTime:   {asn1.UTCTime, asn1.GeneralizedTime},
		oid.AttrSigningCert:   {asn1.SEQUENCE},
		oid.AttrSigningCertV2: {asn1.SEQUENCE},
	}
	for kind, tags := range fits {
		for number := asn1.Tag(1); number < 31; number++ {
			for _, tag := range []asn1.Tag{number, number.Constructed(), number.ContextSpecific()} {
				if slices.Contains(tags, tag) {
					continue
				}
				d := newDraft(t, signer)
				value := digest
				if tag&0x20 != 0 {
					value = octets(digest)
				}
				if kind == oid.AttrContentType {
					value = oid.Data.Content()
				}
				d.signers[0].set(kind, attr(kind, element(tag, value)))
				_, err := verifyOnly(t, d.bytes(t), nil)
				require.Error(t, err, "%s as tag %#x", kind, tag)
				require.Contains(t, []verdict.Reason{verdict.SignedAttributesInvalid, verdict.Malformed}, verdict.From(err).Reason)
			}
		}
	}
}

// T27: the content type inside the signature and outside.
func TestContentType(t *testing.T) {
	const private = cert.OID("1.2.398.99.2.1")
	set := func(outside, inside cert.OID) func(*draft, *draftSigner) {
		return func(d *draft, s *draftSigner) {
			d.contentType = outside
			s.set(oid.AttrContentType, attr(oid.AttrContentType, objectID(inside)))
		}
	}
	checkRules(t, []rule{
		{"data", set(oid.Data, oid.Data), ""},
		{"private", set(private, private), ""},
		{"time stamp as data", set(oid.Data, oid.TSTInfo), verdict.SignedAttributesInvalid},
		{"data as time stamp", set(oid.TSTInfo, oid.Data), verdict.SignedAttributesInvalid},
		{"congruent modulo 2^32", set(oid.Data, "1.2.840.113549.1.7.4294967297"), verdict.SignedAttributesInvalid}, // T9
	})
}

// The message digest is that of the content by the signer's digest algorithm, whole.
func TestMessageDigest(t *testing.T) {
	set := func(value []byte) func(*draft, *draftSigner) {
		return func(_ *draft, s *draftSigner) {
			s.set(oid.AttrMessageDigest, attr(oid.AttrMessageDigest, octets(value)))
		}
	}
	sum := cert.SHA256.Sum(content)
	checkRules(t, []rule{
		{"right", set(sum), ""},
		{"of other content", set(cert.SHA256.Sum(append([]byte("x"), content...))), verdict.DigestMismatch},
		{"of no content", set(cert.SHA256.Sum(nil)), verdict.DigestMismatch},
		{"empty", set(nil), verdict.DigestMismatch},
		{"cut", set(sum[:31]), verdict.DigestMismatch},
		{"longer", set(append(slices.Clone(sum), 0)), verdict.DigestMismatch},
		{"of another algorithm", set(cert.SHA512.Sum(content)), verdict.DigestMismatch},
		{"content changed after", func(d *draft, _ *draftSigner) { d.content = append(slices.Clone(content), ' ') }, verdict.DigestMismatch},
		{"octets after the value", func(_ *draft, s *draftSigner) {
			s.set(oid.AttrMessageDigest, attr(oid.AttrMessageDigest, octets(sum), []byte{5, 0}))
		}, verdict.SignedAttributesInvalid},
	})
}

// T12: the forms of signing-time.
func TestSigningTime(t *testing.T) {
	signer := person(t, "ecdsa-p256")
	for _, c := range []struct {
		tag  asn1.Tag
		text string
		want string // "": refused
	}{
		{asn1.UTCTime, "260915100000Z", "2026-09-15T10:00:00Z"},
		{asn1.UTCTime, "491231235959Z", "2049-12-31T23:59:59Z"},
		{asn1.UTCTime, "500101000000Z", "1950-01-01T00:00:00Z"},
		{asn1.GeneralizedTime, "20260915100000Z", "2026-09-15T10:00:00Z"},
		{asn1.GeneralizedTime, "20500101000000Z", "2050-01-01T00:00:00Z"},
		{asn1.GeneralizedTime, "99991231235959Z", "9999-12-31T23:59:59Z"},
		{asn1.UTCTime, "2609151000Z", ""},
		{asn1.UTCTime, "260915100000+0500", ""},
		{asn1.UTCTime, "260915100000", ""},
		{asn1.UTCTime, "260230100000Z", ""},
		{asn1.UTCTime, "260915240000Z", ""},
		{asn1.UTCTime, "260915100060Z", ""},
		{asn1.UTCTime, "20260915100000Z", ""},
		{asn1.GeneralizedTime, "260915100000Z", ""},
		{asn1.GeneralizedTime, "20260915100000.5Z", ""},
		{asn1.GeneralizedTime, "00000101000000Z", ""},
		{asn1.GeneralizedTime, "20260915100000", ""},
		{asn1.UTCTime, "", ""},
	} {
		t.Run(fmt.Sprintf("%d %q", c.tag, c.text), func(t *testing.T) {
			d := newDraft(t, signer)
			value := attr(oid.AttrSigningTime, element(c.tag, []byte(c.text)))
			d.signers[0].attributes = append(d.signers[0].attributes, value)
			v, err := verifyOnly(t, d.bytes(t), nil)
			if c.want == "" {
				requireReason(t, verdict.SignedAttributesInvalid, err)
				return
			}
			require.NoError(t, err)
			got, ok := v.SigningTime()
			require.True(t, ok)
			require.Equal(t, c.want, got.Format(time.RFC3339))
		})
	}
}

// T28: what the signature covers when the attributes are not in DER order; and never the [0] of the message.
func TestAttributesOrder(t *testing.T) {
	signer := person(t, "ecdsa-p256")
	reverse := func(s *draftSigner) {
		slices.SortFunc(s.attributes, func(a, b []byte) int { return -der.CompareSetElements(a, b) })
	}
	order := func(s *draftSigner) { slices.SortFunc(s.attributes, der.CompareSetElements) }
	written := func(s *draftSigner, tag asn1.Tag) func([]byte) []byte {
		return func([]byte) []byte { return element(tag, s.attributes...) }
	}
	for _, c := range []struct {
		name   string
		change func(*draftSigner)
		want   verdict.Reason
		notes  []cms.Note
	}{
		{"in order", order, "", nil},
		{"out of order, signed in order", reverse, "", []cms.Note{cms.NoteAttributesUnsorted}},
		{"out of order, signed as written", func(s *draftSigner) {
			reverse(s)
			s.over = written(s, asn1.SET)
		}, "", []cms.Note{cms.NoteAttributesAsWritten}},
		{"in order, signed out of order", func(s *draftSigner) {
			reverse(s)
			signed := element(asn1.SET, s.attributes...)
			s.over = func([]byte) []byte { return signed }
			order(s)
		}, verdict.SignatureInvalid, nil},
		{"signed with the tag of the message", func(s *draftSigner) {
			order(s)
			s.over = written(s, der.Explicit(0))
		}, verdict.SignatureInvalid, nil},
		{"signed without a tag", func(s *draftSigner) {
			order(s)
			s.over = func(set []byte) []byte { return set[2:] }
		}, verdict.SignatureInvalid, nil},
		{"the content signed, not the attributes", func(s *draftSigner) {
			s.over = func([]byte) []byte { return content }
		}, verdict.SignatureInvalid, nil},
		{"the message digest signed, not the attributes", func(s *draftSigner) {
			s.over = func([]byte) []byte { return cert.SHA256.Sum(content) }
		}, verdict.SignatureInvalid, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDraft(t, signer)
			order(d.signers[0])
			c.change(d.signers[0])
			v, err := verifyOnly(t, d.bytes(t), nil)
			requireReason(t, c.want, err)
			if err == nil {
				require.Equal(t, c.notes, v.Notes())
			}
		})
	}
}

// T29: genuine signed attributes, offered as content without attributes, in whatever encoding somebody's signature
// may have been made over them.
func TestAttributesAsContent(t *testing.T) {
	attributes := [][]byte{
		attr(oid.AttrContentType, objectID(oid.Data)),
		attr(oid.AttrMessageDigest, octets(cert.SHA256.Sum(content))),
	}
	as := func(document []byte) func(*draft, *draftSigner) {
		return func(d *draft, s *draftSigner) {
			d.content = document
			s.attributes = nil
		}
	}
	set := element(asn1.SET, attributes...)
	nested := octets(nil)
	for range der.MaxDepth + 2 {
		nested = element(asn1.SEQUENCE, nested)
	}
	many := slices.Clone(attributes)
	for i := range 2 * cms.MaxAttributes {
		many = append(many, attr("1.2.398.99.1.1", integer(int64(i))))
	}
	checkRules(t, []rule{
		{"as signed", as(set), verdict.SignedAttributesInvalid},
		{"in another order", as(element(asn1.SET, attributes[1], attributes[0])), verdict.SignedAttributesInvalid},
		{"long length", as(slices.Concat([]byte{0x31, 0x81, byte(len(set) - 2)}, set[2:])), verdict.SignedAttributesInvalid},
		{"indefinite length", as(slices.Concat([]byte{0x31, 0x80}, set[2:], []byte{0, 0})), verdict.SignedAttributesInvalid},
		{"more attributes than are read", as(element(asn1.SET, many...)), verdict.SignedAttributesInvalid},
		{"deeper than is read", as(element(asn1.SET, append(attributes, attr("1.2.3", nested))...)), verdict.SignedAttributesInvalid},
		{"beside something else", as(element(asn1.SET, append(attributes, octets(nil))...)), verdict.SignedAttributesInvalid},
		{"a set without the digest", as(element(asn1.SET, attributes[0])), ""},
		{"a set without the type", as(element(asn1.SET, attributes[1])), ""},
		{"a sequence", as(element(asn1.SEQUENCE, attributes...)), ""},
		{"cut short", as(set[:len(set)-1]), ""},
		{"followed by text", as(append(slices.Clone(set), "text"...)), ""},
		{"text that begins like a set", as([]byte("1. Пункт первый")), ""},
		{"no content", as([]byte{}), ""},
		{"with attributes of its own", func(d *draft, s *draftSigner) {
			d.content = set
			s.set(oid.AttrMessageDigest, attr(oid.AttrMessageDigest, octets(cert.SHA256.Sum(set))))
		}, ""},
	})
}

// The attack of T29 as it would come: out of somebody's honest message, whatever the algorithm.
func TestAttributesAsContentOfHonestMessage(t *testing.T) {
	for _, name := range []string{"gost2015-512", "rsa-2048", "ecdsa-p256", "ed25519"} {
		t.Run(name, func(t *testing.T) {
			honest := sign(t, content, cms.SignOptions{}, person(t, name))
			sd, err := cms.Parse(honest)
			require.NoError(t, err)
			s := sd.Signers[0]
			d := newDraft(t, person(t, name))
			d.content = element(asn1.SET, s.RawSignedAttributes)
			d.signers[0].attributes, d.signers[0].signature = nil, s.Signature
			_, err = verifyOnly(t, d.bytes(t), nil)
			requireReason(t, verdict.SignedAttributesInvalid, err)
		})
	}
}

// T35: content in the message, content given, both, none; and empty content is content.
func TestContentGiven(t *testing.T) {
	signer := person(t, "ecdsa-p256")
	empty := []byte{}
	for _, c := range []struct {
		name     string
		detached bool
		signed   []byte
		given    []byte
		want     verdict.Reason
	}{
		{"attached", false, content, nil, ""},
		{"attached and given", false, content, content, ""},
		{"attached and other given", false, content, []byte("other"), verdict.ContentMismatch},
		{"attached and empty given", false, content, empty, verdict.ContentMismatch},
		{"attached empty", false, empty, nil, ""},
		{"attached empty and empty given", false, empty, empty, ""},
		{"attached empty and other given", false, empty, content, verdict.ContentMismatch},
		{"detached", true, content, content, ""},
		{"detached, none given", true, content, nil, verdict.ContentMissing},
		{"detached, other given", true, content, []byte("other"), verdict.DigestMismatch},
		{"detached, empty given", true, content, empty, verdict.DigestMismatch},
		{"detached empty", true, empty, empty, ""},
		{"detached empty, none given", true, empty, nil, verdict.ContentMissing},
	} {
		t.Run(c.name, func(t *testing.T) {
			message := sign(t, c.signed, cms.SignOptions{Detached: c.detached}, signer)
			sd, err := cms.Parse(message)
			require.NoError(t, err)
			require.Equal(t, c.detached, sd.Detached)
			require.Equal(t, c.detached, sd.Content == nil)
			v, err := sd.VerifySigner(0, c.given, nil)
			requireReason(t, c.want, err)
			if err == nil {
				require.Equal(t, c.signed, v.Content())
			}
		})
	}
}

// T32: the signing-certificate attributes, made with the genuine key.
func TestSigningCertificate(t *testing.T) {
	signer, stranger := person(t, "ecdsa-p256"), person(t, "other-p256")
	own := signer.certificate
	sha256, sha512 := cert.SHA256.Sum(own.Raw), cert.SHA512.Sum(own.Raw)
	v2 := func(ids ...[]byte) []byte {
		return attr(oid.AttrSigningCertV2, element(asn1.SEQUENCE, element(asn1.SEQUENCE, ids...)))
	}
	v1 := func(ids ...[]byte) []byte {
		return attr(oid.AttrSigningCert, element(asn1.SEQUENCE, element(asn1.SEQUENCE, ids...)))
	}
	id := func(parts ...[]byte) []byte { return element(asn1.SEQUENCE, parts...) }
	by := func(d cert.Digest) []byte { return marshal(d.Identifier()) }
	issuer := func(c *cert.Certificate, serial []byte) []byte {
		name := element(asn1.SEQUENCE, element(der.Explicit(4), c.Issuer.Raw))
		return element(asn1.SEQUENCE, name, element(asn1.INTEGER, serial))
	}
	otherID := id(octets(cert.SHA256.Sum(stranger.certificate.Raw)))
	policies := element(asn1.SEQUENCE, element(asn1.SEQUENCE, objectID("1.2.398.3.3.2")))
	for _, c := range []struct {
		name       string
		attributes [][]byte
		want       verdict.Reason
	}{
		{"v2", [][]byte{v2(id(octets(sha256)))}, ""},
		{"v2 with the default said", [][]byte{v2(id(by(cert.SHA256), octets(sha256)))}, ""},
		{"v2 with SHA-512", [][]byte{v2(id(by(cert.SHA512), octets(sha512)))}, ""},
		{"v2 with Streebog-512", [][]byte{v2(id(by(cert.Streebog512), octets(cert.Streebog512.Sum(own.Raw))))}, ""},
		{"v2 with issuer and serial", [][]byte{v2(id(octets(sha256), issuer(own, own.RawSerial)))}, ""},
		{"v2 with the path behind", [][]byte{v2(id(octets(sha256)), otherID)}, ""},
		{"v2 with policies", [][]byte{attr(oid.AttrSigningCertV2, element(asn1.SEQUENCE, id(id(octets(sha256))), policies))}, ""},
		{"v1", [][]byte{v1(id(octets(cert.SHA1.Sum(own.Raw))))}, ""},
		{"v1 with issuer and serial", [][]byte{v1(id(octets(cert.SHA1.Sum(own.Raw)), issuer(own, own.RawSerial)))}, ""},
		{"v1 and v2", [][]byte{v1(id(octets(cert.SHA1.Sum(own.Raw)))), v2(id(octets(sha256)))}, ""},

		{"v2 of another certificate", [][]byte{v2(otherID)}, verdict.SigningCertificateMismatch},
		{"v2 with the path before", [][]byte{v2(otherID, id(octets(sha256)))}, verdict.SigningCertificateMismatch},
		{"v2 cut", [][]byte{v2(id(octets(sha256[:31])))}, verdict.SigningCertificateMismatch},
		{"v2 empty hash", [][]byte{v2(id(octets(nil)))}, verdict.SigningCertificateMismatch},
		{"v2 with SHA-512 unsaid", [][]byte{v2(id(octets(sha512)))}, verdict.SigningCertificateMismatch},
		{"v2 with SHA-512 said of SHA-256", [][]byte{v2(id(by(cert.SHA512), octets(sha256)))}, verdict.SigningCertificateMismatch},
		{"v2 with another serial", [][]byte{v2(id(octets(sha256), issuer(own, []byte{1})))}, verdict.SigningCertificateMismatch},
		{"v2 with another issuer", [][]byte{v2(id(octets(sha256), issuer(stranger.certificate, own.RawSerial)))}, verdict.SigningCertificateMismatch},
		{"v1 of another certificate", [][]byte{v1(id(octets(cert.SHA1.Sum(stranger.certificate.Raw))))}, verdict.SigningCertificateMismatch},
		{"v1 with SHA-256", [][]byte{v1(id(octets(sha256)))}, verdict.SigningCertificateMismatch},
		{"v1 right, v2 wrong", [][]byte{v1(id(octets(cert.SHA1.Sum(own.Raw)))), v2(otherID)}, verdict.SigningCertificateMismatch},
		{"v1 wrong, v2 right", [][]byte{v1(otherID), v2(id(octets(sha256)))}, verdict.SigningCertificateMismatch},

		{"v2 with SHA-1", [][]byte{v2(id(by(cert.SHA1), octets(cert.SHA1.Sum(own.Raw))))}, verdict.WeakAlgorithm},
		{"v2 with MD5", [][]byte{v2(id(marshal(cert.WithNULL(oid.MD5)), octets(sha256[:16])))}, verdict.UnsupportedAlgorithm},

		{"empty list", [][]byte{v2()}, verdict.SignedAttributesInvalid},
		{"no list", [][]byte{attr(oid.AttrSigningCertV2, element(asn1.SEQUENCE))}, verdict.SignedAttributesInvalid},
		{"v1 with an algorithm", [][]byte{v1(id(by(cert.SHA256), octets(sha256)))}, verdict.SignedAttributesInvalid},
		{"hash no OCTET STRING", [][]byte{v2(id(element(asn1.UTF8String, sha256)))}, verdict.SignedAttributesInvalid},
		{"behind the hash", [][]byte{v2(id(octets(sha256), octets(nil)))}, verdict.SignedAttributesInvalid},
		{"behind issuer and serial", [][]byte{v2(id(octets(sha256), issuer(own, own.RawSerial), octets(nil)))}, verdict.SignedAttributesInvalid},
		{"behind the serial", [][]byte{v2(id(octets(sha256), element(asn1.SEQUENCE,
			element(asn1.SEQUENCE, element(der.Explicit(4), own.Issuer.Raw)),
			element(asn1.INTEGER, own.RawSerial), octets(nil))))}, verdict.SignedAttributesInvalid},
		{"long list", [][]byte{v2(append([][]byte{id(octets(sha256))}, slices.Repeat([][]byte{otherID}, cms.MaxCertificates-1)...)...)}, ""},
		{"too long a list", [][]byte{v2(append([][]byte{id(octets(sha256))}, slices.Repeat([][]byte{otherID}, cms.MaxCertificates)...)...)}, verdict.SignedAttributesInvalid},
		{"behind the list", [][]byte{attr(oid.AttrSigningCertV2, element(asn1.SEQUENCE, id(id(octets(sha256))), policies, policies))}, verdict.SignedAttributesInvalid},
		{"second entry malformed", [][]byte{v2(id(octets(sha256)), octets(nil))}, verdict.SignedAttributesInvalid},
		{"two issuers", [][]byte{v2(id(octets(sha256), element(asn1.SEQUENCE, element(asn1.SEQUENCE,
			element(der.Explicit(4), own.Issuer.Raw), element(der.Explicit(4), own.Issuer.Raw)),
			element(asn1.INTEGER, own.RawSerial))))}, verdict.SignedAttributesInvalid},
		{"issuer is an address", [][]byte{v2(id(octets(sha256), element(asn1.SEQUENCE,
			element(asn1.SEQUENCE, element(der.Implicit(6), []byte("http://pki.gov.kz"))),
			element(asn1.INTEGER, own.RawSerial))))}, verdict.SignedAttributesInvalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDraft(t, signer)
			d.certificates = append(d.certificates, stranger.certificate.Raw)
			d.signers[0].set(oid.AttrSigningCertV2, c.attributes...)
			v, err := verifyOnly(t, d.bytes(t), nil)
			requireReason(t, c.want, err)
			if err == nil {
				require.True(t, v.HasSigningCertificate())
			}
		})
	}
}

// essV1 is SigningCertificate for a certificate.
func essV1(c *cert.Certificate) []byte {
	return element(asn1.SEQUENCE, element(asn1.SEQUENCE, element(asn1.SEQUENCE, octets(cert.SHA1.Sum(c.Raw)))))
}

// How a signer is named, and where the certificate is looked for.
func TestSignerIdentifier(t *testing.T) {
	signer, stranger := person(t, "ecdsa-p256"), person(t, "other-p256")
	own := signer.certificate
	keyID := func(id []byte) []byte { return element(der.Implicit(0), id) }
	named := func(name string, serial []byte) []byte {
		return element(asn1.SEQUENCE, nameDER(name), element(asn1.INTEGER, serial))
	}
	for _, c := range []struct {
		name  string
		id    []byte
		bag   [][]byte
		extra []*cert.Certificate
		want  verdict.Reason
	}{
		{"issuer and serial", issuerAndSerial(own), [][]byte{own.Raw}, nil, ""},
		{"issuer in other letter case", named("ECDSA-P256", own.RawSerial), [][]byte{own.Raw}, nil, ""},
		{"key identifier", keyID(own.SubjectKeyID), [][]byte{own.Raw}, nil, ""},
		{"given from outside", issuerAndSerial(own), nil, []*cert.Certificate{stranger.certificate, own, nil}, ""},
		{"given from outside by key identifier", keyID(own.SubjectKeyID), nil, []*cert.Certificate{own}, ""},
		{"among others", issuerAndSerial(own), [][]byte{stranger.certificate.Raw, own.Raw}, nil, ""},
		{"nowhere", issuerAndSerial(own), [][]byte{}, nil, verdict.SignerCertificateMissing},
		{"another is there", issuerAndSerial(own), [][]byte{stranger.certificate.Raw}, nil, verdict.SignerCertificateMissing},
		{"another serial", named("ecdsa-p256", []byte{7}), [][]byte{own.Raw}, nil, verdict.SignerCertificateMissing},
		{"another issuer", named("ecdsa-p25б", own.RawSerial), [][]byte{own.Raw}, nil, verdict.SignerCertificateMissing},
		{"another key identifier", keyID(stranger.certificate.SubjectKeyID), [][]byte{own.Raw}, nil, verdict.SignerCertificateMissing},
		{"cut key identifier", keyID(own.SubjectKeyID[:19]), [][]byte{own.Raw}, nil, verdict.SignerCertificateMissing},
		{"empty key identifier", keyID(nil), [][]byte{own.Raw}, nil, verdict.SignerCertificateMissing},
		{"certificate of another key", issuerAndSerial(stranger.certificate), [][]byte{own.Raw, stranger.certificate.Raw}, nil, verdict.SignatureInvalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDraft(t, signer)
			d.signers[0].id, d.certificates = c.id, c.bag
			d.signers[0].set(oid.AttrSigningCertV2)
			v, err := verifyOnly(t, d.bytes(t), nil, c.extra...)
			requireReason(t, c.want, err)
			if err == nil {
				require.Len(t, v.Certificates(), 1)
				require.True(t, v.Certificates()[0].Equal(own))
			}
		})
	}
}

// A key identifier is compared with the extension, never computed: a certificate without one is not found by it.
func TestKeyIdentifierIsNotComputed(t *testing.T) {
	k := key(t, "ecdsa-p256")
	with, without := newIdentity(t, k, template{name: "with"}), newIdentity(t, k, template{name: "without", noID: true})
	for _, c := range []struct {
		there identity
		want  verdict.Reason
		id    []byte
	}{
		{with, "", with.certificate.SubjectKeyID},
		{without, verdict.SignerCertificateMissing, with.certificate.SubjectKeyID},
		{without, verdict.SignerCertificateMissing, nil}, // no identifier is not an empty one
	} {
		d := newDraft(t, with)
		d.signers[0].id = element(der.Implicit(0), c.id)
		d.certificates = [][]byte{c.there.certificate.Raw}
		d.signers[0].set(oid.AttrSigningCertV2)
		_, err := verifyOnly(t, d.bytes(t), nil)
		requireReason(t, c.want, err)
	}
}

// T30: twins with the same name and serial number. With another key they never verify; with the same key, all come
// back, unless signing-certificate-v2 says which.
func TestTwins(t *testing.T) {
	serial := []byte{0x11, 0x22}
	make := func(k, keyID string) identity {
		return newIdentity(t, key(t, k), template{name: "twin", serial: serial, keyID: []byte(keyID)})
	}
	genuine, sameKey, otherKey := make("ecdsa-p256", "1"), make("ecdsa-p256", "2"), make("other-p256", "3")
	for _, c := range []struct {
		name   string
		bag    []identity
		extra  []identity
		bound  bool
		expect []identity
	}{
		{"decoy before", []identity{otherKey, genuine}, nil, false, []identity{genuine}},
		{"decoy after", []identity{genuine, otherKey}, nil, false, []identity{genuine}},
		{"decoy in the message, genuine outside", []identity{otherKey}, []identity{genuine}, false, []identity{genuine}},
		{"same key", []identity{sameKey, genuine}, nil, false, []identity{sameKey, genuine}},
		{"same key, genuine outside", []identity{sameKey}, []identity{genuine}, false, []identity{sameKey, genuine}},
		{"same key, bound", []identity{sameKey, genuine}, nil, true, []identity{genuine}},
		{"twice the same", []identity{genuine, genuine}, []identity{genuine}, false, []identity{genuine}},
		{"all, bound", []identity{otherKey, sameKey, genuine}, []identity{otherKey}, true, []identity{genuine}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDraft(t, genuine)
			d.certificates = nil
			for _, p := range c.bag {
				d.certificates = append(d.certificates, p.certificate.Raw)
			}
			var extra []*cert.Certificate
			for _, p := range c.extra {
				extra = append(extra, p.certificate)
			}
			if !c.bound {
				d.signers[0].set(oid.AttrSigningCertV2)
			}
			v, err := verifyOnly(t, d.bytes(t), nil, extra...)
			require.NoError(t, err)
			require.Len(t, v.Certificates(), len(c.expect))
			for i, p := range c.expect {
				require.True(t, v.Certificates()[i].Equal(p.certificate))
			}
			require.Equal(t, len(c.expect) > 1, slices.Contains(v.Notes(), cms.NoteSeveralCertificates))
		})
	}
	t.Run("only the same key is there, bound to the genuine", func(t *testing.T) {
		d := newDraft(t, genuine)
		d.certificates = [][]byte{sameKey.certificate.Raw}
		_, err := verifyOnly(t, d.bytes(t), nil)
		requireReason(t, verdict.SigningCertificateMismatch, err)
	})
}

// T31: forged certificates before the true one change nothing.
func TestForgedCertificatesBefore(t *testing.T) {
	signer, forger := person(t, "ecdsa-p256"), person(t, "other-p256")
	d := newDraft(t, signer)
	d.certificates = slices.Concat([][]byte{forger.certificate.Raw}, d.certificates)
	v, err := verifyOnly(t, d.bytes(t), nil)
	require.NoError(t, err)
	require.Len(t, v.Certificates(), 1)
	require.True(t, v.Certificates()[0].Equal(signer.certificate))
}

// The caller's list is copied: what the caller does to it later changes nothing.
func TestCertificatesAreACopy(t *testing.T) {
	v, err := verifyOnly(t, newDraft(t, person(t, "ecdsa-p256")).bytes(t), nil)
	require.NoError(t, err)
	v.Certificates()[0] = nil
	require.NotNil(t, v.Certificates()[0])
}

// T23: nothing signed is not a success.
func TestNoSigners(t *testing.T) {
	d := newDraft(t)
	d.certificates = [][]byte{person(t, "ecdsa-p256").certificate.Raw}
	sd, err := cms.Parse(d.bytes(t))
	require.NoError(t, err, "a bag of certificates parses")
	require.Len(t, sd.Certificates, 1)
	_, err = sd.VerifySigners(nil, nil)
	requireReason(t, verdict.NoSigners, err)
	_, err = sd.VerifySigner(0, nil, nil)
	require.ErrorIs(t, err, verdict.KindMisuse)
	_, err = sd.VerifySigner(-1, nil, nil)
	require.ErrorIs(t, err, verdict.KindMisuse)
}

// T24: a result for each signer, in both orders.
func TestTwoSignersOneBroken(t *testing.T) {
	first, second := person(t, "ecdsa-p256"), person(t, "other-p256")
	for broken := range 2 {
		d := newDraft(t, first, second)
		d.signers[broken].over = func([]byte) []byte { return []byte("something else") }
		sd, err := cms.Parse(d.bytes(t))
		require.NoError(t, err)
		results, err := sd.VerifySigners(nil, nil)
		require.NoError(t, err)
		for i, r := range results {
			require.Same(t, sd.Signers[i], r.Info)
			if i == broken {
				require.Nil(t, r.Signer)
				requireReason(t, verdict.SignatureInvalid, r.Err)
				continue
			}
			require.NoError(t, r.Err)
		}
	}
}

// T37: unsigned attributes are handed out raw and decide nothing; a counter-signature is no signer.
func TestUnsignedAttributes(t *testing.T) {
	signer, other := person(t, "ecdsa-p256"), person(t, "other-p256")
	d := newDraft(t, signer)
	counter := newDraft(t, other).signers[0].bytes(t, content)
	d.signers[0].unsigned = [][]byte{
		attr(oid.AttrCounterSignature, counter),
		attr(oid.AttrContentType, objectID(oid.TSTInfo)),
		attr(oid.AttrMessageDigest, octets([]byte("other"))),
		attr(oid.AttrSigningTime, element(asn1.UTCTime, []byte("200101000000Z"))),
		attr(oid.AttrTimeStampToken),
	}
	v, err := verifyOnly(t, d.bytes(t), nil)
	require.NoError(t, err)
	require.Equal(t, [][]byte{counter}, v.Info().Unsigned(oid.AttrCounterSignature))
	require.Empty(t, v.Info().Unsigned(oid.AttrTimeStampToken))
	_, claimed := v.SigningTime()
	require.False(t, claimed, "an unsigned signing time is not the signer's")
	require.Len(t, v.Info().SignedAttributes, 3)
	require.Len(t, v.Info().UnsignedAttributes, 5)
}

// T37: a signed message as content is content.
func TestMessageInMessage(t *testing.T) {
	inner := sign(t, content, cms.SignOptions{}, person(t, "other-p256"))
	outer := sign(t, inner, cms.SignOptions{}, person(t, "ecdsa-p256"))
	v, err := verifyOnly(t, outer, nil)
	require.NoError(t, err)
	require.Equal(t, inner, v.Content())
	require.True(t, v.Certificates()[0].Equal(person(t, "ecdsa-p256").certificate))
}

// T33, T6: what else is in the bag is counted or handed out, and trusted for nothing.
func TestBag(t *testing.T) {
	signer := person(t, "ecdsa-p256")
	response := element(asn1.SEQUENCE, octets([]byte("not looked into")))
	d := newDraft(t, signer)
	d.certificates = [][]byte{
		element(der.Explicit(0), octets(nil)), // extendedCertificate
		element(der.Explicit(1), octets(nil)), // v1AttrCert
		element(der.Explicit(2), octets(nil)), // v2AttrCert
		element(der.Explicit(3), octets(nil)), // other
		element(asn1.SEQUENCE, octets(nil)),   // no certificate
		element(asn1.SEQUENCE),
		signer.certificate.Raw,
	}
	d.revocation = [][]byte{
		element(asn1.SEQUENCE, octets([]byte("no list"))),
		element(der.Explicit(1), objectID(oid.RevocationInfoOCSP), response),
	}
	message := d.bytes(t)
	sd, err := cms.Parse(message)
	require.NoError(t, err)
	require.Len(t, sd.Certificates, 1)
	require.Equal(t, 6, sd.Unreadable)
	require.Equal(t, d.revocation[:1], sd.CRLs)
	require.Equal(t, []cms.OtherRevocationInfo{{Format: oid.RevocationInfoOCSP, Info: response}}, sd.OtherRevocation)
	_, err = sd.VerifySigner(0, nil, nil)
	require.NoError(t, err)
}

// T39: digestAlgorithms is a hint; that of the signer counts.
func TestDigestAlgorithms(t *testing.T) {
	signer := person(t, "ecdsa-p256")
	many := func(n int) [][]byte {
		var all [][]byte
		for i := range n {
			all = append(all, marshal(cert.AlgorithmIdentifier{Algorithm: cert.OID(fmt.Sprintf("1.2.398.99.%d", i))}))
		}
		return all
	}
	for _, c := range []struct {
		name    string
		digests [][]byte
		want    verdict.Reason
		notes   []cms.Note
	}{
		{"listed", [][]byte{marshal(cert.SHA256.Identifier())}, "", nil},
		{"listed without NULL", [][]byte{marshal(cert.AlgorithmIdentifier{Algorithm: oid.SHA256})}, "", nil},
		{"empty", nil, "", []cms.Note{cms.NoteDigestNotListed}},
		{"another", [][]byte{marshal(cert.SHA512.Identifier())}, "", []cms.Note{cms.NoteDigestNotListed}},
		{"unknown ones", many(cms.MaxDigestAlgorithms), "", []cms.Note{cms.NoteDigestNotListed}},
		{"too many", many(cms.MaxDigestAlgorithms + 1), verdict.LimitExceeded, nil},
		{"no algorithm", [][]byte{integer(1)}, verdict.Malformed, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDraft(t, signer)
			d.digests = c.digests
			v, err := verifyOnly(t, d.bytes(t), nil)
			requireReason(t, c.want, err)
			if err == nil {
				require.Equal(t, c.notes, v.Notes())
			}
		})
	}
}

// Version numbers decide nothing, but they are INTEGERs.
func TestVersions(t *testing.T) {
	for _, c := range []struct {
		name    string
		version []byte
		want    verdict.Reason
	}{
		{"0", integer(0), ""},
		{"1", integer(1), ""},
		{"3", integer(3), ""},
		{"5", integer(5), ""},
		{"99", integer(99), ""},
		{"2^31-1", integer(1<<31 - 1), ""},
		{"2^31", integer(1 << 31), verdict.Malformed},
		{"-1", integer(-1), verdict.Malformed},
		{"padded", []byte{2, 2, 0, 1}, verdict.Malformed},
		{"empty", []byte{2, 0}, verdict.Malformed},
		{"100 octets", element(asn1.INTEGER, []byte(strings.Repeat("x", 100))), verdict.Malformed},
		{"OCTET STRING", octets([]byte{1}), verdict.Malformed},
		{"BOOLEAN", []byte{1, 1, 0xff}, verdict.Malformed},
		{"absent", nil, verdict.Malformed},
		{"twice", slices.Concat(integer(1), integer(1)), verdict.Malformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDraft(t, person(t, "ecdsa-p256"))
			d.version = c.version
			_, err := verifyOnly(t, d.bytes(t), nil)
			requireReason(t, c.want, err)
			d = newDraft(t, person(t, "ecdsa-p256"))
			d.signers[0].version = c.version
			_, err = verifyOnly(t, d.bytes(t), nil)
			requireReason(t, c.want, err)
		})
	}
}

// T4, T5: fields that do not belong, at every level.
func TestUnexpectedFields(t *testing.T) {
	null := []byte{5, 0}
	bag := element(der.Explicit(0), person(t, "other-p256").certificate.Raw)
	checkRules(t, []rule{
		{"nothing", func(*draft, *draftSigner) {}, ""},
		{"behind SignedData's fields", func(d *draft, _ *draftSigner) { d.after = null }, verdict.Malformed},
		{"second bag at the end", func(d *draft, _ *draftSigner) { d.after = bag }, verdict.Malformed},
		{"second signerInfos", func(d *draft, _ *draftSigner) { d.after = element(asn1.SET) }, verdict.Malformed},
		{"behind SignerInfo's fields", func(_ *draft, s *draftSigner) { s.after = null }, verdict.Malformed},
		{"second unsigned attributes", func(_ *draft, s *draftSigner) {
			s.unsigned = [][]byte{attr("1.2.3", null)}
			s.after = element(der.Explicit(1), attr("1.2.3", null))
		}, verdict.Malformed},
		{"unsigned attributes", func(_ *draft, s *draftSigner) { s.unsigned = [][]byte{attr("1.2.3", null)} }, ""},
		{"empty unsigned attributes", func(_ *draft, s *draftSigner) { s.unsigned = [][]byte{} }, ""},
		{"content in no OCTET STRING", func(d *draft, _ *draftSigner) {
			d.explicit = element(asn1.SEQUENCE, octets(d.content))
		}, verdict.Malformed},
		{"content in two OCTET STRINGs", func(d *draft, _ *draftSigner) {
			d.explicit = slices.Concat(octets(d.content[:3]), octets(d.content[3:]))
		}, verdict.Malformed},
		{"behind the values of a signed attribute", func(_ *draft, s *draftSigner) {
			s.attributes = append(s.attributes, element(asn1.SEQUENCE, objectID("1.2.3"), element(asn1.SET, null), null))
		}, verdict.Malformed},
		{"attribute that is a SET", func(_ *draft, s *draftSigner) {
			s.unsigned = [][]byte{element(asn1.SET, objectID("1.2.3"), element(asn1.SET, null))}
		}, verdict.Malformed},
		{"attribute with values in a SEQUENCE", func(_ *draft, s *draftSigner) {
			s.unsigned = [][]byte{element(asn1.SEQUENCE, objectID("1.2.3"), element(asn1.SEQUENCE, null))}
		}, verdict.Malformed},
		{"unknown revocation information", func(d *draft, _ *draftSigner) {
			d.revocation = [][]byte{element(der.Explicit(2), null)}
		}, verdict.Malformed},
	})
}

// The zero value names nobody.
func TestSignerInfoZeroValue(t *testing.T) {
	var s cms.SignerInfo
	require.Equal(t, "", s.SerialNumber())
	require.False(t, s.Names(person(t, "ecdsa-p256").certificate))
}
