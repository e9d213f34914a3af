package pkcs12

import (
	"fmt"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
)

// contents is what the bags of a container hold, in their order.
type contents struct {
	keys         []keyBag
	certificates []certBag
}

type keyBag struct {
	attributes
	pkcs8 []byte // PrivateKeyInfo, DER
}

type certBag struct {
	attributes
	certificate *cert.Certificate
}

// attributes are those of a bag that mean something here.
type attributes struct {
	friendlyName string
	localKeyID   []byte
}

// safeContents reads the bags of a safe (RFC 7292, Section 4.2), or of a safeContentsBag at a greater depth.
func (r *reader) safeContents(input cryptobyte.String, c *contents, depth int) error {
	var list cryptobyte.String
	if !input.ReadASN1(&list, asn1.SEQUENCE) || !input.Empty() {
		return malformed("bad safeContents")
	}
	if depth > maxSafeDepth {
		return overLimit("more than %d safeContents inside each other", maxSafeDepth)
	}
	for !list.Empty() {
		if err := takeOne(&r.bags, "bags"); err != nil {
			return err
		}
		if err := r.bag(&list, c, depth); err != nil {
			return err
		}
	}
	return nil
}

// bag reads one SafeBag into c.
func (r *reader) bag(list *cryptobyte.String, c *contents, depth int) error {
	var fields, value cryptobyte.String
	var bagType oid.OID
	if !list.ReadASN1(&fields, asn1.SEQUENCE) || !der.ReadOID(&fields, &bagType) ||
		!fields.ReadASN1(&value, der.Explicit(0)) {
		return malformed("bad safeBag")
	}
	a, err := readAttributes(&fields)
	if err != nil {
		return err
	}
	if !fields.Empty() {
		return malformed("bad safeBag")
	}
	switch bagType {
	case oidKeyBag:
		return c.addKey(a, value)
	case oidShroudedKeyBag:
		return r.shroudedKey(a, value, c)
	case oidCertBag:
		return c.addCertificate(a, value)
	case oidSafeContentsBag:
		return r.safeContents(value, c, depth+1)
	case oidCRLBag, oidSecretBag:
		return nil
	}
	return unsupported("bag", bagType)
}

// shroudedKey decrypts EncryptedPrivateKeyInfo (RFC 5958, Section 3).
func (r *reader) shroudedKey(a attributes, value cryptobyte.String, c *contents) error {
	var fields, ciphertext cryptobyte.String
	var algorithm cert.AlgorithmIdentifier
	if !value.ReadASN1(&fields, asn1.SEQUENCE) || !value.Empty() || !cert.ReadAlgorithm(&fields, &algorithm) ||
		!fields.ReadASN1(&ciphertext, asn1.OCTET_STRING) || !fields.Empty() {
		return malformed("bad pkcs8ShroudedKeyBag")
	}
	key, err := r.decrypt(algorithm, ciphertext, "private key")
	if err != nil {
		return err
	}
	return c.addKey(a, key)
}

// addKey takes PrivateKeyInfo. It is parsed when it is paired.
func (c *contents) addKey(a attributes, value cryptobyte.String) error {
	var key cryptobyte.String
	if !value.ReadASN1Element(&key, asn1.SEQUENCE) || !value.Empty() {
		return malformed("bad private key")
	}
	if len(key) > maxPrivateKey {
		return overLimit("private key of %d octets, at most %d are read", len(key), maxPrivateKey)
	}
	c.keys = append(c.keys, keyBag{a, key})
	return nil
}

// addCertificate takes CertBag (RFC 7292, Section 4.2.3). The certificate itself must be DER.
func (c *contents) addCertificate(a attributes, value cryptobyte.String) error {
	var fields, explicit, raw cryptobyte.String
	var certType oid.OID
	if !value.ReadASN1(&fields, asn1.SEQUENCE) || !value.Empty() || !der.ReadOID(&fields, &certType) ||
		!fields.ReadASN1(&explicit, der.Explicit(0)) || !fields.Empty() {
		return malformed("bad certBag")
	}
	if certType != oidX509Certificate {
		return unsupported("certificate type", certType)
	}
	if !explicit.ReadASN1(&raw, asn1.OCTET_STRING) || !explicit.Empty() {
		return malformed("bad certBag")
	}
	certificate, err := cert.Parse(raw)
	if err != nil {
		return fmt.Errorf("pkcs12: certificate %d: %w", len(c.certificates)+1, err)
	}
	c.certificates = append(c.certificates, certBag{a, certificate})
	return nil
}

// readAttributes reads the optional SET OF PKCS12Attribute. Attributes that mean nothing here are checked for
// form only; those that do may occur once, with one value.
func readAttributes(fields *cryptobyte.String) (attributes, error) {
	var a attributes
	var set cryptobyte.String
	var present bool
	if !fields.ReadOptionalASN1(&set, &present, asn1.SET) {
		return a, malformed("bad bagAttributes")
	}
	seen := make(map[oid.OID]bool)
	for !set.Empty() {
		var attribute, values cryptobyte.String
		var kind oid.OID
		if !set.ReadASN1(&attribute, asn1.SEQUENCE) || !der.ReadOID(&attribute, &kind) ||
			!attribute.ReadASN1(&values, asn1.SET) || !attribute.Empty() || seen[kind] {
			return a, malformed("bad bagAttributes")
		}
		seen[kind] = true
		if err := a.read(kind, values); err != nil {
			return a, err
		}
	}
	return a, nil
}

func (a *attributes) read(kind oid.OID, values cryptobyte.String) error {
	var tag asn1.Tag
	switch kind {
	case oidFriendlyName:
		tag = bmpStringTag
	case oidLocalKeyID:
		tag = asn1.OCTET_STRING
	default:
		return nil
	}
	var value cryptobyte.String
	if !values.ReadASN1(&value, tag) || !values.Empty() {
		return malformed("bad attribute %s", kind)
	}
	if len(value) > maxAttribute {
		return overLimit("attribute %s of %d octets, at most %d are read", kind, len(value), maxAttribute)
	}
	if kind == oidLocalKeyID {
		a.localKeyID = value
		return nil
	}
	name, ok := decodeBMPString(value)
	if !ok {
		return malformed("friendlyName is not UTF-16")
	}
	a.friendlyName = name
	return nil
}

const bmpStringTag = asn1.Tag(30)

// decodeBMPString decodes UTF-16, big-endian. Surrogates must come in pairs.
func decodeBMPString(b []byte) (string, bool) {
	if len(b)%2 != 0 {
		return "", false
	}
	text := make([]byte, 0, len(b))
	for ; len(b) > 0; b = b[2:] {
		c := rune(b[0])<<8 | rune(b[1])
		if utf16.IsSurrogate(c) {
			if len(b) < 4 {
				return "", false
			}
			b = b[2:]
			if c = utf16.DecodeRune(c, rune(b[0])<<8|rune(b[1])); c == utf8.RuneError {
				return "", false
			}
		}
		text = utf8.AppendRune(text, c)
	}
	return string(text), true
}
