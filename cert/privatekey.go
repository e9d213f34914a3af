package cert

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"

	"github.com/qoltanba/eds/gost"
	"github.com/qoltanba/eds/verdict"
)

// ParsePrivateKey reads a PKCS#8 PrivateKeyInfo in DER (RFC 5208) with a key of any supported algorithm. The
// result is a *gost.PrivateKey, *rsa.PrivateKey, *ecdsa.PrivateKey or ed25519.PrivateKey. Errors wrap
// [verdict.Malformed] or [verdict.UnsupportedAlgorithm] and never hold octets of the key.
func ParsePrivateKey(pkcs8 []byte) (crypto.Signer, error) {
	key, err := gost.ParsePrivateKey(pkcs8)
	if err == nil {
		return key, nil
	}
	if !errors.Is(err, gost.ErrAlgorithm) {
		return nil, verdict.New(verdict.Malformed, "cert: private key: %w", err)
	}
	std, err := x509.ParsePKCS8PrivateKey(pkcs8)
	if err != nil {
		return nil, verdict.New(verdict.Malformed, "cert: malformed private key")
	}
	signer, ok := std.(crypto.Signer)
	if !ok {
		return nil, verdict.New(verdict.UnsupportedAlgorithm, "cert: unsupported private key type %T", std)
	}
	return signer, nil
}

// MarshalPrivateKey writes a key as PKCS#8 in DER, GOST keys in the profile of their algorithm.
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
	if d == 0 {
		d = k.Digest()
	}
	if k.pssOnly {
		return k.usable(marshalPSS(d), d)
	}
	for identifier, a := range signatureAlgorithms {
		if a.digest == d && k.fits(a) {
			written := WithNULL(identifier)
			if a.scheme == schemeECDSA || a.scheme == schemeEd25519 {
				written.Parameters = nil // RFC 5758, Section 3.2 and RFC 8410, Section 3
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

// Sign makes a signature over message with algorithm a.
func Sign(key crypto.Signer, a SignatureAlgorithm, message []byte) ([]byte, error) {
	if a.scheme == schemeEd25519 {
		return key.Sign(rand.Reader, message, crypto.Hash(0))
	}
	return SignDigest(key, a, a.digest.Sum(message))
}

// SignDigest makes a signature over a digest made with a.Digest().
func SignDigest(key crypto.Signer, a SignatureAlgorithm, digest []byte) ([]byte, error) {
	options := a.digest.SignerOpts()
	if a.scheme == schemePSS {
		options = a.pssOptions()
	}
	return key.Sign(rand.Reader, digest, options)
}
