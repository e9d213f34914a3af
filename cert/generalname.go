package cert

import (
	"strings"
	"unicode"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/internal/der"
)

// NameKind is the alternative of a GeneralName; its number is the context tag (RFC 5280, Section 4.2.1.6).
type NameKind uint8

// The alternatives of GeneralName.
const (
	OtherName     NameKind = 0
	RFC822Name    NameKind = 1
	DNSName       NameKind = 2
	X400Address   NameKind = 3
	DirectoryName NameKind = 4
	EDIPartyName  NameKind = 5
	URIName       NameKind = 6
	IPAddress     NameKind = 7
	RegisteredID  NameKind = 8
)

// GeneralName is one name of an extension.
type GeneralName struct {
	Kind      NameKind
	Text      string // of an RFC822Name, DNSName or URIName, as written
	Directory Name   // of a DirectoryName
	Raw       []byte // contents of the context tag
}

// readGeneralName reads one GeneralName of any kind.
func readGeneralName(s *cryptobyte.String, out *GeneralName) bool {
	var content cryptobyte.String
	var tag asn1.Tag
	if !s.ReadAnyASN1(&content, &tag) || tag&0xc0 != 0x80 || tag&0x1f > asn1.Tag(RegisteredID) {
		return false
	}
	*out = GeneralName{Kind: NameKind(tag & 0x1f), Raw: content}
	switch out.Kind {
	case RFC822Name, DNSName, URIName:
		text, _, ok := decodeString(asn1.IA5String, content)
		out.Text = text
		return ok && tag == der.Implicit(uint8(out.Kind))
	case DirectoryName:
		name, err := readName(&content)
		out.Directory = name
		return err == nil && content.Empty() && tag == der.Explicit(uint8(DirectoryName))
	case IPAddress, RegisteredID:
		return tag == der.Implicit(uint8(out.Kind))
	}
	return tag == der.Explicit(uint8(out.Kind))
}

// readGeneralNames reads the contents of GeneralNames: at least one.
func readGeneralNames(content cryptobyte.String, out *[]GeneralName) bool {
	if content.Empty() {
		return false
	}
	for !content.Empty() {
		var name GeneralName
		if !readGeneralName(&content, &name) {
			return false
		}
		*out = append(*out, name)
	}
	return true
}

// URI returns the text up to the first blank or control character: two old national CA certificates hold two
// addresses glued together with a line break in one name. It is empty for other kinds of names.
func (g GeneralName) URI() string {
	if g.Kind != URIName {
		return ""
	}
	text := strings.TrimSpace(g.Text)
	if end := strings.IndexFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }); end >= 0 {
		text = text[:end]
	}
	return text
}
