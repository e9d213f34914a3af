package gost

import (
	"errors"
	"math/big"
)

// SignWith signs with the one-time secret nonce, big-endian, instead of a drawn one. It returns nil if another is
// needed.
func SignWith(k *PrivateKey, digest, nonce []byte) []byte {
	p := k.Algorithm().profile()
	r, s, ok := p.curve.sign(k.d, numberToSign(digest, p.curve.q), new(big.Int).SetBytes(nonce))
	if !ok {
		return nil
	}
	return p.appendSignature(nil, r, s)
}

// Secret returns d little-endian.
func Secret(k *PrivateKey) []byte { return k.octets() }

// Signature writes r and s, of any size that fits, in the layout of a.
func Signature(a Algorithm, r, s *big.Int) []byte { return a.profile().appendSignature(nil, r, s) }

// Halves takes a signature apart.
func Halves(a Algorithm, signature []byte) (r, s *big.Int) {
	r, s, err := a.profile().readSignature(signature)
	if err != nil {
		panic(err)
	}
	return r, s
}

// Numbers returns p, a, b and q of the curve.
func Numbers(alg Algorithm) (p, a, b, q *big.Int) {
	c := alg.profile().curve
	copied := func(n *big.Int) *big.Int { return new(big.Int).Set(n) }
	return copied(c.p), copied(c.a), copied(c.b), copied(c.q)
}

// BasePoint returns P as x ‖ y little-endian.
func BasePoint(a Algorithm) []byte {
	c := a.profile().curve
	return Point(a, c.x, c.y)
}

// Point writes x ‖ y little-endian, whether they are a point or not.
func Point(a Algorithm, x, y *big.Int) []byte {
	return appendLittleEndian(appendLittleEndian(nil, x, a.Size()), y, a.Size())
}

// AddPoints adds two points of the curve, whatever their order.
func AddPoints(a Algorithm, A, B []byte) []byte {
	c := a.profile().curve
	n := c.size
	sum := c.add(affine(littleEndian(A[:n]), littleEndian(A[n:])), affine(littleEndian(B[:n]), littleEndian(B[n:])))
	x, y := c.coordinates(sum)
	return Point(a, x, y)
}

// Kind returns which of the four errors err wraps, and nil if it is none or several.
func Kind(err error) error {
	var kind error
	for _, sentinel := range []error{ErrAlgorithm, ErrKey, ErrDigest, ErrSignature} {
		if errors.Is(err, sentinel) {
			if kind != nil {
				return nil
			}
			kind = sentinel
		}
	}
	return kind
}
