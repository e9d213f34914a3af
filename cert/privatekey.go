package cert

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"slices"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/gost"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

// ParsePrivateKey reads a PKCS#8 PrivateKeyInfo in DER (RFC 5208) with a key of any supported algorithm. The
// result is a *gost.PrivateKey, *rsa.PrivateKey, *ecdsa.PrivateKey or ed25519.PrivateKey. Errors wrap
// [verdict.Malformed] or [verdict.UnsupportedAlgorithm] and never hold octets of the key.
func ParsePrivateKey(pkcs8 []byte) (crypto.Signer, error) {
	algorithm, ok := privateKeyAlgorithm(pkcs8)
	if !ok {
		return nil, verdict.New(verdict.Malformed, "cert: malformed private key")
	}
	if !slices.Contains(standardKeys, algorithm) {
		return parseGOSTPrivateKey(algorithm, pkcs8)
	}
	std, err := x509.ParsePKCS8PrivateKey(pkcs8)
	if err != nil {
		return nil, verdict.New(verdict.Malformed, "cert: malformed private key")
	}
	signer, ok := std.(crypto.Signer)
	if !ok {
		return nil, unsupported("private key algorithm", algorithm)
	}
	return signer, nil
}

func parseGOSTPrivateKey(algorithm OID, pkcs8 []byte) (crypto.Signer, error) {
	key, err := gost.ParsePrivateKey(pkcs8)
	switch {
	case errors.Is(err, gost.ErrAlgorithm):
		return nil, unsupported("private key algorithm", algorithm)
	case err != nil:
		return nil, verdict.New(verdict.Malformed, "cert: private key: %w", err)
	}
	return key, nil
}

// maxPrivateKey bounds a PKCS#8 in octets: one of 8,192 bits RSA has less than 5,000. Greater keys are refused before
// any arithmetic.
const maxPrivateKey = 8 << 10

// standardKeys are the private keys that the standard library reads.
var standardKeys = []OID{oid.RSAEncryption, oid.ECPublicKey, oid.Ed25519}

// privateKeyAlgorithm reads the outer form of a PrivateKeyInfo: version, algorithm, key, attributes, in version 1 the
// public key (RFC 5958, Section 2), and nothing after it; the standard library takes octets after it.
func privateKeyAlgorithm(pkcs8 []byte) (OID, bool) {
	var sequence, key, attributes, public cryptobyte.String
	var version int
	var algorithm AlgorithmIdentifier
	var hasAttributes, hasPublic bool
	input := cryptobyte.String(pkcs8)
	ok := len(pkcs8) <= maxPrivateKey && input.ReadASN1(&sequence, asn1.SEQUENCE) && input.Empty() &&
		sequence.ReadASN1Integer(&version) && (version == 0 || version == 1) &&
		ReadAlgorithm(&sequence, &algorithm) && sequence.ReadASN1(&key, asn1.OCTET_STRING) &&
		sequence.ReadOptionalASN1(&attributes, &hasAttributes, der.Explicit(0)) &&
		sequence.ReadOptionalASN1(&public, &hasPublic, der.Implicit(1)) &&
		sequence.Empty() && (version == 1 || !hasPublic)
	return algorithm.Algorithm, ok
}

// MarshalPrivateKey writes a key as PKCS#8 in DER, unencrypted, GOST keys in the profile of their algorithm. The error
// wraps [verdict.UnsupportedAlgorithm].
func MarshalPrivateKey(key crypto.Signer) ([]byte, error) {
	if k, ok := key.(*gost.PrivateKey); ok {
		return k.MarshalPKCS8(), nil
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, verdict.New(verdict.UnsupportedAlgorithm, "cert: unsupported private key type %T", key)
	}
	return pkcs8, nil
}

// SignatureAlgorithm returns the algorithm that signs with the key and digest d, and its identifier as the
// national PKI writes it: the full signature identifier with NULL. A digest of 0 stands for [PublicKey.Digest].
// The error wraps [verdict.UnsupportedAlgorithm] if the two do not go together, [verdict.WeakAlgorithm] for a
// weak digest or key.
func (k *PublicKey) SignatureAlgorithm(d Digest) (SignatureAlgorithm, AlgorithmIdentifier, error) {
	if !k.Supported() {
		return SignatureAlgorithm{}, AlgorithmIdentifier{}, unsupported("public key algorithm", k.algorithm)
	}
	if d == 0 {
		d = k.Digest()
	}
	if k.pssOnly {
		return k.usable(marshalPSS(d), d)
	}
	for identifier, a := range signatureAlgorithms {
		if a.digest == d && k.fits(a) {
			written := WithNULL(identifier)
			if a.scheme == schemeECDSA || a.scheme == schemeEd25519 || a.scheme == schemeRFC9215 {
				written.Parameters = nil // RFC 5758, Section 3.2; RFC 8410, Section 3; RFC 9215, Section 2
			}
			return k.usable(written, d)
		}
	}
	return SignatureAlgorithm{}, AlgorithmIdentifier{}, verdict.New(verdict.UnsupportedAlgorithm,
		"cert: no signature algorithm with a %s key and %s", k.Algorithm(), d)
}

// PSSAlgorithm is like [PublicKey.SignatureAlgorithm] for RSASSA-PSS, which any RSA key can make: MGF1 with the
// same digest, a salt as long as the digest.
func (k *PublicKey) PSSAlgorithm(d Digest) (SignatureAlgorithm, AlgorithmIdentifier, error) {
	if _, ok := k.key.(*rsa.PublicKey); !ok || digests[d].std == 0 {
		return SignatureAlgorithm{}, AlgorithmIdentifier{}, verdict.New(verdict.UnsupportedAlgorithm,
			"cert: no RSASSA-PSS with a %s key and %s", k.Algorithm(), d)
	}
	return k.usable(marshalPSS(d), d)
}

// usable decodes an identifier just made, so that what is written is what is read, and refuses weak ones.
func (k *PublicKey) usable(written AlgorithmIdentifier, d Digest) (SignatureAlgorithm, AlgorithmIdentifier, error) {
	a, err := ParseSignatureAlgorithm(written, d)
	if err == nil {
		err = k.check(a)
	}
	if err != nil {
		return SignatureAlgorithm{}, AlgorithmIdentifier{}, err
	}
	return a, written, nil
}

// Sign makes a signature over message with algorithm a; see [PublicKey.SignatureAlgorithm]. It is misuse to call it with
// an algorithm of another kind of key; other errors are those of the key.
func Sign(key crypto.Signer, a SignatureAlgorithm, message []byte) ([]byte, error) {
	switch {
	case a.digest != 0:
		return SignDigest(key, a, a.digest.Sum(message))
	case a.scheme != schemeEd25519:
		return nil, verdict.Misuse("cert: no signature algorithm given")
	}
	if err := checkSigner(key, a); err != nil {
		return nil, err
	}
	return key.Sign(rand.Reader, message, crypto.Hash(0))
}

// SignDigest makes a signature over a digest made with a.Digest(), which Ed25519 cannot. Errors are those of [Sign].
func SignDigest(key crypto.Signer, a SignatureAlgorithm, digest []byte) ([]byte, error) {
	if a.digest == 0 || len(digest) != a.digest.Size() {
		return nil, verdict.Misuse("cert: %d bytes are no %s digest", len(digest), a.digest)
	}
	if err := checkSigner(key, a); err != nil {
		return nil, err
	}
	options := a.digest.SignerOpts()
	if a.scheme == schemePSS {
		options = a.pssOptions()
	}
	return key.Sign(rand.Reader, digest, options)
}

// checkSigner refuses an algorithm that does not go with the key: RSA would sign a GOST digest bare.
func checkSigner(key crypto.Signer, a SignatureAlgorithm) error {
	public, err := NewPublicKey(key.Public())
	if err != nil {
		return err
	}
	if !public.fits(a) {
		return verdict.Misuse("cert: the signature algorithm does not go with the %s key", public.Algorithm())
	}
	return nil
}
