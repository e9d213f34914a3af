package nca

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

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
	IIN          IIN    // zero if the name holds none, or more than one, or is that of a digital system
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
		BIN:          binOf(name),
	}
	if !isSystem(c) {
		s.IIN = iinOf(name)
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

// iinOf returns the one serialNumber value that is IIN and twelve digits. Two of them, or another value beside it
// that is not a BIN, leave it open whose certificate it is: then there is none (T92).
func iinOf(name cert.Name) IIN {
	var found IIN
	for _, a := range name.Attributes {
		if a.Type != oid.SerialNumber || isNumber(a, prefixBIN) {
			continue
		}
		if !found.IsZero() || !isNumber(a, prefixIIN) {
			return IIN{}
		}
		found, _ = ParseIIN(strings.TrimPrefix(a.Value, prefixIIN))
	}
	return found
}

// isNumber reports whether the value of a is the prefix and twelve digits, in one of the two string types in which
// the national PKI writes them.
func isNumber(a cert.Attribute, prefix string) bool {
	digits, found := strings.CutPrefix(a.Value, prefix)
	return found && twelveDigits(digits) && (a.Tag == tagUTF8String || a.Tag == tagPrintableString)
}

// binOf returns the one BIN of the organizational units, or of the serialNumber values. An organizational unit
// may be something else than a number.
func binOf(name cert.Name) BIN {
	var found BIN
	for _, a := range name.Attributes {
		if a.Type != oid.OrganizationalUnit && a.Type != oid.SerialNumber {
			continue
		}
		if !isNumber(a, prefixBIN) {
			continue
		}
		n := BIN(strings.TrimPrefix(a.Value, prefixBIN))
		if found != "" && found != n {
			return ""
		}
		found = n
	}
	return found
}

// namesBIN reports whether a name speaks of the BIN of an organization, also where [binOf] finds no single one: there
// are several, or it is written in another string type.
func namesBIN(name cert.Name) bool {
	return slices.ContainsFunc(name.Attributes, func(a cert.Attribute) bool {
		digits, found := strings.CutPrefix(a.Value, prefixBIN)
		return found && twelveDigits(digits) && (a.Type == oid.OrganizationalUnit || a.Type == oid.SerialNumber)
	})
}

// PrintName prints a name like [cert.Name.String] with every IIN in it masked, wherever it stands: what [MaskIINs]
// finds, and any other twelve digits in a row but a BIN's. With show it prints all digits.
func PrintName(name cert.Name, show bool) string {
	if show {
		return name.String()
	}
	return name.Print(func(a cert.Attribute) string {
		if isNumber(a, prefixBIN) {
			return a.Value
		}
		return maskNumbers(MaskIINs(a.Value))
	})
}

// printedIIN finds the name of the number in the three languages and the digits behind it: of any script, and
// whatever stands between that is neither letter nor digit.
var printedIIN = regexp.MustCompile(`(?i)(?:IIN|ИИН|ЖСН)[^\pL\p{Nd}]{0,4}(\p{Nd}{5,})`)

// MaskIINs masks the digits behind every "IIN", "ИИН" or "ЖСН" of a text, in any letter case, but for the last four.
func MaskIINs(text string) string {
	var out strings.Builder
	end := 0
	for _, at := range printedIIN.FindAllStringSubmatchIndex(text, -1) {
		out.WriteString(text[end:at[2]])
		out.WriteString(maskDigits(text[at[2]:at[3]]))
		end = at[3]
	}
	return out.String() + text[end:]
}

var digitRuns = regexp.MustCompile(`\p{Nd}+`)

// maskNumbers masks runs of exactly twelve digits.
func maskNumbers(text string) string {
	return digitRuns.ReplaceAllStringFunc(text, func(run string) string {
		if utf8.RuneCountInString(run) != numberLength {
			return run
		}
		return maskDigits(run)
	})
}

// maskDigits hides all but the last four of five digits or more.
func maskDigits(run string) string {
	digits := []rune(run)
	hidden := len(digits) - 4
	return strings.Repeat("•", hidden) + string(digits[hidden:])
}
