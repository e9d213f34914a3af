package gost

import (
	"crypto/hmac"
	"crypto/sha512"
	"math/big"
)

// nonces is the generator of one-time secrets of RFC 6979, Section 3.2: HMAC-DRBG seeded with the secret and what is
// signed. The hash function is SHA-512, which Section 3.6 leaves open, because Go's runs in constant time and a
// table-driven Streebog does not.
type nonces struct {
	q    *big.Int
	K, V []byte
	used bool
}

// newNonces seeds a generator for the secret d, the number to sign e and additional data (Section 3.6), the letters
// and steps being those of Section 3.2. With no additional data the sequence is that of RFC 6979 itself.
func newNonces(q, d, e *big.Int, additional []byte) *nonces {
	size := (q.BitLen() + 7) / 8
	seed := appendBigEndian(nil, d, size) // int2octets(x)
	seed = appendBigEndian(seed, e, size) // bits2octets(h1)
	seed = append(seed, additional...)    // k'
	n := &nonces{q: q, K: make([]byte, sha512.Size), V: make([]byte, sha512.Size)}
	for i := range n.V {
		n.V[i] = 0x01 // step b; K is zero by step c
	}
	n.update(0x00, seed) // steps d and e
	n.update(0x01, seed) // steps f and g
	return n
}

// update sets K = HMAC_K(V ‖ separator ‖ seed) and V = HMAC_K(V).
func (n *nonces) update(separator byte, seed []byte) {
	n.K = n.mac(n.V, []byte{separator}, seed)
	n.V = n.mac(n.V)
}

func (n *nonces) mac(parts ...[]byte) []byte {
	h := hmac.New(sha512.New, n.K)
	for _, part := range parts {
		h.Write(part)
	}
	return h.Sum(nil)
}

// next returns another k in [1, q-1] (step h).
func (n *nonces) next() *big.Int {
	for {
		if n.used {
			n.update(0x00, nil)
		}
		n.used = true
		var T []byte
		for 8*len(T) < n.q.BitLen() {
			n.V = n.mac(n.V)
			T = append(T, n.V...)
		}
		if k := leftmostBits(T, n.q.BitLen()); inRange(k, n.q) {
			return k
		}
	}
}

// leftmostBits is bits2int of Section 2.3.2.
func leftmostBits(b []byte, bits int) *big.Int {
	n := new(big.Int).SetBytes(b)
	if excess := 8*len(b) - bits; excess > 0 {
		n.Rsh(n, uint(excess))
	}
	return n
}
