package gost

import (
	"fmt"
	"math/big"
)

// Verify checks a signature over a digest (GOST R 34.10-2012, Section 6.2; RFC 7091, Section 6.2) and returns nil
// only if it is right. The layout of signature is the one of the key's algorithm, of exactly
// Algorithm().SignatureSize() octets; digest is in the order in which the hash function puts it out.
//
// It returns ErrDigest if d is not Algorithm().Digest() or digest is not of d.Size() octets, ErrKey for the zero
// PublicKey, and ErrSignature for everything else. The arguments are neither changed nor kept.
func (k *PublicKey) Verify(d Digest, digest, signature []byte) error {
	p := k.algorithm.profile()
	if p == nil {
		return fmt.Errorf("%w: the zero public key", ErrKey)
	}
	if err := p.checkDigest(d, digest); err != nil {
		return err
	}
	r, s, err := p.readSignature(signature)
	if err != nil {
		return err
	}
	if !p.curve.verify(k.point(), numberToSign(digest, p.curve.q), r, s) {
		return fmt.Errorf("%w: it was not made over this digest with this key", ErrSignature)
	}
	return nil
}

func (p *profile) checkDigest(d Digest, digest []byte) error {
	if d != p.digest {
		return fmt.Errorf("%w: %v, want %v", ErrDigest, d, p.digest)
	}
	if len(digest) != d.Size() {
		return fmt.Errorf("%w: %d octets, want %d", ErrDigest, len(digest), d.Size())
	}
	return nil
}

// readSignature takes a signature value apart and checks the range of its halves.
func (p *profile) readSignature(signature []byte) (r, s *big.Int, err error) {
	size, q := p.curve.size, p.curve.q
	if len(signature) != 2*size {
		return nil, nil, fmt.Errorf("%w: %d octets, want %d", ErrSignature, len(signature), 2*size)
	}
	left, right := signature[:size], signature[size:]
	if p.signature == bigEndianSR {
		s, r = new(big.Int).SetBytes(left), new(big.Int).SetBytes(right)
	} else {
		r, s = littleEndian(left), littleEndian(right)
	}
	// RFC 7091, Section 6.2, step 1: 0 < r < q, 0 < s < q.
	if !inRange(r, q) || !inRange(s, q) {
		return nil, nil, fmt.Errorf("%w: r or s out of range", ErrSignature)
	}
	return r, s, nil
}

// inRange reports whether n is in [1, q-1].
func inRange(n, q *big.Int) bool { return n.Sign() > 0 && n.Cmp(q) < 0 }

// numberToSign returns e (RFC 7091, Section 6.1, steps 1 and 2): the digest, little-endian, modulo q; 1 for 0.
func numberToSign(digest []byte, q *big.Int) *big.Int {
	e := littleEndian(digest)
	if e.Mod(e, q).Sign() == 0 {
		e.SetInt64(1)
	}
	return e
}

// verify reports whether (r, s) is a signature over e by the holder of Q. The ranges are checked already; the
// numbers of the steps are those of RFC 7091, Section 6.2.
//
// A signature over e is one over -e too: C changes its sign and x(C) does not. That is the scheme's and harmless
// with a hash function, whose digests nobody can choose.
func (c *curve) verify(Q point, e, r, s *big.Int) bool {
	// Step 4: v = e⁻¹ mod q
	v := new(big.Int).ModInverse(e, c.q)
	// Step 5: z₁ = s·v mod q, z₂ = -r·v mod q
	z1 := new(big.Int).Mul(s, v)
	z1.Mod(z1, c.q)
	z2 := new(big.Int).Mul(r, v)
	z2.Neg(z2).Mod(z2, c.q)
	// Step 6: C = z₁·P + z₂·Q, R = x(C) mod q. The standard is silent on C = O, which has no x: no signature.
	C := c.multiplyAdd(z1, c.P(), z2, Q)
	if C.isInfinity() {
		return false
	}
	R, _ := c.coordinates(C)
	R.Mod(R, c.q)
	// Step 7: R = r
	return R.Cmp(r) == 0
}
