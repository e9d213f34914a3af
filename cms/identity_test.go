package cms_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/gost"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
)

// An identity is a key with a self-signed certificate. Who issued a certificate is nothing to this package.
type identity struct {
	key         crypto.Signer
	certificate *cert.Certificate
}

// A template is what goes into a test certificate.
type template struct {
	name   string // CN of subject and issuer
	serial []byte
	keyID  []byte // nil: the SHA-256 of the public key, cut to 20 octets
	noID   bool   // no subjectKeyIdentifier at all
}

func newIdentity(t testing.TB, key crypto.Signer, c template) identity {
	t.Helper()
	public, err := cert.NewPublicKey(key.Public())
	require.NoError(t, err)
	algorithm, identifier, err := public.SignatureAlgorithm(0)
	require.NoError(t, err)
	if c.keyID == nil {
		sum := sha256.Sum256(public.Raw())
		c.keyID = sum[:20]
	}
	if c.serial == nil {
		c.serial = append([]byte{0x5a}, c.keyID[:8]...)
	}
	tbs := c.tbs(public, identifier)
	signature, err := cert.Sign(key, algorithm, tbs)
	require.NoError(t, err)
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(tbs)
		b.AddValue(identifier)
		b.AddASN1BitString(signature)
	})
	parsed, err := cert.Parse(b.BytesOrPanic())
	require.NoError(t, err)
	return identity{key, parsed}
}

// tbs writes TBSCertificate (RFC 5280, Section 4.1).
func (c template) tbs(public *cert.PublicKey, algorithm cert.AlgorithmIdentifier) []byte {
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(der.Explicit(0), func(b *cryptobyte.Builder) { b.AddASN1Int64(2) })
		b.AddASN1(asn1.INTEGER, func(b *cryptobyte.Builder) { b.AddBytes(c.serial) })
		b.AddValue(algorithm)
		b.AddBytes(nameDER(c.name))
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			der.AddTime(b, time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC))
			der.AddTime(b, time.Date(2045, 1, 1, 0, 0, 0, 0, time.UTC))
		})
		b.AddBytes(nameDER(c.name))
		b.AddBytes(public.Raw())
		if c.noID {
			return
		}
		b.AddASN1(der.Explicit(3), func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
					der.AddOID(b, oid.SubjectKeyIdentifier)
					b.AddASN1(asn1.OCTET_STRING, func(b *cryptobyte.Builder) { b.AddASN1OctetString(c.keyID) })
				})
			})
		})
	})
	return b.BytesOrPanic()
}

func nameDER(commonName string) []byte {
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SET, func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				der.AddOID(b, oid.CommonName)
				b.AddASN1(asn1.UTF8String, func(b *cryptobyte.Builder) { b.AddBytes([]byte(commonName)) })
			})
		})
	})
	return b.BytesOrPanic()
}

// Keys are made once per run of the tests.
var keys = map[string]func() (crypto.Signer, error){
	"gost2015-512": gostKey(gost.KZ512),
	"gost2015-256": gostKey(gost.KZ256),
	"gost2004":     gostKey(gost.KZ2004),
	"gost2012-512": gostKey(gost.RU512A),
	"gost2012-256": gostKey(gost.RU256A),
	"rsa-2048":     sync.OnceValues(func() (crypto.Signer, error) { return rsa.GenerateKey(rand.Reader, 2048) }),
	"ecdsa-p256":   ecdsaKey(elliptic.P256()),
	"ecdsa-p384":   ecdsaKey(elliptic.P384()),
	"ecdsa-p521":   ecdsaKey(elliptic.P521()),
	"other-p256":   ecdsaKey(elliptic.P256()),
	"ed25519": sync.OnceValues(func() (crypto.Signer, error) {
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return key, err
	}),
}

func gostKey(a gost.Algorithm) func() (crypto.Signer, error) {
	return sync.OnceValues(func() (crypto.Signer, error) { return gost.GenerateKey(a, rand.Reader) })
}

func ecdsaKey(curve elliptic.Curve) func() (crypto.Signer, error) {
	return sync.OnceValues(func() (crypto.Signer, error) { return ecdsa.GenerateKey(curve, rand.Reader) })
}

func key(t testing.TB, name string) crypto.Signer {
	t.Helper()
	k, err := keys[name]()
	require.NoError(t, err)
	return k
}

// people are the identities made so far: an ECDSA certificate comes out different every time it is made.
var people sync.Map

// person returns the identity with the named key and a certificate of the same name.
func person(t testing.TB, name string) identity {
	t.Helper()
	if known, ok := people.Load(name); ok {
		return known.(identity)
	}
	made, _ := people.LoadOrStore(name, newIdentity(t, key(t, name), template{name: name}))
	return made.(identity)
}
