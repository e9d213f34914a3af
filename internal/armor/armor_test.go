package armor

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// message stands for a CMS: a SEQUENCE of 100 octets, so that its Base64 takes three lines and padding.
var message = append([]byte{0x30, 0x62}, bytes.Repeat([]byte{0x05, 0x00}, 49)...)

func pemOf(label string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}))
}

// lines breaks text as MIME does, with a break after every 64 characters and at the end.
func lines(text, lineBreak string) string {
	var b strings.Builder
	for part := range slices.Chunk([]byte(text), 64) {
		b.Write(part)
		b.WriteString(lineBreak)
	}
	return b.String()
}

func TestDecode(t *testing.T) {
	text := base64.StdEncoding.EncodeToString(message)
	require.True(t, strings.HasSuffix(text, "=="))
	block := pemOf("CMS", message)
	for _, c := range []struct {
		name, in string
		want     Encoding
	}{
		{"der", string(message), Binary},
		{"ber", "0\x80\x02\x01\x05\x00\x00", Binary},
		{"der of Base64's own characters", "00AAAA", Binary},
		{"der with a PEM block inside", "0\x10-----BEGIN CMS-----", Binary},

		{"pem", block, PEM},
		{"pem of NCALayer, crlf", strings.ReplaceAll(block, "\n", "\r\n"), PEM},
		{"pem without the last line break", strings.TrimSpace(block), PEM},
		{"pem with white space around", "\r\n \t" + block + "\n\n", PEM},
		{"pem after a byte order mark", "\xef\xbb\xbf" + block, PEM},
		{"pem in one long line", "-----BEGIN CMS-----\n" + text + "\n-----END CMS-----\n", PEM},
		{"pem labelled PKCS7", pemOf("PKCS7", message), PEM},
		{"pem labelled PKCS #7 SIGNED DATA", pemOf("PKCS #7 SIGNED DATA", message), PEM},

		{"base64 in one line", text, Base64},
		{"base64 in lines", lines(text, "\n"), Base64},
		{"base64 in lines, crlf", lines(text, "\r\n"), Base64},
		{"base64 without padding", strings.TrimRight(text, "="), Base64},
		{"base64 with the padding on a line of its own", strings.TrimRight(text, "=") + "\n==\n", Base64},
		{"base64 with white space around", " \t\n" + text + "\r\n", Base64},
		{"base64 after a byte order mark", "\xef\xbb\xbf" + text, Base64},
		{"data uri", "data:application/pkcs7-signature;base64," + text, Base64},
		{"data uri without a type", "data:;base64," + text, Base64},
		{"data uri with parameters", "data:text/plain;charset=utf-8;base64," + text, Base64},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, encoding, err := Decode([]byte(c.in), LabelsCMS...)
			require.NoError(t, err)
			require.Equal(t, c.want, encoding)
			want := message
			if c.want == Binary {
				want = []byte(c.in)
			}
			require.Equal(t, want, got)
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	text := base64.StdEncoding.EncodeToString(message)
	block := pemOf("CMS", message)
	damaged := strings.Replace(block, "MGIF", "MG!F", 1)
	require.NotEqual(t, block, damaged)
	for _, c := range []struct {
		name, in string
		want     error
	}{
		{"nothing", "", ErrEmpty},
		{"white space", " \r\n\t", ErrEmpty},
		{"byte order mark", "\xef\xbb\xbf", ErrEmpty},
		{"byte order mark and a line break", "\xef\xbb\xbf\r\n", ErrEmpty},

		{"pem of another kind", pemOf("CERTIFICATE", message), ErrLabel},
		{"pem of a label in small letters", pemOf("cms", message), ErrLabel},
		{"pem without a label", pemOf("", message), ErrLabel},
		{"encrypted pem of another kind", "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n" + text + "\n-----END RSA PRIVATE KEY-----\n", ErrLabel},
		{"two pem blocks", block + block, ErrSeveral},
		{"two pem blocks of two kinds", block + pemOf("CERTIFICATE", message), ErrSeveral},
		{"damaged pem block before a good one", damaged + block, ErrSeveral},
		{"damaged pem block", damaged, ErrForm},
		{"pem with headers", "-----BEGIN CMS-----\nProc-Type: 4,ENCRYPTED\n\n" + text + "\n-----END CMS-----\n", ErrForm},
		{"pem with an end of another label", "-----BEGIN CMS-----\n" + text + "\n-----END PKCS7-----\n", ErrForm},
		{"pem without an end", "-----BEGIN CMS-----\n" + text + "\n", ErrForm},
		{"pem without contents", "-----BEGIN CMS-----\n-----END CMS-----\n", ErrForm},
		{"pem and text after it", block + "PS", ErrForm},
		{"pem and NUL after it", block + "\x00", ErrForm},
		{"text before pem", "subject=CN\n" + block, ErrForm},

		{"base64 with a bad character", text[:8] + "*" + text[8:], ErrForm},
		{"base64 with NUL inside", text[:8] + "\x00" + text[8:], ErrForm},
		{"base64 for addresses", strings.Repeat("-_", 8), ErrForm},
		{"base64 with padding in the middle", text + text, ErrForm},
		{"base64 with too much padding", text + "=", ErrForm},
		{"base64 with too little padding", text[:len(text)-1], ErrForm},
		{"base64 with bits beyond the last octet", "MAB=", ErrForm},
		{"base64 of one character", "M", ErrForm},
		{"padding alone", "====", ErrForm},
		{"data uri without base64", "data:text/plain,hello", ErrForm},
		{"data uri without data", "data:;base64,", ErrForm},
		{"base64 mark without a data uri", "x:;base64," + text, ErrForm},
		// T40: what else gets sent in place of a CMS.
		{"html", "<html><body>503</body></html>", ErrForm},
		{"json", `{"cms":"` + text + `"}`, ErrForm},
		{"xml", `<?xml version="1.0"?><root/>`, ErrForm},
		{"pdf", "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", ErrForm},
		{"zip", "PK\x03\x04\x14\x00", ErrForm},
		{"utf-16", "\xff\xfeM\x00I\x00I\x00", ErrForm},
		{"a set", "\x31\x00\xff", ErrForm},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _, err := Decode([]byte(c.in), LabelsCMS...)
			require.ErrorIs(t, err, c.want)
			require.Nil(t, got)
		})
	}
}

func TestDecodeDoesNotCopyBinary(t *testing.T) {
	got, _, err := Decode(message)
	require.NoError(t, err)
	require.Same(t, &message[0], &got[0])
}

func TestDecodeTakesAnyLabelIfNoneIsGiven(t *testing.T) {
	got, encoding, err := Decode([]byte(pemOf("SOMETHING ELSE", message)))
	require.NoError(t, err)
	require.Equal(t, PEM, encoding)
	require.Equal(t, message, got)
}

func TestDecodeAll(t *testing.T) {
	other := []byte{0x30, 0x03, 0x02, 0x01, 0x05}
	one, two := pemOf("CERTIFICATE", message), pemOf("CERTIFICATE", other)
	key := pemOf("PRIVATE KEY", other)
	for _, c := range []struct {
		name, in string
		want     [][]byte
		err      error
	}{
		{name: "der", in: string(message), want: [][]byte{message}},
		{name: "base64", in: base64.StdEncoding.EncodeToString(message), want: [][]byte{message}},
		{name: "one block", in: one, want: [][]byte{message}},
		{name: "two blocks in order", in: one + two, want: [][]byte{message, other}},
		{name: "the same block twice", in: one + one, want: [][]byte{message, message}},
		{name: "crlf", in: strings.ReplaceAll(one+two, "\n", "\r\n"), want: [][]byte{message, other}},
		{name: "byte order mark", in: "\xef\xbb\xbf" + one, want: [][]byte{message}},
		{name: "another kind between", in: one + key + two, want: [][]byte{message, other}},
		{name: "text before, between and after", in: "subject=A\n" + one + "\nsubject=B\n" + two + "end\n", want: [][]byte{message, other}},
		{name: "another label of the kind", in: pemOf("X509 CERTIFICATE", message), want: [][]byte{message}},
		{name: "der with a PEM block inside", in: "0\x82" + one, want: [][]byte{[]byte("0\x82" + one)}},

		{name: "nothing", err: ErrEmpty},
		{name: "garbage", in: "hello, world", err: ErrForm},
		{name: "another kind alone", in: key, err: ErrLabel},
		{name: "damaged block before a good one", in: strings.Replace(one, "MGIF", "MG!F", 1) + two, err: ErrForm},
		{name: "damaged block after a good one", in: two + strings.Replace(one, "MGIF", "MG!F", 1), err: ErrForm},
		{name: "block cut short", in: two + one[:len(one)/2], err: ErrForm},
		{name: "block without contents", in: two + "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", err: ErrForm},
		{name: "block with headers", in: "-----BEGIN CERTIFICATE-----\nA: b\n\nMAA=\n-----END CERTIFICATE-----\n", err: ErrForm},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := DecodeAll([]byte(c.in), LabelsCertificate...)
			require.ErrorIs(t, err, c.err)
			require.Equal(t, c.want, got)
		})
	}
}

// T13: forms that make a careless reader go over the input again and again.
func TestDecodeIsQuick(t *testing.T) {
	const size = 1 << 20
	for name, unit := range map[string]string{
		"beginnings":             "-----BEGIN CMS-----\n",
		"beginnings in one line": "-----BEGIN ",
		"ends":                   "-----BEGIN CMS-----\n-----END ",
		"empty blocks":           "-----BEGIN CMS-----\n-----END CMS-----\n",
		"small blocks":           "-----BEGIN CMS-----\nMAA=\n-----END CMS-----\n",
		"headers":                "-----BEGIN CMS-----\na:b\n",
		"line breaks":            "\n",
		"line breaks in base64":  "A\n\n\n",
		"padding":                "=",
		"data uris":              "data:;base64,",
		"byte order marks":       "\xef\xbb\xbf",
	} {
		t.Run(name, func(t *testing.T) {
			in := []byte(strings.Repeat(unit, size/len(unit)))
			start := time.Now()
			_, _, _ = Decode(in)
			_, _ = DecodeAll(in)
			require.Less(t, time.Since(start), 2*time.Second)
		})
	}
}

func FuzzDecode(f *testing.F) {
	text := base64.StdEncoding.EncodeToString(message)
	for _, seed := range []string{
		string(message), pemOf("CMS", message), strings.ReplaceAll(pemOf("PKCS7", message), "\n", "\r\n"), text,
		lines(text, "\r\n"), "\xef\xbb\xbf" + text, "data:;base64," + text, strings.TrimRight(text, "="),
		pemOf("CERTIFICATE", message) + pemOf("CERTIFICATE", message), "-----BEGIN CMS-----\nA: b\n\nMAA=\n-----END CMS-----", "",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		all, err := DecodeAll(in)
		require.Equal(t, err == nil, len(all) > 0)
		for _, one := range all {
			require.NotEmpty(t, one)
		}
		got, encoding, err := Decode(in)
		if err != nil {
			require.Nil(t, got)
			return
		}
		require.NotEmpty(t, got)
		require.Len(t, all, 1)
		require.Equal(t, got, all[0])
		if encoding == Binary {
			return
		}
		back, encoding, err := Decode([]byte(pemOf("CMS", got)), LabelsCMS...)
		require.NoError(t, err)
		require.Equal(t, PEM, encoding)
		require.Equal(t, got, back)
	})
}
