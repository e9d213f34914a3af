// Package oid holds object identifiers (X.660) as comparable values and the table of those that the
// library knows by name.
//
// An [OID] is the dotted decimal text. The text and the DER content octets stand in one-to-one
// correspondence: [Parse] refuses padded arcs and keeps arcs of any size exactly, so that two encodings never
// compare equal and arcs are never taken modulo a machine word.
package oid

import (
	"errors"
	"math/big"
	"strconv"
	"strings"
)

// OID is an object identifier in dotted decimal form, such as "1.2.398.3.3.4.1.1". The zero value is no
// identifier at all. Values are comparable with ==, usable in switch statements and as map keys.
type OID string

// maxContent bounds the content octets of an identifier that [Parse] takes. The longest one of the national
// PKI has 13.
const maxContent = 128

// ErrInvalid is returned for octets or text that are no object identifier.
var ErrInvalid = errors.New("oid: invalid object identifier")

// Parse decodes the content octets of a DER OBJECT IDENTIFIER (X.690, 8.19): base-128 arcs, most significant
// group first, without padding. It returns [ErrInvalid] for anything else and for more than 128 octets.
func Parse(content []byte) (OID, error) {
	if known, ok := byContent[string(content)]; ok {
		return known, nil
	}
	return parse(content)
}

// Valid reports whether [Parse] takes the content octets, at a fraction of its cost.
func Valid(content []byte) bool {
	if len(content) == 0 || len(content) > maxContent {
		return false
	}
	start := true // of an arc
	for _, c := range content {
		if start && c == 0x80 {
			return false
		}
		start = c&0x80 == 0
	}
	return start
}

func parse(content []byte) (OID, error) {
	if len(content) == 0 || len(content) > maxContent {
		return "", ErrInvalid
	}
	var text strings.Builder
	for first := true; len(content) > 0; first = false {
		arc, rest, ok := readArc(content)
		if !ok {
			return "", ErrInvalid
		}
		content = rest
		if first {
			writeFirstArcs(&text, arc)
			continue
		}
		text.WriteByte('.')
		text.WriteString(arc.String())
	}
	return OID(text.String()), nil
}

// readArc reads one base-128 number: seven bits an octet, the top bit set on all but the last.
func readArc(b []byte) (arc *big.Int, rest []byte, ok bool) {
	if b[0] == 0x80 { // a leading group of zeros: padding
		return nil, nil, false
	}
	arc = new(big.Int)
	for i, c := range b {
		arc.Lsh(arc, 7)
		arc.Or(arc, big.NewInt(int64(c&0x7f)))
		if c&0x80 == 0 {
			return arc, b[i+1:], true
		}
	}
	return nil, nil, false
}

// writeFirstArcs splits the first encoded number into the first two arcs (X.690, 8.19.4).
func writeFirstArcs(text *strings.Builder, n *big.Int) {
	top := int64(2)
	if n.IsInt64() && n.Int64() < 80 {
		top = n.Int64() / 40
	}
	second := new(big.Int).Sub(n, big.NewInt(40*top))
	text.WriteString(strconv.FormatInt(top, 10))
	text.WriteByte('.')
	text.WriteString(second.String())
}

// FromText checks dotted decimal text given by a person or a configuration file.
func FromText(text string) (OID, error) {
	content, err := OID(text).content()
	if err != nil {
		return "", err
	}
	return Parse(content)
}

// Content returns the DER content octets. It panics on a value that neither [Parse], [FromText] nor this
// package's table made.
func (o OID) Content() []byte {
	content, err := o.content()
	if err != nil {
		panic("oid: " + strconv.Quote(string(o)) + " is not an object identifier")
	}
	return content
}

func (o OID) content() ([]byte, error) {
	parts := strings.Split(string(o), ".")
	if len(parts) < 2 {
		return nil, ErrInvalid
	}
	arcs := make([]*big.Int, len(parts))
	for i, part := range parts {
		arc, err := arcFromText(part)
		if err != nil {
			return nil, err
		}
		arcs[i] = arc
	}
	if arcs[0].Cmp(big.NewInt(2)) > 0 || arcs[0].Cmp(big.NewInt(2)) < 0 && arcs[1].Cmp(big.NewInt(40)) >= 0 {
		return nil, ErrInvalid
	}
	first := new(big.Int).Mul(arcs[0], big.NewInt(40))
	content := appendArc(nil, first.Add(first, arcs[1]))
	for _, arc := range arcs[2:] {
		content = appendArc(content, arc)
	}
	if len(content) > maxContent {
		return nil, ErrInvalid
	}
	return content, nil
}

func arcFromText(text string) (*big.Int, error) {
	if text == "" || len(text) > 3*maxContent || len(text) > 1 && text[0] == '0' || strings.Trim(text, "0123456789") != "" {
		return nil, ErrInvalid
	}
	arc, ok := new(big.Int).SetString(text, 10)
	if !ok {
		return nil, ErrInvalid
	}
	return arc, nil
}

func appendArc(b []byte, arc *big.Int) []byte {
	groups := max(1, (arc.BitLen()+6)/7)
	for i := groups - 1; i >= 0; i-- {
		group := byte(new(big.Int).Rsh(arc, uint(7*i)).Uint64() & 0x7f)
		if i > 0 {
			group |= 0x80
		}
		b = append(b, group)
	}
	return b
}

// HasPrefix reports whether o lies in the arc under: equal to it or below it, whole arcs compared.
func (o OID) HasPrefix(under OID) bool {
	return o == under || strings.HasPrefix(string(o), string(under)+".")
}

// String returns the dotted decimal form.
func (o OID) String() string { return string(o) }
