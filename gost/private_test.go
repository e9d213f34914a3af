package gost_test

import (
	"bytes"
	"io"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/gost"
	"github.com/qoltanba/eds/internal/oid"
)

func TestPrivateKey(t *testing.T) {
	for _, a := range algorithms {
		t.Run(a.name, func(t *testing.T) {
			k := newKey(t, a.Algorithm, 1)
			require.Equal(t, a.Algorithm, k.Algorithm())
			require.Equal(t, a.Algorithm, public(k).Algorithm())
			parsed, err := gost.ParsePrivateKey(k.MarshalPKCS8())
			require.NoError(t, err)
			require.True(t, k.Equal(parsed))
			require.True(t, public(k).Equal(parsed.Public()))
			require.Equal(t, k.MarshalPKCS8(), parsed.MarshalPKCS8())

			require.True(t, k.Equal(newKey(t, a.Algorithm, 1)), "the same randomness")
			require.False(t, k.Equal(newKey(t, a.Algorithm, 2)))
			require.False(t, k.Equal(nil))
			require.False(t, k.Equal((*gost.PrivateKey)(nil)))
			require.False(t, k.Equal(&gost.PrivateKey{}))
		})
	}
	require.False(t, newKey(t, gost.KZ512, 1).Equal(newKey(t, gost.RU512A, 1)), "the same secret")
}

func TestPrivateKeyZero(t *testing.T) {
	var k gost.PrivateKey
	require.Zero(t, k.Algorithm())
	require.Nil(t, k.MarshalPKCS8())
	require.True(t, k.Equal(&gost.PrivateKey{}))
	_, err := k.Sign(nil, make([]byte, 32), nil)
	require.ErrorIs(t, err, gost.ErrKey)
	require.Nil(t, public(&k).MarshalSPKI())
}

func TestNewPrivateKey(t *testing.T) {
	for _, a := range algorithms {
		_, _, _, q := gost.Numbers(a.Algorithm)
		octets := func(n *big.Int) []byte { return reversed(n.FillBytes(make([]byte, a.Size()))) }
		for _, tt := range []struct {
			name string
			d    []byte
			want error
		}{
			{"one", octets(big.NewInt(1)), nil},
			{"q-minus-1", octets(plus(q, -1)), nil},
			{"zero", octets(new(big.Int)), gost.ErrKey},
			{"q", octets(q), gost.ErrKey},
			{"q-plus-1", octets(plus(q, 1)), gost.ErrKey},
			{"all-ones", bytes.Repeat([]byte{0xff}, a.Size()), gost.ErrKey},
			{"empty", nil, gost.ErrKey},
			{"short", octets(big.NewInt(1))[:a.Size()-1], gost.ErrKey},
			{"long", append(octets(big.NewInt(1)), 0), gost.ErrKey},
		} {
			t.Run(a.name+"/"+tt.name, func(t *testing.T) {
				k, err := gost.NewPrivateKey(a.Algorithm, tt.d)
				if tt.want != nil {
					require.Equal(t, tt.want, gost.Kind(err))
					require.Nil(t, k)
					return
				}
				require.NoError(t, err)
				clear(tt.d)
				parsed, err := gost.ParsePrivateKey(k.MarshalPKCS8())
				require.NoError(t, err)
				require.True(t, k.Equal(parsed), "the caller's octets were copied")
			})
		}
	}
	_, err := gost.NewPrivateKey(0, make([]byte, 32))
	require.ErrorIs(t, err, gost.ErrAlgorithm)
	one, err := gost.NewPrivateKey(gost.KZ512, append([]byte{1}, make([]byte, 63)...))
	require.NoError(t, err)
	require.Equal(t, gost.BasePoint(gost.KZ512), public(one).Bytes(), "1·P, so d is little-endian")
}

func TestGenerateKey(t *testing.T) {
	for _, a := range algorithms {
		k, err := gost.GenerateKey(a.Algorithm, nil)
		require.NoError(t, err)
		require.NoError(t, public(k).Verify(a.Digest(), hashed(a.Algorithm, ""), sign(t, k, hashed(a.Algorithm, ""))))

		// Out of range twice, then 1.
		random := io.MultiReader(
			bytes.NewReader(bytes.Repeat([]byte{0xff}, a.Size())), bytes.NewReader(make([]byte, a.Size())),
			bytes.NewReader([]byte{1}), bytes.NewReader(make([]byte, a.Size()-1)))
		k, err = gost.GenerateKey(a.Algorithm, random)
		require.NoError(t, err)
		require.Equal(t, gost.BasePoint(a.Algorithm), public(k).Bytes())

		_, err = gost.GenerateKey(a.Algorithm, bytes.NewReader(make([]byte, a.Size()+1)))
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	}
	_, err := gost.GenerateKey(0, nil)
	require.ErrorIs(t, err, gost.ErrAlgorithm)
}

// pkcs8 builds a PrivateKeyInfo.
func pkcs8(version int64, algorithm, privateKey encoding) []byte {
	return build(sequence(integer(big.NewInt(version)), algorithm, privateKey))
}

func TestParsePrivateKey(t *testing.T) {
	const small = 0x1234 // a secret whose INTEGER is short
	for _, a := range algorithms {
		algorithm := sequence(identifier(a.key), named(a.paramSet, a.digest))
		p, _, _, q := gost.Numbers(a.Algorithm)
		d, err := gost.NewPrivateKey(a.Algorithm, append([]byte{small & 0xff, small >> 8}, make([]byte, a.Size()-2)...))
		require.NoError(t, err)
		fixed := func(n *big.Int) []byte { return reversed(n.FillBytes(make([]byte, a.Size()))) }
		secret := big.NewInt(small)
		asOctets, asInteger := build(octets(fixed(secret))), build(integer(secret))
		holding := func(content []byte) []byte { return pkcs8(0, algorithm, octets(content)) }

		kz2015 := a.Algorithm == gost.KZ512 || a.Algorithm == gost.KZ256
		kz2004 := a.Algorithm == gost.KZ2004
		ru := !kz2015 && !kz2004
		accepted := func(is bool) error {
			if is {
				return nil
			}
			return gost.ErrKey
		}
		for _, tt := range []struct {
			name string
			in   []byte
			want error
		}{
			{"octets", holding(asOctets), accepted(kz2015 || ru)},
			{"integer", holding(asInteger), accepted(kz2004 || ru)},
			{"raw", holding(fixed(secret)), accepted(ru)},

			{"octets-trailing", holding(join(asOctets, []byte{0})), gost.ErrKey},
			{"octets-short", holding(build(octets(fixed(secret)[:a.Size()-1]))), gost.ErrKey},
			{"octets-long", holding(build(octets(append(fixed(secret), 0)))), gost.ErrKey},
			{"integer-trailing", holding(join(asInteger, []byte{0})), gost.ErrKey},
			{"integer-not-minimal", holding([]byte{2, 3, 0, small >> 8, small & 0xff}), gost.ErrKey},
			{"integer-negative", holding(build(integer(big.NewInt(-1)))), gost.ErrKey},
			{"integer-zero", holding(build(integer(new(big.Int)))), gost.ErrKey},
			{"integer-q", holding(build(integer(q))), gost.ErrKey},
			{"integer-huge", holding(build(integer(new(big.Int).Lsh(p, 9999)))), gost.ErrKey},
			{"octets-zero", holding(build(octets(fixed(new(big.Int))))), gost.ErrKey},
			{"octets-q", holding(build(octets(fixed(q)))), gost.ErrKey},
			{"raw-zero", holding(fixed(new(big.Int))), gost.ErrKey},
			{"raw-q", holding(fixed(q)), gost.ErrKey},
			{"raw-masked", holding(join(fixed(secret), fixed(secret))), gost.ErrKey},
			{"empty", holding(nil), gost.ErrKey},
			{"null", holding([]byte{5, 0}), gost.ErrKey},

			{"version-1", pkcs8(1, algorithm, octets(join(asOctets))), gost.ErrKey},
			{"attributes", build(sequence(integer(new(big.Int)), algorithm, octets(asOctets), element(asn1.Tag(0).ContextSpecific().Constructed()))), gost.ErrKey},
			{"trailing", append(holding(asOctets), 0), gost.ErrKey},
			{"nothing", nil, gost.ErrKey},
			{"unknown-key", pkcs8(0, sequence(identifier(oid.ECPublicKey), identifier(oid.P256)), octets(asOctets)), gost.ErrAlgorithm},
			{"parameters-absent", pkcs8(0, sequence(identifier(a.key)), octets(asOctets)), gost.ErrAlgorithm},
			{"parameters-null", pkcs8(0, sequence(identifier(a.key), element(asn1.NULL)), octets(asOctets)), gost.ErrAlgorithm},
		} {
			t.Run(a.name+"/"+tt.name, func(t *testing.T) {
				k, err := gost.ParsePrivateKey(tt.in)
				if tt.want != nil {
					require.Equal(t, tt.want, gost.Kind(err), "%v", err)
					require.Nil(t, k)
					return
				}
				require.NoError(t, err)
				require.True(t, k.Equal(d))
			})
		}
	}
}

// FINDINGS, section 5: fixed length for 2015, minimal for 2004 with a zero octet before a set top bit.
func TestMarshalPKCS8(t *testing.T) {
	top := append(bytes.Repeat([]byte{0x11}, 31), 0x81)
	for _, tt := range []struct {
		name   string
		a      gost.Algorithm
		d      []byte
		header string
		tail   []byte
	}{
		{"kz-512", gost.KZ512, bytes.Repeat([]byte{7}, 64), "306c020100302306092a830e030a010102023016060a2a830e030a010102020106082a830e030a01030304420440", bytes.Repeat([]byte{7}, 64)},
		{"kz-256", gost.KZ256, append([]byte{7}, make([]byte, 31)...), "304c020100302306092a830e030a010102013016060a2a830e030a010102010106082a830e030a01030204220420", append([]byte{7}, make([]byte, 31)...)},
		{"kz-2004", gost.KZ2004, bytes.Repeat([]byte{7}, 32), "304e020100302506092a830e030a010101013018060a2a830e030a0101010101060a2a830e030a010301010004220220", bytes.Repeat([]byte{7}, 32)},
		{"kz-2004-top-bit", gost.KZ2004, top, "304f020100302506092a830e030a010101013018060a2a830e030a0101010101060a2a830e030a01030101000423022100", reversed(top)},
		{"kz-2004-small", gost.KZ2004, append([]byte{7}, make([]byte, 31)...), "302f020100302506092a830e030a010101013018060a2a830e030a0101010101060a2a830e030a010301010004030201", []byte{7}},
		{"ru-256a", gost.RU256A, bytes.Repeat([]byte{7}, 32), "303e020100301706082a85030701010101300b06092a8503070102010101" + "0420", bytes.Repeat([]byte{7}, 32)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k, err := gost.NewPrivateKey(tt.a, tt.d)
			require.NoError(t, err)
			require.Equal(t, join(fromHex(t, tt.header), tt.tail), k.MarshalPKCS8())
		})
	}
}
