package gost_test

import (
	"bytes"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/gost"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
)

func TestAlgorithm(t *testing.T) {
	for _, tt := range []struct {
		a      gost.Algorithm
		name   string
		digest gost.Digest
		size   int
	}{
		{gost.KZ512, "gost2015-512", gost.Streebog512, 64},
		{gost.KZ256, "gost2015-256", gost.Streebog256, 32},
		{gost.KZ2004, "gost2004", gost.GOST34311, 32},
		{gost.RU512A, "gost2012-512", gost.Streebog512, 64},
		{gost.RU256A, "gost2012-256", gost.Streebog256, 32},
		{gost.RUCryptoProA, "gost2012-256", gost.Streebog256, 32},
		{0, "unknown algorithm 0", 0, 0},
		{200, "unknown algorithm 200", 0, 0},
	} {
		require.Equal(t, tt.name, tt.a.String())
		require.Equal(t, tt.digest, tt.a.Digest())
		require.Equal(t, tt.size, tt.a.Size())
		require.Equal(t, 2*tt.size, tt.a.SignatureSize())
		require.Equal(t, tt.size, tt.a.Digest().Size())
	}
}

func TestDigest(t *testing.T) {
	for d, name := range map[gost.Digest]string{
		gost.Streebog512: "streebog-512", gost.Streebog256: "streebog-256", gost.GOST34311: "gost34311-95",
	} {
		require.Equal(t, name, d.String())
		require.Equal(t, d.Size(), d.New().Size())
		require.Len(t, d.New().Sum(nil), d.Size())
		require.Zero(t, d.HashFunc())
	}
	require.Equal(t, "unknown digest 0", gost.Digest(0).String())
	require.Panics(t, func() { gost.Digest(0).New() })
}

func TestPublicKey(t *testing.T) {
	for _, a := range algorithms {
		t.Run(a.name, func(t *testing.T) {
			k := public(newKey(t, a.Algorithm, 1))
			require.Equal(t, a.Algorithm, k.Algorithm())
			require.Len(t, k.Bytes(), 2*a.Size())

			same, err := gost.NewPublicKey(a.Algorithm, k.Bytes())
			require.NoError(t, err)
			require.True(t, k.Equal(same))
			parsed, err := gost.ParsePublicKey(k.MarshalSPKI())
			require.NoError(t, err)
			require.True(t, k.Equal(parsed))
			require.Equal(t, k.MarshalSPKI(), parsed.MarshalSPKI())

			require.False(t, k.Equal(public(newKey(t, a.Algorithm, 2))), "another point")
			require.False(t, k.Equal(nil))
			require.False(t, k.Equal((*gost.PublicKey)(nil)))
			require.False(t, k.Equal(*k), "not a pointer")
			require.False(t, k.Equal(&gost.PublicKey{}))
		})
	}
	// The same point under another algorithm is another key.
	kz := newKey(t, gost.KZ512, 1)
	ru, err := gost.NewPublicKey(gost.RU512A, public(kz).Bytes())
	require.NoError(t, err)
	require.False(t, ru.Equal(public(kz)))
}

func TestPublicKeyKeepsNothing(t *testing.T) {
	k := public(newKey(t, gost.KZ256, 1))
	spki, point := k.MarshalSPKI(), k.Bytes()
	parsed, err := gost.ParsePublicKey(spki)
	require.NoError(t, err)
	made, err := gost.NewPublicKey(gost.KZ256, point)
	require.NoError(t, err)
	clear(spki)
	clear(point)
	clear(k.Bytes())
	require.True(t, k.Equal(parsed))
	require.True(t, k.Equal(made))
}

func TestPublicKeyZero(t *testing.T) {
	var k gost.PublicKey
	require.Zero(t, k.Algorithm())
	require.Nil(t, k.Bytes())
	require.Nil(t, k.MarshalSPKI())
	require.True(t, k.Equal(&gost.PublicKey{}))
	require.ErrorIs(t, k.Verify(0, nil, nil), gost.ErrKey)
	require.ErrorIs(t, k.Verify(gost.Streebog256, make([]byte, 32), make([]byte, 64)), gost.ErrKey)
}

// spki builds a SubjectPublicKeyInfo from its parts.
func spki(key oid.OID, parameters encoding, subjectPublicKey encoding) []byte {
	return build(sequence(sequence(identifier(key), parameters), subjectPublicKey))
}

func named(names ...oid.OID) encoding {
	return sequence(func(b *cryptobyte.Builder) {
		for _, name := range names {
			if name != "" {
				der.AddOID(b, name)
			}
		}
	})
}

func TestParsePublicKey(t *testing.T) {
	for _, a := range algorithms {
		t.Run(a.name, func(t *testing.T) { testParsePublicKey(t, a.Algorithm, a.key, named(a.paramSet, a.digest)) })
	}
}

func testParsePublicKey(t *testing.T, a gost.Algorithm, key oid.OID, parameters encoding) {
	p, _, _, _ := gost.Numbers(a)
	point := gost.BasePoint(a)
	x, y := point[:a.Size()], point[a.Size():]
	wrapped := build(octets(point))
	good := spki(key, parameters, bits(0, wrapped))
	withPoint := func(point []byte) []byte { return spki(key, parameters, bits(0, build(octets(point)))) }
	other := bytes.Clone(point)
	other[a.Size()] ^= 1

	for _, tt := range []struct {
		name string
		in   []byte
		want error
	}{
		{"good", good, nil},
		{"good-negated-y", withPoint(gost.Point(a, le(x), new(big.Int).Sub(p, le(y)))), nil},

		// K12: no identity, in any encoding
		{"zero-zero", withPoint(make([]byte, len(point))), gost.ErrKey},
		{"empty-point", withPoint(nil), gost.ErrKey},
		{"single-zero", withPoint([]byte{0}), gost.ErrKey},
		{"empty-bits", spki(key, parameters, bits(0, nil)), gost.ErrKey},
		// K13
		{"off-curve-point", withPoint(other), gost.ErrKey},
		{"swapped-x-y", withPoint(join(y, x)), gost.ErrKey},
		{"big-endian", withPoint(join(reversed(x), reversed(y))), gost.ErrKey},
		// K14: x is 1 or 3 on two of the curves, so x + p fits the octets and would be the same point
		{"x-plus-p", withPoint(join(plusP(a, x), y)), gost.ErrKey},
		{"y-equals-p", withPoint(gost.Point(a, le(x), p)), gost.ErrKey},
		{"x-equals-p", withPoint(gost.Point(a, p, le(y))), gost.ErrKey},
		{"all-ones", withPoint(bytes.Repeat([]byte{0xff}, len(point))), gost.ErrKey},
		// K15
		{"point-of-twist", withPoint(twistPoint(a)), gost.ErrKey},
		// K16 in one direction; TestParsePublicKeyTriples has the other
		{"half-length", withPoint(point[:a.Size()]), gost.ErrKey},
		{"short", withPoint(point[:len(point)-1]), gost.ErrKey},
		{"long", withPoint(join(point, []byte{0})), gost.ErrKey},
		{"padded-front", withPoint(join([]byte{0}, point)), gost.ErrKey},
		// K17
		{"uncompressed-prefix", withPoint(join([]byte{4}, point)), gost.ErrKey},
		{"compressed", withPoint(join([]byte{2}, x)), gost.ErrKey},
		{"no-octet-string", spki(key, parameters, bits(0, point)), gost.ErrKey},
		{"prefix-for-octet-string", spki(key, parameters, bits(0, join([]byte{4}, point))), gost.ErrKey},
		{"double-octet-string", spki(key, parameters, bits(0, build(octets(wrapped)))), gost.ErrKey},
		{"octets-for-bits", spki(key, parameters, octets(wrapped)), gost.ErrKey},
		{"unused-bits", spki(key, parameters, bits(1, wrapped)), gost.ErrKey},
		{"unused-bits-8", spki(key, parameters, bits(8, wrapped)), gost.ErrKey},
		// K18
		{"trailing-after-point", spki(key, parameters, bits(0, join(wrapped, []byte{0}))), gost.ErrKey},
		{"trailing-null-after-point", spki(key, parameters, bits(0, join(wrapped, []byte{5, 0}))), gost.ErrKey},
		{"trailing-in-sequence", build(sequence(sequence(identifier(key), parameters), bits(0, wrapped), element(asn1.NULL))), gost.ErrKey},
		{"trailing", join(good, []byte{0}), gost.ErrKey},
		{"twice", join(good, good), gost.ErrKey},
		// K24
		{"parameters-absent", build(sequence(sequence(identifier(key)), bits(0, wrapped))), gost.ErrAlgorithm},
		{"parameters-null", spki(key, element(asn1.NULL), bits(0, wrapped)), gost.ErrAlgorithm},
		{"parameters-empty", spki(key, sequence(), bits(0, wrapped)), gost.ErrAlgorithm},
		{"parameters-one-name", spki(key, identifier(oid.RUParams256A), bits(0, wrapped)), gost.ErrAlgorithm},
		{"parameters-explicit", spki(key, sequence(integer(big.NewInt(1)), sequence(integer(p))), bits(0, wrapped)), gost.ErrAlgorithm},
		{"parameters-and-null", spki(key, func(b *cryptobyte.Builder) { parameters(b); der.AddNULL(b) }, bits(0, wrapped)), gost.ErrAlgorithm},
		{"third-parameter", spki(key, sequence(raw(content(build(parameters))), identifier("1.2.643.2.2.31.1")), bits(0, wrapped)), gost.ErrAlgorithm},
		{"unknown-key", spki("1.2.643.2.2.19", parameters, bits(0, wrapped)), gost.ErrAlgorithm},
		{"elliptic-curve-key", spki(oid.ECPublicKey, identifier(oid.P256), bits(0, wrapped)), gost.ErrAlgorithm},
		{"vendor-key", spki("1.3.6.1.4.1.6801.1.5.8", parameters, bits(0, wrapped)), gost.ErrAlgorithm},
		// Not an SPKI at all
		{"nothing", nil, gost.ErrKey},
		{"no-key-name", build(sequence(sequence(parameters), bits(0, wrapped))), gost.ErrKey},
		{"long-form-length", join([]byte{0x30, 0x84, 0, 0, 0, byte(len(content(good)))}, content(good)), gost.ErrKey},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k, err := gost.ParsePublicKey(tt.in)
			if tt.want == nil {
				require.NoError(t, err)
				require.Equal(t, a, k.Algorithm())
				return
			}
			require.ErrorIs(t, err, tt.want)
			require.Equal(t, tt.want, gost.Kind(err), "%v", err)
			require.Nil(t, k)
		})
	}
	t.Run("every-truncation", func(t *testing.T) {
		for n := range good {
			k, err := gost.ParsePublicKey(good[:n])
			require.Error(t, err)
			require.Nil(t, k)
		}
	})
}

func le(b []byte) *big.Int { return new(big.Int).SetBytes(reversed(b)) }

// plusP returns x + p, cut to the length of x where it does not fit: then it is off the curve for another reason.
func plusP(a gost.Algorithm, x []byte) []byte {
	p, _, _, _ := gost.Numbers(a)
	sum := new(big.Int).Add(le(x), p).FillBytes(make([]byte, len(x)+1))
	return reversed(sum)[:len(x)]
}

// content returns what is inside one DER element.
func content(element []byte) []byte {
	in := cryptobyte.String(element)
	var out cryptobyte.String
	var tag asn1.Tag
	if !in.ReadAnyASN1(&out, &tag) {
		panic("not an element")
	}
	return out
}

// twistPoint returns (x, y) with d·y² = x³ + ax + b for a non-residue d: the least x ≥ 2 that no point of the curve
// has, and the y of the twist.
func twistPoint(alg gost.Algorithm) []byte {
	p, a, b, _ := gost.Numbers(alg)
	d := big.NewInt(2)
	for big.Jacobi(d, p) != -1 {
		d = plus(d, 1)
	}
	for x := big.NewInt(2); ; x = plus(x, 1) {
		right := new(big.Int).Mul(x, x)
		right.Add(right, a).Mul(right, x).Add(right, b)
		right.Mul(right, new(big.Int).ModInverse(d, p)).Mod(right, p)
		if y := new(big.Int).ModSqrt(right, p); y != nil && y.Sign() != 0 {
			return gost.Point(alg, x, y)
		}
	}
}

// K16, K24, K25: of all combinations of key, curve and digest only those on the list are keys, with a point that is
// good for the curve of the algorithm.
func TestParsePublicKeyTriples(t *testing.T) {
	type triple struct{ key, paramSet, digest oid.OID }
	want := map[triple]gost.Algorithm{}
	keys := []oid.OID{"1.2.643.2.2.19", "1.2.643.7.1.1.1.3"}
	paramSets := []oid.OID{
		"", "1.2.643.2.2.35.0", "1.2.643.2.2.35.2", "1.2.643.2.2.35.3", "1.2.643.2.2.36.0", // CryptoPro test, B, C, XchA
		"1.2.643.7.1.2.1.1.2", "1.2.643.7.1.2.1.1.3", "1.2.643.7.1.2.1.1.4", // TC26 256 B, C, D
		"1.2.643.7.1.2.1.2.0", "1.2.643.7.1.2.1.2.2", "1.2.643.7.1.2.1.2.3", // TC26 512 test, B, C
	}
	digests := []oid.OID{"", "1.2.643.2.2.30.0", "1.2.643.2.2.30.1", oid.KZGOST34311, "1.2.398.3.10.1.3"}
	for _, a := range algorithms {
		want[triple{a.key, a.paramSet, a.digest}] = a.Algorithm
		if a.omitted {
			want[triple{a.key, a.paramSet, ""}] = a.Algorithm
		}
		keys, paramSets, digests = append(keys, a.key), append(paramSets, a.paramSet), append(digests, a.digest)
	}
	require.Len(t, want, 8)

	found := map[triple]gost.Algorithm{}
	for _, key := range keys {
		for _, paramSet := range paramSets {
			for _, digest := range digests {
				for _, a := range []gost.Algorithm{gost.KZ512, gost.KZ256, gost.KZ2004} {
					in := spki(key, named(paramSet, digest), bits(0, build(octets(gost.BasePoint(a)))))
					k, err := gost.ParsePublicKey(in)
					if err == nil {
						found[triple{key, paramSet, digest}] = k.Algorithm()
						require.Equal(t, gost.BasePoint(a), k.Bytes())
					} else if _, listed := want[triple{key, paramSet, digest}]; !listed {
						require.Equal(t, gost.ErrAlgorithm, gost.Kind(err))
					} else {
						require.Equal(t, gost.ErrKey, gost.Kind(err))
					}
				}
			}
		}
	}
	require.Equal(t, want, found)
}

// The keys of FINDINGS, section 5, and of RFC 9215, octet by octet.
func TestMarshalSPKI(t *testing.T) {
	for name, tt := range map[string]struct {
		a      gost.Algorithm
		header string
	}{
		"kz-512":         {gost.KZ512, "3081ac302306092a830e030a010102023016060a2a830e030a010102020106082a830e030a01030303818400048180"},
		"kz-256":         {gost.KZ256, "306a302306092a830e030a010102013016060a2a830e030a010102010106082a830e030a01030203430004 40"},
		"kz-2004":        {gost.KZ2004, "306c302506092a830e030a010101013018060a2a830e030a0101010101060a2a830e030a010301010003430004 40"},
		"ru-512a":        {gost.RU512A, "3081a0301706082a85030701010102300b06092a850307010201020103 8184000481 80"},
		"ru-256a":        {gost.RU256A, "305e301706082a85030701010101300b06092a8503070102010101034300 0440"},
		"ru-cryptopro-a": {gost.RUCryptoProA, "3066301f06082a850307010101013013 06072a85030202230106082a85030701010202 0343000440"},
	} {
		t.Run(name, func(t *testing.T) {
			k, err := gost.NewPublicKey(tt.a, gost.BasePoint(tt.a))
			require.NoError(t, err)
			header := fromHex(t, string(bytes.ReplaceAll([]byte(tt.header), []byte(" "), nil)))
			require.Equal(t, join(header, gost.BasePoint(tt.a)), k.MarshalSPKI())
		})
	}
}

// An RFC 9215 key may carry the digest identifier or not: it is the same key, written without.
func TestParsePublicKeyWithDigestOfRFC9215(t *testing.T) {
	for _, a := range algorithms {
		if !a.omitted {
			continue
		}
		point := bits(0, build(octets(gost.BasePoint(a.Algorithm))))
		with, err := gost.ParsePublicKey(spki(a.key, named(a.paramSet, a.digest), point))
		require.NoError(t, err)
		without := spki(a.key, named(a.paramSet), point)
		require.Equal(t, without, with.MarshalSPKI())
		k, err := gost.ParsePublicKey(without)
		require.NoError(t, err)
		require.True(t, k.Equal(with))
	}
}

// Points of small order on 256-A, from THREATS.md, section K.
var (
	order2 = [2]string{"0100fe73f595ff158e974b44d478d9588744fe5c192ac47ea63075dce7a14aaa", "0"}
	order4 = [2]string{"7f7f80c60535007538b45a5d95c39353bc5d80d1f36a9dc0ace7c5118c2f5977", "7e7e82520f9f015faa1d0f18c14ab9fb35188275da3fd94206b74f34a48e0ecd"}
)

func TestSmallOrder(t *testing.T) {
	for _, a := range []gost.Algorithm{gost.KZ256, gost.RU256A} {
		t.Run(a.String(), func(t *testing.T) {
			p, _, _, _ := gost.Numbers(a)
			T2 := gost.Point(a, number(order2[0]), number(order2[1]))
			T4 := gost.Point(a, number(order4[0]), number(order4[1]))
			minusT4 := gost.Point(a, number(order4[0]), new(big.Int).Sub(p, number(order4[1])))
			require.Equal(t, T2, gost.AddPoints(a, T4, T4), "2·T4 = T2")
			Q := public(newKey(t, a, 1)).Bytes()

			for name, point := range map[string][]byte{
				"order-2": T2, "order-4": T4, "minus-order-4": minusT4, // K19
				"key-plus-order-2": gost.AddPoints(a, Q, T2), "key-plus-order-4": gost.AddPoints(a, Q, T4), // K20
			} {
				t.Run(name, func(t *testing.T) {
					_, err := gost.NewPublicKey(a, point)
					require.ErrorIs(t, err, gost.ErrKey)
				})
			}
			t.Run("key-plus-order-4-minus-order-4", func(t *testing.T) {
				k, err := gost.NewPublicKey(a, gost.AddPoints(a, gost.AddPoints(a, Q, T4), minusT4))
				require.NoError(t, err)
				require.Equal(t, Q, k.Bytes())
			})
		})
	}
}

// K15: the two 256-bit curves are over the same field; a point of one is not a key of the other.
func TestPointOfAnotherCurve(t *testing.T) {
	for _, tt := range []struct{ a, other gost.Algorithm }{
		{gost.KZ256, gost.KZ2004},
		{gost.KZ2004, gost.KZ256},
		{gost.RU256A, gost.RUCryptoProA},
		{gost.RUCryptoProA, gost.RU256A},
		{gost.KZ512, gost.KZ256},
		{gost.KZ256, gost.KZ512},
	} {
		_, err := gost.NewPublicKey(tt.a, public(newKey(t, tt.other, 1)).Bytes())
		require.ErrorIs(t, err, gost.ErrKey)
	}
	for _, a := range []gost.Algorithm{0, gost.RUCryptoProA + 1, 255} {
		_, err := gost.NewPublicKey(a, gost.BasePoint(gost.KZ512))
		require.ErrorIs(t, err, gost.ErrAlgorithm)
	}
}
