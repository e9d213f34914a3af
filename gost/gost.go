// Package gost signs and verifies with GOST R 34.10-2015 and GOST 34.310-2004, in the curves and byte layouts of
// the national PKI of Kazakhstan and in those of RFC 9215.
//
// Most people need two calls: [ParsePublicKey] reads the SubjectPublicKeyInfo of a certificate, and
// [PublicKey.Verify] checks a signature over a digest made with [Digest.New]. A [PrivateKey], from
// [ParsePrivateKey] or [GenerateKey], is a [crypto.Signer].
//
// # The scheme
//
// It is a cousin of ECDSA (GOST R 34.10-2012, which the 2015 standard repeats; RFC 7091, Section 6). On a curve
// with a point P of prime order q the secret is a number d, the public key the point Q = d·P. A signature over the
// number e made from the digest is a pair
//
//	r = x(k·P) mod q,  s = r·d + k·e mod q        k: secret, random, used once
//
// and whoever has Q computes the same point from public numbers: k·P = (s/e)·P - (r/e)·Q.
//
// # What differs between the profiles
//
// The arithmetic is the same everywhere; the bytes are not. An [Algorithm] names one combination of curve, object
// identifiers, hash function and byte order, and for each there is exactly one layout of a signature:
//
//	KZ512, KZ256, KZ2004            r ‖ s, each little-endian
//	RU512A, RU256A, RUCryptoProA    s ‖ r, each big-endian (RFC 9215, Section 2)
//
// They are each other's reversal, octet by octet. No function here tries one after the other: the object identifier
// of the key decides. Digests are read as little-endian numbers and points are written x ‖ y little-endian in all.
//
// # What it does not do
//
// This version computes with math/big and is NOT constant time: signing and making keys take time that depends on
// the secret. Do not sign where an attacker can measure it finely, or share the machine.
//
// The package does not hash for the caller, knows no certificates, dates or policy, and implements no key agreement
// and no encryption. Only named curves on its list are read; explicit parameters are refused.
package gost

import "errors"

// The errors of this package. What the functions return wraps one of them with a sentence; use [errors.Is].
var (
	// ErrAlgorithm is for an algorithm, curve or parameter that is well formed and not supported: an unknown key
	// identifier, or a combination of identifiers that is not on the list.
	ErrAlgorithm = errors.New("gost: unsupported key algorithm or parameters")
	// ErrKey is for a key that is malformed or that no honest party could have: a point off the curve, a secret
	// out of range.
	ErrKey = errors.New("gost: invalid key")
	// ErrDigest is for a digest of another hash function or length than the key's algorithm signs.
	ErrDigest = errors.New("gost: digest does not fit the key")
	// ErrSignature is for a signature that does not verify, whatever the reason.
	ErrSignature = errors.New("gost: invalid signature")
)
