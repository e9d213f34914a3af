package cert

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"strconv"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/gost"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

// Bounds of RSA keys, in bits. Shorter keys are read and named, but nothing verifies under them; longer ones are
// refused before any arithmetic (T19).
const (
	minRSABits = 2048
	maxRSABits = 8192
)

// minRSAExponent is the least public exponent that counts: F4, the one that everybody uses.
const minRSAExponent = 65537

// PublicKey is a public key of any algorithm, checked when it was read: a point on its curve and in the right
// subgroup, a modulus of sane size. It is immutable.
type PublicKey struct {
	algorithm OID    // of the SubjectPublicKeyInfo
	raw       []byte // SubjectPublicKeyInfo, DER
	key       crypto.PublicKey
	pssOnly   bool // an RSA key for RSASSA-PSS alone (RFC 4055, Section 1.2)

	// Of a key for RSASSA-PSS alone, if it has parameters: the one digest, and the shortest salt (RFC 4055, Section 3.3).
	pss *SignatureAlgorithm
}

// ParsePublicKey reads a SubjectPublicKeyInfo in DER (RFC 5280, Section 4.1.2.7). A key of an unknown algorithm
// is returned with [PublicKey.Supported] false; a damaged or forbidden key is an error that wraps
// [verdict.Malformed].
func ParsePublicKey(spki []byte) (*PublicKey, error) {
	var sequence cryptobyte.String
	var algorithm AlgorithmIdentifier
	var bits cryptobyte.String
	input := cryptobyte.String(spki)
	if !input.ReadASN1(&sequence, asn1.SEQUENCE) || !input.Empty() || !ReadAlgorithm(&sequence, &algorithm) ||
		!sequence.ReadASN1(&bits, asn1.BIT_STRING) || !sequence.Empty() || !isBitString(bits) {
		return nil, malformed("subjectPublicKeyInfo")
	}
	k := &PublicKey{algorithm: algorithm.Algorithm, raw: bytes.Clone(spki)}
	var err error
	switch algorithm.Algorithm {
	case oid.KZ2015Key512, oid.KZ2015Key256, oid.KZ2004Key, oid.RUKey512, oid.RUKey256:
		k.key, err = gost.ParsePublicKey(spki)
	case oid.RSAEncryption:
		k.key, err = parseRSA(algorithm, bits)
	case oid.RSASSAPSS:
		k.pssOnly = true
		k.key, err = k.parseRSAPSS(algorithm, bits)
	case oid.ECPublicKey:
		k.key, err = parseECDSA(algorithm, bits)
	case oid.Ed25519:
		k.key, err = parseEd25519(algorithm, bits)
	}
	switch {
	case errors.Is(err, errUnknownKind), errors.Is(err, gost.ErrAlgorithm) && !national(algorithm.Algorithm):
		k.key = nil
	case err != nil:
		return nil, verdict.New(verdict.Malformed, "cert: public key: %w", err)
	}
	return k, nil
}

// errUnknownKind marks a key that is well formed as far as anybody can tell, of a kind that is not supported.
var errUnknownKind = errors.New("unknown kind of key")

// national reports whether an identifier is of the national arc, where each key algorithm has exactly one
// parameter set: another one there is a fault, not another kind of key.
func national(algorithm OID) bool { return algorithm.HasPrefix("1.2.398") }

func parseRSA(a AlgorithmIdentifier, bits []byte) (crypto.PublicKey, error) {
	if a.Algorithm == oid.RSAEncryption && !bytes.Equal(a.Parameters, derNULL) {
		return nil, errors.New("parameters of rsaEncryption are not NULL")
	}
	var sequence cryptobyte.String
	var N, E big.Int
	input := cryptobyte.String(bits)
	var unused uint8
	if !input.ReadUint8(&unused) || unused != 0 || !input.ReadASN1(&sequence, asn1.SEQUENCE) || !input.Empty() ||
		!sequence.ReadASN1Integer(&N) || !sequence.ReadASN1Integer(&E) || !sequence.Empty() {
		return nil, errors.New("malformed RSAPublicKey")
	}
	switch {
	case N.Sign() <= 0 || N.Bit(0) == 0:
		return nil, errors.New("RSA modulus is not an odd positive number")
	case N.BitLen() > maxRSABits:
		return nil, fmt.Errorf("RSA modulus of %d bits, at most %d are read", N.BitLen(), maxRSABits)
	case E.Sign() <= 0 || E.BitLen() > 31 || E.Bit(0) == 0:
		return nil, errors.New("RSA exponent is not an odd number of at most 31 bits")
	}
	return &rsa.PublicKey{N: &N, E: int(E.Int64())}, nil
}

// parseRSAPSS reads a key for RSASSA-PSS. Parameters, if there are any, bind it to one digest.
func (k *PublicKey) parseRSAPSS(a AlgorithmIdentifier, bits []byte) (crypto.PublicKey, error) {
	if len(a.Parameters) > 0 {
		bound, err := parsePSS(a.Parameters)
		if err != nil {
			return nil, errUnknownKind
		}
		k.pss = &bound
	}
	return parseRSA(a, bits)
}

var curves = map[OID]elliptic.Curve{
	oid.P256: elliptic.P256(),
	oid.P384: elliptic.P384(),
	oid.P521: elliptic.P521(),
}

func parseECDSA(a AlgorithmIdentifier, bits []byte) (crypto.PublicKey, error) {
	var name OID
	parameters := cryptobyte.String(a.Parameters)
	if a.plain() || parameters.PeekASN1Tag(asn1.SEQUENCE) {
		return nil, errUnknownKind // inherited or explicit parameters: never supported (T17)
	}
	if !der.ReadOID(&parameters, &name) || !parameters.Empty() {
		return nil, errors.New("malformed ECParameters")
	}
	curve, ok := curves[name]
	if !ok {
		return nil, errUnknownKind
	}
	if bits[0] != 0 {
		return nil, errors.New("unused bits in an ECPoint")
	}
	return ecdsa.ParseUncompressedPublicKey(curve, bits[1:])
}

func parseEd25519(a AlgorithmIdentifier, bits []byte) (crypto.PublicKey, error) {
	if len(a.Parameters) != 0 || bits[0] != 0 || len(bits) != 1+ed25519.PublicKeySize {
		return nil, errors.New("malformed Ed25519 key")
	}
	return ed25519.PublicKey(bytes.Clone(bits[1:])), nil
}

// NewPublicKey wraps a key of [gost], crypto/rsa, crypto/ecdsa or crypto/ed25519. The error wraps
// [verdict.UnsupportedAlgorithm] for any other type.
func NewPublicKey(key crypto.PublicKey) (*PublicKey, error) {
	if k, ok := key.(*gost.PublicKey); ok {
		return ParsePublicKey(k.MarshalSPKI())
	}
	spki, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return nil, verdict.New(verdict.UnsupportedAlgorithm, "cert: unsupported public key type %T", key)
	}
	return ParsePublicKey(spki)
}

// Supported reports whether signatures under the key can be verified.
func (k *PublicKey) Supported() bool { return k.key != nil }

// Crypto returns the key as *gost.PublicKey, *rsa.PublicKey, *ecdsa.PublicKey or ed25519.PublicKey, or nil if
// it is not supported.
func (k *PublicKey) Crypto() crypto.PublicKey { return k.key }

// Algorithm names the key: "gost2015-512", "gost2015-256", "gost2004", "gost2012-512", "gost2012-256",
// "rsa-2048" with its size in bits, "ecdsa-p256", "ed25519"; for an unsupported key its object identifier.
func (k *PublicKey) Algorithm() string {
	switch key := k.key.(type) {
	case *gost.PublicKey:
		return key.Algorithm().String()
	case *rsa.PublicKey:
		return "rsa-" + strconv.Itoa(key.N.BitLen())
	case *ecdsa.PublicKey:
		return "ecdsa-p" + strconv.Itoa(key.Curve.Params().BitSize)
	case ed25519.PublicKey:
		return "ed25519"
	}
	return string(k.algorithm)
}

// Raw returns the SubjectPublicKeyInfo, DER. The caller must not change it.
func (k *PublicKey) Raw() []byte { return k.raw }

// Equal reports whether both are the same SubjectPublicKeyInfo, octet by octet.
func (k *PublicKey) Equal(other *PublicKey) bool {
	return k != nil && other != nil && bytes.Equal(k.raw, other.raw)
}

// Digest returns the hash function that goes with the key when the caller has no wish of its own: the one bound
// to a GOST key, SHA-256 for RSA, the one of matching strength for ECDSA; none for Ed25519.
func (k *PublicKey) Digest() Digest {
	switch key := k.key.(type) {
	case *gost.PublicKey:
		for d, row := range digests {
			if row.gost == key.Algorithm().Digest() {
				return d
			}
		}
	case *rsa.PublicKey:
		if k.pss != nil {
			return k.pss.digest
		}
		return SHA256
	case *ecdsa.PublicKey:
		switch bits := key.Curve.Params().BitSize; {
		case bits > 384:
			return SHA512
		case bits > 256:
			return SHA384
		}
		return SHA256
	}
	return 0
}

// Verify checks a signature over a message of any length. It returns nil, or an error that wraps
// [verdict.SignatureInvalid], [verdict.WeakAlgorithm] or [verdict.UnsupportedAlgorithm].
func (k *PublicKey) Verify(a SignatureAlgorithm, message, signature []byte) error {
	if err := k.check(a); err != nil {
		return err
	}
	if key, ok := k.key.(ed25519.PublicKey); ok {
		if len(signature) != ed25519.SignatureSize || !ed25519.Verify(key, message, signature) {
			return errSignature(k)
		}
		return nil
	}
	return k.VerifyDigest(a, a.digest.Sum(message), signature)
}

// VerifyDigest checks a signature over a digest made with a.Digest(). Errors are those of [PublicKey.Verify].
func (k *PublicKey) VerifyDigest(a SignatureAlgorithm, digest, signature []byte) error {
	if err := k.check(a); err != nil {
		return err
	}
	if a.digest == 0 || len(digest) != a.digest.Size() {
		return verdict.New(verdict.SignatureInvalid, "cert: %d bytes are no %s digest", len(digest), a.digest)
	}
	var good bool
	switch key := k.key.(type) {
	case *gost.PublicKey:
		good = key.Verify(digests[a.digest].gost, digest, signature) == nil
	case *rsa.PublicKey:
		if a.scheme == schemePSS {
			good = rsa.VerifyPSS(key, digests[a.digest].std, digest, signature, a.pssOptions()) == nil
		} else {
			good = rsa.VerifyPKCS1v15(key, digests[a.digest].std, digest, signature) == nil
		}
	case *ecdsa.PublicKey:
		good = ecdsa.VerifyASN1(key, digest, signature)
	}
	if !good {
		return errSignature(k)
	}
	return nil
}

func errSignature(k *PublicKey) error {
	return verdict.New(verdict.SignatureInvalid, "cert: the signature does not verify with the %s key", k.Algorithm())
}

// check refuses algorithms that do not go with the key, and weak ones (T20, T22).
func (k *PublicKey) check(a SignatureAlgorithm) error {
	if !k.Supported() {
		return unsupported("public key algorithm", k.algorithm)
	}
	if !k.fits(a) {
		return verdict.New(verdict.SignatureInvalid,
			"cert: the signature algorithm does not go with the %s key", k.Algorithm())
	}
	if a.digest.Weak() {
		return verdict.New(verdict.WeakAlgorithm, "cert: signature over %s", a.digest)
	}
	return k.CheckStrength()
}

// CheckStrength returns nil if signatures under the key can count for anything: the error wraps
// [verdict.UnsupportedAlgorithm] for a key of an unknown kind, and [verdict.WeakAlgorithm] for an RSA key of less
// than 2,048 bits or with an exponent below 65,537.
func (k *PublicKey) CheckStrength() error {
	if !k.Supported() {
		return unsupported("public key algorithm", k.algorithm)
	}
	if key, ok := k.key.(*rsa.PublicKey); ok && (key.N.BitLen() < minRSABits || key.E < minRSAExponent) {
		return verdict.New(verdict.WeakAlgorithm, "cert: RSA key of %d bits with exponent %d", key.N.BitLen(), key.E)
	}
	return nil
}

// fits reports whether the scheme and, for GOST, the key identifier of a are those of the key.
func (k *PublicKey) fits(a SignatureAlgorithm) bool {
	switch k.key.(type) {
	case *gost.PublicKey:
		return a.keyOID == k.algorithm
	case *rsa.PublicKey:
		if a.scheme == schemePSS {
			return k.pss == nil || k.pss.digest == a.digest && k.pss.saltLength <= a.saltLength
		}
		return a.scheme == schemePKCS1 && !k.pssOnly
	case *ecdsa.PublicKey:
		return a.scheme == schemeECDSA
	case ed25519.PublicKey:
		return a.scheme == schemeEd25519
	}
	return false
}
