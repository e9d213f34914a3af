package cert_test

import (
	"bytes"
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/gost"
	"github.com/qoltanba/eds/internal/budget"
	"github.com/qoltanba/eds/internal/certtest"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

func spki(algorithm, parameters, bits []byte) []byte {
	return certtest.TLV(asn1.SEQUENCE, certtest.TLV(asn1.SEQUENCE, algorithm, parameters), certtest.TLV(asn1.BIT_STRING, []byte{0}, bits))
}

func TestPublicKeyKinds(t *testing.T) {
	digests := map[string]cert.Digest{
		"gost2015-512": cert.Streebog512, "gost2015-256": cert.Streebog256, "gost2004": cert.GOST34311,
		"gost2012-512": cert.Streebog512, "gost2012-256": cert.Streebog256, "rsa-2048": cert.SHA256,
		"ecdsa-p256": cert.SHA256, "ecdsa-p384": cert.SHA384, "ecdsa-p521": cert.SHA512, "ed25519": 0,
	}
	for _, kind := range certtest.Kinds {
		t.Run(kind, func(t *testing.T) {
			key := certtest.PublicKey(t, certtest.Key(t, kind).Public())
			require.True(t, key.Supported())
			require.NoError(t, key.CheckStrength())
			require.Equal(t, kind, key.Algorithm())
			require.Equal(t, digests[kind], key.Digest())
			again, err := cert.ParsePublicKey(key.Raw())
			require.NoError(t, err)
			require.True(t, key.Equal(again))
			require.True(t, key.Crypto().(interface{ Equal(crypto.PublicKey) bool }).Equal(again.Crypto()))
			require.False(t, key.Equal(certtest.PublicKey(t, certtest.Key(t, kind+"/other").Public())))
			require.False(t, key.Equal(nil))

			// T4: octets after it, at each level; every prefix.
			for i := range key.Raw() {
				_, err := cert.ParsePublicKey(key.Raw()[:i])
				require.ErrorIs(t, err, verdict.Malformed)
			}
			certtest.Tree(key.Raw()).Walk(func(n *certtest.Node) {
				if !n.Holds() {
					return
				}
				tree := certtest.Tree(key.Raw())
				tree.Walk(func(same *certtest.Node) {
					if same.Path == n.Path {
						same.Extra = []byte{5, 0}
					}
				})
				parsed, err := cert.ParsePublicKey(tree.Bytes())
				if err == nil { // parameters of RFC 9215 that nobody knows
					require.False(t, parsed.Supported(), n.Path)
				}
			})
		})
	}
	require.False(t, (*cert.PublicKey)(nil).Equal(nil))
}

// A kind that is not known is named, and verifies nothing (T21).
func TestUnsupportedKeys(t *testing.T) {
	null := []byte{5, 0}
	explicit := certtest.TLV(asn1.SEQUENCE, certtest.TLV(asn1.INTEGER, []byte{1}))
	x25519, err := ecdh.X25519().GenerateKey(rand.Reader)
	require.NoError(t, err)
	x25519SPKI, err := x509.MarshalPKIXPublicKey(x25519.PublicKey())
	require.NoError(t, err)
	gostParameters := func(curve, digest cert.OID) []byte {
		return certtest.TLV(asn1.SEQUENCE, certtest.OID(curve), certtest.OID(digest))
	}
	point := certtest.TLV(asn1.OCTET_STRING, make([]byte, 64))
	for name, c := range map[string]struct {
		spki []byte
		want string
	}{
		"private":                           {spki(certtest.OID("1.2.3.4"), nil, []byte{1}), "1.2.3.4"},
		"x25519":                            {x25519SPKI, "1.3.101.110"},
		"dsa":                               {spki(certtest.OID("1.2.840.10040.4.1"), nil, []byte{2, 1, 5}), "1.2.840.10040.4.1"},
		"explicit curve (T17)":              {spki(certtest.OID(oid.ECPublicKey), explicit, []byte{4, 1, 1}), string(oid.ECPublicKey)},
		"inherited curve":                   {spki(certtest.OID(oid.ECPublicKey), null, []byte{4, 1, 1}), string(oid.ECPublicKey)},
		"curve left out":                    {spki(certtest.OID(oid.ECPublicKey), nil, []byte{4, 1, 1}), string(oid.ECPublicKey)},
		"secp256k1":                         {spki(certtest.OID(oid.ECPublicKey), certtest.OID("1.3.132.0.10"), []byte{4, 1, 1}), string(oid.ECPublicKey)},
		"CryptoPro-B under RFC 9215 (K24)":  {spki(certtest.OID(oid.RUKey256), gostParameters("1.2.643.2.2.35.2", oid.RUStreebog256), point), string(oid.RUKey256)},
		"RSASSA-PSS with strange arguments": {spki(certtest.OID(oid.RSASSAPSS), null, rsaKey(t)), string(oid.RSASSAPSS)},
	} {
		t.Run(name, func(t *testing.T) {
			key, err := cert.ParsePublicKey(c.spki)
			require.NoError(t, err)
			require.False(t, key.Supported())
			require.Nil(t, key.Crypto())
			require.Equal(t, c.want, key.Algorithm())
			require.Zero(t, key.Digest())
			err = key.CheckStrength()
			require.ErrorIs(t, err, verdict.UnsupportedAlgorithm)
			require.Contains(t, err.Error(), c.want)
			a, err := cert.ParseSignatureAlgorithm(cert.WithNULL(oid.SHA256WithRSA), 0)
			require.NoError(t, err)
			require.ErrorIs(t, key.Verify(a, nil, nil), verdict.UnsupportedAlgorithm)
			_, _, err = key.SignatureAlgorithm(0)
			require.Error(t, err)
			_, _, err = key.PSSAlgorithm(cert.SHA256)
			require.ErrorIs(t, err, verdict.UnsupportedAlgorithm)

			// In a certificate it is no error: the subject may have it (T21).
			parsed := certtest.Template{SPKI: c.spki}.Parse(t)
			require.False(t, parsed.PublicKey.Supported())
		})
	}
}

func rsaKey(t *testing.T) []byte {
	return x509.MarshalPKCS1PublicKey(certtest.Key(t, "rsa-2048").Public().(*rsa.PublicKey))
}

// T15, T16, T17, K12 to K24: keys that are none.
func TestForbiddenKeys(t *testing.T) {
	kz512 := certtest.Key(t, "gost2015-512").Public().(*gost.PublicKey)
	kz256 := certtest.Key(t, "gost2015-256").Public().(*gost.PublicKey)
	build := func(key cert.OID, curve, digest cert.OID, point []byte) []byte {
		return spki(certtest.OID(key), certtest.TLV(asn1.SEQUENCE, certtest.OID(curve), certtest.OID(digest)), certtest.TLV(asn1.OCTET_STRING, point))
	}
	good := func(point []byte) []byte {
		return build(oid.KZ2015Key256, oid.KZ2015Params256A, oid.KZStreebog256, point)
	}
	little := func(text string) []byte {
		b := unhex(t, text)
		slices.Reverse(b)
		return b
	}
	join := func(x, y []byte) []byte { return append(bytes.Clone(x), y...) }
	flip := func(point []byte, at int) []byte {
		b := bytes.Clone(point)
		b[at] ^= 1
		return b
	}
	ec := func(point []byte) []byte { return spki(certtest.OID(oid.ECPublicKey), certtest.OID(oid.P256), point) }
	p256 := certtest.Key(t, "ecdsa-p256").Public().(*ecdsa.PublicKey)
	uncompressed, err := p256.Bytes()
	require.NoError(t, err)
	for uncompressed[64]&1 != 0 { // an even one, whose last bit may be called unused
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		require.NoError(t, err)
		uncompressed, err = key.PublicKey.Bytes()
		require.NoError(t, err)
	}
	compressed := elliptic.MarshalCompressed(elliptic.P256(), new(big.Int).SetBytes(uncompressed[1:33]), new(big.Int).SetBytes(uncompressed[33:]))
	hybrid := append([]byte{6 + uncompressed[64]&1}, uncompressed[1:]...)
	prime256 := little("fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffd97")

	_, err = cert.ParsePublicKey(good(kz256.Bytes()))
	require.NoError(t, err)
	_, err = cert.ParsePublicKey(ec(uncompressed))
	require.NoError(t, err)
	for name, raw := range map[string][]byte{
		"K12 zero point":                   good(make([]byte, 64)),
		"K13 not on the curve":             good(flip(kz256.Bytes(), 32)),
		"K14 x = p":                        good(join(prime256, kz256.Bytes()[32:])),
		"K14 all ones":                     good(bytes.Repeat([]byte{0xff}, 64)),
		"K16 512 under 256":                good(kz512.Bytes()),
		"K16 256 under 512":                build(oid.KZ2015Key512, oid.KZ2015Params512A, oid.KZStreebog512, kz256.Bytes()),
		"K17 prefix 04":                    good(append([]byte{4}, kz256.Bytes()...)),
		"K17 compressed":                   good(append([]byte{2}, kz256.Bytes()[:32]...)),
		"K17 no octet string":              spki(certtest.OID(oid.KZ2015Key256), certtest.TLV(asn1.SEQUENCE, certtest.OID(oid.KZ2015Params256A), certtest.OID(oid.KZStreebog256)), kz256.Bytes()),
		"K17 one octet short":              good(kz256.Bytes()[:63]),
		"K18 octet after the point":        good(append(kz256.Bytes(), 0)),
		"K19 order 2":                      good(join(little("0100FE73F595FF158E974B44D478D9588744FE5C192AC47EA63075DCE7A14AAA"), make([]byte, 32))),
		"K19 order 4":                      good(join(little("7F7F80C60535007538B45A5D95C39353BC5D80D1F36A9DC0ACE7C5118C2F5977"), little("7E7E82520F9F015FAA1D0F18C14AB9FB35188275DA3FD94206B74F34A48E0ECD"))),
		"K24 no parameters":                spki(certtest.OID(oid.KZ2015Key256), nil, certtest.TLV(asn1.OCTET_STRING, kz256.Bytes())),
		"K24 NULL":                         spki(certtest.OID(oid.KZ2015Key256), []byte{5, 0}, certtest.TLV(asn1.OCTET_STRING, kz256.Bytes())),
		"K24 unknown curve":                build(oid.KZ2015Key256, "1.2.3", oid.KZStreebog256, kz256.Bytes()),
		"K24 curve of the other size":      build(oid.KZ2015Key256, oid.KZ2015Params512A, oid.KZStreebog256, kz256.Bytes()),
		"K24 TC26's name of the curve":     build(oid.KZ2015Key256, oid.RUParams256A, oid.KZStreebog256, kz256.Bytes()),
		"K25 digest of the other size":     build(oid.KZ2015Key256, oid.KZ2015Params256A, oid.KZStreebog512, kz256.Bytes()),
		"K25 digest of 2004":               build(oid.KZ2015Key256, oid.KZ2015Params256A, oid.KZGOST34311Params, kz256.Bytes()),
		"K24 2015 under 2004":              build(oid.KZ2004Key, oid.KZ2015Params256A, oid.KZStreebog256, kz256.Bytes()),
		"P-256 not on the curve":           ec(flip(uncompressed, 64)),
		"P-256 at infinity":                ec([]byte{0}),
		"P-256 compressed":                 ec(compressed),
		"P-256 hybrid":                     ec(hybrid),
		"P-256 octet after it":             ec(append(bytes.Clone(uncompressed), 0)),
		"P-256 without octets":             ec(nil),
		"P-256 under P-384":                spki(certtest.OID(oid.ECPublicKey), certtest.OID(oid.P384), uncompressed),
		"Ed25519 with parameters":          spki(certtest.OID(oid.Ed25519), []byte{5, 0}, make([]byte, 32)),
		"Ed25519 of 31 octets":             spki(certtest.OID(oid.Ed25519), nil, make([]byte, 31)),
		"Ed25519 of 33 octets":             spki(certtest.OID(oid.Ed25519), nil, make([]byte, 33)),
		"Ed25519 with unused bits":         certtest.TLV(asn1.SEQUENCE, certtest.TLV(asn1.SEQUENCE, certtest.OID(oid.Ed25519)), certtest.TLV(asn1.BIT_STRING, []byte{1}, make([]byte, 32))),
		"no sequence":                      {4, 0},
		"bit string with unused bits":      certtest.TLV(asn1.SEQUENCE, certtest.TLV(asn1.SEQUENCE, certtest.OID(oid.ECPublicKey), certtest.OID(oid.P256)), certtest.TLV(asn1.BIT_STRING, []byte{1}, uncompressed)),
		"curve named by an octet string":   spki(certtest.OID(oid.ECPublicKey), certtest.TLV(asn1.OCTET_STRING, oid.P256.Content()), uncompressed),
		"rsaEncryption without parameters": spki(certtest.OID(oid.RSAEncryption), nil, rsaKey(t)),
		"rsaEncryption with an identifier": spki(certtest.OID(oid.RSAEncryption), certtest.OID("1.2.3"), rsaKey(t)),
	} {
		t.Run(name, func(t *testing.T) {
			key, err := cert.ParsePublicKey(raw)
			require.ErrorIs(t, err, verdict.Malformed)
			require.Nil(t, key)
			if raw[0] != 0x30 {
				return
			}
			parsed, err := cert.Parse(certtest.Template{SPKI: raw}.DER(t))
			requireMalformed(t, parsed, err)
		})
	}
}

// K20: a good key and a point of order 4 added: on the curve, and not in the subgroup. Package gost tests the sum;
// here the reversed and the swapped key (T18): almost no reversal is a point again.
func TestReversedKey(t *testing.T) {
	key := certtest.Key(t, "gost2015-512").Public().(*gost.PublicKey)
	tree := certtest.Tree(key.MarshalSPKI())
	point := tree.Children[1].Children[0]
	slices.Reverse(point.Content)
	_, err := cert.ParsePublicKey(tree.Bytes())
	require.ErrorIs(t, err, verdict.Malformed)
}

func rsaSPKI(n, e *big.Int) []byte {
	return spki(certtest.OID(oid.RSAEncryption), []byte{5, 0}, certtest.DER(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1BigInt(n)
			b.AddASN1BigInt(e)
		})
	}))
}

// T19: sizes and exponents. Whoever is too small is read, named and verifies nothing.
func TestRSAKeys(t *testing.T) {
	modulus := func(bits int) *big.Int {
		n := new(big.Int).Lsh(big.NewInt(1), uint(bits-1))
		return n.SetBit(n, 0, 1)
	}
	f4 := big.NewInt(65537)
	for _, c := range []struct {
		name string
		n, e *big.Int
		want any // verdict.Reason, "" for good
	}{
		{"2048", modulus(2048), f4, nil},
		{"2049", modulus(2049), f4, nil},
		{"4096", modulus(4096), f4, nil},
		{"8192", modulus(8192), f4, nil},
		{"exponent of 31 bits", modulus(2048), big.NewInt(1<<31 - 1), nil},
		{"exponent 65539", modulus(2048), big.NewInt(65539), nil},
		{"2047", modulus(2047), f4, verdict.WeakAlgorithm},
		{"1024", modulus(1024), f4, verdict.WeakAlgorithm},
		{"512", modulus(512), f4, verdict.WeakAlgorithm},
		{"one", big.NewInt(1), f4, verdict.WeakAlgorithm},
		{"exponent 1", modulus(2048), big.NewInt(1), verdict.WeakAlgorithm},
		{"exponent 3", modulus(2048), big.NewInt(3), verdict.WeakAlgorithm},
		{"exponent 65535", modulus(2048), big.NewInt(65535), verdict.WeakAlgorithm},
		{"8193", modulus(8193), f4, verdict.Malformed},
		{"65536", modulus(65536), f4, verdict.Malformed},
		{"even", new(big.Int).Sub(modulus(2048), big.NewInt(1)), f4, verdict.Malformed},
		{"zero", new(big.Int), f4, verdict.Malformed},
		{"negative", new(big.Int).Neg(modulus(2048)), f4, verdict.Malformed},
		{"exponent 0", modulus(2048), new(big.Int), verdict.Malformed},
		{"exponent -1", modulus(2048), big.NewInt(-1), verdict.Malformed},
		{"exponent 65536", modulus(2048), big.NewInt(65536), verdict.Malformed},
		{"exponent of 32 bits", modulus(2048), big.NewInt(1<<31 + 1), verdict.Malformed},
		{"exponent of 2048 bits", modulus(2048), modulus(2048), verdict.Malformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			raw := rsaSPKI(c.n, c.e)
			var key *cert.PublicKey
			var err error
			budget.Time(t, 50*time.Millisecond, func() { key, err = cert.ParsePublicKey(raw) })
			if c.want == verdict.Malformed {
				require.ErrorIs(t, err, verdict.Malformed)
				return
			}
			require.NoError(t, err)
			require.Equal(t, fmt.Sprintf("rsa-%d", c.n.BitLen()), key.Algorithm())
			a, err := cert.ParseSignatureAlgorithm(cert.WithNULL(oid.SHA256WithRSA), 0)
			require.NoError(t, err)
			if c.want == nil {
				require.NoError(t, key.CheckStrength())
				require.ErrorIs(t, key.Verify(a, nil, make([]byte, 256)), verdict.SignatureInvalid)
				return
			}
			require.ErrorIs(t, key.CheckStrength(), verdict.WeakAlgorithm)
			require.ErrorIs(t, key.Verify(a, nil, make([]byte, 256)), verdict.WeakAlgorithm)
			_, _, err = key.SignatureAlgorithm(0)
			require.ErrorIs(t, err, verdict.WeakAlgorithm)
		})
	}
	for name, bits := range map[string][]byte{
		"padded modulus":  certtest.TLV(asn1.SEQUENCE, []byte{2, 2, 0, 3}, []byte{2, 1, 3}),
		"one number":      certtest.TLV(asn1.SEQUENCE, []byte{2, 1, 3}),
		"three numbers":   certtest.TLV(asn1.SEQUENCE, []byte{2, 1, 3}, []byte{2, 1, 3}, []byte{2, 1, 3}),
		"octets after it": append(rsaKey(t), 0),
		"a set":           certtest.TLV(asn1.SET, []byte{2, 1, 3}, []byte{2, 1, 3}),
		"no octets":       nil,
	} {
		_, err := cert.ParsePublicKey(spki(certtest.OID(oid.RSAEncryption), []byte{5, 0}, bits))
		require.ErrorIs(t, err, verdict.Malformed, name)
	}
}

// signatureOIDs are all identifiers of signatures that the package knows, and some that it does not.
var signatureOIDs = []cert.OID{
	oid.KZ2015Signature512, oid.KZ2015Signature256, oid.KZ2004Signature, oid.RUSignature512, oid.RUSignature256,
	oid.SHA256WithRSA, oid.SHA384WithRSA, oid.SHA512WithRSA, oid.ECDSAWithSHA256, oid.ECDSAWithSHA384,
	oid.ECDSAWithSHA512, oid.Ed25519, oid.SHA1WithRSA, oid.ECDSAWithSHA1, oid.MD5WithRSA,
	oid.RSAEncryption, oid.KZ2015Key512, oid.RUKey512, "1.2.3.4",
}

// T20, K27: each key with each signature algorithm, and each digest beside it: only what belongs together verifies,
// although the signature under test is always one that the key made.
func TestOnlyTheDiagonalVerifies(t *testing.T) {
	fits := map[string][]cert.OID{
		"gost2015-512": {oid.KZ2015Signature512}, "gost2015-256": {oid.KZ2015Signature256}, "gost2004": {oid.KZ2004Signature},
		"gost2012-512": {oid.RUSignature512}, "gost2012-256": {oid.RUSignature256},
		"rsa-2048":   {oid.SHA256WithRSA, oid.SHA384WithRSA, oid.SHA512WithRSA},
		"ecdsa-p256": {oid.ECDSAWithSHA256, oid.ECDSAWithSHA384, oid.ECDSAWithSHA512},
		"ecdsa-p384": {oid.ECDSAWithSHA256, oid.ECDSAWithSHA384, oid.ECDSAWithSHA512},
		"ecdsa-p521": {oid.ECDSAWithSHA256, oid.ECDSAWithSHA384, oid.ECDSAWithSHA512},
		"ed25519":    {oid.Ed25519},
	}
	message := []byte("what is signed")
	for _, kind := range certtest.Kinds {
		key := certtest.Key(t, kind)
		public := certtest.PublicKey(t, key.Public())
		made := make(map[cert.OID][]byte)
		var own []byte
		for _, id := range fits[kind] {
			a, err := cert.ParseSignatureAlgorithm(cert.AlgorithmIdentifier{Algorithm: id}, 0)
			require.NoError(t, err)
			made[id], err = cert.Sign(key, a, message)
			require.NoError(t, err)
			own = made[id]
		}
		for _, id := range signatureOIDs {
			a, err := cert.ParseSignatureAlgorithm(cert.WithNULL(id), 0)
			if err != nil {
				require.ErrorIs(t, err, verdict.UnsupportedAlgorithm)
				continue
			}
			signature, ok := made[id]
			if !ok {
				signature = own
			}
			err = public.Verify(a, message, signature)
			if ok {
				require.NoError(t, err, "%s with %s", kind, id)
				require.ErrorIs(t, public.Verify(a, message[1:], signature), verdict.SignatureInvalid)
				require.ErrorIs(t, public.Verify(a, message, nil), verdict.SignatureInvalid)
				require.ErrorIs(t, public.Verify(a, message, append(bytes.Clone(signature), 0)), verdict.SignatureInvalid)
				require.ErrorIs(t, public.Verify(a, message, signature[1:]), verdict.SignatureInvalid)
				if kind == "ed25519" {
					require.ErrorIs(t, public.VerifyDigest(a, cert.SHA512.Sum(message), signature), verdict.SignatureInvalid)
					continue
				}
				require.NoError(t, public.VerifyDigest(a, a.Digest().Sum(message), signature))
				digest := a.Digest().Sum(message)
				for _, other := range [][]byte{message, nil, digest[1:], digest[:len(digest)-1], append(bytes.Clone(digest), 0)} { // K8
					require.ErrorIs(t, public.VerifyDigest(a, other, signature), verdict.SignatureInvalid)
				}
				continue
			}
			require.Error(t, err, "%s with %s", kind, id)
			require.NotErrorIs(t, err, verdict.KindUndecided)
		}
		require.ErrorIs(t, public.Verify(cert.SignatureAlgorithm{}, message, own), verdict.SignatureInvalid)
		require.ErrorIs(t, public.VerifyDigest(cert.SignatureAlgorithm{}, nil, own), verdict.SignatureInvalid)
	}
}

// T18, K7: reversed and swapped signatures.
func TestOneByteOrder(t *testing.T) {
	for _, kind := range certtest.Kinds[:5] {
		key := certtest.Key(t, kind)
		public := certtest.PublicKey(t, key.Public())
		a, _, err := public.SignatureAlgorithm(0)
		require.NoError(t, err)
		signature, err := cert.Sign(key, a, nil)
		require.NoError(t, err)
		half := len(signature) / 2
		swapped := append(bytes.Clone(signature[half:]), signature[:half]...)
		whole := bytes.Clone(signature)
		slices.Reverse(whole)
		halves := bytes.Clone(signature)
		slices.Reverse(halves[:half])
		slices.Reverse(halves[half:])
		require.NoError(t, public.Verify(a, nil, signature))
		for _, other := range [][]byte{swapped, whole, halves} {
			require.ErrorIs(t, public.Verify(a, nil, other), verdict.SignatureInvalid)
		}
		digest := a.Digest().Sum(nil)
		slices.Reverse(digest)
		require.ErrorIs(t, public.VerifyDigest(a, digest, signature), verdict.SignatureInvalid)
	}
}

// The digest named beside a signature in CMS (T20).
func TestAlgorithmBesideDigest(t *testing.T) {
	parameters := certtest.TLV(asn1.SEQUENCE, certtest.OID(oid.RUParams512A))
	id := func(o cert.OID, parameters []byte) cert.AlgorithmIdentifier {
		return cert.AlgorithmIdentifier{Algorithm: o, Parameters: parameters}
	}
	null := []byte{5, 0}
	all := []cert.Digest{cert.SHA1, cert.SHA256, cert.SHA384, cert.SHA512, cert.Streebog256, cert.Streebog512, cert.GOST34311}
	for _, c := range []struct {
		name       string
		identifier cert.AlgorithmIdentifier
		good       []cert.Digest
	}{
		{"rsaEncryption", id(oid.RSAEncryption, null), []cert.Digest{cert.SHA1, cert.SHA256, cert.SHA384, cert.SHA512}},
		{"rsaEncryption without NULL", id(oid.RSAEncryption, nil), []cert.Digest{cert.SHA1, cert.SHA256, cert.SHA384, cert.SHA512}},
		{"rsaEncryption with parameters", id(oid.RSAEncryption, parameters), nil},
		{"sha256WithRSA", id(oid.SHA256WithRSA, null), []cert.Digest{cert.SHA256}},
		{"sha256WithRSA with parameters", id(oid.SHA256WithRSA, parameters), nil},
		{"sha1WithRSA", id(oid.SHA1WithRSA, null), []cert.Digest{cert.SHA1}},
		{"ecdsaWithSHA384", id(oid.ECDSAWithSHA384, nil), []cert.Digest{cert.SHA384}},
		{"ed25519", id(oid.Ed25519, nil), all}, // signs the octets itself (RFC 8419)
		{"national 512", id(oid.KZ2015Signature512, null), []cert.Digest{cert.Streebog512}},
		{"national 256", id(oid.KZ2015Signature256, nil), []cert.Digest{cert.Streebog256}},
		{"national 2004", id(oid.KZ2004Signature, null), []cert.Digest{cert.GOST34311}},
		{"national key identifier", id(oid.KZ2015Key512, null), nil},
		{"RFC 9215", id(oid.RUSignature512, nil), []cert.Digest{cert.Streebog512}},
		{"RFC 9215 key identifier", id(oid.RUKey512, nil), []cert.Digest{cert.Streebog512}},
		{"RFC 9215 key identifier with the key's parameters", id(oid.RUKey512, parameters), []cert.Digest{cert.Streebog512}},
		{"RFC 9215 key identifier with octets", id(oid.RUKey512, []byte{4, 1, 0}), nil},
		{"none", id("1.2.3", nil), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, d := range all {
				a, err := cert.ParseSignatureAlgorithm(c.identifier, d)
				if slices.Contains(c.good, d) {
					require.NoError(t, err, d)
					require.True(t, a.Digest() == d || a.Digest() == 0)
					continue
				}
				require.Error(t, err, d)
				require.Zero(t, a)
			}
			if strings.HasSuffix(c.name, "key identifier") || strings.HasPrefix(c.name, "rsaEncryption") {
				_, err := cert.ParseSignatureAlgorithm(c.identifier, 0)
				require.ErrorIs(t, err, verdict.UnsupportedAlgorithm)
			}
		})
	}
}

// A GOST digest under rsaEncryption would be signed bare, without the DigestInfo that says what it is.
func TestRSASignsNoBareDigests(t *testing.T) {
	key := certtest.Key(t, "rsa-2048").(*rsa.PrivateKey)
	digest := cert.Streebog512.Sum([]byte("message"))
	signature, err := rsa.SignPKCS1v15(nil, key, 0, digest)
	require.NoError(t, err)
	require.NoError(t, rsa.VerifyPKCS1v15(&key.PublicKey, 0, digest, signature))
	_, err = cert.ParseSignatureAlgorithm(cert.WithNULL(oid.RSAEncryption), cert.Streebog512)
	require.ErrorIs(t, err, verdict.UnsupportedAlgorithm)
	a, _, err := certtest.PublicKey(t, certtest.Key(t, "gost2015-512").Public()).SignatureAlgorithm(0)
	require.NoError(t, err)
	require.ErrorIs(t, certtest.PublicKey(t, key.Public()).VerifyDigest(a, digest, signature), verdict.SignatureInvalid)
	_, err = cert.SignDigest(key, a, digest)
	require.ErrorIs(t, err, verdict.KindMisuse)
}

// T22: SHA-1 signatures that are right are refused, and said to be weak; MD5 is not even known.
func TestWeakSignatures(t *testing.T) {
	key := certtest.Key(t, "rsa-2048").(*rsa.PrivateKey)
	public := certtest.PublicKey(t, key.Public())
	digest := sha1.Sum([]byte("m"))
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA1, digest[:])
	require.NoError(t, err)
	a, err := cert.ParseSignatureAlgorithm(cert.WithNULL(oid.SHA1WithRSA), 0)
	require.NoError(t, err)
	require.ErrorIs(t, public.Verify(a, []byte("m"), signature), verdict.WeakAlgorithm)
	require.ErrorIs(t, public.VerifyDigest(a, digest[:], signature), verdict.WeakAlgorithm)
	_, _, err = public.SignatureAlgorithm(cert.SHA1)
	require.ErrorIs(t, err, verdict.WeakAlgorithm)
	_, err = cert.ParseSignatureAlgorithm(cert.WithNULL(oid.MD5WithRSA), 0)
	require.ErrorIs(t, err, verdict.UnsupportedAlgorithm)
	ecKey := certtest.Key(t, "ecdsa-p256").(*ecdsa.PrivateKey)
	ecSignature, err := ecdsa.SignASN1(rand.Reader, ecKey, digest[:])
	require.NoError(t, err)
	a, err = cert.ParseSignatureAlgorithm(cert.AlgorithmIdentifier{Algorithm: oid.ECDSAWithSHA1}, 0)
	require.NoError(t, err)
	require.ErrorIs(t, certtest.PublicKey(t, ecKey.Public()).Verify(a, []byte("m"), ecSignature), verdict.WeakAlgorithm)
}

func TestSignatureAlgorithmOfAKey(t *testing.T) {
	for kind, want := range map[string]cert.AlgorithmIdentifier{
		"gost2015-512": cert.WithNULL(oid.KZ2015Signature512), "gost2015-256": cert.WithNULL(oid.KZ2015Signature256),
		"gost2004": cert.WithNULL(oid.KZ2004Signature), "rsa-2048": cert.WithNULL(oid.SHA256WithRSA),
		"ecdsa-p384": {Algorithm: oid.ECDSAWithSHA384}, "ed25519": {Algorithm: oid.Ed25519},
		"gost2012-512": {Algorithm: oid.RUSignature512}, "gost2012-256": {Algorithm: oid.RUSignature256},
	} {
		_, identifier, err := certtest.PublicKey(t, certtest.Key(t, kind).Public()).SignatureAlgorithm(0)
		require.NoError(t, err)
		require.Equal(t, want, identifier, kind)
	}
	for kind, d := range map[string]cert.Digest{"gost2015-512": cert.SHA256, "rsa-2048": cert.Streebog512, "gost2004": cert.Streebog256, "ecdsa-p256": cert.GOST34311} {
		_, _, err := certtest.PublicKey(t, certtest.Key(t, kind).Public()).SignatureAlgorithm(d)
		require.ErrorIs(t, err, verdict.UnsupportedAlgorithm, kind)
	}
}

func TestSignRefusesWhatDoesNotGoTogether(t *testing.T) {
	rsaPublic := certtest.PublicKey(t, certtest.Key(t, "rsa-2048").Public())
	a, _, err := rsaPublic.SignatureAlgorithm(0)
	require.NoError(t, err)
	ed, _, err := certtest.PublicKey(t, certtest.Key(t, "ed25519").Public()).SignatureAlgorithm(0)
	require.NoError(t, err)
	_, err = cert.Sign(certtest.Key(t, "ecdsa-p256"), a, nil)
	require.ErrorIs(t, err, verdict.KindMisuse)
	_, err = cert.Sign(certtest.Key(t, "rsa-2048"), ed, nil)
	require.ErrorIs(t, err, verdict.KindMisuse)
	_, err = cert.Sign(certtest.Key(t, "rsa-2048"), cert.SignatureAlgorithm{}, nil)
	require.ErrorIs(t, err, verdict.KindMisuse)
	_, err = cert.SignDigest(certtest.Key(t, "ed25519"), ed, make([]byte, 64))
	require.ErrorIs(t, err, verdict.KindMisuse)
	_, err = cert.SignDigest(certtest.Key(t, "rsa-2048"), a, make([]byte, 31))
	require.ErrorIs(t, err, verdict.KindMisuse)
	signature, err := cert.Sign(certtest.Key(t, "rsa-2048"), a, []byte("m"))
	require.NoError(t, err)
	require.NoError(t, rsaPublic.Verify(a, []byte("m"), signature))
}

// RSASSA-PSS: parameters (RFC 4055, Section 3.1), and keys bound to it.
func TestPSS(t *testing.T) {
	key := certtest.Key(t, "rsa-2048").(*rsa.PrivateKey)
	public := certtest.PublicKey(t, key.Public())
	hash := func(o cert.OID) []byte { return certtest.TLV(asn1.SEQUENCE, certtest.OID(o), []byte{5, 0}) }
	mgf := func(o cert.OID) []byte { return certtest.TLV(asn1.SEQUENCE, certtest.OID(oid.MGF1), hash(o)) }
	tagged := func(n byte, value []byte) []byte { return certtest.TLV(asn1.Tag(0xa0|n), value) }
	integer := func(n byte) []byte { return []byte{2, 1, n} }
	parameters := func(parts ...[]byte) cert.AlgorithmIdentifier {
		return cert.AlgorithmIdentifier{Algorithm: oid.RSASSAPSS, Parameters: certtest.TLV(asn1.SEQUENCE, parts...)}
	}
	sha256 := tagged(0, hash(oid.SHA256))
	mgf256 := tagged(1, mgf(oid.SHA256))
	salt32 := tagged(2, integer(32))
	for _, c := range []struct {
		name       string
		identifier cert.AlgorithmIdentifier
		good       bool
	}{
		{"sha-256", parameters(sha256, mgf256, salt32), true},
		{"trailer written out", parameters(sha256, mgf256, salt32, tagged(3, integer(1))), true}, // as some libraries do
		{"salt 0", parameters(sha256, mgf256, tagged(2, integer(0))), true},
		{"salt by default", parameters(sha256, mgf256), true},
		{"absent", cert.AlgorithmIdentifier{Algorithm: oid.RSASSAPSS}, false},
		{"NULL", cert.WithNULL(oid.RSASSAPSS), false},
		{"mask of another digest", parameters(sha256, tagged(1, mgf(oid.SHA512)), salt32), false},
		{"mask by default, which is of SHA-1", parameters(sha256, salt32), false},
		{"digest by default, which is SHA-1", parameters(mgf256, salt32), false},
		{"another mask function", parameters(sha256, tagged(1, certtest.TLV(asn1.SEQUENCE, certtest.OID("1.2.3"), hash(oid.SHA256))), salt32), false},
		{"mask without digest", parameters(sha256, tagged(1, certtest.TLV(asn1.SEQUENCE, certtest.OID(oid.MGF1))), salt32), false},
		{"GOST digest", parameters(tagged(0, hash(oid.KZStreebog256)), tagged(1, mgf(oid.KZStreebog256)), salt32), false},
		{"negative salt", parameters(sha256, mgf256, tagged(2, integer(0xff))), false},
		{"great salt", parameters(sha256, mgf256, tagged(2, []byte{2, 2, 0x7f, 0xff})), false},
		{"trailer 2", parameters(sha256, mgf256, salt32, tagged(3, integer(2))), false},
		{"one more field", parameters(sha256, mgf256, salt32, []byte{5, 0}), false},
		{"octets after them", cert.AlgorithmIdentifier{Algorithm: oid.RSASSAPSS, Parameters: append(parameters(sha256, mgf256, salt32).Parameters, 5, 0)}, false},
		{"octets after the digest", parameters(tagged(0, append(hash(oid.SHA256), 5, 0)), mgf256, salt32), false},
		{"octets after the mask", parameters(sha256, tagged(1, append(mgf(oid.SHA256), 5, 0)), salt32), false},
		{"field twice", parameters(sha256, sha256, mgf256, salt32), false},
		{"fields swapped", parameters(mgf256, sha256, salt32), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, err := cert.ParseSignatureAlgorithm(c.identifier, 0)
			if !c.good {
				require.ErrorIs(t, err, verdict.UnsupportedAlgorithm)
				return
			}
			require.NoError(t, err)
			signature, err := cert.Sign(key, a, []byte("m"))
			require.NoError(t, err)
			require.NoError(t, public.Verify(a, []byte("m"), signature))
			require.ErrorIs(t, public.Verify(a, []byte("n"), signature), verdict.SignatureInvalid)
			_, err = cert.ParseSignatureAlgorithm(c.identifier, cert.SHA512)
			require.ErrorIs(t, err, verdict.SignatureInvalid)
		})
	}
	t.Run("sha-1", func(t *testing.T) { // all by default
		a, err := cert.ParseSignatureAlgorithm(parameters(), 0)
		require.NoError(t, err)
		require.ErrorIs(t, public.Verify(a, nil, make([]byte, 256)), verdict.WeakAlgorithm)
	})

	pss := func(d cert.Digest) cert.SignatureAlgorithm {
		a, _, err := public.PSSAlgorithm(d)
		require.NoError(t, err)
		return a
	}
	pkcs1, _, err := public.SignatureAlgorithm(cert.SHA256)
	require.NoError(t, err)
	sign := func(a cert.SignatureAlgorithm) []byte {
		signature, err := cert.Sign(key, a, nil)
		require.NoError(t, err)
		return signature
	}
	bound := func(parameters []byte) *cert.PublicKey {
		k, err := cert.ParsePublicKey(spki(certtest.OID(oid.RSASSAPSS), parameters, rsaKey(t)))
		require.NoError(t, err)
		require.True(t, k.Supported())
		return k
	}
	t.Run("scheme", func(t *testing.T) {
		require.ErrorIs(t, public.Verify(pkcs1, nil, sign(pss(cert.SHA256))), verdict.SignatureInvalid)
		require.ErrorIs(t, public.Verify(pss(cert.SHA256), nil, sign(pkcs1)), verdict.SignatureInvalid)
	})
	t.Run("key for PSS alone", func(t *testing.T) {
		k := bound(nil)
		require.NoError(t, k.Verify(pss(cert.SHA256), nil, sign(pss(cert.SHA256))))
		require.NoError(t, k.Verify(pss(cert.SHA512), nil, sign(pss(cert.SHA512))))
		require.ErrorIs(t, k.Verify(pkcs1, nil, sign(pkcs1)), verdict.SignatureInvalid)
		a, identifier, err := k.SignatureAlgorithm(0)
		require.NoError(t, err)
		require.Equal(t, oid.RSASSAPSS, identifier.Algorithm)
		require.Equal(t, cert.SHA256, a.Digest())
	})
	t.Run("key bound to one digest", func(t *testing.T) { // RFC 4055, Section 3.3; T17
		k := bound(certtest.TLV(asn1.SEQUENCE, tagged(0, hash(oid.SHA512)), tagged(1, mgf(oid.SHA512)), salt32))
		require.Equal(t, cert.SHA512, k.Digest())
		require.NoError(t, k.Verify(pss(cert.SHA512), nil, sign(pss(cert.SHA512)))) // a longer salt
		require.ErrorIs(t, k.Verify(pss(cert.SHA256), nil, sign(pss(cert.SHA256))), verdict.SignatureInvalid)
		short, err := cert.ParseSignatureAlgorithm(parameters(tagged(0, hash(oid.SHA512)), tagged(1, mgf(oid.SHA512)), tagged(2, integer(31))), 0)
		require.NoError(t, err)
		require.ErrorIs(t, k.Verify(short, nil, sign(short)), verdict.SignatureInvalid)
		require.ErrorIs(t, k.Verify(pkcs1, nil, sign(pkcs1)), verdict.SignatureInvalid)
	})
}

func TestNewPublicKey(t *testing.T) {
	for _, key := range []crypto.PublicKey{nil, "key", &ed25519.PrivateKey{}} {
		_, err := cert.NewPublicKey(key)
		require.ErrorIs(t, err, verdict.UnsupportedAlgorithm)
	}
}

func TestDigests(t *testing.T) {
	for name, size := range map[string]int{
		"sha-1": 20, "sha-256": 32, "sha-384": 48, "sha-512": 64, "streebog-256": 32, "streebog-512": 64, "gost34311-95": 32,
	} {
		d, ok := cert.DigestByName(name)
		require.True(t, ok)
		require.Equal(t, name, d.String())
		require.Equal(t, size, d.Size())
		require.Len(t, d.Sum(nil), size)
		require.Equal(t, name == "sha-1", d.Weak())
		again, err := cert.ParseDigest(d.Identifier())
		require.NoError(t, err)
		require.Equal(t, d, again)
		again, err = cert.ParseDigest(cert.AlgorithmIdentifier{Algorithm: d.Identifier().Algorithm})
		require.NoError(t, err)
		require.Equal(t, d, again)
		_, err = cert.ParseDigest(cert.AlgorithmIdentifier{Algorithm: d.Identifier().Algorithm, Parameters: []byte{4, 0}})
		require.ErrorIs(t, err, verdict.UnsupportedAlgorithm)
		// T9: congruent modulo 2^32.
		text := string(d.Identifier().Algorithm)
		dot := strings.LastIndexByte(text, '.')
		last, ok := new(big.Int).SetString(text[dot+1:], 10)
		require.True(t, ok)
		alias := cert.OID(text[:dot+1] + last.Add(last, new(big.Int).Lsh(big.NewInt(1), 32)).String())
		_, err = cert.ParseDigest(cert.WithNULL(alias))
		require.ErrorIs(t, err, verdict.UnsupportedAlgorithm)
	}
	_, ok := cert.DigestByName("md5")
	require.False(t, ok)
	require.Equal(t, "none", cert.Digest(0).String())
	for _, o := range []cert.OID{oid.RUStreebog256, oid.RUStreebog512} {
		_, err := cert.ParseDigest(cert.WithNULL(o))
		require.NoError(t, err)
	}
}

func TestAlgorithmIdentifier(t *testing.T) {
	null, absent := cert.WithNULL(oid.SHA256), cert.AlgorithmIdentifier{Algorithm: oid.SHA256}
	other := cert.AlgorithmIdentifier{Algorithm: oid.SHA256, Parameters: []byte{4, 0}}
	require.True(t, null.Equal(absent))
	require.True(t, other.Equal(other))
	require.False(t, null.Equal(other))
	require.False(t, null.Equal(cert.WithNULL(oid.SHA384)))
	for _, a := range []cert.AlgorithmIdentifier{null, absent, other} {
		raw := certtest.DER(func(b *cryptobyte.Builder) { b.AddValue(a) })
		s := cryptobyte.String(raw)
		var again cert.AlgorithmIdentifier
		require.True(t, cert.ReadAlgorithm(&s, &again))
		require.True(t, s.Empty())
		require.Equal(t, a, again)
	}
}
