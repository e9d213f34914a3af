// Package der adds to golang.org/x/crypto/cryptobyte the few readers that certificates and CMS need, and brings
// BER to DER ([FromBER]).
//
// cryptobyte is strict: definite minimal lengths, minimal integers, booleans of 00 or FF, BIT STRING padding of
// zeros, no tags above 30. What it does not look at is checked here: forms of time, the order of a SET OF,
// object identifiers with padded arcs. The readers follow cryptobyte's convention: they report success, advance
// the string, and leave the outputs unspecified on failure.
package der

import (
	"bytes"
	mathbits "math/bits"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/internal/oid"
)

// ReadOID reads an OBJECT IDENTIFIER.
func ReadOID(s *cryptobyte.String, out *oid.OID) bool {
	var content cryptobyte.String
	if !s.ReadASN1(&content, asn1.OBJECT_IDENTIFIER) {
		return false
	}
	o, err := oid.Parse(content)
	*out = o
	return err == nil
}

// AddOID writes an OBJECT IDENTIFIER.
func AddOID(b *cryptobyte.Builder, o oid.OID) {
	b.AddASN1(asn1.OBJECT_IDENTIFIER, func(b *cryptobyte.Builder) { b.AddBytes(o.Content()) })
}

// AddNULL writes a NULL.
func AddNULL(b *cryptobyte.Builder) { b.AddASN1(asn1.NULL, func(*cryptobyte.Builder) {}) }

// ReadTime reads a UTCTime or GeneralizedTime in the one form that RFC 5280, Section 4.1.2.5 allows for each:
// seconds present, no fraction, Z. Two-digit years are 1950 to 2049.
func ReadTime(s *cryptobyte.String, out *time.Time) bool {
	var text cryptobyte.String
	switch {
	case s.PeekASN1Tag(asn1.UTCTime):
		return s.ReadASN1(&text, asn1.UTCTime) && parseUTCTime(string(text), out)
	case s.PeekASN1Tag(asn1.GeneralizedTime):
		return s.ReadASN1(&text, asn1.GeneralizedTime) && ParseGeneralizedTime(string(text), out)
	}
	return false
}

func parseUTCTime(text string, out *time.Time) bool {
	if len(text) != len("YYMMDDHHMMSSZ") {
		return false
	}
	century := "20"
	if text[0] >= '5' {
		century = "19"
	}
	return ParseGeneralizedTime(century+text, out)
}

// ParseGeneralizedTime parses YYYYMMDDHHMMSSZ. Dates that do not exist are refused.
func ParseGeneralizedTime(text string, out *time.Time) bool {
	const form = "20060102150405Z"
	if len(text) != len(form) {
		return false
	}
	at, err := time.Parse(form, text)
	if err != nil || at.Year() == 0 || at.Format(form) != text {
		return false
	}
	*out = at
	return true
}

// AddTime writes at as UTCTime up to the year 2049 and as GeneralizedTime from 2050 on (RFC 5280, Section
// 4.1.2.5). Fractions of a second are dropped.
func AddTime(b *cryptobyte.Builder, at time.Time) {
	at = at.UTC().Truncate(time.Second)
	if at.Year() >= 1950 && at.Year() < 2050 {
		b.AddASN1UTCTime(at)
		return
	}
	b.AddASN1GeneralizedTime(at)
}

// ReadBits reads a BIT STRING that must be a whole number of octets.
func ReadBits(s *cryptobyte.String, out *[]byte) bool {
	var content cryptobyte.String
	if !s.ReadASN1(&content, asn1.BIT_STRING) || len(content) == 0 || content[0] != 0 {
		return false
	}
	*out = content[1:]
	return true
}

// ReadNamedBits reads a BIT STRING with a list of named bits, bit 0 of the standard in bit 0 of the result. DER
// wants trailing zero bits dropped (X.690, 11.2.2); at most 32 bits are read.
func ReadNamedBits(s *cryptobyte.String, out *uint32) bool {
	var content cryptobyte.String
	if !s.ReadASN1(&content, asn1.BIT_STRING) || len(content) == 0 || len(content) > 5 {
		return false
	}
	unused, bits := content[0], content[1:]
	if unused > 7 || len(bits) == 0 {
		*out = 0
		return len(bits) == 0 && unused == 0
	}
	if last := bits[len(bits)-1]; last&(1<<unused-1) != 0 || last>>unused&1 == 0 {
		return false
	}
	*out = 0
	for i := range 8 * len(bits) {
		if bits[i/8]&(0x80>>(i%8)) != 0 {
			*out |= 1 << i
		}
	}
	return true
}

// AddNamedBits writes the BIT STRING that [ReadNamedBits] reads, under tag: that of a BIT STRING, or one in its place.
func AddNamedBits(b *cryptobyte.Builder, tag asn1.Tag, bits uint32) {
	var octets [4]byte
	used := mathbits.Len32(bits)
	for i := range used {
		if bits&(1<<i) != 0 {
			octets[i/8] |= 0x80 >> (i % 8)
		}
	}
	length := (used + 7) / 8
	b.AddASN1(tag, func(b *cryptobyte.Builder) {
		b.AddUint8(uint8(8*length - used))
		b.AddBytes(octets[:length])
	})
}

// ReadInteger reads the content octets of an INTEGER: two's complement, big-endian, minimal, of any size.
func ReadInteger(s *cryptobyte.String, out *[]byte) bool {
	var content cryptobyte.String
	if !s.ReadASN1(&content, asn1.INTEGER) || !minimalInteger(content) {
		return false
	}
	*out = content
	return true
}

func minimalInteger(b []byte) bool {
	if len(b) == 0 {
		return false
	}
	if len(b) == 1 {
		return true
	}
	return !(b[0] == 0 && b[1]&0x80 == 0 || b[0] == 0xff && b[1]&0x80 != 0)
}

// ReadExtension reads one Extension (RFC 5280, Section 4.1), of certificates, lists and OCSP alike. DER leaves critical
// out where it is FALSE.
func ReadExtension(s *cryptobyte.String, id *oid.OID, critical *bool, value *[]byte) bool {
	var sequence, octets cryptobyte.String
	*critical = false
	if !s.ReadASN1(&sequence, asn1.SEQUENCE) || !ReadOID(&sequence, id) ||
		sequence.PeekASN1Tag(asn1.BOOLEAN) && (!sequence.ReadASN1Boolean(critical) || !*critical) ||
		!sequence.ReadASN1(&octets, asn1.OCTET_STRING) || !sequence.Empty() {
		return false
	}
	*value = octets
	return true
}

// AddExtension writes one Extension.
func AddExtension(b *cryptobyte.Builder, id oid.OID, critical bool, value []byte) {
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		AddOID(b, id)
		if critical {
			b.AddASN1Boolean(true)
		}
		b.AddASN1OctetString(value)
	})
}

// SetIsSorted reports whether the elements inside the content of a SET OF stand in ascending order of their
// encodings (X.690, 11.6). Content that does not split into elements is not sorted.
func SetIsSorted(content []byte) bool {
	rest := cryptobyte.String(content)
	var previous []byte
	for !rest.Empty() {
		var element cryptobyte.String
		var tag asn1.Tag
		if !rest.ReadAnyASN1Element(&element, &tag) || CompareSetElements(previous, element) > 0 {
			return false
		}
		previous = element
	}
	return true
}

// CompareSetElements orders encodings as X.690, 11.6 does: the shorter one is thought to be padded with zero
// octets at its end.
func CompareSetElements(a, b []byte) int {
	n := min(len(a), len(b))
	if c := bytes.Compare(a[:n], b[:n]); c != 0 {
		return c
	}
	if len(bytes.TrimRight(a[n:], "\x00")) > 0 {
		return 1
	}
	if len(bytes.TrimRight(b[n:], "\x00")) > 0 {
		return -1
	}
	return 0
}

// Explicit returns the tag of a context-specific constructed element: [n] EXPLICIT, or [n] IMPLICIT of a
// constructed type.
func Explicit(n uint8) asn1.Tag { return asn1.Tag(n).ContextSpecific().Constructed() }

// Implicit returns the tag of a context-specific primitive element: [n] IMPLICIT of a primitive type.
func Implicit(n uint8) asn1.Tag { return asn1.Tag(n).ContextSpecific() }
