// Package gost94 implements the hash function of GOST 34.311-95, which is GOST R 34.11-94 (RFC 5831), as the national
// PKI of Kazakhstan uses it: with the test S-box (id-GostR3411-94-TestParamSet, 1.2.643.2.2.30.0; RFC 4357, Section
// 11.2) and a start vector of zeros. The variant with CryptoPro's S-box gives other digests and is not here.
//
// Digests come least significant octet first, as everybody prints them.
//
// The function is of 1994 and serves to check old signatures; new ones use Streebog. It is table-driven: its time
// depends on the data through the cache.
package gost94

import (
	"encoding/binary"
	"hash"
	"math/bits"
)

const (
	Size      = 32 // octets of a digest
	BlockSize = 32 // octets of a block
)

// A vector has 256 bits, least significant word first.
type vector [4]uint64

// digest is the state of RFC 5831, Section 6.
type digest struct {
	h     vector // H, the chaining value
	sigma vector // Σ, the sum of the blocks modulo 2²⁵⁶
	bits  uint64 // L, the length of the message

	block [BlockSize]byte // the beginning of the next block
	have  int             // octets in it, below BlockSize
}

// New returns a new hash.
func New() hash.Hash { return new(digest) }

// Reset is part of [hash.Hash].
func (d *digest) Reset() { *d = digest{} }

// Size is part of [hash.Hash].
func (d *digest) Size() int { return Size }

// BlockSize is part of [hash.Hash].
func (d *digest) BlockSize() int { return BlockSize }

// Write is part of [hash.Hash]. It never fails.
func (d *digest) Write(b []byte) (int, error) {
	written := len(b)
	d.bits += 8 * uint64(len(b))
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
	if final.have > 0 {
		clear(final.block[final.have:]) // a short last block is filled up with zeros
		final.whole(final.block[:])
	}
	final.h = step(&final.h, &vector{final.bits})
	final.h = step(&final.h, &final.sigma)
	for _, word := range final.h {
		b = binary.LittleEndian.AppendUint64(b, word)
	}
	return b
}

func (d *digest) whole(block []byte) {
	var m vector
	for i := range m {
		m[i] = binary.LittleEndian.Uint64(block[8*i:])
	}
	d.h = step(&d.h, &m)
	var carry uint64
	for i := range m {
		d.sigma[i], carry = bits.Add64(d.sigma[i], m[i], carry)
	}
}

// step is the step hash function χ(m, H) (RFC 5831, Section 5): four keys are made of H and m, the four words of H
// encrypted with them, and the result mixed.
func step(h, m *vector) vector {
	u, v := *h, *m
	var s vector
	for i := range s {
		if i > 0 {
			u = a(&u)
			if i == 2 {
				xor(&u, &c3)
			}
			v = a(&v)
			v = a(&v)
		}
		w := u
		xor(&w, &v)
		key := permute(&w)
		s[i] = encrypt(&key, h[i])
	}
	return mix(h, m, &s)
}

// c3 is the constant C₃ of RFC 5831, Section 5.1, the only one that is not zero.
var c3 = vector{0xff00ff00ff00ff00, 0x00ff00ff00ff00ff, 0xff0000ff00ffff00, 0xff00ffff000000ff}

func xor(x, y *vector) {
	for i := range x {
		x[i] ^= y[i]
	}
}

// a is A(X) = (x₁ ⊕ x₂) ‖ x₄ ‖ x₃ ‖ x₂ (Section 5.1).
func a(x *vector) vector { return vector{x[1], x[2], x[3], x[0] ^ x[1]} }

// permute is P(X) (Section 5.1): octet 8i + k goes to place i + 4k. It returns the eight words of a key.
func permute(x *vector) [8]uint32 {
	var key [8]uint32
	for k := range key {
		shift := uint(8 * k)
		key[k] = uint32(byte(x[0]>>shift)) | uint32(byte(x[1]>>shift))<<8 |
			uint32(byte(x[2]>>shift))<<16 | uint32(byte(x[3]>>shift))<<24
	}
	return key
}

// mix is H = ψ⁶¹(H ⊕ ψ(m ⊕ ψ¹²(S))) (Section 5.3).
func mix(h, m, s *vector) vector {
	r := registerOf(s)
	r.shift(12)
	r.xor(m)
	r.shift(1)
	r.xor(h)
	r.shift(61)
	return r.vector()
}

// A register is 256 bits as sixteen words of 16, moved by ψ.
type register [16]uint16

func registerOf(v *vector) *register {
	var r register
	for i := range r {
		r[i] = uint16(v[i/4] >> (16 * (i % 4)))
	}
	return &r
}

func (r *register) vector() vector {
	var v vector
	for i, word := range r {
		v[i/4] |= uint64(word) << (16 * (i % 4))
	}
	return v
}

func (r *register) xor(v *vector) {
	other := registerOf(v)
	for i := range r {
		r[i] ^= other[i]
	}
}

// shift is ψ applied n times: every word moves down by one, and the new highest is y₁ ⊕ y₂ ⊕ y₃ ⊕ y₄ ⊕ y₁₃ ⊕ y₁₆.
func (r *register) shift(n int) {
	for range n {
		top := r[0] ^ r[1] ^ r[2] ^ r[3] ^ r[12] ^ r[15]
		copy(r[:], r[1:])
		r[15] = top
	}
}
