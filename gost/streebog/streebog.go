// Package streebog implements the hash function of GOST R 34.11-2012 (GOST R 34.11-2015 in Kazakhstan), known as
// Streebog, with digests of 512 and 256 bits (RFC 6986).
//
// Digests come in the order that implementations use: the least significant octet of the standard's vector first.
// RFC 6986 prints its examples, messages and digests, as numbers, the other way round.
//
// The function is table-driven: its time depends on the data through the cache. Do not hash secrets with it where an
// attacker shares the machine.
package streebog

import (
	"encoding/binary"
	"hash"
	"math/bits"
)

const (
	Size512   = 64 // octets of a 512-bit digest
	Size256   = 32 // octets of a 256-bit digest
	BlockSize = 64 // octets of a block
)

// A vector is an element of V₅₁₂ (RFC 6986, Section 4), least significant word first.
type vector [8]uint64

// digest is the state of RFC 6986, Section 9.
type digest struct {
	size int

	h     vector // chaining value
	n     vector // number of bits processed
	sigma vector // sum of the blocks modulo 2⁵¹²

	block [BlockSize]byte // the beginning of the next block
	have  int             // octets in it, below BlockSize
}

// New512 returns a new hash with a digest of 512 bits.
func New512() hash.Hash { return newDigest(Size512) }

// New256 returns a new hash with a digest of 256 bits: another start value, and the more significant half.
func New256() hash.Hash { return newDigest(Size256) }

func newDigest(size int) *digest {
	d := &digest{size: size}
	d.Reset()
	return d
}

// Reset is part of [hash.Hash].
func (d *digest) Reset() {
	*d = digest{size: d.size}
	if d.size == Size256 {
		for i := range d.h {
			d.h[i] = 0x0101010101010101 // Section 6.1: IV = (00000001)⁶⁴ for 256 bits
		}
	}
}

// Size is part of [hash.Hash].
func (d *digest) Size() int { return d.size }

// BlockSize is part of [hash.Hash].
func (d *digest) BlockSize() int { return BlockSize }

// Write is part of [hash.Hash]. It never fails.
func (d *digest) Write(b []byte) (int, error) {
	written := len(b)
	if d.have > 0 {
		n := copy(d.block[d.have:], b)
		d.have += n
		b = b[n:]
		if d.have < BlockSize {
			return written, nil
		}
		d.whole(d.block[:])
	}
	for len(b) >= BlockSize {
		d.whole(b[:BlockSize])
		b = b[BlockSize:]
	}
	d.have = copy(d.block[:], b)
	return written, nil
}

// Sum is part of [hash.Hash]: it appends the digest of what was written so far, and writing may go on.
func (d *digest) Sum(b []byte) []byte {
	final := *d
	h := final.finish()
	var out [Size512]byte
	for i, word := range h {
		binary.LittleEndian.PutUint64(out[8*i:], word)
	}
	return append(b, out[Size512-d.size:]...)
}

// whole is stage 2 of Section 9 for one block of 512 bits.
func (d *digest) whole(block []byte) {
	m := load(block)
	d.h = g(&d.n, &d.h, &m)
	d.n = sum(&d.n, &vector{8 * BlockSize})
	d.sigma = sum(&d.sigma, &m)
}

// finish is stage 3 of Section 9: the rest of the message, padded with one bit, then N and Σ.
func (d *digest) finish() vector {
	var padded [BlockSize]byte
	copy(padded[:], d.block[:d.have])
	padded[d.have] = 0x01
	m := load(padded[:])
	d.h = g(&d.n, &d.h, &m)
	d.n = sum(&d.n, &vector{uint64(8 * d.have)})
	d.sigma = sum(&d.sigma, &m)
	d.h = g(&vector{}, &d.h, &d.n)
	return g(&vector{}, &d.h, &d.sigma)
}

// g is the compression function g_N(h, m) = E(LPS(h ⊕ N), m) ⊕ h ⊕ m (Section 8). The keys K of E and its state
// go on side by side.
func g(n, h, m *vector) vector {
	K := lps(h, n)
	state := *m
	for i := range constants {
		state = lps(&state, &K)
		K = lps(&K, &constants[i])
	}
	var out vector
	for i := range out {
		out[i] = state[i] ^ K[i] ^ h[i] ^ m[i]
	}
	return out
}

// lps is LPS(a ⊕ b): every octet is substituted (S), octet j of word i goes to word j as octet i (P), and every word
// is multiplied by the matrix (L). The table does S and L at once for every place of an octet.
func lps(a, b *vector) vector {
	var x, out vector
	for i := range x {
		x[i] = a[i] ^ b[i]
	}
	for j := range out {
		shift := uint(8 * j)
		out[j] = table[0][byte(x[0]>>shift)] ^ table[1][byte(x[1]>>shift)] ^
			table[2][byte(x[2]>>shift)] ^ table[3][byte(x[3]>>shift)] ^
			table[4][byte(x[4]>>shift)] ^ table[5][byte(x[5]>>shift)] ^
			table[6][byte(x[6]>>shift)] ^ table[7][byte(x[7]>>shift)]
	}
	return out
}

// sum adds modulo 2⁵¹².
func sum(a, b *vector) vector {
	var out vector
	var carry uint64
	for i := range out {
		out[i], carry = bits.Add64(a[i], b[i], carry)
	}
	return out
}

func load(block []byte) vector {
	var v vector
	for i := range v {
		v[i] = binary.LittleEndian.Uint64(block[8*i:])
	}
	return v
}
