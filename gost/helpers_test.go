package gost_test

import (
	"encoding/hex"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/gost"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
)

// An algorithm with its names, as the standards print them.
var algorithms = []struct {
	gost.Algorithm
	name                  string
	key, paramSet, digest oid.OID
	omitted               bool // the digest identifier is not written
}{
	{gost.KZ512, "kz-512", "1.2.398.3.10.1.1.2.2", "1.2.398.3.10.1.1.2.2.1", "1.2.398.3.10.1.3.3", false},
	{gost.KZ256, "kz-256", "1.2.398.3.10.1.1.2.1", "1.2.398.3.10.1.1.2.1.1", "1.2.398.3.10.1.3.2", false},
	{gost.KZ2004, "kz-2004", "1.2.398.3.10.1.1.1.1", "1.2.398.3.10.1.1.1.1.1", "1.2.398.3.10.1.3.1.1.0", false},
	{gost.RU512A, "ru-512a", "1.2.643.7.1.1.1.2", "1.2.643.7.1.2.1.2.1", "1.2.643.7.1.1.2.3", true},
	{gost.RU256A, "ru-256a", "1.2.643.7.1.1.1.1", "1.2.643.7.1.2.1.1.1", "1.2.643.7.1.1.2.2", true},
	{gost.RUCryptoProA, "ru-cryptopro-a", "1.2.643.7.1.1.1.1", "1.2.643.2.2.35.1", "1.2.643.7.1.1.2.2", false},
}

// reader is randomness from a seed.
func reader(seed byte) *rand.ChaCha8 { return rand.NewChaCha8([32]byte{seed}) }

func newKey(t testing.TB, a gost.Algorithm, seed byte) *gost.PrivateKey {
	t.Helper()
	k, err := gost.GenerateKey(a, reader(seed))
	require.NoError(t, err)
	return k
}

func public(k *gost.PrivateKey) *gost.PublicKey { return k.Public().(*gost.PublicKey) }

func hashed(a gost.Algorithm, message string) []byte {
	h := a.Digest().New()
	h.Write([]byte(message))
	return h.Sum(nil)
}

func sign(t testing.TB, k *gost.PrivateKey, digest []byte) []byte {
	t.Helper()
	signature, err := k.Sign(reader(9), digest, nil)
	require.NoError(t, err)
	return signature
}

func fromHex(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(text)
	require.NoError(t, err)
	return b
}

func number(hex string) *big.Int {
	n, ok := new(big.Int).SetString(hex, 16)
	if !ok {
		panic(hex)
	}
	return n
}

func plus(n *big.Int, m int64) *big.Int { return new(big.Int).Add(n, big.NewInt(m)) }

func reversed(b []byte) []byte {
	out := make([]byte, len(b))
	for i, c := range b {
		out[len(b)-1-i] = c
	}
	return out
}

func join(parts ...[]byte) []byte {
	var out []byte
	for _, part := range parts {
		out = append(out, part...)
	}
	return out
}

// An encoding builds DER.
type encoding = func(*cryptobyte.Builder)

func build(parts ...encoding) []byte {
	var b cryptobyte.Builder
	for _, part := range parts {
		part(&b)
	}
	return b.BytesOrPanic()
}

func element(tag asn1.Tag, parts ...encoding) encoding {
	return func(b *cryptobyte.Builder) {
		b.AddASN1(tag, func(b *cryptobyte.Builder) { b.AddBytes(build(parts...)) })
	}
}

func sequence(parts ...encoding) encoding { return element(asn1.SEQUENCE, parts...) }

func octets(content []byte) encoding { return element(asn1.OCTET_STRING, raw(content)) }

func bits(unused byte, content []byte) encoding {
	return element(asn1.BIT_STRING, raw([]byte{unused}), raw(content))
}

func raw(content []byte) encoding { return func(b *cryptobyte.Builder) { b.AddBytes(content) } }

func identifier(o oid.OID) encoding { return func(b *cryptobyte.Builder) { der.AddOID(b, o) } }

func integer(n *big.Int) encoding { return func(b *cryptobyte.Builder) { b.AddASN1BigInt(n) } }
