package pkcs12_test

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"math/big"
	"math/bits"
	"sync"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/internal/oid"
)

// A writer of containers for tests, made of other parts than the reader: plain octets, math/big in the key
// derivation, an encrypting RC2. It writes wrong things as readily as right ones.

// tlv writes an element in DER; the identifier octet and the contents are what the caller says.
func tlv(tag byte, parts ...[]byte) []byte {
	content := bytes.Join(parts, nil)
	var length []byte
	switch n := len(content); {
	case n < 0x80:
		length = []byte{byte(n)}
	case n < 0x100:
		length = []byte{0x81, byte(n)}
	case n < 0x10000:
		length = []byte{0x82, byte(n >> 8), byte(n)}
	default:
		length = []byte{0x83, byte(n >> 16), byte(n >> 8), byte(n)}
	}
	return bytes.Join([][]byte{{tag}, length, content}, nil)
}

func seq(parts ...[]byte) []byte      { return tlv(0x30, parts...) }
func set(parts ...[]byte) []byte      { return tlv(0x31, parts...) }
func octets(b []byte) []byte          { return tlv(0x04, b) }
func explicit(parts ...[]byte) []byte { return tlv(0xa0, parts...) }
func id(dotted oid.OID) []byte        { return tlv(0x06, dotted.Content()) }
func null() []byte                    { return []byte{5, 0} }

// integer writes a decimal number of any size.
func integer(decimal string) []byte {
	n, ok := new(big.Int).SetString(decimal, 10)
	if !ok {
		panic(decimal)
	}
	if n.Sign() < 0 {
		return tlv(0x02, minimal(binary.BigEndian.AppendUint64(nil, uint64(n.Int64()))))
	}
	return tlv(0x02, minimal(append([]byte{0}, n.Bytes()...)))
}

func minimal(b []byte) []byte {
	for len(b) > 1 && (b[0] == 0 && b[1] < 0x80 || b[0] == 0xff && b[1] >= 0x80) {
		b = b[1:]
	}
	return b
}

// referenceKDF is RFC 7292, Appendix B.2 with numbers for the blocks.
func referenceKDF(h func() hash.Hash, password, salt []byte, iterations int, purpose byte, length int) []byte {
	v := h().BlockSize()
	fill := func(b []byte) []byte {
		if len(b) == 0 {
			return nil
		}
		n := (len(b) + v - 1) / v * v
		return bytes.Repeat(b, n/len(b)+1)[:n]
	}
	I := bytes.Join([][]byte{fill(salt), fill(password)}, nil)
	var out []byte
	for len(out) < length {
		sum := append(bytes.Repeat([]byte{purpose}, v), I...)
		for range iterations {
			d := h()
			d.Write(sum)
			sum = d.Sum(nil)
		}
		out = append(out, sum...)
		B := new(big.Int).SetBytes(bytes.Repeat(sum, v/len(sum)+1)[:v])
		modulus := new(big.Int).Lsh(big.NewInt(1), uint(8*v))
		for i := 0; i < len(I); i += v {
			block := new(big.Int).SetBytes(I[i : i+v])
			block.Add(block, B).Add(block, big.NewInt(1)).Mod(block, modulus)
			block.FillBytes(I[i : i+v])
		}
	}
	return out[:length]
}

// pass is a password in the two forms: UTF-16 with its end, and UTF-8.
type pass struct {
	wide []byte
	utf8 string
}

func passOf(text string) pass {
	var wide []byte
	for _, u := range utf16.Encode([]rune(text)) {
		wide = binary.BigEndian.AppendUint16(wide, u)
	}
	return pass{append(wide, 0, 0), text}
}

// encryptingRC2 is RFC 2268, Section 3, with the key expansion of Section 2.
type encryptingRC2 [64]uint16

func newEncryptingRC2(key []byte, effectiveBits int) *encryptingRC2 {
	L := make([]byte, 128)
	copy(L, key)
	for i := len(key); i < 128; i++ {
		L[i] = piTable[(int(L[i-1])+int(L[i-len(key)]))%256]
	}
	T8 := (effectiveBits + 7) / 8
	L[128-T8] = piTable[L[128-T8]&byte(0xff>>(8*T8-effectiveBits))]
	for i := 127 - T8; i >= 0; i-- {
		L[i] = piTable[L[i+1]^L[i+T8]]
	}
	c := new(encryptingRC2)
	for i := range c {
		c[i] = binary.LittleEndian.Uint16(L[2*i:])
	}
	return c
}

func (c *encryptingRC2) BlockSize() int          { return 8 }
func (c *encryptingRC2) Decrypt(dst, src []byte) { panic("not here") }
func (c *encryptingRC2) Encrypt(dst, src []byte) {
	var R [4]uint16
	for i := range R {
		R[i] = binary.LittleEndian.Uint16(src[2*i:])
	}
	for round, j := 0, 0; round < 16; round++ {
		for i, s := range []int{1, 2, 3, 5} {
			R[i] += c[j] + R[(i+3)%4]&R[(i+2)%4] + ^R[(i+3)%4]&R[(i+1)%4]
			R[i] = bits.RotateLeft16(R[i], s)
			j++
		}
		if round == 4 || round == 10 {
			for i := range R {
				R[i] += c[R[(i+3)%4]&63]
			}
		}
	}
	for i := range R {
		binary.LittleEndian.PutUint16(dst[2*i:], R[i])
	}
}

// piTable is PITABLE of RFC 2268 once more, as the RFC prints it.
var piTable = func() []byte {
	b, err := hex.DecodeString("" +
		"d978f9c419ddb5ed28e9fd794aa0d89d" + "c67e37832b76538e624c6488448bfba2" +
		"179a59f587b34f1361456d8d09817d32" + "bd8f40eb86b77b0bf09521225c6b4e82" +
		"54d66593ce60b21c7356c014a78cf1dc" + "1275ca1f3bbee4d1423dd430a33cb626" +
		"6fbf0eda4669075727f21d9bbc944303" + "f811c7f690ef3ee706c3d52fc8661ed7" +
		"08e8eade8052eef784aa72ac354d6a2a" + "961ad2715a1549744b9fd05e0418a4ec" +
		"c2e0416e0f51cbcc2491af50a1f47039" + "997c3a8523b8b47afc02365b25559731" +
		"2d5dfa98e38a92ae05df2910676cbac9" +
		"d300e6cfe19ea82c6316013f58e289a9" + "0d38341bab33ffb0bb480c5fb9b1cd2e" +
		"c5f3db47e5a59c770aa62068fe7fc1ad")
	if err != nil || len(b) != 256 {
		panic("bad PITABLE")
	}
	return b
}()

var testSalt = []byte("\x01salt for tests\xff")

// encryption is a scheme of password-based encryption as the writer uses it.
type encryption struct {
	name       string
	iterations string // as written; the work is done with the number it says
	identifier func(iterations string) []byte
	mode       func(p pass) cipher.BlockMode
	pad        func(b []byte, blockSize int) []byte // nil: as it should be
}

const testIterations = 3

func pbe(name string, dotted oid.OID, keyLength int, block func(key []byte) cipher.Block) encryption {
	return encryption{
		name: name, iterations: "3",
		identifier: func(iterations string) []byte {
			return seq(id(dotted), seq(octets(testSalt), integer(iterations)))
		},
		mode: func(p pass) cipher.BlockMode {
			key := referenceKDF(sha1.New, p.wide, testSalt, testIterations, 1, keyLength)
			iv := referenceKDF(sha1.New, p.wide, testSalt, testIterations, 2, 8)
			return cipher.NewCBCEncrypter(block(key), iv)
		},
	}
}

// pbes2 makes PBES2 with PBKDF2; more stands between iteration count and PRF.
func pbes2(name string, prf []byte, newHash func() hash.Hash, dotted oid.OID, keyLength, ivLength int, more ...[]byte) encryption {
	iv := bytes.Repeat([]byte{7}, ivLength)
	return encryption{
		name: name, iterations: "3",
		identifier: func(iterations string) []byte {
			return seq(id("1.2.840.113549.1.5.13"), seq(
				pbkdf2ID(iterations, prf, more...),
				seq(id(dotted), octets(iv))))
		},
		mode: func(p pass) cipher.BlockMode {
			key, err := pbkdf2.Key(newHash, p.utf8, testSalt, testIterations, keyLength)
			must(err)
			block, err := aes.NewCipher(key)
			if ivLength == des.BlockSize {
				block, err = des.NewTripleDESCipher(key)
			}
			must(err)
			return cipher.NewCBCEncrypter(block, iv)
		},
	}
}

func pbkdf2ID(iterations string, prf []byte, more ...[]byte) []byte {
	fields := append([][]byte{octets(testSalt), integer(iterations)}, more...)
	return seq(id("1.2.840.113549.1.5.12"), seq(append(fields, prf)...))
}

func hmacID(n string) []byte { return seq(id(oid.OID("1.2.840.113549.2."+n)), null()) }

func tripleDES(key []byte) cipher.Block {
	if len(key) == 16 {
		key = append(bytes.Clone(key), key[:8]...)
	}
	block, err := des.NewTripleDESCipher(key)
	must(err)
	return block
}

func encryptions() []encryption {
	const aes128, aes192, aes256 = "2.16.840.1.101.3.4.1.2", "2.16.840.1.101.3.4.1.22", "2.16.840.1.101.3.4.1.42"
	return []encryption{
		pbe("3des-3", "1.2.840.113549.1.12.1.3", 24, tripleDES),
		pbe("3des-2", "1.2.840.113549.1.12.1.4", 16, tripleDES),
		pbe("rc2-128", "1.2.840.113549.1.12.1.5", 16, func(k []byte) cipher.Block { return newEncryptingRC2(k, 128) }),
		pbe("rc2-40", "1.2.840.113549.1.12.1.6", 5, func(k []byte) cipher.Block { return newEncryptingRC2(k, 40) }),
		pbes2("sha1-default-3des", nil, sha1.New, "1.2.840.113549.3.7", 24, 8),
		pbes2("sha1-aes128", hmacID("7"), sha1.New, aes128, 16, 16),
		pbes2("sha224-aes192", hmacID("8"), sha256.New224, aes192, 24, 16, integer("24")),
		pbes2("sha256-aes256", hmacID("9"), sha256.New, aes256, 32, 16),
		pbes2("sha384-aes256", hmacID("10"), sha512.New384, aes256, 32, 16),
		pbes2("sha512-aes256", hmacID("11"), sha512.New, aes256, 32, 16, integer("32")),
	}
}

func (e encryption) encrypt(p pass, plain []byte) (identifier, ciphertext []byte) {
	mode := e.mode(p)
	pad := e.pad
	if pad == nil {
		pad = rightPad
	}
	out := pad(plain, mode.BlockSize())
	mode.CryptBlocks(out, out)
	return e.identifier(e.iterations), out
}

func rightPad(b []byte, blockSize int) []byte {
	n := blockSize - len(b)%blockSize
	return append(bytes.Clone(b), bytes.Repeat([]byte{byte(n)}, n)...)
}

// A macWriter makes MacData over the AuthenticatedSafe; nil writes none.
type macWriter func(p pass, authSafe []byte) []byte

func plainMAC(dotted oid.OID, h func() hash.Hash, iterations ...string) macWriter {
	return func(p pass, authSafe []byte) []byte {
		n := 1
		fields := [][]byte{nil, octets(testSalt)}
		if len(iterations) > 0 {
			fields, n = append(fields, integer(iterations[0])), testIterations
		}
		key := referenceKDF(h, p.wide, testSalt, n, 3, h().Size())
		fields[0] = seq(seq(id(dotted), null()), octets(sum(h, key, authSafe)))
		return seq(fields...)
	}
}

func pbmac1(prf, scheme []byte, newPRF, h func() hash.Hash, keyLength int, rest ...[]byte) macWriter {
	return pbmac1With(pbkdf2ID("3", prf, integer(big.NewInt(int64(keyLength)).String())), scheme, newPRF, h, keyLength, rest...)
}

func pbmac1With(kdf, scheme []byte, newPRF, h func() hash.Hash, keyLength int, rest ...[]byte) macWriter {
	return func(p pass, authSafe []byte) []byte {
		key, err := pbkdf2.Key(newPRF, p.utf8, testSalt, testIterations, keyLength)
		must(err)
		digestInfo := seq(seq(id("1.2.840.113549.1.5.14"), seq(kdf, scheme)), octets(sum(h, key, authSafe)))
		return seq(append([][]byte{digestInfo}, rest...)...)
	}
}

func sum(h func() hash.Hash, key, message []byte) []byte {
	m := hmac.New(h, key)
	m.Write(message)
	return m.Sum(nil)
}

var sha1MAC = plainMAC(oid.SHA1, sha1.New, "3")

func macs() map[string]macWriter {
	return map[string]macWriter{
		"sha1":                   sha1MAC,
		"sha1-default-iteration": plainMAC(oid.SHA1, sha1.New),
		"sha224":                 plainMAC(oid.SHA224, sha256.New224, "3"),
		"sha256":                 plainMAC(oid.SHA256, sha256.New, "3"),
		"sha384":                 plainMAC(oid.SHA384, sha512.New384, "3"),
		"sha512":                 plainMAC(oid.SHA512, sha512.New, "3"),
		"pbmac1-256-256":         pbmac1(hmacID("9"), hmacID("9"), sha256.New, sha256.New, 32, octets(testSalt), integer("1")),
		"pbmac1-512-256":         pbmac1(hmacID("11"), hmacID("9"), sha512.New, sha256.New, 32, octets(testSalt), integer("2048")),
		"pbmac1-1-512":           pbmac1(nil, hmacID("11"), sha1.New, sha512.New, 20, octets(nil)),
	}
}

// container writes a PFX over safes.
func container(p pass, mac macWriter, safes ...[]byte) []byte {
	return containerOver(p, mac, seq(safes...))
}

func containerOver(p pass, mac macWriter, authSafe []byte) []byte {
	var macData []byte
	if mac != nil {
		macData = mac(p, authSafe)
	}
	return seq(integer("3"), seq(id("1.2.840.113549.1.7.1"), explicit(octets(authSafe))), macData)
}

func dataSafe(bags ...[]byte) []byte {
	return seq(id("1.2.840.113549.1.7.1"), explicit(octets(seq(bags...))))
}

func encryptedSafe(e encryption, p pass, bags ...[]byte) []byte {
	return encryptedSafeOver(e, p, seq(bags...))
}

func encryptedSafeOver(e encryption, p pass, plain []byte) []byte {
	identifier, ciphertext := e.encrypt(p, plain)
	return seq(id("1.2.840.113549.1.7.6"), explicit(seq(integer("0"),
		seq(id("1.2.840.113549.1.7.1"), identifier, tlv(0x80, ciphertext)))))
}

func bag(kind oid.OID, value []byte, attributes ...[]byte) []byte {
	if len(attributes) == 0 {
		return seq(id("1.2.840.113549.1.12.10.1."+kind), explicit(value))
	}
	return seq(id("1.2.840.113549.1.12.10.1."+kind), explicit(value), set(attributes...))
}

func keyBag(k identity, attributes ...[]byte) []byte { return bag("1", k.pkcs8, attributes...) }

func shroudedBag(e encryption, p pass, pkcs8 []byte, attributes ...[]byte) []byte {
	identifier, ciphertext := e.encrypt(p, pkcs8)
	return bag("2", seq(identifier, octets(ciphertext)), attributes...)
}

func certBag(k identity, attributes ...[]byte) []byte {
	return bag("3", seq(id("1.2.840.113549.1.9.22.1"), explicit(octets(k.cert))), attributes...)
}

func friendlyName(text string) []byte {
	p := passOf(text)
	return attribute("20", tlv(0x1e, p.wide[:len(p.wide)-2]))
}

func localKeyID(b string) []byte { return attribute("21", octets([]byte(b))) }

func attribute(n oid.OID, values ...[]byte) []byte {
	return seq(id("1.2.840.113549.1.9."+n), set(values...))
}

// identity is a key with a certificate, both small.
type identity struct {
	key   crypto.Signer
	pkcs8 []byte
	cert  []byte
}

var identities = sync.OnceValue(func() []identity {
	all := make([]identity, 3)
	for i := range all {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		must(err)
		pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
		must(err)
		name := pkix.Name{CommonName: "test only"}
		template := &x509.Certificate{
			SerialNumber: big.NewInt(int64(i + 1)), Subject: name, Issuer: name,
			NotBefore: time.Unix(1_700_000_000, 0), NotAfter: time.Unix(1_800_000_000, 0),
		}
		raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
		must(err)
		all[i] = identity{key, pkcs8, raw}
	}
	return all
})

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// good is the container that most tests start from: a key in the clear, its certificate encrypted.
func good(t testing.TB) []byte {
	t.Helper()
	k, p := identities()[0], passOf("secret")
	b := container(p, sha1MAC, dataSafe(keyBag(k, localKeyID("1"))), encryptedSafe(encryptions()[0], p, certBag(k, localKeyID("1"))))
	require.Less(t, len(b), 1500)
	return b
}
