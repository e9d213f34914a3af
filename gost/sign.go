package gost

import (
	"crypto"
	"crypto/rand"
	"fmt"
	"io"
	"math/big"
)

// Sign signs a digest (GOST R 34.10-2012, Section 6.1; RFC 7091, Section 6.1) and returns the signature in the
// layout of the key's algorithm. opts is nil or the [Digest] that the digest was made with.
//
// The secret k is drawn from an HMAC-DRBG over d, the digest and 32 octets of random (RFC 6979, Section 3.6); nil
// means [crypto/rand.Reader]. With good randomness every signature is another; with none at all, a constant, or the
// same twice, k still differs between digests and d stays safe.
//
// It returns ErrDigest if opts is a Digest other than Algorithm().Digest() or names a [crypto.Hash], or if digest is
// of another length; ErrKey for the zero PrivateKey; and the error of random.
func (k *PrivateKey) Sign(random io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	p := k.Algorithm().profile()
	if p == nil {
		return nil, fmt.Errorf("%w: the zero private key", ErrKey)
	}
	d, err := digestOf(opts, p)
	if err != nil {
		return nil, err
	}
	if err := p.checkDigest(d, digest); err != nil {
		return nil, err
	}
	if random == nil {
		random = rand.Reader
	}
	var hedge [32]byte
	if _, err := io.ReadFull(random, hedge[:]); err != nil {
		return nil, fmt.Errorf("gost: no randomness for a signature: %w", err)
	}
	e := numberToSign(digest, p.curve.q)
	nonces := newNonces(p.curve.q, k.d, e, append(hedge[:], p.key...))
	for {
		if r, s, ok := p.curve.sign(k.d, e, nonces.next()); ok {
			return p.appendSignature(nil, r, s), nil
		}
	}
}

// digestOf returns the digest that opts names, the algorithm's own if it names none.
func digestOf(opts crypto.SignerOpts, p *profile) (Digest, error) {
	if opts == nil {
		return p.digest, nil
	}
	if d, ok := opts.(Digest); ok {
		return d, nil
	}
	if h := opts.HashFunc(); h != 0 {
		return 0, fmt.Errorf("%w: %v, want %v", ErrDigest, h, p.digest)
	}
	return p.digest, nil
}

// sign makes a signature over e with the secret d and the one-time secret k in [1, q-1]. It reports false if another
// k is needed. The numbers of the steps are those of RFC 7091, Section 6.1.
func (c *curve) sign(d, e, k *big.Int) (r, s *big.Int, ok bool) {
	// Step 4: C = k·P, r = x(C) mod q
	r, _ = c.coordinates(c.multiply(k, c.P()))
	r.Mod(r, c.q)
	// Step 5: s = r·d + k·e mod q
	s = new(big.Int).Mul(r, d)
	s.Add(s, new(big.Int).Mul(k, e)).Mod(s, c.q)
	return r, s, r.Sign() != 0 && s.Sign() != 0
}

// appendSignature writes r and s in the layout of the algorithm.
func (p *profile) appendSignature(b []byte, r, s *big.Int) []byte {
	size := p.curve.size
	if p.signature == bigEndianSR {
		return appendBigEndian(appendBigEndian(b, s, size), r, size)
	}
	return appendLittleEndian(appendLittleEndian(b, r, size), s, size)
}
