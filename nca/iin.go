package nca

import (
	"strings"
	"time"
	"unique"

	"github.com/qoltanba/eds/verdict"
)

// IIN is an individual identification number (ИИН, ЖСН): twelve digits. It is personal data, so it prints as its
// last four digits; [IIN.Digits] is the explicit way to all of them. The zero value is no number. Values are
// comparable with ==.
//
// The digits stand behind a handle: fmt calls no methods on unexported fields of other types, and would print a
// string there.
type IIN struct{ digits unique.Handle[string] }

// mask stands for the hidden digits of a printed IIN.
const mask = "••••••••"

const numberLength = 12

// ParseIIN takes twelve ASCII digits and nothing else. The check digit is not looked at: see [IIN.Guess]. The error wraps
// [verdict.Malformed].
func ParseIIN(text string) (IIN, error) {
	if !twelveDigits(text) {
		return IIN{}, verdict.New(verdict.Malformed, "nca: an IIN has twelve digits")
	}
	return IIN{digits: unique.Make(text)}, nil
}

func twelveDigits(text string) bool {
	return len(text) == numberLength && strings.Trim(text, "0123456789") == ""
}

// Digits returns all twelve digits, or "" for the zero value. Keep them out of logs, addresses and messages.
func (n IIN) Digits() string {
	if n.IsZero() {
		return ""
	}
	return n.digits.Value()
}

// IsZero reports whether there is no number.
func (n IIN) IsZero() bool { return n == IIN{} }

// String returns the number with all but its last four digits masked, or "" for the zero value.
func (n IIN) String() string {
	if n.IsZero() {
		return ""
	}
	return mask + n.Digits()[numberLength-4:]
}

// GoString masks like String, so that %#v shows no more.
func (n IIN) GoString() string { return "nca.IIN(" + n.String() + ")" }

// MarshalText writes the masked form: an IIN that is encoded by accident stays masked.
func (n IIN) MarshalText() ([]byte, error) { return []byte(n.String()), nil }

// Sex is what the seventh digit of an IIN suggests.
type Sex string

// The values of Sex.
const (
	SexUnknown Sex = ""
	Male       Sex = "male"
	Female     Sex = "female"
)

// Guess is what the digits of an IIN suggest. Since decree 853 of 26.08.2013 nothing ties them to the person any
// more: an IIN that does not match a birth date is no error. Warn on it, never decide on it.
type Guess struct {
	Checksum  bool      // the check digit fits
	BirthDate time.Time // zero if the digits hold no date
	Sex       Sex
}

// Guess reads the number's digits: year, month and day of birth, century and sex, check digit.
func (n IIN) Guess() Guess {
	if n.IsZero() {
		return Guess{}
	}
	digits := n.Digits()
	g := Guess{Checksum: checksum(digits)}
	century := digits[6]
	if century < '1' || century > '6' {
		return g
	}
	g.Sex = Female
	if (century-'0')%2 == 1 {
		g.Sex = Male
	}
	years := []string{"18", "19", "20"}[(century-'1')/2]
	if born, err := time.Parse("20060102", years+digits[:6]); err == nil {
		g.BirthDate = born
	}
	return g
}

// checksum reports whether the twelfth digit is the check digit of the eleven before it, the same for IIN and
// BIN: weights 1 to 11 modulo 11; where that gives 10, weights 3 to 11, 1, 2; where that gives 10 again the
// number is never issued.
func checksum(digits string) bool {
	k := weigh(digits, 0)
	if k == 10 {
		k = weigh(digits, 2)
	}
	return k == int(digits[numberLength-1]-'0')
}

func weigh(digits string, shift int) int {
	sum := 0
	for i := range numberLength - 1 {
		sum += int(digits[i]-'0') * ((i+shift)%11 + 1)
	}
	return sum % 11
}

// BIN is a business identification number (БИН, БСН): twelve digits. It is public.
type BIN string

// ParseBIN takes twelve ASCII digits and nothing else. The error wraps [verdict.Malformed].
func ParseBIN(text string) (BIN, error) {
	if !twelveDigits(text) {
		return "", verdict.New(verdict.Malformed, "nca: a BIN has twelve digits")
	}
	return BIN(text), nil
}

// Checksum reports whether the check digit fits. The published test organizations have one that does not.
func (b BIN) Checksum() bool { return twelveDigits(string(b)) && checksum(string(b)) }

// LooksLikeBIN reports whether twelve digits have the shape of a BIN rather than of an IIN: the fifth is 4, 5 or
// 6, where an IIN has the tens of a day. The prefix in a certificate decides, not this.
func LooksLikeBIN(digits string) bool {
	return twelveDigits(digits) && digits[4] >= '4' && digits[4] <= '6'
}
