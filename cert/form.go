package cert

import (
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

// maxNesting bounds how deep a structure may go (T1). A certificate of the national PKI goes nine deep.
const maxNesting = 32

// checkForm reports whether b is DER through and through: also where the readers do not look, because they do not
// know the type (parameters of unknown algorithms, other names, policy qualifiers). Octets that no type accounts
// for would give one certificate two encodings (T4, T6).
func checkForm(b []byte) error { return checkElements(b, 1) }

func checkElements(s cryptobyte.String, depth int) error {
	if depth > maxNesting {
		return verdict.New(verdict.LimitExceeded, "cert: nested more than %d deep", maxNesting)
	}
	for !s.Empty() {
		var content cryptobyte.String
		var tag asn1.Tag
		if !s.ReadAnyASN1(&content, &tag) || !isForm(tag, content) {
			return malformed("DER")
		}
		if tag&constructed == 0 {
			continue
		}
		if err := checkElements(content, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// Parts of an identifier octet (X.690, 8.1.2).
const (
	class       = asn1.Tag(0xc0)
	constructed = asn1.Tag(0x20)
)

// isForm reports whether the contents are the one DER encoding of some value of a universal type. Context tags say
// nothing of the type behind them.
func isForm(tag asn1.Tag, content cryptobyte.String) bool {
	if tag&class != 0 {
		return true
	}
	switch tag {
	case asn1.BOOLEAN:
		return len(content) == 1 && (content[0] == 0 || content[0] == 0xff)
	case asn1.INTEGER, asn1.ENUM:
		return isInteger(content)
	case asn1.BIT_STRING:
		return isBitString(content)
	case asn1.NULL:
		return content.Empty()
	case asn1.OBJECT_IDENTIFIER:
		return oid.Valid(content)
	case asn1.SEQUENCE, asn1.SET:
		return true
	}
	// Strings are primitive in DER (X.690, 10.2), SEQUENCE and SET never; 0 is the end-of-contents of BER.
	return tag != 0 && tag&constructed == 0 && tag|constructed != asn1.SEQUENCE && tag|constructed != asn1.SET
}

// isInteger reports whether the contents are those of an INTEGER, minimal.
func isInteger(content cryptobyte.String) bool {
	var number []byte
	s := retag(asn1.INTEGER, content)
	return der.ReadInteger(&s, &number)
}

// isBitString reports whether the contents are those of a BIT STRING: the number of unused bits, which are zero.
func isBitString(content cryptobyte.String) bool {
	switch {
	case len(content) == 0 || content[0] > 7:
		return false
	case len(content) == 1:
		return content[0] == 0
	}
	return content[len(content)-1]&(1<<content[0]-1) == 0
}

// retag gives contents a tag of their own: that of an implicitly tagged field's type, for the readers of it.
func retag(tag asn1.Tag, content cryptobyte.String) cryptobyte.String {
	var b cryptobyte.Builder
	b.AddASN1(tag, func(b *cryptobyte.Builder) { b.AddBytes(content) })
	return b.BytesOrPanic()
}
