package pkcs12

import (
	"crypto/sha1" // #nosec: what the files of the national PKI and of older tools are made with
	"crypto/sha256"
	"crypto/sha512"
	"hash"
	"math"
	"unicode/utf16"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
)

// password is one spelling of a password in the two forms that key derivations take.
type password struct {
	bmp  []byte // UTF-16, big-endian, with a terminating zero character: for RFC 7292, Appendix B
	utf8 string // for PBKDF2
}

// spellings returns the ways in which tools write the password: one, except for the empty password, which is the
// terminating zero character alone by RFC 7292, Appendix B.1, and no octets at all for some.
func spellings(text string) []password {
	if text == "" {
		return []password{{bmp: []byte{0, 0}}, {bmp: nil}}
	}
	return []password{{bmp: bmpString(text), utf8: text}}
}

// bmpString writes text as RFC 7292, Appendix B.1 wants passwords. Characters beyond the Basic Multilingual
// Plane, which no BMPString has, are written as surrogate pairs, as all tools do.
func bmpString(text string) []byte {
	units := utf16.Encode([]rune(text))
	b := make([]byte, 0, 2*len(units)+2)
	for _, u := range units {
		b = append(b, byte(u>>8), byte(u))
	}
	return append(b, 0, 0)
}

// What a derived key is for: the diversifier ID of RFC 7292, Appendix B.3.
const (
	forEncryption = 1
	forIV         = 2
	forMAC        = 3
)

// keyDerivation makes keys from passwords. Its parameters are within the limits. A purpose means something to
// pkcs12KDF only: PBKDF2 makes one key.
type keyDerivation interface {
	derive(r *reader, purpose byte, length int) ([]byte, error)
}

// pkcs12KDF is the key derivation of RFC 7292, Appendix B.
type pkcs12KDF struct {
	hash       func() hash.Hash
	salt       []byte
	iterations int
}

func (k pkcs12KDF) derive(r *reader, purpose byte, length int) ([]byte, error) {
	if err := r.spend(steps(k.iterations, length, k.hash().Size())); err != nil {
		return nil, err
	}
	return deriveKey(k.hash(), r.password.bmp, k.salt, k.iterations, purpose, length), nil
}

// steps is what a derivation costs: its iteration count for each hash output that it makes.
func steps(iterations, length, hashSize int) int {
	return saturatingProduct(iterations, (length+hashSize-1)/hashSize)
}

func saturatingProduct(a, b int) int {
	if b != 0 && a > math.MaxInt/b {
		return math.MaxInt
	}
	return a * b
}

// deriveKey makes length octets for the purpose. The steps and letters are those of RFC 7292, Appendix B.2.
func deriveKey(h hash.Hash, password, salt []byte, iterations int, purpose byte, length int) []byte {
	v := h.BlockSize()
	// 1. D is v octets of the diversifier.
	D := repeatTo(v, []byte{purpose})
	// 2. to 4. I is salt and password, each repeated to a multiple of v octets; nothing, if empty.
	I := append(repeatTo(roundUp(len(salt), v), salt), repeatTo(roundUp(len(password), v), password)...)
	defer clear(I)
	// 5. to 8. A is the hash outputs A_1 A_2 …, cut to the length.
	A := make([]byte, 0, length+h.Size())
	for {
		// 6A. A_i is the hash of D and I, hashed again up to the iteration count.
		Ai := iteratedHash(h, D, I, iterations)
		if A = append(A, Ai...); len(A) >= length {
			return A[:length]
		}
		// 6B. B is A_i repeated to v octets.
		B := repeatTo(v, Ai)
		// 6C. Each block of v octets in I becomes (block + B + 1) mod 2^(8v).
		for block := I; len(block) > 0; block = block[v:] {
			addPlusOne(block[:v], B)
		}
	}
}

func iteratedHash(h hash.Hash, D, I []byte, iterations int) []byte {
	h.Reset()
	h.Write(D)
	h.Write(I)
	sum := h.Sum(nil)
	for range iterations - 1 {
		h.Reset()
		h.Write(sum)
		sum = h.Sum(sum[:0])
	}
	return sum
}

// addPlusOne sets a to a + b + 1, big-endian, dropping the carry. a and b have the same length.
func addPlusOne(a, b []byte) {
	carry := uint(1)
	for i := len(a) - 1; i >= 0; i-- {
		carry += uint(a[i]) + uint(b[i])
		a[i] = byte(carry)
		carry >>= 8
	}
}

// repeatTo returns n octets of b over and over.
func repeatTo(n int, b []byte) []byte {
	out := make([]byte, 0, n)
	for len(out) < n {
		out = append(out, b[:min(len(b), n-len(out))]...)
	}
	return out
}

func roundUp(n, multiple int) int { return (n + multiple - 1) / multiple * multiple }

// newHash returns the hash function that o names, or nil.
func newHash(o oid.OID) func() hash.Hash {
	switch o {
	case oid.SHA1:
		return sha1.New
	case oid.SHA224:
		return sha256.New224
	case oid.SHA256:
		return sha256.New
	case oid.SHA384:
		return sha512.New384
	case oid.SHA512:
		return sha512.New
	}
	return nil
}

// readSalt reads an OCTET STRING and checks its length.
func readSalt(s *cryptobyte.String, out *[]byte) error {
	var salt cryptobyte.String
	switch {
	case !s.ReadASN1(&salt, asn1.OCTET_STRING) || len(salt) == 0:
		return malformed("bad salt")
	case len(salt) > maxSalt:
		return overLimit("salt of %d octets, at most %d are read", len(salt), maxSalt)
	}
	*out = salt
	return nil
}

// readCount reads a positive INTEGER no greater than limit.
func readCount(s *cryptobyte.String, out *int, limit int, what string) error {
	var content []byte
	if !der.ReadInteger(s, &content) {
		return malformed("bad %s", what)
	}
	if content[0]&0x80 != 0 || len(content) == 1 && content[0] == 0 {
		return malformed("%s is not positive", what)
	}
	n := uint64(0)
	for _, c := range content[:min(len(content), 8)] {
		n = n<<8 | uint64(c)
	}
	if len(content) > 8 || n > uint64(limit) {
		return overLimit("%s exceeds %d", what, limit)
	}
	*out = int(n)
	return nil
}
