package nca

import (
	"regexp"
	"strings"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/oid"
)

// Subject is what the subject name of a national certificate says, attribute by attribute.
type Subject struct {
	CommonName   string // "SURNAME NAME" of a person, or the name of a system
	Surname      string
	GivenName    string // CommonName without the surname in front; "" where it does not begin so
	Patronymic   string // the attribute givenName (2.5.4.42) holds the patronymic here
	Organization string
	Country      string
	Email        string
	IIN          IIN    // zero if the name holds none, or more than one
	BIN          BIN    // "" if the name holds none, or more than one
	SystemID     string // UID: object identifier of a digital system
	TreasuryRole string // DC of a treasury client
	TreasuryCode string // businessCategory of a treasury client
}

// SubjectOf reads the subject of c by object identifiers. The text of an attribute is never searched for others.
func SubjectOf(c *cert.Certificate) Subject {
	name := c.Subject
	s := Subject{
		CommonName:   name.First(oid.CommonName),
		Surname:      name.First(oid.Surname),
		Patronymic:   name.First(oid.GivenName),
		Organization: name.First(oid.Organization),
		Country:      name.First(oid.Country),
		Email:        name.First(oid.EmailAddress),
		SystemID:     name.First(oid.UserID),
		TreasuryRole: name.First(oid.DomainComponent),
		TreasuryCode: name.First(oid.BusinessCategory),
		IIN:          iinOf(name),
		BIN:          binOf(name),
	}
	if given, found := strings.CutPrefix(s.CommonName, s.Surname+" "); found && s.Surname != "" {
		s.GivenName = given
	}
	return s
}

// Prefixes of numbers in names.
const (
	prefixIIN = "IIN"
	prefixBIN = "BIN"
)

// Tags of the string types in which a number counts.
const (
	tagUTF8String      = 12
	tagPrintableString = 19
)

// iinOf returns the one serialNumber value that is IIN and twelve digits. Two of them, or one more value that
// starts like an IIN, leave it open whose certificate it is: then there is none (T92).
func iinOf(name cert.Name) IIN {
	var found IIN
	for _, a := range name.Attributes {
		if a.Type != oid.SerialNumber {
			continue
		}
		digits, isIIN := strings.CutPrefix(a.Value, prefixIIN)
		if !isIIN {
			continue
		}
		n, err := ParseIIN(digits)
		if err != nil || !found.IsZero() || !isNumberTag(a.Tag) {
			return IIN{}
		}
		found = n
	}
	return found
}

// binOf returns the one BIN of the organizational units, or of the serialNumber values. An organizational unit
// may be something else than a number.
func binOf(name cert.Name) BIN {
	var found BIN
	for _, a := range name.Attributes {
		if a.Type != oid.OrganizationalUnit && a.Type != oid.SerialNumber {
			continue
		}
		digits, isBIN := strings.CutPrefix(a.Value, prefixBIN)
		if !isBIN || !isNumberTag(a.Tag) {
			continue
		}
		n, err := ParseBIN(digits)
		if err != nil {
			continue
		}
		if found != "" && found != n {
			return ""
		}
		found = n
	}
	return found
}

func isNumberTag(tag uint8) bool { return tag == tagUTF8String || tag == tagPrintableString }

// PrintName prints a name like [cert.Name.String] with every IIN in it masked, wherever it stands. With show it
// prints all digits.
func PrintName(name cert.Name, show bool) string {
	if show {
		return name.String()
	}
	own := iinOf(name)
	return name.Print(func(a cert.Attribute) string {
		text := MaskIINs(a.Value)
		if !own.IsZero() {
			text = strings.ReplaceAll(text, own.Digits(), own.String())
		}
		return text
	})
}

var printedIIN = regexp.MustCompile(`(?i)(IIN)([0-9]{5,})`)

// MaskIINs masks the digits behind every "IIN" of a text, in any letter case, but for the last four.
func MaskIINs(text string) string {
	return printedIIN.ReplaceAllStringFunc(text, func(found string) string {
		hidden := len(found) - len(prefixIIN) - 4
		return found[:len(prefixIIN)] + strings.Repeat("•", hidden) + found[len(found)-4:]
	})
}
