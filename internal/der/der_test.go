package der

import (
	"bytes"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/internal/budget"
	"github.com/qoltanba/eds/internal/oid"
)

// T12: the forms of time that RFC 5280, Section 4.1.2.5 allows, and everything else.
func TestReadTime(t *testing.T) {
	const utc, generalized = asn1.UTCTime, asn1.GeneralizedTime
	for _, c := range []struct {
		name string
		tag  asn1.Tag
		text string
		want string // RFC 3339, or empty if refused
	}{
		{"utc", utc, "260720090806Z", "2026-07-20T09:08:06Z"},
		{"utc first year", utc, "500101000000Z", "1950-01-01T00:00:00Z"},
		{"utc last year", utc, "491231235959Z", "2049-12-31T23:59:59Z"},
		{"utc last of the century", utc, "991231235959Z", "1999-12-31T23:59:59Z"},
		{"utc year 00", utc, "000101000000Z", "2000-01-01T00:00:00Z"},
		{"utc leap day", utc, "240229000000Z", "2024-02-29T00:00:00Z"},
		{"utc leap day of 2000", utc, "000229000000Z", "2000-02-29T00:00:00Z"},
		{"utc no leap day", utc, "230229000000Z", ""},
		{"utc 30 february", utc, "260230000000Z", ""},
		{"utc 31 april", utc, "260431000000Z", ""},
		{"utc month 00", utc, "260020090806Z", ""},
		{"utc month 13", utc, "261320090806Z", ""},
		{"utc day 00", utc, "260700090806Z", ""},
		{"utc hour 24", utc, "260720240000Z", ""},
		{"utc minute 60", utc, "260720096000Z", ""},
		{"utc second 60", utc, "260720090860Z", ""},
		{"utc leap second", utc, "161231235960Z", ""},
		{"utc without seconds", utc, "2607200908Z", ""},
		{"utc without zone", utc, "260720090806", ""},
		{"utc lower z", utc, "260720090806z", ""},
		{"utc offset", utc, "260720090806+0500", ""},
		{"utc zero offset", utc, "260720090806+0000", ""},
		{"utc without seconds, with offset", utc, "2607200908+0000", ""},
		{"utc short offset of the length of Z", utc, "2607200908+06", ""},
		{"utc fraction", utc, "260720090806.5Z", ""},
		{"utc comma in place of digits", utc, "2607200908,6Z", ""},
		{"utc four-digit year", utc, "20260720090806Z", ""},
		{"utc empty", utc, "", ""},
		{"utc Z alone", utc, "Z", ""},
		{"utc space in front", utc, " 60720090806Z", ""},
		{"utc space inside", utc, "26 720090806Z", ""},
		{"utc letter", utc, "2607200908O6Z", ""},
		{"utc minus", utc, "-60720090806Z", ""},
		{"utc NUL at the end", utc, "260720090806Z\x00", ""},
		{"utc NUL inside", utc, "26072009080\x00Z", ""},
		{"utc colon for a digit", utc, ":60720090806Z", ""},
		{"utc Arabic digit", utc, "26072009080٦", ""},
		{"utc Kazakh letter", utc, "2607200908ӨZ", ""},

		{"generalized", generalized, "20260720090806Z", "2026-07-20T09:08:06Z"},
		{"generalized before 2050", generalized, "19700101000000Z", "1970-01-01T00:00:00Z"},
		{"generalized 2050", generalized, "20500101000000Z", "2050-01-01T00:00:00Z"},
		{"generalized no end", generalized, "99991231235959Z", "9999-12-31T23:59:59Z"},
		{"generalized first year", generalized, "00010101000000Z", "0001-01-01T00:00:00Z"},
		{"generalized leap day", generalized, "20000229000000Z", "2000-02-29T00:00:00Z"},
		{"generalized year 0", generalized, "00000101000000Z", ""},
		{"generalized no leap day", generalized, "19000229000000Z", ""},
		{"generalized 30 february", generalized, "20260230000000Z", ""},
		{"generalized hour 24", generalized, "20260720240000Z", ""},
		{"generalized second 60", generalized, "20161231235960Z", ""},
		{"generalized without seconds", generalized, "202607200908Z", ""},
		{"generalized without minutes", generalized, "2026072009Z", ""},
		{"generalized without zone", generalized, "20260720090806", ""},
		{"generalized offset", generalized, "20260720090806+0500", ""},
		{"generalized fraction", generalized, "20260720090806.1Z", ""},
		{"generalized fraction of zero", generalized, "20260720090806.0Z", ""},
		{"generalized comma", generalized, "20260720090806,1Z", ""},
		{"generalized fraction of the length of seconds", generalized, "202607200908.5Z", ""},
		{"generalized two-digit year", generalized, "260720090806Z", ""},
		{"generalized five-digit year", generalized, "120260720090806Z", ""},
		{"generalized sign", generalized, "+0260720090806Z", ""},
		{"generalized empty", generalized, "", ""},

		{"another type", asn1.PrintableString, "260720090806Z", ""},
		{"constructed", utc | 0x20, "260720090806Z", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := tlv(t, c.tag, []byte(c.text))
			s := cryptobyte.String(in)
			var got time.Time
			ok := ReadTime(&s, &got)
			require.Equal(t, c.want != "", ok)
			if !ok {
				return
			}
			require.Equal(t, c.want, got.Format(time.RFC3339))
			require.Equal(t, time.UTC, got.Location())
			require.Empty(t, s)
		})
	}
	var got time.Time
	require.False(t, ReadTime(new(cryptobyte.String), &got), "nothing")
	beyond := cryptobyte.String("\x17\x0e260720090806Z")
	require.False(t, ReadTime(&beyond, &got), "length beyond the input")
}

func TestAddTime(t *testing.T) {
	almaty := time.FixedZone("UTC+5", 5*60*60)
	for _, c := range []struct {
		name string
		at   time.Time
		want string
	}{
		{"before 1950", time.Date(1949, 12, 31, 23, 59, 59, 0, time.UTC), "\x18\x0f19491231235959Z"},
		{"first of UTCTime", time.Date(1950, 1, 1, 0, 0, 0, 0, time.UTC), "\x17\x0d500101000000Z"},
		{"last of UTCTime", time.Date(2049, 12, 31, 23, 59, 59, 999, time.UTC), "\x17\x0d491231235959Z"},
		{"first of GeneralizedTime", time.Date(2050, 1, 1, 0, 0, 0, 0, time.UTC), "\x18\x0f20500101000000Z"},
		{"year decided in UTC", time.Date(2050, 1, 1, 4, 59, 59, 0, almaty), "\x17\x0d491231235959Z"},
		{"no end", time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), "\x18\x0f99991231235959Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b cryptobyte.Builder
			AddTime(&b, c.at)
			got, err := b.Bytes()
			require.NoError(t, err)
			require.Equal(t, c.want, string(got))
			var back time.Time
			s := cryptobyte.String(got)
			require.True(t, ReadTime(&s, &back))
			require.True(t, back.Equal(c.at.Truncate(time.Second)))
		})
	}
	var b cryptobyte.Builder
	AddTime(&b, time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC))
	_, err := b.Bytes()
	require.Error(t, err, "year 10000")
}

func TestReadNamedBits(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     uint32
		refused  bool
	}{
		{name: "none", in: "0301 00", want: 0},
		{name: "bit 0", in: "0302 07 80", want: 1 << 0},
		{name: "bits 0 and 1", in: "0302 06 c0", want: 1<<0 | 1<<1},
		{name: "bits 5 and 6", in: "0302 01 06", want: 1<<5 | 1<<6},
		{name: "bit 7", in: "0302 00 01", want: 1 << 7},
		{name: "bit 8 alone", in: "0303 07 00 80", want: 1 << 8},
		{name: "bit 31", in: "0305 00 00000001", want: 1 << 31},
		{name: "trailing zero bit", in: "0302 06 80", refused: true},
		{name: "trailing zero octet", in: "0303 00 01 00", refused: true},
		{name: "zero octet alone", in: "0302 00 00", refused: true},
		{name: "zero octet alone, all unused", in: "0302 07 00", refused: true},
		{name: "unused bits that are set", in: "0302 04 ff", refused: true},
		{name: "eight unused bits", in: "0302 08 80", refused: true},
		{name: "255 unused bits", in: "0302 ff 80", refused: true},
		{name: "unused bits of nothing", in: "0301 01", refused: true},
		{name: "no count of unused bits", in: "0300", refused: true},
		{name: "33 bits", in: "0306 07 0000000080", refused: true},
		{name: "in chunks", in: "2304 0302 0780", refused: true},
		{name: "octet string", in: "0402 0780", refused: true},
		{name: "long form of the length", in: "038102 0780", refused: true},
		{name: "cut short", in: "0302 07", refused: true},
		{name: "nothing", in: "", refused: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := cryptobyte.String(unhex(t, c.in))
			got := ^uint32(0)
			require.Equal(t, !c.refused, ReadNamedBits(&s, &got))
			if !c.refused {
				require.Equal(t, c.want, got)
				require.Empty(t, s)
				require.Equal(t, unhex(t, c.in), written(t, func(b *cryptobyte.Builder) { AddNamedBits(b, asn1.BIT_STRING, got) }))
			}
		})
	}
}

func TestReadExtension(t *testing.T) {
	for _, c := range []struct {
		name, in string
		critical bool
		refused  bool
	}{
		{name: "not critical", in: "3009 0603 551d0f 0402 0500"},
		{name: "critical", in: "300c 0603 551d0f 0101ff 0402 0500", critical: true},
		{name: "critical written out as FALSE", in: "300c 0603 551d0f 010100 0402 0500", refused: true},
		{name: "critical of another octet", in: "300c 0603 551d0f 010101 0402 0500", refused: true},
		{name: "something behind the value", in: "300b 0603 551d0f 0402 0500 0500", refused: true},
		{name: "no value", in: "3005 0603 551d0f", refused: true},
		{name: "no identifier", in: "3004 0402 0500", refused: true},
		{name: "a set", in: "3109 0603 551d0f 0402 0500", refused: true},
		{name: "cut short", in: "3009 0603 551d0f 0402 05", refused: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := cryptobyte.String(unhex(t, c.in))
			id, critical, value := oid.OID(""), true, []byte(nil)
			require.Equal(t, !c.refused, ReadExtension(&s, &id, &critical, &value))
			if !c.refused {
				require.Equal(t, oid.KeyUsage, id)
				require.Equal(t, c.critical, critical)
				require.Equal(t, []byte{5, 0}, value)
				require.Empty(t, s)
				require.Equal(t, unhex(t, c.in), written(t, func(b *cryptobyte.Builder) {
					AddExtension(b, id, critical, value)
				}))
			}
		})
	}
}

func TestReadBits(t *testing.T) {
	for _, c := range []struct {
		name, in, want string
		refused        bool
	}{
		{name: "whole octets", in: "0304 00 0a0b0c", want: "0a0b0c"},
		{name: "nothing inside", in: "0301 00", want: ""},
		{name: "unused bits", in: "0302 01 fe", refused: true},
		{name: "no count of unused bits", in: "0300", refused: true},
		{name: "in chunks", in: "2304 0302 0001", refused: true},
		{name: "octet string", in: "0402 0001", refused: true},
		{name: "cut short", in: "0303 0001", refused: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := cryptobyte.String(unhex(t, c.in))
			var got []byte
			require.Equal(t, !c.refused, ReadBits(&s, &got))
			if !c.refused {
				require.Equal(t, unhex(t, c.want), got)
				require.Empty(t, s)
			}
		})
	}
}

func TestReadInteger(t *testing.T) {
	for _, c := range []struct {
		name, in, want string
		refused        bool
	}{
		{name: "zero", in: "0201 00", want: "00"},
		{name: "127", in: "0201 7f", want: "7f"},
		{name: "128", in: "0202 0080", want: "0080"},
		{name: "minus 1", in: "0201 ff", want: "ff"},
		{name: "minus 128", in: "0201 80", want: "80"},
		{name: "minus 129", in: "0202 ff7f", want: "ff7f"},
		{name: "20 octets", in: "0214 6c4256000102030405060708090a0b0c0d0e0f10", want: "6c4256000102030405060708090a0b0c0d0e0f10"},
		{name: "padded zero", in: "0202 0000", refused: true},
		{name: "padded positive", in: "0202 007f", refused: true},
		{name: "padded negative", in: "0202 ff80", refused: true},
		{name: "empty", in: "0200", refused: true},
		{name: "enumerated", in: "0a01 01", refused: true},
		{name: "constructed", in: "2203 020101", refused: true},
		{name: "long form of the length", in: "028101 01", refused: true},
		{name: "cut short", in: "0202 01", refused: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := cryptobyte.String(unhex(t, c.in))
			var got []byte
			require.Equal(t, !c.refused, ReadInteger(&s, &got))
			if !c.refused {
				require.Equal(t, unhex(t, c.want), got)
				require.Empty(t, s)
			}
		})
	}
}

// cryptobyte, which reads into big.Int, is the second opinion on which contents are minimal.
func TestReadIntegerAgainstCryptobyte(t *testing.T) {
	for content := range 1 << 16 {
		in := []byte{0x02, 0x02, byte(content >> 8), byte(content)}
		mine, theirs := cryptobyte.String(in), cryptobyte.String(in)
		var got []byte
		require.Equal(t, theirs.ReadASN1Integer(new(big.Int)), ReadInteger(&mine, &got), "%x", in)
	}
}

func TestOID(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     oid.OID
	}{
		{"sha-256", "0609 608648016503040201", oid.SHA256},
		{"longer than a known one", "060a 2a830e030a0101020200", oid.KZ2015Key512 + ".0"},
		{"unknown", "0603 2a0304", "1.2.3.4"},
		{"padded arc", "0604 2a800304", ""},
		{"padded first arc", "0603 802a03", ""},
		{"cut short inside an arc", "0602 2a83", ""},
		{"empty", "0600", ""},
		{"relative", "0d02 0304", ""},
		{"constructed", "2605 06032a0304", ""},
		{"long form of the length", "068103 2a0304", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := unhex(t, c.in)
			s := cryptobyte.String(in)
			var got oid.OID
			ok := ReadOID(&s, &got)
			require.Equal(t, c.want != "", ok)
			if !ok {
				return
			}
			require.Equal(t, c.want, got)
			var b cryptobyte.Builder
			AddOID(&b, got)
			require.Equal(t, in, b.BytesOrPanic())
		})
	}
}

func TestAddNULL(t *testing.T) {
	var b cryptobyte.Builder
	AddNULL(&b)
	require.Equal(t, []byte{0x05, 0x00}, b.BytesOrPanic())
}

func TestSetIsSorted(t *testing.T) {
	for _, c := range []struct {
		name, content string
		want          bool
	}{
		{"empty", "", true},
		{"one", "0201 05", true},
		{"ascending", "0201 05 0201 06", true},
		{"descending", "0201 06 0201 05", false},
		{"equal", "0201 05 0201 05", true},
		{"by tag", "0201 ff 0401 00", true},
		{"by tag, descending", "0401 00 0201 ff", false},
		{"by length", "0401 ff 0402 0000", true},
		{"by length, descending", "0402 0000 0401 ff", false},
		{"last pair descends", "0201 01 0201 02 0201 03 0201 02", false},
		{"attributes as the national provider orders them", "3003 060103 3003 060104 3004 06022a03", true},
		{"garbage after", "0201 05 ff", false},
		{"element cut short", "0201 05 0202 06", false},
		{"indefinite length", "3080 0000", false},
		{"long form of a length", "028101 05", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, SetIsSorted(unhex(t, c.content)))
		})
	}
}

// T13: a set of 10^5 elements costs time in proportion.
func TestSetIsSortedIsQuick(t *testing.T) {
	content := bytes.Repeat([]byte{0x02, 0x01, 0x05}, 100_000)
	budget.Time(t, 100*time.Millisecond, func() { require.True(t, SetIsSorted(content)) })
}

// The order of X.690, 11.6 written down plainly: pad the shorter one with zeros, then compare.
func TestCompareSetElements(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 6))
	pick := func() []byte {
		b := make([]byte, random.IntN(5))
		for i := range b {
			b[i] = byte(random.IntN(3))
		}
		return b
	}
	for range 10_000 {
		a, b := pick(), pick()
		size := max(len(a), len(b))
		padded := func(e []byte) []byte { return append(slices.Clone(e), make([]byte, size-len(e))...) }
		require.Equal(t, bytes.Compare(padded(a), padded(b)), CompareSetElements(a, b), "%x %x", a, b)
	}
}

func TestTags(t *testing.T) {
	require.Equal(t, asn1.Tag(0xa0), Explicit(0))
	require.Equal(t, asn1.Tag(0xa3), Explicit(3))
	require.Equal(t, asn1.Tag(0x80), Implicit(0))
	require.Equal(t, asn1.Tag(0x82), Implicit(2))
}

func written(t testing.TB, add func(b *cryptobyte.Builder)) []byte {
	t.Helper()
	var b cryptobyte.Builder
	add(&b)
	out, err := b.Bytes()
	require.NoError(t, err)
	return out
}

func tlv(t testing.TB, tag asn1.Tag, content []byte) []byte {
	t.Helper()
	var b cryptobyte.Builder
	b.AddASN1(tag, func(b *cryptobyte.Builder) { b.AddBytes(content) })
	out, err := b.Bytes()
	require.NoError(t, err)
	return out
}
