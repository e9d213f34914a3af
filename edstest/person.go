package edstest

import (
	"fmt"
	"strconv"

	"github.com/qoltanba/eds/internal/mint"
	"github.com/qoltanba/eds/internal/oid"
)

// A person is what the name in a certificate is made of.
type person struct {
	surname, given, patronymic string
	iin                        string
	bin, organization          string
	email                      string
	commonName, systemID       string // of a digital system
	treasuryRole, treasuryCode string
}

// The made-up people, men and women in turn. Their names mean "test", "sample" and the like.
var people = []person{
	{surname: "ҮЛГІЛІ", given: "АЙДОС", patronymic: "СЫНАҚҰЛЫ"},
	{surname: "СЫНАҚОВА", given: "АЙША", patronymic: "ҮЛГІҚЫЗЫ"},
	{surname: "ОБРАЗЦОВ", given: "ТИМУР", patronymic: "ТЕСТОВИЧ"},
	{surname: "ТЕСТОВА", given: "АЛИНА", patronymic: "ОБРАЗЦОВНА"},
	{surname: "ҚИЯЛИ", given: "ЕРЛАН"}, // people without a patronymic exist
	{surname: "ҚИЯЛИ", given: "ДАНА"},
}

// nobody makes up the nth person. The number has the check digit of a real one and a date that does not exist; its
// seventh digit is that of a man or a woman born in the 20th century.
func nobody(n int) person {
	p := people[n%len(people)]
	p.iin = number([]string{"9913323", "9913324"}[n%2], n/2)
	return p
}

// The made-up organization and digital system.
const (
	sampleOrganization = `ЖШС "ҮЛГІ"`
	sampleBIN          = "991340000017"
	sampleSystem       = `АЖ "Үлгі"`
	sampleSystemID     = "1.2.398.6.10.1.1"
)

// number returns the nth number of twelve digits that begins with the seven of prefix and has a right check digit:
// about one in a hundred has none and is passed over.
func number(prefix string, n int) string {
	for serial := 1; ; serial++ {
		digits := fmt.Sprintf("%s%04d", prefix, serial)
		check, ok := checkDigit(digits)
		if !ok {
			continue
		}
		if n == 0 {
			return digits + strconv.Itoa(check)
		}
		n--
	}
}

// checkDigit computes the twelfth digit: weights 1 to 11 modulo 11, and where that gives 10, weights 3 to 11, 1, 2.
func checkDigit(digits string) (int, bool) {
	for _, shift := range []int{0, 2} {
		sum := 0
		for i, d := range digits {
			sum += int(d-'0') * ((i+shift)%11 + 1)
		}
		if sum%11 < 10 {
			return sum % 11, true
		}
	}
	return 0, false
}

// individual is the name of a person, in the order of the national certificates.
func (p person) individual() []mint.Attribute {
	return present(
		mint.Attribute{Type: oid.DomainComponent, Value: p.treasuryRole, Tag: ia5String},
		mint.Attribute{Type: oid.CommonName, Value: p.personName()},
		mint.Attribute{Type: oid.Surname, Value: p.surname},
		mint.Attribute{Type: oid.SerialNumber, Value: "IIN" + p.iin},
		mint.Attribute{Type: oid.Country, Value: "KZ"},
		mint.Attribute{Type: oid.Organization, Value: p.organization},
		mint.Attribute{Type: oid.OrganizationalUnit, Value: prefixed("BIN", p.bin)},
		mint.Attribute{Type: oid.BusinessCategory, Value: p.treasuryCode},
		mint.Attribute{Type: oid.GivenName, Value: p.patronymic},
		mint.Attribute{Type: oid.EmailAddress, Value: p.email, Tag: ia5String},
	)
}

// system is the name of a digital system: no surname and no IIN.
func (p person) system() []mint.Attribute {
	return present(
		mint.Attribute{Type: oid.UserID, Value: p.systemID},
		mint.Attribute{Type: oid.CommonName, Value: p.commonName},
		mint.Attribute{Type: oid.Country, Value: "KZ"},
		mint.Attribute{Type: oid.Organization, Value: p.organization},
		mint.Attribute{Type: oid.OrganizationalUnit, Value: prefixed("BIN", p.bin)},
	)
}

const ia5String = 22

// personName is surname and given name, without the patronymic.
func (p person) personName() string {
	switch {
	case p.commonName != "":
		return p.commonName
	case p.given == "":
		return p.surname
	}
	return p.surname + " " + p.given
}

func prefixed(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}

// present leaves out the attributes without a value.
func present(all ...mint.Attribute) []mint.Attribute {
	var some []mint.Attribute
	for _, a := range all {
		if a.Value != "" {
			some = append(some, a)
		}
	}
	return some
}
