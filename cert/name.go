package cert

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

// Limits of a name. The upper bounds of X.520 are far below them.
const (
	maxAttributes = 128
	maxValue      = 16 << 10 // octets of one value
)

// Name is a distinguished name (RFC 5280, Section 4.1.2.4). Attributes are found by object identifier, never by
// a printed label: the text of one attribute may look like another.
type Name struct {
	Raw        []byte      // DER
	Attributes []Attribute // in the order of their encoding
	canonical  string
}

// Attribute is one attribute of a name.
type Attribute struct {
	Type  OID
	Tag   uint8  // universal tag of the value: 12 UTF8String, 19 PrintableString, 22 IA5String, 30 BMPString …
	Value string // decoded text; for a value of no string type "#" and the hexadecimal DER
	RDN   int    // number of the relative distinguished name that holds it, from 0
}

// ParseName reads a Name in DER, and nothing after it. The error wraps [verdict.Malformed] or [verdict.LimitExceeded].
func ParseName(raw []byte) (Name, error) {
	s := cryptobyte.String(bytes.Clone(raw))
	name, err := readName(&s)
	if err == nil && !s.Empty() {
		err = malformed("name: octets after it")
	}
	if err != nil {
		return Name{}, err
	}
	return name, nil
}

// readName reads a Name, which is a SEQUENCE of SETs of attributes.
func readName(s *cryptobyte.String) (Name, error) {
	var element, rdns cryptobyte.String
	if !s.ReadASN1Element(&element, asn1.SEQUENCE) {
		return Name{}, malformed("name")
	}
	name := Name{Raw: element}
	if !element.ReadASN1(&rdns, asn1.SEQUENCE) {
		return Name{}, malformed("name")
	}
	for n := 0; !rdns.Empty(); n++ {
		if err := name.readRDN(&rdns, n); err != nil {
			return Name{}, err
		}
	}
	name.canonical = name.fold()
	return name, nil
}

func (n *Name) readRDN(rdns *cryptobyte.String, number int) error {
	var set cryptobyte.String
	if !rdns.ReadASN1(&set, asn1.SET) || set.Empty() || !der.SetIsSorted(set) {
		return malformed("relative distinguished name")
	}
	for !set.Empty() {
		if len(n.Attributes) == maxAttributes {
			return verdict.New(verdict.LimitExceeded, "cert: name of more than %d attributes", maxAttributes)
		}
		attribute, err := readAttribute(&set)
		if err != nil {
			return err
		}
		attribute.RDN = number
		n.Attributes = append(n.Attributes, attribute)
	}
	return nil
}

func readAttribute(set *cryptobyte.String) (Attribute, error) {
	var sequence, value, element cryptobyte.String
	var tag asn1.Tag
	var a Attribute
	if !set.ReadASN1(&sequence, asn1.SEQUENCE) || !der.ReadOID(&sequence, &a.Type) {
		return a, malformed("attribute of a name")
	}
	element = sequence
	if !sequence.ReadAnyASN1(&value, &tag) || !sequence.Empty() {
		return a, malformed("attribute of a name")
	}
	if len(value) > maxValue {
		return a, verdict.New(verdict.LimitExceeded, "cert: attribute %s of %d octets", a.Type, len(value))
	}
	a.Tag = uint8(tag)
	text, known, ok := decodeString(tag, value)
	if !ok {
		return a, malformed("text of attribute " + string(a.Type))
	}
	if !known {
		text = "#" + hex.EncodeToString(element)
	}
	a.Value = text
	return a, nil
}

// Tags of string types that cryptobyte does not name.
const (
	tagNumericString   = asn1.Tag(18)
	tagVisibleString   = asn1.Tag(26)
	tagUniversalString = asn1.Tag(28)
	tagBMPString       = asn1.Tag(30)
)

// decodeString decodes the contents of a string type. known tells whether tag is one. The seven-bit types are
// not held to their smaller alphabets, which real certificates overstep; octets above 127 are refused there.
func decodeString(tag asn1.Tag, b []byte) (text string, known, ok bool) {
	switch tag {
	case asn1.UTF8String:
		return string(b), true, utf8.Valid(b)
	case asn1.PrintableString, asn1.IA5String, tagNumericString, tagVisibleString:
		return string(b), true, !slices.ContainsFunc(b, func(c byte) bool { return c >= utf8.RuneSelf })
	case asn1.T61String: // taken as ISO 8859-1, as everybody does
		runes := make([]rune, len(b))
		for i, c := range b {
			runes[i] = rune(c)
		}
		return string(runes), true, true
	case tagBMPString:
		return decodeUnits(b, 2)
	case tagUniversalString:
		return decodeUnits(b, 4)
	}
	return "", false, true
}

// decodeUnits decodes characters of a fixed number of octets, big-endian. Surrogates are no characters.
func decodeUnits(b []byte, size int) (text string, known, ok bool) {
	if len(b)%size != 0 {
		return "", true, false
	}
	var out strings.Builder
	for unit := range slices.Chunk(b, size) {
		r := rune(0)
		for _, c := range unit {
			r = r<<8 | rune(c)
		}
		if utf16.IsSurrogate(r) || !utf8.ValidRune(r) {
			return "", true, false
		}
		out.WriteRune(r)
	}
	return out.String(), true, true
}

// Values returns the values of all attributes of a type, in order.
func (n Name) Values(attributeType OID) []string {
	var values []string
	for _, a := range n.Attributes {
		if a.Type == attributeType {
			values = append(values, a.Value)
		}
	}
	return values
}

// First returns the first value of a type, or "".
func (n Name) First(attributeType OID) string {
	if values := n.Values(attributeType); len(values) > 0 {
		return values[0]
	}
	return ""
}

// Empty reports whether the name holds no attribute.
func (n Name) Empty() bool { return len(n.Attributes) == 0 }

// Equal reports whether two names are the same: octet by octet, or by the comparison of RFC 5280, Section 7.1,
// which is blind to letter case, to the type of string and to the amount of white space.
func (n Name) Equal(other Name) bool {
	return bytes.Equal(n.Raw, other.Raw) || n.canonical == other.canonical
}

// Canonical returns a text that is equal for equal names, for use as a map key. It is not for printing.
func (n Name) Canonical() string { return n.canonical }

// fold writes the name in the form in which it is compared: every value in lower case with runs of white space
// made one blank, every RDN sorted, lengths before values so that no text can imitate a boundary.
func (n Name) fold() string {
	var out strings.Builder
	for i := 0; i < len(n.Attributes); {
		end := i
		var rdn []string
		for ; end < len(n.Attributes) && n.Attributes[end].RDN == n.Attributes[i].RDN; end++ {
			rdn = append(rdn, n.Attributes[end].fold())
		}
		slices.Sort(rdn)
		fmt.Fprintf(&out, "%q", rdn)
		i = end
	}
	return out.String()
}

// fold writes an attribute in the form in which it is compared. A value of no string type is compared by its
// octets, and never equals a text that spells them.
func (a Attribute) fold() string {
	if !a.isText() {
		return string(a.Type) + "=" + a.Value
	}
	value := strings.Map(foldRune, strings.Join(strings.Fields(a.Value), " "))
	return fmt.Sprintf("%s=%d:%s", a.Type, len(value), value)
}

// foldRune returns the least of the letters that differ from r in nothing but their case. It is no lower-casing:
// that would make one letter of two that are different ones, such as the dotted capital İ and I.
func foldRune(r rune) rune {
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	return least
}

// isText reports whether the value is of a string type, so that Value holds its text.
func (a Attribute) isText() bool {
	_, known, _ := decodeString(asn1.Tag(a.Tag), nil)
	return known
}

// labels are the names of attribute types that [Name.String] prints, those that Java and KalkanCrypt users know.
var labels = map[OID]string{
	oid.CommonName: "CN", oid.Surname: "SURNAME", oid.SerialNumber: "SERIALNUMBER", oid.Country: "C",
	oid.Locality: "L", oid.Province: "ST", oid.Street: "STREET", oid.Organization: "O",
	oid.OrganizationalUnit: "OU", oid.Title: "T", oid.GivenName: "G", oid.BusinessCategory: "BUSINESSCATEGORY",
	oid.EmailAddress: "E", oid.UserID: "UID", oid.DomainComponent: "DC", oid.DNQualifier: "DNQ",
	oid.Pseudonym: "PSEUDONYM", oid.Initials: "INITIALS", oid.Generation: "GENERATION",
}

// String prints the name for people, in the order of its encoding: CN=…,SURNAME=…,C=KZ. Values are escaped as in
// RFC 4514, control and direction-changing characters too. Two names that print alike may differ: compare with
// [Name.Equal]. A national name holds an IIN: print it with nca.PrintName where it may be read by others.
func (n Name) String() string { return n.Print(func(a Attribute) string { return a.Value }) }

// Print is [Name.String] with the value of each attribute replaced by what show returns for it.
func (n Name) Print(show func(Attribute) string) string {
	var out strings.Builder
	for i, a := range n.Attributes {
		if i > 0 {
			separator := byte(',')
			if a.RDN == n.Attributes[i-1].RDN {
				separator = '+'
			}
			out.WriteByte(separator)
		}
		label, ok := labels[a.Type]
		if !ok {
			label = string(a.Type)
		}
		out.WriteString(label)
		out.WriteByte('=')
		value := show(a)
		if hexadecimal, found := strings.CutPrefix(value, "#"); found && !a.isText() {
			out.WriteByte('#') // not escaped: it is no text that begins so (RFC 4514, Section 2.4)
			value = hexadecimal
		}
		out.WriteString(escapeValue(value))
	}
	return out.String()
}

func escapeValue(value string) string {
	var out strings.Builder
	last := utf8.RuneCountInString(value) - 1
	position := 0
	for _, r := range value {
		switch {
		case strings.ContainsRune(`,+"\<>;`, r), r == '#' && position == 0, r == ' ' && (position == 0 || position == last):
			out.WriteByte('\\')
			out.WriteRune(r)
		case !unicode.IsPrint(r):
			for _, c := range []byte(string(r)) {
				fmt.Fprintf(&out, `\%02x`, c)
			}
		default:
			out.WriteRune(r)
		}
		position++
	}
	return out.String()
}
