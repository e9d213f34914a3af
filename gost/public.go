package gost

import (
	"crypto"
	"fmt"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
)

// A PublicKey is a point of prime order q on the curve of its algorithm. It cannot be changed and is safe for
// concurrent use. Keys come from [ParsePublicKey], [NewPublicKey] and [PrivateKey.Public], which make valid ones
// only; the zero value verifies nothing.
type PublicKey struct {
	algorithm Algorithm
	x, y      *big.Int
}

// ParsePublicKey reads a DER SubjectPublicKeyInfo:
//
//	SEQUENCE { SEQUENCE { key OID, SEQUENCE { curve OID, digest OID } }, BIT STRING { OCTET STRING x ‖ y } }
//
// with x and y little-endian, each of [Algorithm.Size] octets. The three identifiers must be one of the combinations
// that [Algorithm] lists; the digest's may be absent for RU512A and RU256A (RFC 9215, Section 4.2).
//
// It returns ErrAlgorithm for other identifiers or parameters, and ErrKey for an encoding that is not exactly this or
// goes on after its end, and for a point that [NewPublicKey] refuses. spki is not kept.
func ParsePublicKey(spki []byte) (*PublicKey, error) {
	in := cryptobyte.String(spki)
	var info, algorithm cryptobyte.String
	var bits []byte
	if !in.ReadASN1(&info, asn1.SEQUENCE) || !in.Empty() ||
		!info.ReadASN1(&algorithm, asn1.SEQUENCE) || !der.ReadBits(&info, &bits) || !info.Empty() {
		return nil, fmt.Errorf("%w: not a SubjectPublicKeyInfo", ErrKey)
	}
	a, err := readAlgorithm(algorithm)
	if err != nil {
		return nil, err
	}
	in = bits
	var octets cryptobyte.String
	if !in.ReadASN1(&octets, asn1.OCTET_STRING) || !in.Empty() {
		return nil, fmt.Errorf("%w: the subject public key is not an OCTET STRING", ErrKey)
	}
	return NewPublicKey(a, octets)
}

// NewPublicKey makes a key of point, which is x ‖ y little-endian, each of a.Size() octets.
//
// It returns ErrAlgorithm if a is not one of the constants, and ErrKey if point is of another length, a coordinate is
// not below p, the point is not on the curve, or its order is not q (GOST R 34.10-2012, Section 5.2; RFC 7091,
// Section 5.2). point is not kept.
func NewPublicKey(a Algorithm, point []byte) (*PublicKey, error) {
	p := a.profile()
	if p == nil {
		return nil, fmt.Errorf("%w: %v", ErrAlgorithm, a)
	}
	c := p.curve
	if len(point) != 2*c.size {
		return nil, fmt.Errorf("%w: a point of %d octets, want %d", ErrKey, len(point), 2*c.size)
	}
	x, y := littleEndian(point[:c.size]), littleEndian(point[c.size:])
	if !c.contains(x, y) {
		return nil, fmt.Errorf("%w: the point is not on the curve", ErrKey)
	}
	// O has no coordinates, so a curve of prime order has no other bad points.
	if c.cofactor != 1 && !c.multiply(c.q, affine(x, y)).isInfinity() {
		return nil, fmt.Errorf("%w: the point is not of order q", ErrKey)
	}
	return &PublicKey{algorithm: a, x: x, y: y}, nil
}

// Algorithm returns the algorithm of the key.
func (k *PublicKey) Algorithm() Algorithm { return k.algorithm }

// Bytes returns the point as x ‖ y little-endian, each of Algorithm().Size() octets, in new memory.
func (k *PublicKey) Bytes() []byte {
	if k.algorithm == 0 {
		return nil
	}
	size := k.algorithm.Size()
	b := appendLittleEndian(make([]byte, 0, 2*size), k.x, size)
	return appendLittleEndian(b, k.y, size)
}

// MarshalSPKI returns the DER SubjectPublicKeyInfo that [ParsePublicKey] reads. For RU512A and
// RU256A it omits the digest identifier, as RFC 9215, Section 4.2 says it should be, whatever the key was parsed from.
func (k *PublicKey) MarshalSPKI() []byte {
	if k.algorithm == 0 {
		return nil
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		addAlgorithm(b, k.algorithm.profile())
		b.AddASN1(asn1.BIT_STRING, func(b *cryptobyte.Builder) {
			b.AddUint8(0) // no unused bits
			b.AddASN1OctetString(k.Bytes())
		})
	})
	return b.BytesOrPanic()
}

// Equal reports whether other is a *PublicKey with the same algorithm and point.
func (k *PublicKey) Equal(other crypto.PublicKey) bool {
	o, ok := other.(*PublicKey)
	if !ok || o == nil || k.algorithm != o.algorithm {
		return false
	}
	return k.algorithm == 0 || k.x.Cmp(o.x) == 0 && k.y.Cmp(o.y) == 0
}

// point returns Q.
func (k *PublicKey) point() point { return affine(k.x, k.y) }

// readAlgorithm finds the algorithm of a key from the content of its AlgorithmIdentifier.
func readAlgorithm(in cryptobyte.String) (Algorithm, error) {
	var key oid.OID
	if !der.ReadOID(&in, &key) {
		return 0, fmt.Errorf("%w: no algorithm identifier", ErrKey)
	}
	if !isKey(key) {
		return 0, fmt.Errorf("%w: key algorithm %v", ErrAlgorithm, key)
	}
	var parameters cryptobyte.String
	if !in.ReadASN1(&parameters, asn1.SEQUENCE) || !in.Empty() {
		return 0, fmt.Errorf("%w: the parameters of key algorithm %v are not a sequence", ErrAlgorithm, key)
	}
	var paramSet, digest oid.OID
	if !der.ReadOID(&parameters, &paramSet) || !parameters.Empty() && !der.ReadOID(&parameters, &digest) || !parameters.Empty() {
		return 0, fmt.Errorf("%w: the parameters of key algorithm %v are not names of a curve and a digest", ErrAlgorithm, key)
	}
	for a := Algorithm(1); a.profile() != nil; a++ {
		p := a.profile()
		if p.key == key && p.paramSet == paramSet && (p.digestParams == digest || p.omitted && digest == "") {
			return a, nil
		}
	}
	return 0, fmt.Errorf("%w: key algorithm %v with curve %q and digest %q", ErrAlgorithm, key, paramSet, digest)
}

func isKey(key oid.OID) bool {
	for _, p := range profiles {
		if p.key == key && key != "" {
			return true
		}
	}
	return false
}

// addAlgorithm writes the AlgorithmIdentifier of a key.
func addAlgorithm(b *cryptobyte.Builder, p *profile) {
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		der.AddOID(b, p.key)
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			der.AddOID(b, p.paramSet)
			if !p.omitted {
				der.AddOID(b, p.digestParams)
			}
		})
	})
}
