package nca_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/certtest"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/internal/vectors"
	"github.com/qoltanba/eds/nca"
)

// Every identity case of the manifest.
func TestManifestIdentities(t *testing.T) {
	for _, c := range vectors.Load(t, "identity") {
		t.Run(c.ID, func(t *testing.T) {
			parsed, err := cert.Parse(vectors.Read(t, c.File))
			if c.Expect == "any" {
				return
			}
			require.NoError(t, err)
			s := nca.SubjectOf(parsed)
			require.Equal(t, text(c.IIN), s.IIN.Digits())
			require.Equal(t, text(c.BIN), string(s.BIN))
		})
	}
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// What the manifest says of the subjects at the ends of its chains.
func TestManifestSubjects(t *testing.T) {
	checked := 0
	for _, c := range vectors.Load(t, "chain") {
		if c.Expect != "valid" || c.CN == nil {
			continue
		}
		checked++
		parsed, err := cert.Parse(vectors.Read(t, c.File))
		require.NoError(t, err, c.ID)
		s := nca.SubjectOf(parsed)
		require.Equal(t, *c.CN, s.CommonName, c.ID)
		require.Equal(t, text(c.IIN), s.IIN.Digits(), c.ID)
		require.Equal(t, text(c.BIN), string(s.BIN), c.ID)
		require.Equal(t, text(c.Surname), s.Surname, c.ID)
		require.Equal(t, text(c.Org), s.Organization, c.ID)
		if c.GivenName != nil { // the attribute givenName
			require.Equal(t, *c.GivenName, s.Patronymic, c.ID)
		}
		switch c.Purpose {
		case "auth", "sign":
			require.Contains(t, nca.PurposesOf(parsed), nca.Purpose(c.Purpose), c.ID)
		}
		for _, role := range c.Roles {
			if role != "emailProtection" && role != "clientAuth" && !strings.HasPrefix(role, "1.") {
				require.Contains(t, nca.RolesOf(parsed), nca.Role(role), c.ID)
			}
		}
	}
	require.NotZero(t, checked)
}

// T92: whose IIN. One attribute of one type counts, written in one way, and nothing else in the name does.
func TestWhoseIIN(t *testing.T) {
	const mine = "123456789011"
	sn := oid.SerialNumber
	digitalSystem := func(c *certtest.Template) {
		c.Extensions = []cert.Extension{certtest.ExtKeyUsage("1.2.398.3.3.4.1.2", "1.2.398.3.3.4.1.2.6")}
	}
	for _, c := range []struct {
		name   string
		rdns   [][]certtest.Attribute
		change func(*certtest.Template)
		want   string
	}{
		{"printable", rdns(iin(mine)), nil, mine},
		{"utf8", rdns(utf8(sn, "IIN"+mine)), nil, mine},
		{"after other attributes", rdns(utf8(oid.CommonName, "ТЕСТОВ ТЕСТ"), printable(oid.Country, "KZ"), iin(mine)), nil, mine},
		{"in an RDN of several", [][]certtest.Attribute{{utf8(oid.CommonName, "A"), iin(mine)}}, nil, mine},
		{"beside a BIN", rdns(iin(mine), printable(sn, "BIN123456789021")), nil, mine},
		{"after a BIN", rdns(printable(sn, "BIN123456789021"), iin(mine)), nil, mine},
		{"all zeros", rdns(iin("000000000000")), nil, "000000000000"},
		{"check digit wrong", rdns(iin("123456789012")), nil, "123456789012"},
		{"other IINs as text", rdns(utf8(oid.CommonName, "IIN999999999999"), utf8(oid.Organization, "SERIALNUMBER=IIN888888888888"), iin(mine)), nil, mine},

		{"none", rdns(utf8(oid.CommonName, "A")), nil, ""},
		{"no name at all", nil, nil, ""},
		{"in the common name", rdns(utf8(oid.CommonName, "IIN"+mine)), nil, ""},
		{"in the organization", rdns(utf8(oid.Organization, "IIN"+mine)), nil, ""},
		{"in the unit", rdns(utf8(oid.OrganizationalUnit, "IIN"+mine)), nil, ""},
		{"in the surname", rdns(utf8(oid.Surname, "IIN"+mine)), nil, ""},
		{"in the user id", rdns(utf8(oid.UserID, "IIN"+mine)), nil, ""},
		{"in the e-mail", rdns(attribute(oid.EmailAddress, asn1.IA5String, "IIN"+mine)), nil, ""},
		{"in an attribute next door", rdns(printable("2.5.4.5.1", "IIN"+mine)), nil, ""},
		{"in x500UniqueIdentifier", rdns(printable("2.5.4.45", "IIN"+mine)), nil, ""},
		{"as an injected attribute", rdns(utf8(oid.CommonName, "A,SERIALNUMBER=IIN"+mine)), nil, ""},
		{"as an injected value", rdns(utf8(oid.CommonName, "A+2.5.4.5=IIN"+mine)), nil, ""},
		{"after a line break", rdns(utf8(oid.CommonName, "A\nSERIALNUMBER=IIN"+mine)), nil, ""},
		{"twice the same", rdns(iin(mine), iin(mine)), nil, ""},
		{"twice another", rdns(iin(mine), iin("123456789012")), nil, ""},
		{"twice in one RDN", [][]certtest.Attribute{{iin(mine), iin("123456789012")}}, nil, ""},
		{"beside something else", rdns(iin(mine), printable(sn, "X")), nil, ""},
		{"after something else", rdns(printable(sn, "X"), iin(mine)), nil, ""},
		{"beside an empty one", rdns(iin(mine), printable(sn, "")), nil, ""},
		{"beside a short one", rdns(iin(mine), iin("12345")), nil, ""},
		{"beside one in small letters", rdns(iin(mine), printable(sn, "iin"+mine)), nil, ""},
		{"beside one of another type", rdns(iin(mine), attribute(sn, asn1.IA5String, "IIN123456789012")), nil, ""},
		{"beside a BIN of another type", rdns(iin(mine), attribute(sn, asn1.IA5String, "BIN123456789021")), nil, ""},
		{"eleven digits", rdns(iin("12345678901")), nil, ""},
		{"thirteen digits", rdns(iin(mine + "0")), nil, ""},
		{"letters", rdns(iin("12345678901A")), nil, ""},
		{"small letters", rdns(printable(sn, "iin"+mine)), nil, ""},
		{"no prefix", rdns(printable(sn, mine)), nil, ""},
		{"BIN", rdns(printable(sn, "BIN"+mine)), nil, ""},
		{"blank before", rdns(printable(sn, " IIN"+mine)), nil, ""},
		{"blank behind", rdns(iin(mine + " ")), nil, ""},
		{"blank inside", rdns(printable(sn, "IIN "+mine)), nil, ""},
		{"line break behind", rdns(utf8(sn, "IIN"+mine+"\n")), nil, ""},
		{"NUL behind", rdns(utf8(sn, "IIN"+mine+"\x00")), nil, ""},
		{"text after NUL", rdns(utf8(sn, "IIN"+mine+"\x00X")), nil, ""},
		{"zero-width space", rdns(utf8(sn, "IIN\u200b"+mine)), nil, ""},
		{"right-to-left override", rdns(utf8(sn, "\u202eIIN"+mine)), nil, ""},
		{"Arabic digits", rdns(utf8(sn, "IIN١٢٣٤٥٦٧٨٩٠١١")), nil, ""},
		{"full-width digits", rdns(utf8(sn, "IIN１２３４５６７８９０１１")), nil, ""},
		{"one full-width digit", rdns(utf8(sn, "IIN12345678901１")), nil, ""},
		{"Cyrillic prefix", rdns(utf8(sn, "ИИН"+mine)), nil, ""},
		{"Greek letters in the prefix", rdns(utf8(sn, "ΙΙΝ"+mine)), nil, ""},
		{"sign", rdns(utf8(sn, "IIN+12345678901")), nil, ""},
		{"IA5String", rdns(attribute(sn, asn1.IA5String, "IIN"+mine)), nil, ""},
		{"T61String", rdns(attribute(sn, asn1.T61String, "IIN"+mine)), nil, ""},
		{"BMPString", rdns(attribute(sn, 30, wide("IIN"+mine))), nil, ""},
		{"no string", rdns(attribute(sn, asn1.OCTET_STRING, "IIN"+mine)), nil, ""},
		{"context tag of the same number", rdns(attribute(sn, 0x8c, "IIN"+mine)), nil, ""},
		{"digital system", rdns(iin(mine)), digitalSystem, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			template := certtest.Template{Subject: certtest.NameOf(c.rdns...)}
			if c.change != nil {
				c.change(&template)
			}
			parsed := template.Parse(t)
			require.Equal(t, c.want, nca.SubjectOf(parsed).IIN.Digits())
			if c.name != "BIN" { // which is public
				require.NotContains(t, nca.PrintName(parsed.Subject, false), mine)
			}
		})
	}
}

func rdns(attributes ...certtest.Attribute) [][]certtest.Attribute {
	var all [][]certtest.Attribute
	for _, a := range attributes {
		all = append(all, []certtest.Attribute{a})
	}
	return all
}

func wide(text string) string {
	var b bytes.Buffer
	for _, r := range text {
		b.Write([]byte{byte(r >> 8), byte(r)})
	}
	return b.String()
}

func TestBINOfSubject(t *testing.T) {
	const bin = "123456789021"
	ou, sn := oid.OrganizationalUnit, oid.SerialNumber
	for _, c := range []struct {
		name string
		list []certtest.Attribute
		want string
	}{
		{"unit", []certtest.Attribute{utf8(ou, "BIN"+bin)}, bin},
		{"after a department", []certtest.Attribute{utf8(ou, "IT"), utf8(ou, "BIN"+bin)}, bin},
		{"serial number", []certtest.Attribute{printable(sn, "BIN"+bin)}, bin},
		{"the same in both", []certtest.Attribute{printable(sn, "BIN"+bin), utf8(ou, "BIN"+bin)}, bin},
		{"beside a word that begins so", []certtest.Attribute{utf8(ou, "BINARY"), utf8(ou, "BIN"+bin)}, bin},
		{"two", []certtest.Attribute{utf8(ou, "BIN"+bin), utf8(ou, "BIN123456789022")}, ""},
		{"two, then the first again", []certtest.Attribute{utf8(ou, "BIN"+bin), utf8(ou, "BIN123456789022"), utf8(ou, "BIN"+bin)}, ""},
		{"another in the serial number", []certtest.Attribute{printable(sn, "BIN123456789022"), utf8(ou, "BIN"+bin)}, ""},
		{"organization", []certtest.Attribute{utf8(oid.Organization, "BIN"+bin)}, ""},
		{"common name", []certtest.Attribute{utf8(oid.CommonName, "OU=BIN"+bin)}, ""},
		{"short", []certtest.Attribute{utf8(ou, "BIN12345678902")}, ""},
		{"long", []certtest.Attribute{utf8(ou, "BIN"+bin+"0")}, ""},
		{"Arabic digits", []certtest.Attribute{utf8(ou, "BIN١٢٣٤٥٦٧٨٩٠٢١")}, ""},
		{"BMPString", []certtest.Attribute{attribute(ou, 30, wide("BIN"+bin))}, ""},
		{"IIN in a unit", []certtest.Attribute{utf8(ou, "IIN"+bin)}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, string(nca.SubjectOf(subject(t, c.list...)).BIN))
		})
	}
}

func TestSubjectFields(t *testing.T) {
	c := subject(
		t, utf8(oid.CommonName, "ТЕСТОВ-ИВАНОВ ТЕСТ ТЕСТ"), utf8(oid.Surname, "ТЕСТОВ-ИВАНОВ"), iin("123456789011"), printable(oid.Country, "KZ"),
		utf8(oid.Organization, `АО "ТЕСТ"`), utf8(oid.OrganizationalUnit, "BIN123456789021"), utf8(oid.GivenName, "ТЕСТОВИЧ"),
		attribute(oid.EmailAddress, asn1.IA5String, "A@B.KZ"), utf8(oid.UserID, "1.2.398.6.10.1.1"), utf8(oid.DomainComponent, "ROLE02"),
		utf8(oid.BusinessCategory, "KS1234"),
	)
	number, err := nca.ParseIIN("123456789011")
	require.NoError(t, err)
	require.Equal(t, nca.Subject{
		CommonName: "ТЕСТОВ-ИВАНОВ ТЕСТ ТЕСТ", Surname: "ТЕСТОВ-ИВАНОВ", GivenName: "ТЕСТ ТЕСТ", Patronymic: "ТЕСТОВИЧ",
		Organization: `АО "ТЕСТ"`, Country: "KZ", Email: "A@B.KZ", IIN: number, BIN: "123456789021",
		SystemID: "1.2.398.6.10.1.1", TreasuryRole: "ROLE02", TreasuryCode: "KS1234",
	}, nca.SubjectOf(c))
	for _, other := range []*cert.Certificate{
		subject(t, utf8(oid.CommonName, "ТЕСТОВА ТЕСТ"), utf8(oid.Surname, "ТЕСТОВ")),
		subject(t, utf8(oid.CommonName, "ТЕСТОВ ТЕСТ")), subject(t, utf8(oid.CommonName, "ТЕСТОВ"), utf8(oid.Surname, "ТЕСТОВ")),
	} {
		require.Empty(t, nca.SubjectOf(other).GivenName)
	}
}

// An IIN does not slip out, however it is printed, alone or inside of something.
func TestIINPrintsMasked(t *testing.T) {
	const digits = "123456789011"
	n, err := nca.ParseIIN(digits)
	require.NoError(t, err)
	type hidden struct {
		number  nca.IIN
		pointer *nca.IIN
		list    []nca.IIN
		keys    map[nca.IIN]bool
	}
	s := nca.SubjectOf(subject(t, iin(digits), utf8(oid.CommonName, "A")))
	for _, value := range []any{n, &n, []nca.IIN{n}, map[nca.IIN]nca.IIN{n: n}, struct{ IIN nca.IIN }{n}, hidden{n, &n, []nca.IIN{n}, map[nca.IIN]bool{n: true}}, s, &s} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%20v", "%o", "%c", "%U", "%e"} {
			printed := fmt.Sprintf(verb, value)
			require.NotContains(t, printed, digits, verb)
			require.NotContains(t, strings.ToLower(printed), fmt.Sprintf("%x", digits), verb)
			require.NotContains(t, printed, "12345678", verb)
		}
	}
	require.Equal(t, "••••••••9011", n.String())
	require.Equal(t, "••••••••9011", fmt.Sprintf("%v", n))
	require.Equal(t, "nca.IIN(••••••••9011)", fmt.Sprintf("%#v", n))
	encoded, err := json.Marshal(map[string]any{"a": n, "b": &n, "c": s})
	require.NoError(t, err)
	require.NotContains(t, string(encoded), "12345678")
	require.Contains(t, string(encoded), `"a":"••••••••9011"`)
	encoded, err = json.Marshal(map[nca.IIN]int{n: 1})
	require.NoError(t, err)
	require.NotContains(t, string(encoded), "12345678")
	type element struct{ N nca.IIN }
	encoded, err = xml.Marshal(element{n})
	require.NoError(t, err)
	require.NotContains(t, string(encoded), "12345678")

	require.Equal(t, digits, n.Digits())
	same, err := nca.ParseIIN(strings.Clone(digits))
	require.NoError(t, err)
	require.True(t, n == same)
	var zero nca.IIN
	require.True(t, zero.IsZero())
	require.False(t, n.IsZero())
	require.Empty(t, zero.Digits()+zero.String())
	require.Equal(t, nca.Guess{}, zero.Guess())
}

func TestMaskIINs(t *testing.T) {
	for text, want := range map[string]string{
		"IIN123456789011":                   "IIN••••••••9011",
		"iin123456789011":                   "iin••••••••9011",
		"Iin123456789011, IIN123456789012":  "Iin••••••••9011, IIN••••••••9012",
		"SERIALNUMBER=IIN123456789011,C=KZ": "SERIALNUMBER=IIN••••••••9011,C=KZ",
		"ИИН 123456789011":                  "ИИН ••••••••9011",
		"иин: 123456789011":                 "иин: ••••••••9011",
		"ЖСН №123456789011":                 "ЖСН №••••••••9011",
		"Әлия IIN123456789011 Әлия":         "Әлия IIN••••••••9011 Әлия",
		"IIN１２３４５６７８９０１１":                   "IIN••••••••９０１１",
		"IIN١٢٣٤٥٦٧٨٩٠١١":                   "IIN••••••••٩٠١١",
		"IIN12345":                          "IIN•2345",
		"IIN1234":                           "IIN1234",
		"IIN":                               "IIN",
		"BIN123456789021":                   "BIN123456789021",
		"IINBIN123456789021":                "IINBIN123456789021",
		"":                                  "",
		"IIN123456789011123456789011":       "IIN" + strings.Repeat("•", 20) + "9011",
		"\xffIIN123456789011\xff":           "\xffIIN••••••••9011\xff",
	} {
		require.Equal(t, want, nca.MaskIINs(text))
		require.Equal(t, want, nca.MaskIINs(want), "masking twice")
	}
}

func TestPrintName(t *testing.T) {
	c := subject(t, utf8(oid.CommonName, "IIN123456789011 Ә"), iin("123456789011"), utf8(oid.Organization, "123456789011 и 999999999999"),
		utf8(oid.OrganizationalUnit, "BIN123456789021"), utf8(oid.UserID, "1.2.398.6.10.1234567890123"))
	require.Equal(t, "CN=IIN••••••••9011 Ә,SERIALNUMBER=IIN••••••••9011,O=••••••••9011 и ••••••••9999,OU=BIN123456789021,UID=1.2.398.6.10.1234567890123",
		nca.PrintName(c.Subject, false))
	require.Equal(t, c.Subject.String(), nca.PrintName(c.Subject, true))
	require.Contains(t, nca.PrintName(c.Subject, true), "IIN123456789011")
	// Where there are two, neither is shown.
	two := subject(t, iin("123456789011"), iin("123456789012"))
	require.Equal(t, "SERIALNUMBER=IIN••••••••9011,SERIALNUMBER=IIN••••••••9012", nca.PrintName(two.Subject, false))
}
