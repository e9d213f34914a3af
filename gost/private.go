package gost

import (
	"crypto"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"io"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// A PrivateKey is a number d in [1, q-1] and the public key d·P. It cannot be changed and is safe for concurrent
// use. It implements [crypto.Signer]. Keys come from [GenerateKey], [NewPrivateKey] and [ParsePrivateKey]; the zero
// value signs nothing.
type PrivateKey struct {
	d      *big.Int
	public PublicKey
}

// GenerateKey makes a key with randomness from random; nil means [crypto/rand.Reader]. The same octets from random
// make the same key.
//
// It returns ErrAlgorithm if a is not one of the constants, and the error of random.
func GenerateKey(a Algorithm, random io.Reader) (*PrivateKey, error) {
	p := a.profile()
	if p == nil {
		return nil, fmt.Errorf("%w: %v", ErrAlgorithm, a)
	}
	if random == nil {
		random = rand.Reader
	}
	octets := make([]byte, p.curve.size)
	for {
		if _, err := io.ReadFull(random, octets); err != nil {
			return nil, fmt.Errorf("gost: no randomness for a key: %w", err)
		}
		// As many bits as q has, and again if that is out of range: every d is equally likely.
		octets[len(octets)-1] &= 0xff >> (8*p.curve.size - p.curve.q.BitLen())
		if d := littleEndian(octets); inRange(d, p.curve.q) {
			return newPrivateKey(a, d), nil
		}
	}
}

// NewPrivateKey makes a key of d, little-endian, of exactly a.Size() octets.
//
// It returns ErrAlgorithm if a is not one of the constants, and ErrKey if d is of another length or not in [1, q-1].
// d is not kept.
func NewPrivateKey(a Algorithm, d []byte) (*PrivateKey, error) {
	p := a.profile()
	if p == nil {
		return nil, fmt.Errorf("%w: %v", ErrAlgorithm, a)
	}
	if len(d) != p.curve.size {
		return nil, fmt.Errorf("%w: a secret of %d octets, want %d", ErrKey, len(d), p.curve.size)
	}
	return secret(a, littleEndian(d))
}

// secret makes a key of d if it is in range.
func secret(a Algorithm, d *big.Int) (*PrivateKey, error) {
	if !inRange(d, a.profile().curve.q) {
		return nil, fmt.Errorf("%w: the secret is out of range", ErrKey)
	}
	return newPrivateKey(a, d), nil
}

// newPrivateKey computes Q = d·P (RFC 7091, Section 5.2).
func newPrivateKey(a Algorithm, d *big.Int) *PrivateKey {
	c := a.profile().curve
	x, y := c.coordinates(c.multiply(d, c.P()))
	return &PrivateKey{d: d, public: PublicKey{algorithm: a, x: x, y: y}}
}

// Algorithm returns the algorithm of the key.
func (k *PrivateKey) Algorithm() Algorithm { return k.public.algorithm }

// Public returns the public key, a *[PublicKey].
func (k *PrivateKey) Public() crypto.PublicKey { return &k.public }

// Equal reports whether other is a *PrivateKey with the same algorithm and secret.
func (k *PrivateKey) Equal(other crypto.PrivateKey) bool {
	o, ok := other.(*PrivateKey)
	if !ok || o == nil || k.Algorithm() != o.Algorithm() {
		return false
	}
	return subtle.ConstantTimeCompare(k.octets(), o.octets()) == 1
}

// octets returns d little-endian.
func (k *PrivateKey) octets() []byte {
	size := k.Algorithm().Size()
	if size == 0 {
		return nil
	}
	return appendLittleEndian(make([]byte, 0, size), k.d, size)
}

// ParsePrivateKey reads a DER PKCS#8 PrivateKeyInfo (RFC 5208, Section 5) of version 0 without attributes. The
// AlgorithmIdentifier is that of [ParsePublicKey]. The privateKey OCTET STRING holds:
//
//   - KZ512, KZ256: an OCTET STRING with d little-endian, of Size() octets;
//   - KZ2004: an INTEGER d;
//   - RU512A, RU256A, RUCryptoProA: d little-endian of Size() octets without a wrapping, or one of the two above.
//     RFC 9215 says nothing of private keys; these are the forms without a mask that OpenSSL's gost-engine reads, and
//     the first is the one it writes. As there, what has Size() octets is the first form: an INTEGER of that length
//     in all, with a d some 16 bits short, would be taken for it.
//
// It returns ErrAlgorithm for other identifiers or parameters, and ErrKey for an encoding that is not exactly this
// or goes on after its end, and for d not in [1, q-1]. pkcs8 is not kept.
func ParsePrivateKey(pkcs8 []byte) (*PrivateKey, error) {
	in := cryptobyte.String(pkcs8)
	var info, algorithm, private cryptobyte.String
	var version int
	if !in.ReadASN1(&info, asn1.SEQUENCE) || !in.Empty() ||
		!info.ReadASN1Integer(&version) || version != 0 ||
		!info.ReadASN1(&algorithm, asn1.SEQUENCE) ||
		!info.ReadASN1(&private, asn1.OCTET_STRING) || !info.Empty() {
		return nil, fmt.Errorf("%w: not a PrivateKeyInfo of version 0 without attributes", ErrKey)
	}
	a, err := readAlgorithm(algorithm)
	if err != nil {
		return nil, err
	}
	d, ok := readSecret(private, a.profile())
	if !ok {
		return nil, fmt.Errorf("%w: the private key is not in a form of %v", ErrKey, a)
	}
	return secret(a, d)
}

// readSecret reads d, of any range, from the content of the privateKey.
func readSecret(in cryptobyte.String, p *profile) (*big.Int, bool) {
	switch {
	case p.privateKey == rawOctets && len(in) == p.curve.size:
		return littleEndian(in), true
	case p.privateKey != integer && in.PeekASN1Tag(asn1.OCTET_STRING):
		var octets cryptobyte.String
		ok := in.ReadASN1(&octets, asn1.OCTET_STRING) && in.Empty() && len(octets) == p.curve.size
		return littleEndian(octets), ok
	case p.privateKey != wrappedOctets && in.PeekASN1Tag(asn1.INTEGER):
		d := new(big.Int)
		ok := in.ReadASN1Integer(d) && in.Empty()
		return d, ok
	}
	return nil, false
}

// MarshalPKCS8 returns the DER PKCS#8 that [ParsePrivateKey] reads, in the first form named there. It is not
// encrypted.
func (k *PrivateKey) MarshalPKCS8() []byte {
	p := k.Algorithm().profile()
	if p == nil {
		return nil
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(0)
		addAlgorithm(b, p)
		b.AddASN1(asn1.OCTET_STRING, func(b *cryptobyte.Builder) {
			switch p.privateKey {
			case wrappedOctets:
				b.AddASN1OctetString(k.octets())
			case integer:
				b.AddASN1BigInt(k.d)
			case rawOctets:
				b.AddBytes(k.octets())
			}
		})
	})
	return b.BytesOrPanic()
}

var _ crypto.Signer = (*PrivateKey)(nil)
