package pkcs12_test

import (
	"bytes"
	"crypto"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/pkcs12"
	"github.com/qoltanba/eds/verdict"
)

func parse(b []byte, password string) (*pkcs12.Store, error) {
	return pkcs12.Parse(b, password, pkcs12.Options{})
}

// requireKind wants a refusal for the reason.
func requireKind(t testing.TB, reason error, b []byte, password string) {
	t.Helper()
	start := time.Now()
	store, err := parse(b, password)
	requireRefused(t, store, err)
	require.ErrorIs(t, err, reason, err.Error())
	require.Less(t, time.Since(start), time.Second)
}

func requireEntry(t testing.TB, k identity, e pkcs12.Entry) {
	t.Helper()
	require.Equal(t, k.cert, e.Certificate.Raw)
	require.Equal(t, k.pkcs8, e.PKCS8())
	require.True(t, e.Key.Public().(interface{ Equal(crypto.PublicKey) bool }).Equal(k.key.Public()))
}

var passwords = map[string]string{
	"latin": "secret", "cyrillic": "Пароль-Құпия1", "surrogates": "a😀b", "zero": "a\x00b", "long": strings.Repeat("0123456789", 30), "empty": "",
}

func TestParse(t *testing.T) {
	k := identities()[0]
	for passwordName, password := range passwords {
		p := passOf(password)
		for _, e := range encryptions() {
			b := container(p, sha1MAC, dataSafe(shroudedBag(e, p, k.pkcs8)), encryptedSafe(e, p, certBag(k)))
			t.Run(e.name+"/"+passwordName, func(t *testing.T) { requireOpens(t, k, b, password) })
		}
		for name, mac := range macs() {
			b := container(p, mac, dataSafe(keyBag(k), certBag(k)))
			t.Run(name+"/"+passwordName, func(t *testing.T) { requireOpens(t, k, b, password) })
		}
	}
}

func requireOpens(t *testing.T, k identity, b []byte, password string) {
	t.Helper()
	store, err := parse(b, password)
	require.NoError(t, err)
	require.Len(t, store.Entries, 1)
	require.Empty(t, store.Certificates)
	requireEntry(t, k, store.Entries[0])
	for _, wrong := range []string{password + "x", "x" + password, strings.ToUpper(password), ""} {
		if wrong != password {
			requireKind(t, pkcs12.ErrPassword, b, wrong)
		}
	}
}

// The two spellings of the empty password, in the MAC and in the encryption.
func TestEmptyPassword(t *testing.T) {
	k := identities()[0]
	for name, p := range map[string]pass{"zero-character": {wide: []byte{0, 0}}, "no-octets": {}} {
		t.Run(name, func(t *testing.T) {
			for _, e := range encryptions() {
				requireOpens(t, k, container(p, sha1MAC, dataSafe(shroudedBag(e, p, k.pkcs8)), encryptedSafe(e, p, certBag(k))), "")
				b := container(p, nil, dataSafe(shroudedBag(e, p, k.pkcs8), certBag(k)))
				store, err := pkcs12.Parse(b, "", pkcs12.Options{InsecureSkipMAC: true})
				require.NoError(t, err)
				requireEntry(t, k, store.Entries[0])
			}
		})
	}
}

func TestPasswordError(t *testing.T) {
	_, err := parse(good(t), "sesame")
	require.EqualError(t, err, "pkcs12: wrong password or damaged file")
	require.ErrorIs(t, err, pkcs12.ErrPassword)
	require.ErrorIs(t, err, verdict.KindMisuse)
	require.NotErrorIs(t, err, verdict.Malformed)
	_, err = parse(good(t), "\xff\xfe")
	require.ErrorIs(t, err, verdict.KindMisuse)
	require.NotErrorIs(t, err, pkcs12.ErrPassword)
}

// Every octet under the MAC, and every octet of the MAC, counts.
func TestDamage(t *testing.T) {
	b := good(t)
	authSafe := bytes.Index(b, []byte{0x04, 0x82}) + 4
	mac := len(b) - len(integer("3")) - len(octets(testSalt)) - sha1.Size
	for _, i := range []int{authSafe, authSafe + 100, mac - 40, mac, mac + sha1.Size - 1, mac + sha1.Size + 2} {
		damaged := bytes.Clone(b)
		damaged[i] ^= 0x10
		requireKind(t, pkcs12.ErrPassword, damaged, "secret")
	}
	for i := range b {
		damaged := bytes.Clone(b)
		damaged[i] ^= 0x01
		store, err := parse(damaged, "secret")
		requireRefused(t, store, err)
	}
}

// The MAC is over the content octets of the AuthenticatedSafe, without its header.
func TestMACOverHeader(t *testing.T) {
	k, p := identities()[0], passOf("secret")
	wrong := func(p pass, authSafe []byte) []byte { return sha1MAC(p, octets(authSafe)) }
	requireKind(t, pkcs12.ErrPassword, container(p, wrong, dataSafe(keyBag(k), certBag(k))), "secret")
}

func TestNoMAC(t *testing.T) {
	k, p := identities()[0], passOf("secret")
	b := container(p, nil, dataSafe(keyBag(k), certBag(k)))
	requireKind(t, verdict.Malformed, b, "secret")
	store, err := pkcs12.Parse(b, "secret", pkcs12.Options{InsecureSkipMAC: true})
	require.NoError(t, err)
	requireEntry(t, k, store.Entries[0])
}

// Without the MAC, whatever decryption yields tells a wrong password, also when the padding looks right by chance.
func TestSkipMAC(t *testing.T) {
	k, p := identities()[0], passOf("secret")
	skip := pkcs12.Options{InsecureSkipMAC: true}
	for _, e := range encryptions() {
		b := container(p, sha1MAC, dataSafe(shroudedBag(e, p, k.pkcs8), certBag(k)))
		b[len(b)-1-len(octets(testSalt))-5] ^= 1 // in the MAC
		store, err := pkcs12.Parse(b, "secret", skip)
		require.NoError(t, err)
		requireEntry(t, k, store.Entries[0])
		for i := range 300 {
			store, err := pkcs12.Parse(b, fmt.Sprint("wrong", i), skip)
			requireRefused(t, store, err)
			require.ErrorIs(t, err, pkcs12.ErrPassword)
		}
	}
}

func TestTruncation(t *testing.T) {
	b := good(t)
	for n := range b {
		store, err := parse(b[:n], "secret")
		requireRefused(t, store, err)
		require.ErrorIs(t, err, verdict.Malformed)
	}
	requireKind(t, verdict.Malformed, append(bytes.Clone(b), 0), "secret")
	requireKind(t, verdict.Malformed, nil, "secret")
}

// Iteration bombs, in each place that has a count. The limit itself is fine.
func TestIterations(t *testing.T) {
	k, p := identities()[0], passOf("secret")
	limit := pkcs12.Options{MaxIterations: testIterations}
	places := map[string]func(iterations string) []byte{
		"mac": func(n string) []byte {
			return container(p, plainMAC(oid.SHA1, sha1.New, n), dataSafe(keyBag(k), certBag(k)))
		},
		"pbmac1": func(n string) []byte {
			mac := pbmac1With(pbkdf2ID(n, hmacID("9"), integer("32")), hmacID("9"), sha256.New, sha256.New, 32, octets(nil))
			return container(p, mac, dataSafe(keyBag(k), certBag(k)))
		},
	}
	for _, e := range encryptions() {
		places[e.name+"/key"] = func(n string) []byte {
			e.iterations = n
			return container(p, sha1MAC, dataSafe(shroudedBag(e, p, k.pkcs8), certBag(k)))
		}
		places[e.name+"/certificate"] = func(n string) []byte {
			e.iterations = n
			return container(p, sha1MAC, dataSafe(keyBag(k)), encryptedSafe(e, p, certBag(k)))
		}
	}
	for name, place := range places {
		t.Run(name, func(t *testing.T) {
			_, err := pkcs12.Parse(place("3"), "secret", limit)
			require.NoError(t, err)
			_, err = pkcs12.Parse(place("3"), "secret", pkcs12.Options{MaxIterations: 2})
			require.ErrorIs(t, err, verdict.LimitExceeded)
			for _, n := range []string{"0", "-1", "-128", "-9223372036854775808"} {
				requireKind(t, verdict.Malformed, place(n), "secret")
			}
			for _, n := range []string{
				"1000001", "2147483647", "2147483648", "4294967297", "9223372036854775807", "18446744073709551617",
				"1" + strings.Repeat("0", 200),
			} {
				requireKind(t, verdict.LimitExceeded, place(n), "secret")
			}
		})
	}
}

// A MAC whose count is absent has one iteration, and PBMAC1 ignores the count of MacData.
func TestIterationsOfMacData(t *testing.T) {
	k, p := identities()[0], passOf("secret")
	for _, rest := range [][][]byte{{octets(nil)}, {octets(nil), integer("0")}, {octets(testSalt), integer("2147483647")}} {
		mac := pbmac1(hmacID("9"), hmacID("9"), sha256.New, sha256.New, 32, rest...)
		_, err := parse(container(p, mac, dataSafe(keyBag(k), certBag(k))), "secret")
		require.NoError(t, err)
	}
}

// Many derivations, each within the limit, may not add up without end.
func TestIterationsTogether(t *testing.T) {
	k, p := identities()[0], passOf("secret")
	e := encryptions()[0]
	var bags [][]byte
	for range 20 {
		bags = append(bags, shroudedBag(e, p, k.pkcs8))
	}
	b := container(p, sha1MAC, dataSafe(append(bags, certBag(k))...))
	_, err := pkcs12.Parse(b, "secret", pkcs12.Options{MaxIterations: testIterations})
	require.ErrorIs(t, err, verdict.LimitExceeded)
	store, err := parse(b, "secret")
	require.NoError(t, err)
	require.Len(t, store.Entries, 20)
}

func TestOptions(t *testing.T) {
	store, err := pkcs12.Parse(good(t), "secret", pkcs12.Options{MaxIterations: -1})
	requireRefused(t, store, err)
	require.ErrorIs(t, err, verdict.KindMisuse)
}

func TestLimits(t *testing.T) {
	k, p := identities()[0], passOf("secret")
	in := func(bags ...[]byte) []byte { return container(p, sha1MAC, dataSafe(bags...)) }
	many := func(n int, b []byte) [][]byte { return slices.Repeat([][]byte{b}, n) }
	nested := func(depth int) []byte {
		list := seq(keyBag(k), certBag(k))
		for range depth - 1 {
			list = seq(bag("6", list))
		}
		return container(p, sha1MAC, seq(id("1.2.840.113549.1.7.1"), explicit(octets(list))))
	}
	salt := func(n int) []byte {
		mac := func(p pass, authSafe []byte) []byte {
			s := bytes.Repeat([]byte{1}, n)
			key := referenceKDF(sha1.New, p.wide, s, 1, 3, sha1.Size)
			return seq(seq(seq(id(oid.SHA1), null()), octets(sum(sha1.New, key, authSafe))), octets(s))
		}
		return container(p, mac, dataSafe(keyBag(k), certBag(k)))
	}
	keyLength := func(n int) []byte {
		mac := pbmac1(hmacID("9"), hmacID("9"), sha256.New, sha256.New, n, octets(nil))
		return container(p, mac, dataSafe(keyBag(k), certBag(k)))
	}
	crl := bag("4", seq())
	for name, c := range map[string]struct{ inside, beyond []byte }{
		"bags":         {in(append(many(62, crl), keyBag(k), certBag(k))...), in(append(many(63, crl), keyBag(k), certBag(k))...)},
		"safes":        {container(p, sha1MAC, append(many(63, dataSafe()), dataSafe(keyBag(k), certBag(k)))...), container(p, sha1MAC, append(many(64, dataSafe()), dataSafe(keyBag(k), certBag(k)))...)},
		"nesting":      {nested(4), nested(5)},
		"salt":         {salt(256), salt(257)},
		"key-length":   {keyLength(512), keyLength(513)},
		"name":         {in(keyBag(k, friendlyName(strings.Repeat("a", 1024))), certBag(k)), in(keyBag(k, friendlyName(strings.Repeat("a", 1025))), certBag(k))},
		"key-id":       {in(keyBag(k, localKeyID(strings.Repeat("a", 2048))), certBag(k)), in(keyBag(k, localKeyID(strings.Repeat("a", 2049))), certBag(k))},
		"size":         {sized(t, p, k, 1<<20), sized(t, p, k, 1<<20+1)},
		"ber-nesting":  {good(t), slices.Concat(bytes.Repeat([]byte{0x30, 0x80}, 1000), make([]byte, 2000))},
		"safe-nesting": {good(t), containerOver(p, sha1MAC, slices.Concat(bytes.Repeat([]byte{0x30, 0x80}, 1000), make([]byte, 2000)))},
		"decrypted-nesting": {good(t), container(p, sha1MAC, encryptedSafeOver(encryptions()[0], p,
			slices.Concat(bytes.Repeat([]byte{0x24, 0x80}, 1000), make([]byte, 2000))))},
		"private-key": {good(t), in(bag("1", seq(octets(make([]byte, 16_384)))), certBag(k))},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parse(c.inside, "secret")
			require.NoError(t, err)
			requireKind(t, verdict.LimitExceeded, c.beyond, "secret")
		})
	}
}

// sized makes a container of exactly n octets.
func sized(t *testing.T, p pass, k identity, n int) []byte {
	t.Helper()
	fill := 0
	for {
		b := container(p, sha1MAC, dataSafe(keyBag(k), certBag(k), bag("5", octets(make([]byte, fill)))))
		if len(b) == n {
			return b
		}
		fill += n - len(b)
	}
}

func TestSaltAndKeyLength(t *testing.T) {
	k, p := identities()[0], passOf("secret")
	empty := func(p pass, authSafe []byte) []byte {
		key := referenceKDF(sha1.New, p.wide, nil, 1, 3, sha1.Size)
		return seq(seq(seq(id(oid.SHA1), null()), octets(sum(sha1.New, key, authSafe))), octets(nil))
	}
	requireKind(t, verdict.Malformed, container(p, empty, dataSafe(keyBag(k), certBag(k))), "secret")
	// RFC 9579: the key length must be given, and be 20 at least.
	short := pbmac1(hmacID("9"), hmacID("9"), sha256.New, sha256.New, 19, octets(nil))
	requireKind(t, verdict.Malformed, container(p, short, dataSafe(keyBag(k), certBag(k))), "secret")
	absent := pbmac1With(pbkdf2ID("3", hmacID("9")), hmacID("9"), sha256.New, sha256.New, 32, octets(nil))
	requireKind(t, verdict.Malformed, container(p, absent, dataSafe(keyBag(k), certBag(k))), "secret")
	// A key length that is not that of the cipher.
	other := pbes2("", hmacID("9"), sha256.New, "2.16.840.1.101.3.4.1.42", 32, 16, integer("16"))
	requireKind(t, verdict.Malformed, container(p, sha1MAC, dataSafe(keyBag(k)), encryptedSafe(other, p, certBag(k))), "secret")
}

func TestUnsupported(t *testing.T) {
	k, p := identities()[0], passOf("secret")
	e := encryptions()[7]
	with := func(identifier []byte) []byte {
		e := e
		e.identifier = func(string) []byte { return identifier }
		return container(p, sha1MAC, dataSafe(keyBag(k)), encryptedSafe(e, p, certBag(k)))
	}
	aes := seq(id("2.16.840.1.101.3.4.1.42"), octets(make([]byte, 16)))
	for name, b := range map[string][]byte{
		"signed-data":    seq(integer("3"), seq(id("1.2.840.113549.1.7.2"), explicit(seq()))),
		"enveloped-data": container(p, sha1MAC, seq(id("1.2.840.113549.1.7.3"), explicit(seq()))),
		"md5-mac":        container(p, plainMAC(oid.MD5, sha1.New, "3"), dataSafe()),
		"bag":            container(p, sha1MAC, dataSafe(bag("7", seq()))),
		"sdsi":           container(p, sha1MAC, dataSafe(bag("3", seq(id("1.2.840.113549.1.9.22.2"), explicit(tlv(0x16)))))),
		"rc4":            with(seq(id("1.2.840.113549.1.12.1.1"), seq(octets(testSalt), integer("3")))),
		"scrypt":         with(seq(id("1.2.840.113549.1.5.13"), seq(seq(id("1.3.6.1.4.1.11591.4.11"), seq()), aes))),
		"prf":            with(seq(id("1.2.840.113549.1.5.13"), seq(pbkdf2ID("3", hmacID("12")), aes))),
		"des":            with(seq(id("1.2.840.113549.1.5.13"), seq(pbkdf2ID("3", hmacID("9")), seq(id("1.3.14.3.2.7"), octets(make([]byte, 8)))))),
	} {
		t.Run(name, func(t *testing.T) { requireKind(t, verdict.UnsupportedAlgorithm, b, "secret") })
	}
}

// Padding other than that of RFC 8018, behind a good MAC.
func TestPadding(t *testing.T) {
	k, p := identities()[0], passOf("secret")
	for name, pad := range map[string]func(b []byte, size int) []byte{
		"zero":     func(b []byte, size int) []byte { b = rightPad(b, size); b[len(b)-1] = 0; return b },
		"too-long": func(b []byte, size int) []byte { b = rightPad(b, size); b[len(b)-1] = byte(size + 1); return b },
		"unequal": func(b []byte, size int) []byte {
			b = rightPad(append(bytes.Clone(b), 0), size)
			b[len(b)-2] ^= 1
			return b
		},
		"two-block": func(b []byte, size int) []byte {
			return append(rightPad(b, size), bytes.Repeat([]byte{byte(size)}, size)...)
		},
		"none": func(b []byte, size int) []byte { return bytes.Clone(b[:len(b)/size*size]) },
		"ascending": func(b []byte, size int) []byte {
			b = rightPad(b, size)
			copy(b[len(b)-6:], "\x01\x02\x03\x04\x05\x06")
			return b
		},
	} {
		for _, e := range []encryption{encryptions()[0], encryptions()[7]} {
			e.pad = pad
			t.Run(name+"/"+e.name, func(t *testing.T) {
				b := container(p, sha1MAC, dataSafe(shroudedBag(e, p, k.pkcs8), certBag(k)))
				requireKind(t, verdict.Malformed, b, "secret")
			})
		}
	}
	e := encryptions()[0]
	for _, n := range []int{0, 1, 7, 9} {
		b := bag("2", seq(e.identifier("3"), octets(make([]byte, n))))
		requireKind(t, verdict.Malformed, container(p, sha1MAC, dataSafe(b, certBag(k))), "secret")
	}
}

func TestBER(t *testing.T) {
	k, p := identities()[0], passOf("secret")
	e := encryptions()[3]
	eoc := []byte{0, 0}
	indefinite := func(tag byte, parts ...[]byte) []byte {
		return slices.Concat([]byte{tag, 0x80}, bytes.Join(parts, nil), eoc)
	}
	chunks := func(tag byte, b []byte) []byte {
		parts := [][]byte{}
		for c := range slices.Chunk(b, 7) {
			parts = append(parts, octets(c))
		}
		return indefinite(tag, parts...)
	}
	bags := indefinite(0x30, certBag(k, localKeyID("1")))
	identifier, ciphertext := e.encrypt(p, bags)
	encrypted := func(content []byte) []byte {
		return indefinite(0x30, id("1.2.840.113549.1.7.6"), indefinite(0xa0, indefinite(0x30, integer("0"),
			indefinite(0x30, id("1.2.840.113549.1.7.1"), identifier, content))))
	}
	clear := indefinite(0x30, id("1.2.840.113549.1.7.1"), indefinite(0xa0, chunks(0x24, indefinite(0x30, keyBag(k, localKeyID("1"))))))
	for name, content := range map[string][]byte{
		"primitive":    tlv(0x80, ciphertext),
		"one-chunk":    indefinite(0xa0, octets(ciphertext)),
		"chunks":       chunks(0xa0, ciphertext),
		"nested-chunk": indefinite(0xa0, chunks(0x24, ciphertext[:16]), octets(ciphertext[16:]), octets(nil)),
		"definite":     tlv(0xa0, octets(ciphertext[:5]), octets(ciphertext[5:])),
	} {
		t.Run(name, func(t *testing.T) {
			authSafe := indefinite(0x30, clear, encrypted(content))
			b := indefinite(0x30, integer("3"),
				indefinite(0x30, id("1.2.840.113549.1.7.1"), indefinite(0xa0, chunks(0x24, authSafe))), sha1MAC(p, authSafe))
			store, err := parse(b, "secret")
			require.NoError(t, err)
			requireEntry(t, k, store.Entries[0])
		})
	}
	bad := indefinite(0x30, clear, encrypted(indefinite(0xa0, tlv(0x0c, ciphertext))))
	requireKind(t, verdict.Malformed, containerOver(p, sha1MAC, bad), "secret")
}

func TestPairing(t *testing.T) {
	p := passOf("secret")
	a, b, c := identities()[0], identities()[1], identities()[2]
	one, two := localKeyID("1"), localKeyID("2")
	for name, test := range map[string]struct {
		bags  [][]byte
		keys  []identity
		chain []identity
	}{
		"by-id":                    {[][]byte{keyBag(a, one), certBag(a, one)}, []identity{a}, nil},
		"by-public-key":            {[][]byte{keyBag(a), certBag(b), certBag(a), certBag(c)}, []identity{a}, []identity{b, c}},
		"id-on-key-only":           {[][]byte{keyBag(a, one), certBag(a)}, []identity{a}, nil},
		"id-on-certificate-only":   {[][]byte{keyBag(a), certBag(a, one)}, []identity{a}, nil},
		"different-ids":            {[][]byte{keyBag(a, one), certBag(a, two)}, []identity{a}, nil},
		"certificate-first":        {[][]byte{certBag(b), certBag(a, one), keyBag(a, one)}, []identity{a}, []identity{b}},
		"id-on-chain-too":          {[][]byte{keyBag(a, one), certBag(b, one), certBag(a, one)}, []identity{a}, []identity{b}},
		"certificate-twice":        {[][]byte{keyBag(a, one), certBag(a, one), certBag(a)}, []identity{a}, nil},
		"several-keys":             {[][]byte{keyBag(b, two), keyBag(a, one), certBag(a, one), certBag(c), certBag(b, two)}, []identity{b, a}, []identity{c}},
		"same-key-twice":           {[][]byte{keyBag(a, one), keyBag(a, two), certBag(a, one)}, []identity{a, a}, nil},
		"certificates-only":        {[][]byte{certBag(a), certBag(b)}, nil, []identity{a, b}},
		"nothing":                  {nil, nil, nil},
		"nested":                   {[][]byte{bag("6", seq(keyBag(a), bag("6", seq(certBag(a)))))}, []identity{a}, nil},
		"crl-and-secret":           {[][]byte{bag("4", seq()), keyBag(a), bag("5", null()), certBag(a)}, []identity{a}, nil},
		"empty-id-is-no-id":        {[][]byte{keyBag(a, localKeyID("")), certBag(b, localKeyID("")), certBag(a)}, []identity{a}, []identity{b}},
		"attributes-without-sense": {[][]byte{keyBag(a, attribute("99", null(), integer("5")), attribute("98")), certBag(a)}, []identity{a}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			store, err := parse(container(p, sha1MAC, dataSafe(test.bags...)), "secret")
			require.NoError(t, err)
			require.Len(t, store.Entries, len(test.keys))
			for i, k := range test.keys {
				requireEntry(t, k, store.Entries[i])
			}
			require.Len(t, store.Certificates, len(test.chain))
			for i, k := range test.chain {
				require.Equal(t, k.cert, store.Certificates[i].Raw)
			}
		})
	}
	for name, bags := range map[string][][]byte{
		"other-certificate":         {keyBag(a, one), certBag(b, one)},
		"other-certificate-no-id":   {keyBag(a), certBag(b)},
		"swapped":                   {keyBag(a, one), keyBag(b, two), certBag(b, one), certBag(a, two)},
		"right-one-under-other-id":  {keyBag(a, one), certBag(b, one), certBag(a, two)},
		"second-key-without":        {keyBag(a, one), keyBag(b, two), certBag(a, one)},
		"key-only":                  {keyBag(a, one)},
		"garbage-key":               {bag("1", seq(integer("0"))), certBag(a)},
		"garbage-certificate":       {keyBag(a), bag("3", seq(id("1.2.840.113549.1.9.22.1"), explicit(octets(seq()))))},
		"two-keys-in-one-bag":       {bag("1", slices.Concat(a.pkcs8, a.pkcs8)), certBag(a)},
		"key-is-a-string":           {bag("1", octets(a.pkcs8)), certBag(a)},
		"name-twice":                {keyBag(a, friendlyName("x"), friendlyName("y")), certBag(a)},
		"name-of-two-values":        {keyBag(a, attribute("20", tlv(0x1e, []byte("\x00x")), tlv(0x1e, []byte("\x00y")))), certBag(a)},
		"name-of-no-value":          {keyBag(a, attribute("20")), certBag(a)},
		"name-of-odd-length":        {keyBag(a, attribute("20", tlv(0x1e, []byte("\x00x\x00")))), certBag(a)},
		"name-with-half-a-pair":     {keyBag(a, attribute("20", tlv(0x1e, []byte("\xd8\x3d")))), certBag(a)},
		"name-in-utf8":              {keyBag(a, attribute("20", tlv(0x0c, []byte("xx")))), certBag(a)},
		"id-is-an-integer":          {keyBag(a, attribute("21", integer("1"))), certBag(a)},
		"attributes-in-a-sequence":  {seq(id("1.2.840.113549.1.12.10.1.1"), explicit(a.pkcs8), seq(one)), certBag(a)},
		"nested-in-an-octet-string": {bag("6", octets(seq(keyBag(a), certBag(a))))},
	} {
		t.Run(name, func(t *testing.T) {
			requireKind(t, verdict.Malformed, container(p, sha1MAC, dataSafe(bags...)), "secret")
		})
	}
}

func TestAlias(t *testing.T) {
	k, p := identities()[0], passOf("secret")
	key, own := localKeyID("\x0f\xf0"), localKeyID("\xab")
	for name, test := range map[string]struct {
		key, own     [][]byte
		alias, keyID string
	}{
		"key-name":         {[][]byte{friendlyName("Кілт 😀"), key}, [][]byte{friendlyName("cert"), key}, "Кілт 😀", "\x0f\xf0"},
		"certificate-name": {[][]byte{key}, [][]byte{friendlyName("cert"), key}, "cert", "\x0f\xf0"},
		"id":               {[][]byte{key}, [][]byte{key}, "0ff0", "\x0f\xf0"},
		"certificate-id":   {nil, [][]byte{own}, "ab", "\xab"},
		"empty-name":       {[][]byte{friendlyName(""), key}, nil, "0ff0", "\x0f\xf0"},
		"none":             {nil, nil, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			store, err := parse(container(p, sha1MAC, dataSafe(keyBag(k, test.key...), certBag(k, test.own...))), "secret")
			require.NoError(t, err)
			require.Equal(t, test.alias, store.Entries[0].Alias)
			require.Equal(t, test.keyID, string(store.Entries[0].KeyID))
		})
	}
}

func TestOtherVersions(t *testing.T) {
	k, p := identities()[0], passOf("secret")
	authSafe := seq(dataSafe(keyBag(k), certBag(k)))
	for _, version := range []string{"0", "1", "2", "4", "-3", "259", "18446744073709551619"} {
		b := seq(integer(version), seq(id("1.2.840.113549.1.7.1"), explicit(octets(authSafe))), sha1MAC(p, authSafe))
		requireKind(t, verdict.Malformed, b, "secret")
	}
	_, err := parse(k.cert, "secret")
	require.EqualError(t, err, "pkcs12: not a PKCS #12 container")
}

// The Store shares no memory with the input or, through PKCS8, with the caller.
func TestAliasing(t *testing.T) {
	b, k := good(t), identities()[0]
	store, err := parse(b, "secret")
	require.NoError(t, err)
	clear(b)
	clear(store.Entries[0].PKCS8())
	requireEntry(t, k, store.Entries[0])
	require.Equal(t, "1", string(store.Entries[0].KeyID))
	again, err := cert.MarshalPrivateKey(store.Entries[0].Key)
	require.NoError(t, err)
	require.Equal(t, k.pkcs8, again)
}

func TestPrintingHidesKeys(t *testing.T) {
	store, err := parse(good(t), "secret")
	require.NoError(t, err)
	e := store.Entries[0]
	const want = "pkcs12.Entry{KeyID: 31}"
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%10v"} {
		require.Equal(t, want, fmt.Sprintf(format, e))
		require.Equal(t, want, fmt.Sprintf(format, &e))
		require.Contains(t, fmt.Sprintf(format, store), want)
		require.Contains(t, fmt.Sprintf(format, store.Entries), want)
	}
	require.Equal(t, want, e.GoString())
	encoded, err := json.Marshal(e)
	require.NoError(t, err)
	require.Equal(t, `"`+want+`"`, string(encoded))
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "entry", e, "pointer", &e)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "entry", e, "pointer", &e)
	require.Equal(t, 4, strings.Count(log.String(), want))
}

// mutated runs do over every way to spoil one element of the tree: removed, emptied, doubled, with another tag,
// with an octet more or less inside.
func mutated(root *node, do func(what string, encoding []byte)) {
	root.each("", nil, func(path string, n, parent *node) {
		try := func(what string, change func()) {
			saved, savedParent := *n, node{}
			if parent != nil {
				savedParent = *parent
				savedParent.children = slices.Clone(parent.children)
			}
			change()
			do(path+" "+what, root.encode())
			*n = saved
			if parent != nil {
				*parent = savedParent
			}
		}
		if parent != nil {
			i := slices.Index(parent.children, n)
			try("removed", func() { parent.children = slices.Delete(slices.Clone(parent.children), i, i+1) })
			try("doubled", func() { parent.children = slices.Insert(slices.Clone(parent.children), i, n) })
		}
		try("emptied", func() { n.content, n.children, n.leaf = nil, nil, true })
		try("longer", func() { n.content, n.leaf = append(n.contents(), 0), true })
		try("shorter", func() { n.content, n.leaf = bytes.Clone(n.contents()[:max(0, len(n.contents())-1)]), true })
		for _, tag := range []byte{0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0c, 0x1e, 0x24, 0x30, 0x31, 0x80, 0x81, 0xa0, 0xa1} {
			if tag != n.tag {
				try(fmt.Sprintf("tagged %02x", tag), func() { n.tag = tag })
			}
		}
	})
}

// node is an element of a DER tree. OCTET STRINGs that hold the next layer have it as their child.
type node struct {
	tag      byte
	leaf     bool
	content  []byte
	children []*node
}

// tree reads the tree of b, going into the given strings too but not into certificates and keys.
func tree(b []byte, opaque ...[]byte) *node {
	nodes := trees(b, opaque)
	if len(nodes) != 1 {
		panic("one element expected")
	}
	return nodes[0]
}

func trees(b []byte, opaque [][]byte) []*node {
	var nodes []*node
	for len(b) > 0 {
		header, length := 2, int(b[1])
		if b[1] >= 0x80 {
			header, length = 2+int(b[1]&0x7f), 0
			for _, c := range b[2:header] {
				length = length<<8 | int(c)
			}
		}
		n := &node{tag: b[0], content: b[header : header+length]}
		isOpaque := slices.ContainsFunc(opaque, func(o []byte) bool { return bytes.Equal(o, b[:header+length]) })
		descends := n.tag&0x20 != 0 || n.tag == 0x04 && length > 100 && n.content[0] == 0x30 &&
			!slices.ContainsFunc(opaque, func(o []byte) bool { return bytes.Equal(o, n.content) })
		if n.leaf = isOpaque || !descends; !n.leaf {
			n.children = trees(n.content, opaque)
		}
		nodes = append(nodes, n)
		b = b[header+length:]
	}
	return nodes
}

func (n *node) contents() []byte {
	if n.leaf {
		return bytes.Clone(n.content)
	}
	var b []byte
	for _, child := range n.children {
		b = append(b, child.encode()...)
	}
	return b
}

func (n *node) encode() []byte { return tlv(n.tag, n.contents()) }

func (n *node) each(path string, parent *node, do func(path string, n, parent *node)) {
	path = fmt.Sprintf("%s/%02x", path, n.tag)
	do(path, n, parent)
	if n.leaf {
		return
	}
	for i, child := range n.children {
		child.each(fmt.Sprintf("%s.%d", path, i), n, do)
	}
}

// What may change and still be a container: attributes of bags, which are optional; whole bags and safes, as long as
// each key keeps a certificate; NULL parameters, which may be absent; and in MacData what PBMAC1 does not use.
var (
	harmlessInside  = regexp.MustCompile(`30\.2/31|^/30(\.\d/30)? (emptied|removed|doubled)$|/04\.0/30(\.\d/30)? (emptied|removed|doubled)$|` + absentNULL)
	harmlessOutside = regexp.MustCompile(`^pbmac1-\S+ /30\.2/30\.(1/04|2/02) |` + absentNULL)
)

const absentNULL = `/05 (removed|emptied|shorter)$`

// Every field of a good container removed, emptied, doubled, retagged: first those under the MAC, with the MAC
// made anew so that the reader gets to see them, then those around it.
func TestMutations(t *testing.T) {
	a, b, p := identities()[0], identities()[1], passOf("secret")
	pbe, aes := encryptions()[3], encryptions()[7]
	authSafe := seq(
		dataSafe(keyBag(a, friendlyName("a"), localKeyID("1")), certBag(a, localKeyID("1")), shroudedBag(aes, p, b.pkcs8, localKeyID("2"))),
		encryptedSafe(pbe, p, certBag(b, localKeyID("2"))))
	opaque := [][]byte{a.pkcs8, a.cert, b.cert}
	t.Run("inside", func(t *testing.T) {
		total, accepted := 0, 0
		mutated(tree(authSafe, opaque...), func(what string, encoding []byte) {
			total++
			store, err := parse(containerOver(p, sha1MAC, encoding), "secret")
			if err != nil {
				requireRefused(t, store, err)
				require.NotErrorIs(t, err, pkcs12.ErrPassword, what)
				return
			}
			accepted++
			require.Regexp(t, harmlessInside, what)
			requireMatching(t, store)
		})
		require.Greater(t, total, 1000)
		require.Positive(t, accepted)
	})
	t.Run("outside", func(t *testing.T) {
		for name, mac := range macs() {
			mutated(tree(containerOver(p, mac, authSafe), octets(authSafe)), func(what string, encoding []byte) {
				store, err := parse(encoding, "secret")
				if err == nil {
					require.Regexp(t, harmlessOutside, name+" "+what)
					requireMatching(t, store)
					return
				}
				requireRefused(t, store, err)
			})
		}
	})
}

func requireMatching(t *testing.T, store *pkcs12.Store) {
	t.Helper()
	for _, e := range store.Entries {
		public := e.Certificate.PublicKey.Crypto().(interface{ Equal(crypto.PublicKey) bool })
		require.True(t, public.Equal(e.Key.Public()))
	}
}

// No error tells anything of the password or the key.
func TestErrorsTellNoSecret(t *testing.T) {
	const password = "Qwerty-secret-12"
	k, p := identities()[0], passOf(password)
	e := encryptions()[7]
	authSafe := seq(dataSafe(shroudedBag(e, p, k.pkcs8)), encryptedSafe(e, p, certBag(k)))
	check := func(err error) {
		for ; err != nil; err = errors.Unwrap(err) {
			require.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), password)
		}
	}
	mutated(tree(authSafe), func(_ string, encoding []byte) {
		_, err := parse(containerOver(p, sha1MAC, encoding), password)
		check(err)
	})
	_, err := parse(container(p, sha1MAC, authSafe), password+"x")
	check(err)
}

// Two containers of OpenSSL with one key: PBES2, and the ciphers of the national files.
func TestSamples(t *testing.T) {
	var keys []string
	for _, name := range []string{"pbes2", "legacy"} {
		data, err := os.ReadFile("testdata/test-only-" + name + ".p12")
		require.NoError(t, err)
		store, err := parse(data, "Qwerty12")
		require.NoError(t, err)
		require.Len(t, store.Entries, 1)
		require.Equal(t, "test only", store.Entries[0].Alias)
		require.Len(t, store.Entries[0].KeyID, sha1.Size)
		keys = append(keys, string(store.Entries[0].PKCS8()))
		requireKind(t, pkcs12.ErrPassword, data, "qwerty12")
	}
	require.Equal(t, keys[0], keys[1])
}
