package cert_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/budget"
	"github.com/qoltanba/eds/internal/certtest"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

const (
	utf8Tag      = asn1.UTF8String
	printableTag = asn1.PrintableString
	ia5Tag       = asn1.IA5String
	t61Tag       = asn1.T61String
	numericTag   = asn1.Tag(18)
	visibleTag   = asn1.Tag(26)
	universalTag = asn1.Tag(28)
	bmpTag       = asn1.Tag(30)
)

func cn(tag asn1.Tag, value string) certtest.Attribute {
	return certtest.Attribute{Type: oid.CommonName, Tag: tag, Value: value}
}

func parseName(t *testing.T, raw []byte) cert.Name {
	t.Helper()
	name, err := cert.ParseName(raw)
	require.NoError(t, err)
	require.Equal(t, raw, name.Raw)
	return name
}

// T11: each string type is decoded as what it is, whole.
func TestStringTypes(t *testing.T) {
	for _, c := range []struct {
		name  string
		tag   asn1.Tag
		value string
		want  string
		good  bool
	}{
		{"utf8", utf8Tag, "Әлия", "Әлия", true},
		{"utf8 with NUL", utf8Tag, "a\x00b", "a\x00b", true},
		{"utf8 with a right-to-left override", utf8Tag, "a\u202eb", "a\u202eb", true},
		{"utf8 with a zero-width space", utf8Tag, "a\u200bb", "a\u200bb", true},
		{"utf8 empty", utf8Tag, "", "", true},
		{"utf8 cut short", utf8Tag, "\xd0", "", false},
		{"utf8 overlong", utf8Tag, "\xc0\x80", "", false},
		{"utf8 surrogate", utf8Tag, "\xed\xa0\x80", "", false},
		{"printable", printableTag, "KZ", "KZ", true},
		{"printable overstepped", printableTag, "a@b_*", "a@b_*", true}, // real certificates do
		{"printable with octets above 127", printableTag, "\xd0\x90", "", false},
		{"ia5", ia5Tag, "a@b.kz", "a@b.kz", true},
		{"ia5 with octets above 127", ia5Tag, "\x80", "", false},
		{"numeric", numericTag, "12 3", "12 3", true},
		{"numeric with octets above 127", numericTag, "\xff", "", false},
		{"visible", visibleTag, "abc", "abc", true},
		{"visible with octets above 127", visibleTag, "\xff", "", false},
		{"t61", t61Tag, "caf\xe9", "café", true},
		{"bmp", bmpTag, "\x04\x22\x00\x41", "ТA", true},
		{"bmp of odd length", bmpTag, "\x04\x22\x00", "", false},
		{"bmp surrogate", bmpTag, "\xd8\x3d\xde\x00", "", false},
		{"bmp empty", bmpTag, "", "", true},
		{"universal", universalTag, "\x00\x01\xf6\x00", "😀", true},
		{"universal beyond Unicode", universalTag, "\x00\x11\x00\x00", "", false},
		{"universal surrogate", universalTag, "\x00\x00\xd8\x00", "", false},
		{"universal of seven octets", universalTag, "\x00\x00\x00\x41\x00\x00\x00", "", false},
		{"no string", asn1.OCTET_STRING, "\x01\x02", "#04020102", true},
		{"no string, constructed", asn1.SEQUENCE, "\x05\x00", "#30020500", true},
		{"context tag", 0x8c, "abc", "#8c03616263", true}, // T10: not the UTF8String of the same number
	} {
		t.Run(c.name, func(t *testing.T) {
			name, err := cert.ParseName(certtest.Name(cn(c.tag, c.value)))
			if !c.good {
				require.ErrorIs(t, err, verdict.Malformed)
				require.Empty(t, name.Attributes)
				return
			}
			require.NoError(t, err)
			require.Equal(t, []cert.Attribute{{Type: oid.CommonName, Tag: uint8(c.tag), Value: c.want}}, name.Attributes)
		})
	}
}

func TestNameLookup(t *testing.T) {
	name := parseName(t, certtest.NameOf(
		[]certtest.Attribute{cn(utf8Tag, "one"), cn(utf8Tag, "two")},
		[]certtest.Attribute{{Type: oid.Country, Tag: printableTag, Value: "KZ"}},
	))
	require.Equal(t, []string{"one", "two"}, name.Values(oid.CommonName))
	require.Equal(t, "one", name.First(oid.CommonName))
	require.Equal(t, "", name.First(oid.Organization))
	require.Nil(t, name.Values(oid.Organization))
	require.Equal(t, []int{0, 0, 1}, []int{name.Attributes[0].RDN, name.Attributes[1].RDN, name.Attributes[2].RDN})
	require.False(t, name.Empty())
	require.True(t, parseName(t, certtest.Name()).Empty())
	require.Equal(t, "CN=one+CN=two,C=KZ", name.String())
}

// RFC 5280, Section 7.1; T50: the attribute types, their order and grouping count, case and white space do not.
func TestNameEqual(t *testing.T) {
	o := func(value string) certtest.Attribute { return certtest.Attribute{Type: oid.Organization, Value: value} }
	for _, c := range []struct {
		name string
		a, b []byte
		want bool
	}{
		{"octets", certtest.CN("a"), certtest.CN("a"), true},
		{"letter case", certtest.CN("Abc"), certtest.CN("aBC"), true},
		{"Cyrillic letter case", certtest.CN("ҰЛТТЫҚ"), certtest.CN("ұлттық"), true},
		{"Greek final sigma", certtest.CN("ΟΔΟΣ"), certtest.CN("οδος"), true},
		{"string type", certtest.Name(cn(utf8Tag, "KZ")), certtest.Name(cn(printableTag, "KZ")), true},
		{"BMPString", certtest.Name(cn(bmpTag, "\x04\x22")), certtest.Name(cn(utf8Tag, "Т")), true},
		{"runs of blanks", certtest.CN("a  b"), certtest.CN("a b"), true},
		{"blanks around", certtest.CN("  a b "), certtest.CN("a b"), true},
		{"order inside an RDN of equal folding", certtest.NameOf([]certtest.Attribute{cn(utf8Tag, "A"), cn(utf8Tag, "b")}), certtest.NameOf([]certtest.Attribute{cn(utf8Tag, "B"), cn(utf8Tag, "a")}), true},
		{"empty names", certtest.Name(), certtest.Name(), true},

		{"a blank or none", certtest.CN("a b"), certtest.CN("ab"), false},
		{"another letter", certtest.CN("a"), certtest.CN("b"), false},
		{"Latin and Cyrillic", certtest.CN("A"), certtest.CN("А"), false},
		{"dotted capital I", certtest.CN("İ"), certtest.CN("i"), false},
		{"dotless small i", certtest.CN("ı"), certtest.CN("I"), false},
		{"composed and decomposed", certtest.CN("\u0439"), certtest.CN("\u0438\u0306"), false}, // no normalization
		{"zero-width space", certtest.CN("a\u200b"), certtest.CN("a"), false},
		{"text after NUL", certtest.CN("a\x00b"), certtest.CN("a\x00c"), false},
		{"attribute type", certtest.CN("a"), certtest.Name(o("a")), false},
		{"order of RDNs", certtest.Name(cn(0, "a"), o("b")), certtest.Name(o("b"), cn(0, "a")), false},
		{"grouping", certtest.NameOf([]certtest.Attribute{cn(0, "a"), o("b")}), certtest.Name(cn(0, "a"), o("b")), false},
		{"one RDN more", certtest.Name(cn(0, "a"), o("b")), certtest.Name(cn(0, "a")), false},
		{"one RDN twice", certtest.Name(cn(0, "a"), cn(0, "a")), certtest.Name(cn(0, "a")), false},
		{"empty and not", certtest.Name(), certtest.CN(""), false},
		{"text that imitates a boundary", certtest.CN(`a" "2.5.4.10=1:b`), certtest.NameOf([]certtest.Attribute{cn(0, "a"), o("b")}), false},
		// T10: hexadecimal text is not the value that it spells.
		{"hexadecimal text", certtest.CN("#02010a"), certtest.Name(cn(asn1.INTEGER, "\x0a")), false},
		{"other octets of no string type", certtest.Name(cn(asn1.OCTET_STRING, "\x0a")), certtest.Name(cn(asn1.OCTET_STRING, "\x0b")), false},
		{"letter case of octets", certtest.Name(cn(asn1.OCTET_STRING, "a")), certtest.Name(cn(asn1.OCTET_STRING, "A")), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, b := parseName(t, c.a), parseName(t, c.b)
			require.Equal(t, c.want, a.Equal(b))
			require.Equal(t, c.want, b.Equal(a))
			require.Equal(t, c.want, a.Canonical() == b.Canonical())
		})
	}
}

// Equal names are equal in every direction, and a name is equal to itself.
func TestNameEqualIsAnEquivalence(t *testing.T) {
	var names []cert.Name
	for _, text := range []string{"", " ", "a", "A", " a", "a b", "A  B", "#0403", "İ", "i", "I", "ı", "K", "k", "\u212a", "ß", "SS", "ẞ", "\u00a0a"} {
		names = append(names, parseName(t, certtest.CN(text)))
	}
	for _, a := range names {
		require.True(t, a.Equal(a))
		for _, b := range names {
			for _, c := range names {
				if a.Equal(b) && b.Equal(c) {
					require.True(t, a.Equal(c), "%s, %s, %s", a, b, c)
				}
			}
		}
	}
}

// RFC 4514, Section 2.4; T11: what is printed shows what is there.
func TestNameString(t *testing.T) {
	for value, want := range map[string]string{
		"ТЕСТОВ ТЕСТ": "CN=ТЕСТОВ ТЕСТ",
		`АО "ТЕСТ"`:   `CN=АО \"ТЕСТ\"`,
		"a,O=b":       `CN=a\,O=b`,
		"a+O=b":       `CN=a\+O=b`,
		`a\`:          `CN=a\\`,
		"a<b>;c":      `CN=a\<b\>\;c`,
		" a b ":       `CN=\ a b\ `,
		" ":           `CN=\ `,
		"#a#":         `CN=\#a#`,
		"a\x00b":      `CN=a\00b`,
		"a\nb\r\t":    `CN=a\0ab\0d\09`,
		"a\u202eb":    `CN=a\e2\80\aeb`,
		"a\u200bb":    `CN=a\e2\80\8bb`,
		"a\u2028b":    `CN=a\e2\80\a8b`,
		"a\u00a0b":    `CN=a\c2\a0b`,
		"\x1b[31m":    `CN=\1b[31m`,
		"\x7f":        `CN=\7f`,
		"":            "CN=",
	} {
		require.Equal(t, want, parseName(t, certtest.CN(value)).String())
	}
	other := parseName(t, certtest.Name(certtest.Attribute{Type: "1.2.3", Tag: asn1.OCTET_STRING, Value: "\x01"}))
	require.Equal(t, "1.2.3=#040101", other.String())
	require.NotEqual(t, other.String(), parseName(t, certtest.Name(certtest.Attribute{Type: "1.2.3", Value: "#040101"})).String())
}

func TestNamePrint(t *testing.T) {
	name := parseName(t, certtest.Name(cn(0, "secret"), certtest.Attribute{Type: oid.Organization, Value: "b"}))
	printed := name.Print(func(a cert.Attribute) string {
		if a.Type == oid.CommonName {
			return "a,b" // escaped too
		}
		return a.Value
	})
	require.Equal(t, `CN=a\,b,O=b`, printed)
}

func TestParseNameRefuses(t *testing.T) {
	good := certtest.CN("a")
	for name, raw := range map[string][]byte{
		"nothing":             nil,
		"octets after it":     append(append([]byte{}, good...), 0),
		"another type":        certtest.TLV(asn1.SET),
		"no set":              certtest.TLV(asn1.SEQUENCE, certtest.TLV(asn1.SEQUENCE)),
		"empty set":           certtest.TLV(asn1.SEQUENCE, certtest.TLV(asn1.SET)),
		"attribute of a type": certtest.TLV(asn1.SEQUENCE, certtest.TLV(asn1.SET, certtest.TLV(asn1.SEQUENCE, certtest.OID(oid.CommonName)))),
	} {
		_, err := cert.ParseName(raw)
		require.ErrorIs(t, err, verdict.Malformed, name)
	}
	for i := range good {
		_, err := cert.ParseName(good[:i])
		require.ErrorIs(t, err, verdict.Malformed)
	}
}

// T13: a name of many letters is folded in linear time.
func TestNameTime(t *testing.T) {
	var attributes []certtest.Attribute
	for range 50 {
		attributes = append(attributes, cn(0, strings.Repeat("Ж ", 5000)))
	}
	raw := certtest.Name(attributes...)
	budget.Time(t, 200*time.Millisecond, func() { parseName(t, raw) })
}

// Two national CA certificates of 2018 hold two addresses glued together.
func TestURIStopsAtBlanks(t *testing.T) {
	for text, want := range map[string]string{
		" http://pki.gov.kz/cps":                            "http://pki.gov.kz/cps",
		"http://crl.a/x.crl\n      URL=http://crl1.a/x.crl": "http://crl.a/x.crl",
		"http://a/x\x00y":                                   "http://a/x",
		"http://a/x\x7fy":                                   "http://a/x",
		"":                                                  "",
		" \t":                                               "",
		"ldap://a/cn=b c":                                   "ldap://a/cn=b",
	} {
		require.Equal(t, want, cert.GeneralName{Kind: cert.URIName, Text: text}.URI())
	}
	require.Empty(t, cert.GeneralName{Kind: cert.DNSName, Text: "example.kz"}.URI())
}
