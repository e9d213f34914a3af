package gost_test

import (
	"bytes"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/gost"
)

func TestVerify(t *testing.T) {
	for _, a := range algorithms {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			testVerify(t, a.Algorithm)
		})
	}
}

func testVerify(t *testing.T, a gost.Algorithm) {
	k, size := newKey(t, a, 1), a.Size()
	_, _, _, q := gost.Numbers(a)
	digest := hashed(a, "message")
	good := sign(t, k, digest)
	left, right := good[:size], good[size:]
	r, s := gost.Halves(a, good)
	zero, one := new(big.Int), big.NewInt(1)
	q1 := plus(q, -1)
	ones := new(big.Int).Sub(new(big.Int).Lsh(one, uint(8*size)), one)
	pair := func(r, s *big.Int) []byte { return gost.Signature(a, r, s) }

	for _, tt := range []struct {
		name      string
		signature []byte
		valid     bool
	}{
		{"good", good, true},
		{"rebuilt", pair(r, s), true},
		// K1
		{"r-zero", pair(zero, s), false},
		{"s-zero", pair(r, zero), false},
		{"both-zero", pair(zero, zero), false},
		// K2; r + q and s + q are below
		{"r-equals-q", pair(q, s), false},
		{"s-equals-q", pair(r, q), false},
		{"r-q-plus-1", pair(plus(q, 1), s), false},
		// K3
		{"r-all-ones", pair(ones, s), false},
		{"s-all-ones", pair(r, ones), false},
		{"both-all-ones", pair(ones, ones), false},
		// K4
		{"both-one", pair(one, one), false},
		{"r-one", pair(one, s), false},
		{"s-one", pair(r, one), false},
		{"r-q-minus-1", pair(q1, s), false},
		{"s-q-minus-1", pair(r, q1), false},
		{"both-q-minus-1", pair(q1, q1), false},
		{"s-negated", pair(r, new(big.Int).Sub(q, s)), false},
		{"r-negated", pair(new(big.Int).Sub(q, r), s), false},
		// K5
		{"empty", nil, false},
		{"one-octet", good[:1], false},
		{"half", good[:size], false},
		{"short-end", good[:2*size-1], false},
		{"short-front", good[1:], false},
		{"long-end", join(good, []byte{0}), false},
		{"long-front", join([]byte{0}, good), false},
		{"twice", join(good, good), false},
		{"padded-halves", join(left, []byte{0}, right, []byte{0}), false},
		// K6
		{"der-sequence", build(sequence(integer(r), integer(s))), false},
		{"octet-string", build(octets(good)), false},
		// K7
		{"halves-swapped", join(right, left), false},
		{"halves-reversed", join(reversed(left), reversed(right)), false},
		{"reversed", reversed(good), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := public(k).Verify(a.Digest(), digest, tt.signature)
			if tt.valid {
				require.NoError(t, err)
				return
			}
			require.Equal(t, gost.ErrSignature, gost.Kind(err), "%v", err)
		})
	}
	t.Run("aliases", func(t *testing.T) { testAliases(t, k, digest, r, s) })
	t.Run("bit-flips", func(t *testing.T) { testBitFlips(t, k, digest, good) })
	t.Run("digests", func(t *testing.T) { testDigests(t, k, digest, good) })
	t.Run("another-key", func(t *testing.T) {
		err := public(newKey(t, a, 2)).Verify(a.Digest(), digest, good)
		require.ErrorIs(t, err, gost.ErrSignature)
	})
}

// K2: r + iq and s + iq, where they fit the octets.
func testAliases(t *testing.T, k *gost.PrivateKey, digest []byte, r, s *big.Int) {
	a := k.Algorithm()
	_, _, _, q := gost.Numbers(a)
	for i := int64(1); i < 4; i++ {
		iq := new(big.Int).Mul(q, big.NewInt(i))
		if r := new(big.Int).Add(r, iq); r.BitLen() <= 8*a.Size() {
			require.ErrorIs(t, public(k).Verify(a.Digest(), digest, gost.Signature(a, r, s)), gost.ErrSignature)
		}
		if s := new(big.Int).Add(s, iq); s.BitLen() <= 8*a.Size() {
			require.ErrorIs(t, public(k).Verify(a.Digest(), digest, gost.Signature(a, r, s)), gost.ErrSignature)
		}
	}
}

// K11
func testBitFlips(t *testing.T, k *gost.PrivateKey, digest, good []byte) {
	step := 5
	if k.Algorithm().Size() == 64 {
		step = 13
	}
	if testing.Short() {
		step = 61
	}
	for bit := 0; bit < 8*len(good); bit += step {
		bad := bytes.Clone(good)
		bad[bit/8] ^= 1 << (bit % 8)
		require.ErrorIs(t, public(k).Verify(k.Algorithm().Digest(), digest, bad), gost.ErrSignature, "bit %d", bit)
	}
	for bit := 0; bit < 8*len(digest); bit += 31 {
		bad := bytes.Clone(digest)
		bad[bit/8] ^= 1 << (bit % 8)
		require.ErrorIs(t, public(k).Verify(k.Algorithm().Digest(), bad, good), gost.ErrSignature, "bit %d of the digest", bit)
	}
}

// K8, K25
func testDigests(t *testing.T, k *gost.PrivateKey, digest, good []byte) {
	own := k.Algorithm().Digest()
	for _, d := range []gost.Digest{0, gost.Streebog512, gost.Streebog256, gost.GOST34311, 77} {
		if d == own {
			continue
		}
		h := []byte("whatever")
		if d.Size() > 0 {
			h = d.New().Sum(nil)
		}
		require.Equal(t, gost.ErrDigest, gost.Kind(public(k).Verify(d, digest, good)), "the right octets, called %v", d)
		require.Equal(t, gost.ErrDigest, gost.Kind(public(k).Verify(d, h, good)), "%v", d)
	}
	for name, h := range map[string][]byte{
		"empty": nil, "truncated": digest[:len(digest)-1], "extended": join(digest, []byte{0}), "doubled": join(digest, digest),
	} {
		require.Equal(t, gost.ErrDigest, gost.Kind(public(k).Verify(own, h, good)), name)
	}
	require.Equal(t, gost.ErrSignature, gost.Kind(public(k).Verify(own, reversed(digest), good)))
	require.NoError(t, public(k).Verify(own, digest, good))
}

// K7, K27: the same secret under the national and the RFC 9215 algorithm of one curve and digest. Each refuses the
// other's signature and takes it reversed: the layout is all that differs.
func TestVerifyLayouts(t *testing.T) {
	for _, tt := range []struct{ kz, ru gost.Algorithm }{{gost.KZ512, gost.RU512A}, {gost.KZ256, gost.RU256A}} {
		t.Run(tt.kz.String(), func(t *testing.T) {
			kz := newKey(t, tt.kz, 1)
			ru := newKey(t, tt.ru, 1)
			require.Equal(t, public(kz).Bytes(), public(ru).Bytes())
			digest := hashed(tt.kz, "message")
			for _, k := range []struct{ signer, other *gost.PrivateKey }{{kz, ru}, {ru, kz}} {
				signature := sign(t, k.signer, digest)
				d := k.signer.Algorithm().Digest()
				require.NoError(t, public(k.signer).Verify(d, digest, signature))
				require.ErrorIs(t, public(k.other).Verify(d, digest, signature), gost.ErrSignature)
				require.NoError(t, public(k.other).Verify(d, digest, reversed(signature)))
			}
		})
	}
}

// K21, K22: keys whose partial points z₁·P and z₂·Q are equal, opposite or O. With d known, s = r·d makes the sum O
// for every digest, and s = r·d + k·e is the honest signature beside it.
func TestVerifySpecialPoints(t *testing.T) {
	for _, a := range algorithms {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			_, _, _, q := gost.Numbers(a.Algorithm)
			digest := hashed(a.Algorithm, "message")
			for _, d := range []*big.Int{big.NewInt(1), big.NewInt(2), plus(q, -1), plus(q, -2)} {
				k, err := gost.NewPrivateKey(a.Algorithm, reversed(d.FillBytes(make([]byte, a.Size()))))
				require.NoError(t, err)
				good := sign(t, k, digest)
				require.NoError(t, public(k).Verify(a.Digest(), digest, good))

				r, _ := gost.Halves(a.Algorithm, good)
				s := new(big.Int).Mul(r, d)
				bad := gost.Signature(a.Algorithm, r, s.Mod(s, q))
				require.ErrorIs(t, public(k).Verify(a.Digest(), digest, bad), gost.ErrSignature, "C = O")
			}
		})
	}
}

// K21: z₁·P = z₂·Q, so that the sum is a doubling: for Q = P with s = -r, for Q = -P with s = r. The digest is
// chosen for it.
func TestVerifyEqualPartialPoints(t *testing.T) {
	for _, a := range algorithms {
		t.Run(a.name, func(t *testing.T) {
			_, _, _, q := gost.Numbers(a.Algorithm)
			z := big.NewInt(1234567)
			// C = 2z·P
			C, err := gost.NewPrivateKey(a.Algorithm, reversed(big.NewInt(2*1234567).FillBytes(make([]byte, a.Size()))))
			require.NoError(t, err)
			r := new(big.Int).Mod(le(public(C).Bytes()[:a.Size()]), q)
			for _, tt := range []struct {
				name string
				d, s *big.Int
			}{
				{"key-is-P", big.NewInt(1), new(big.Int).Sub(q, r)},
				{"key-is-minus-P", plus(q, -1), r},
			} {
				k, err := gost.NewPrivateKey(a.Algorithm, reversed(tt.d.FillBytes(make([]byte, a.Size()))))
				require.NoError(t, err)
				// e = s/z
				e := new(big.Int).ModInverse(z, q)
				e.Mul(e, tt.s).Mod(e, q)
				digest := reversed(e.FillBytes(make([]byte, a.Size())))
				require.NoError(t, public(k).Verify(a.Digest(), digest, gost.Signature(a.Algorithm, r, tt.s)), tt.name)
				other := plus(tt.s, 1)
				require.ErrorIs(t, public(k).Verify(a.Digest(), digest, gost.Signature(a.Algorithm, r, other)), gost.ErrSignature, tt.name)
			}
		})
	}
}

// K9, K10: digests that are 0 modulo q stand for 1, larger ones are reduced. TestAgainstGogost asks another
// implementation about the same digests.
func TestVerifyEdgeDigests(t *testing.T) {
	for _, a := range algorithms {
		t.Run(a.name, func(t *testing.T) {
			_, _, _, q := gost.Numbers(a.Algorithm)
			k := newKey(t, a.Algorithm, 1)
			digests := edgeDigests(a.Algorithm)
			// e and -e have the same signatures, by the scheme: C changes its sign and x(C) does not.
			class := func(digest []byte) string {
				e := le(digest)
				if e.Mod(e, q).Sign() == 0 {
					e.SetInt64(1)
				}
				if minus := new(big.Int).Sub(q, e); minus.Cmp(e) < 0 {
					e = minus
				}
				return e.Text(16)
			}
			for i, digest := range digests {
				signature := sign(t, k, digest)
				for j, other := range digests {
					err := public(k).Verify(a.Digest(), other, signature)
					require.Equal(t, class(digest) == class(other), err == nil, "signed %d, verified %d: %v", i, j, err)
				}
			}
		})
	}
}

func edgeDigests(a gost.Algorithm) [][]byte {
	_, _, _, q := gost.Numbers(a)
	size := a.Digest().Size()
	var digests [][]byte
	for _, e := range []*big.Int{new(big.Int), big.NewInt(1), big.NewInt(2), plus(q, -1), q, plus(q, 1)} {
		digests = append(digests, reversed(e.FillBytes(make([]byte, size))))
	}
	return append(digests, bytes.Repeat([]byte{0xff}, size))
}
