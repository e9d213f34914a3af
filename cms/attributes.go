package cms

import (
	"bytes"
	"errors"
	"slices"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

// Attribute is an attribute of a signer (RFC 5652, Section 5.3), signed or unsigned.
type Attribute struct {
	Type   cert.OID
	Values [][]byte // each one whole element, DER
	Raw    []byte   // the whole attribute, DER
}

// readAttributes reads the contents of a SET OF Attribute. Neither order nor number of values is judged here.
func readAttributes(set cryptobyte.String) ([]Attribute, error) {
	attributes := []Attribute{}
	for !set.Empty() {
		if len(attributes) == maxAttributes {
			return nil, tooMany(maxAttributes, "attributes of a signer")
		}
		a, err := readAttribute(&set)
		if err != nil {
			return nil, err
		}
		attributes = append(attributes, a)
	}
	return attributes, nil
}

func readAttribute(set *cryptobyte.String) (Attribute, error) {
	var a Attribute
	var element, sequence, values cryptobyte.String
	if !set.ReadASN1Element(&element, asn1.SEQUENCE) {
		return a, malformed("attribute of a signer")
	}
	a.Raw = element
	if !element.ReadASN1(&sequence, asn1.SEQUENCE) || !der.ReadOID(&sequence, &a.Type) ||
		!sequence.ReadASN1(&values, asn1.SET) || !sequence.Empty() {
		return a, malformed("attribute of a signer")
	}
	for !values.Empty() {
		if len(a.Values) == maxValues {
			return a, tooMany(maxValues, "values of an attribute")
		}
		var value cryptobyte.String
		var tag asn1.Tag
		if !values.ReadAnyASN1Element(&value, &tag) {
			return a, malformed("value of attribute %s", a.Type)
		}
		a.Values = append(a.Values, value)
	}
	return a, nil
}

// find returns the attributes of a type, in the order of the message.
func find(attributes []Attribute, attributeType cert.OID) []Attribute {
	var found []Attribute
	for _, a := range attributes {
		if a.Type == attributeType {
			found = append(found, a)
		}
	}
	return found
}

func badAttributes(format string, args ...any) error {
	return verdict.New(verdict.SignedAttributesInvalid, "cms: "+format, args...)
}

// single returns the one value of the one attribute of a type, or nil if there is no such attribute. Two attributes,
// no value and two values are errors (T26).
func single(attributes []Attribute, attributeType cert.OID, name string) (cryptobyte.String, error) {
	found := find(attributes, attributeType)
	switch {
	case len(found) == 0:
		return nil, nil
	case len(found) > 1:
		return nil, badAttributes("%d signed attributes %s, want one", len(found), name)
	case len(found[0].Values) != 1:
		return nil, badAttributes("%d values in the signed attribute %s, want one", len(found[0].Values), name)
	}
	return found[0].Values[0], nil
}

// claims are what the signed attributes say.
type claims struct {
	contentType   cert.OID
	messageDigest []byte
	certificates  []certificateID // of the signer: from signing-certificate, signing-certificate-v2, or both
}

// readClaims reads the signed attributes that this package acts upon: content-type and message-digest must be there,
// signing-time and the signing-certificate ones may, and all are to have their one form (RFC 5652, Section 11; RFC
// 5035, Sections 3 and 5.4). The error wraps [verdict.SignedAttributesInvalid].
func readClaims(attributes []Attribute) (*claims, error) {
	for _, a := range attributes {
		if len(a.Values) == 0 {
			return nil, badAttributes("signed attribute %s without a value", a.Type)
		}
	}
	c := new(claims)
	for _, read := range []func([]Attribute) error{
		c.readContentType, c.readMessageDigest, checkSigningTime, c.readSigningCertificates,
	} {
		if err := read(attributes); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// readContentType reads the content-type attribute (RFC 5652, Section 11.1).
func (c *claims) readContentType(attributes []Attribute) error {
	value, err := single(attributes, oid.AttrContentType, "content-type")
	if err != nil {
		return err
	}
	if value == nil {
		return badAttributes("no signed attribute content-type")
	}
	if !der.ReadOID(&value, &c.contentType) || !value.Empty() {
		return badAttributes("content-type is no object identifier")
	}
	return nil
}

// readMessageDigest reads the message-digest attribute (RFC 5652, Section 11.2).
func (c *claims) readMessageDigest(attributes []Attribute) error {
	value, err := single(attributes, oid.AttrMessageDigest, "message-digest")
	if err != nil {
		return err
	}
	if value == nil {
		return badAttributes("no signed attribute message-digest")
	}
	var digest cryptobyte.String
	if !value.ReadASN1(&digest, asn1.OCTET_STRING) || !value.Empty() { // T10: nothing else is a digest
		return badAttributes("message-digest is no OCTET STRING")
	}
	c.messageDigest = digest
	return nil
}

func checkSigningTime(attributes []Attribute) error {
	_, _, err := readSigningTime(attributes)
	return err
}

// readSigningTime reads the signing-time attribute (RFC 5652, Section 11.3). UTCTime is due up to 2049, but
// GeneralizedTime is taken for any year.
func readSigningTime(attributes []Attribute) (at time.Time, present bool, err error) {
	value, err := single(attributes, oid.AttrSigningTime, "signing-time")
	if err != nil || value == nil {
		return time.Time{}, false, err
	}
	if !der.ReadTime(&value, &at) || !value.Empty() {
		return time.Time{}, false, badAttributes("signing-time is no time")
	}
	return at, true, nil
}

// addSetOf writes the contents of a SET OF in the order that DER wants (X.690, 11.6).
func addSetOf(b *cryptobyte.Builder, elements [][]byte) {
	elements = slices.Clone(elements)
	slices.SortFunc(elements, der.CompareSetElements)
	for _, e := range elements {
		b.AddBytes(e)
	}
}

// sortedSet returns the DER of the SET OF that holds the attributes. The signature covers this form: with the tag of
// SET OF, not the [0] of the message (RFC 5652, Section 5.4; T28).
func sortedSet(attributes []Attribute) []byte {
	raw := make([][]byte, len(attributes))
	for i, a := range attributes {
		raw[i] = a.Raw
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.SET, func(b *cryptobyte.Builder) { addSetOf(b, raw) })
	return b.BytesOrPanic()
}

// receivedSet is sortedSet in the order of the message.
func receivedSet(contents []byte) []byte {
	var b cryptobyte.Builder
	b.AddASN1(asn1.SET, func(b *cryptobyte.Builder) { b.AddBytes(contents) })
	return b.BytesOrPanic()
}

// looksLikeSignedAttributes reports whether content is the encoding of signed attributes. Somebody's signature over
// attributes is also a signature over content that consists of these octets, if the message is said to have no
// attributes (T29; draft-ietf-lamps-cms-euf-cma-signeddata). The reading is as loose as can be: no honest document
// begins with an ASN.1 SET that holds these two attributes.
func looksLikeSignedAttributes(content []byte) bool {
	if len(content) == 0 || content[0] != tagSet {
		return false
	}
	raw, err := der.FromBER(content)
	if err != nil {
		return errors.Is(err, der.ErrDepth) // such a set of attributes we would not read, but others might
	}
	input, set := cryptobyte.String(raw), cryptobyte.String(nil)
	if !input.ReadASN1(&set, asn1.SET) {
		return false
	}
	var contentType, messageDigest bool
	for !set.Empty() {
		var element, sequence cryptobyte.String
		var tag asn1.Tag
		if !set.ReadAnyASN1Element(&element, &tag) {
			return false
		}
		var attributeType cert.OID
		if tag == asn1.SEQUENCE && element.ReadASN1(&sequence, asn1.SEQUENCE) && der.ReadOID(&sequence, &attributeType) {
			contentType = contentType || attributeType == oid.AttrContentType
			messageDigest = messageDigest || attributeType == oid.AttrMessageDigest
		}
	}
	return contentType && messageDigest
}

// equalDigest is for digests, which are public: constant time buys nothing here.
func equalDigest(a, b []byte) bool { return len(a) > 0 && bytes.Equal(a, b) }
