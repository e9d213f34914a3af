package gost

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

var curves = []struct {
	name string
	c    *curve
}{{"512-A", curve512A}, {"256-A", curve256A}, {"CryptoPro-A", curveCryptoProA}}

func TestCurve(t *testing.T) {
	for _, tt := range curves {
		t.Run(tt.name, func(t *testing.T) {
			c := tt.c
			require.True(t, c.p.ProbablyPrime(10), "p is prime")
			require.True(t, c.q.ProbablyPrime(10), "q is prime")
			require.True(t, c.contains(c.x, c.y), "P is on the curve")
			require.True(t, c.multiply(c.q, c.P()).isInfinity(), "q·P = O")
			// Hasse: the number of points differs from p + 1 by at most 2√p, so the cofactor is the one given.
			points := new(big.Int).Mul(c.q, big.NewInt(int64(c.cofactor)))
			distance := points.Sub(points, c.p).Abs(points)
			require.LessOrEqual(t, distance.BitLen(), c.p.BitLen()/2+2)
			// 4a³ + 27b² ≠ 0
			four, twentySeven := big.NewInt(4), big.NewInt(27)
			discriminant := c.plus(c.mul(four, c.mul(c.a, c.mul(c.a, c.a))), c.mul(twentySeven, c.mul(c.b, c.b)))
			require.NotZero(t, discriminant.Sign())
		})
	}
}

// K14: coordinates are below p, also where the sum would fit the octets.
func TestContains(t *testing.T) {
	for _, tt := range curves {
		t.Run(tt.name, func(t *testing.T) {
			c := tt.c
			plusP := func(n *big.Int) *big.Int { return new(big.Int).Add(n, c.p) }
			minusP := func(n *big.Int) *big.Int { return new(big.Int).Sub(n, c.p) }
			require.True(t, c.contains(c.x, c.y))
			require.False(t, c.contains(plusP(c.x), c.y))
			require.False(t, c.contains(c.x, plusP(c.y)))
			require.False(t, c.contains(minusP(c.x), c.y))
			require.False(t, c.contains(c.x, minusP(c.y)))
		})
	}
}

// A curve so small that every sum can be looked at: y² = x³ + 2x + 3 modulo 97 has 100 points, some of order 2.
func TestAddEverything(t *testing.T) {
	c := newCurve(1, "61", "2", "3", "5", "3", "6")
	points := []point{infinity()}
	for x := range int64(97) {
		for y := range int64(97) {
			if c.contains(big.NewInt(x), big.NewInt(y)) {
				points = append(points, affine(big.NewInt(x), big.NewInt(y)))
			}
		}
	}
	require.Len(t, points, 100)
	random := rand.New(rand.NewPCG(1, 2))
	for _, A := range points {
		for _, B := range points {
			want := schoolSum(c, A, B)
			got := c.add(rescale(c, A, random), rescale(c, B, random))
			require.Equal(t, show(c, want), show(c, got), "%v + %v", show(c, A), show(c, B))
		}
		require.Equal(t, show(c, schoolSum(c, A, A)), show(c, c.double(rescale(c, A, random))), "2·%v", show(c, A))
	}
	// Scalars from 0 past the order of every point.
	for _, A := range points {
		sum := infinity()
		for k := range int64(105) {
			require.Equal(t, show(c, sum), show(c, c.multiply(big.NewInt(k), A)), "%d·%v", k, show(c, A))
			sum = schoolSum(c, sum, A)
		}
	}
}

// rescale returns the same point with another Z.
func rescale(c *curve, A point, random *rand.Rand) point {
	if A.isInfinity() {
		return point{big.NewInt(random.Int64N(97)), big.NewInt(random.Int64N(97)), new(big.Int)}
	}
	z := big.NewInt(1 + random.Int64N(96))
	zz := c.mul(z, z)
	return point{c.mul(A.X, zz), c.mul(A.Y, c.mul(z, zz)), c.mul(A.Z, z)}
}

// schoolSum adds with the formulas of RFC 7091, Section 5.1, with divisions.
func schoolSum(c *curve, A, B point) point {
	switch {
	case A.isInfinity():
		return B
	case B.isInfinity():
		return A
	}
	x1, y1 := c.coordinates(A)
	x2, y2 := c.coordinates(B)
	var slope *big.Int
	switch {
	case x1.Cmp(x2) != 0:
		slope = c.mul(c.minus(y2, y1), new(big.Int).ModInverse(c.minus(x2, x1), c.p))
	case y1.Cmp(y2) != 0 || y1.Sign() == 0:
		return infinity()
	default:
		slope = c.plus(c.mul(big.NewInt(3), c.mul(x1, x1)), c.a)
		slope = c.mul(slope, new(big.Int).ModInverse(c.twice(y1), c.p))
	}
	x3 := c.minus(c.minus(c.mul(slope, slope), x1), x2)
	return affine(x3, c.minus(c.mul(slope, c.minus(x1, x3)), y1))
}

func show(c *curve, A point) string {
	if A.isInfinity() {
		return "O"
	}
	x, y := c.coordinates(A)
	return fmt.Sprintf("(%v, %v)", x, y)
}

func TestMultiply(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, tt := range curves {
		t.Run(tt.name, func(t *testing.T) {
			c := tt.c
			for range 5 {
				k, l := randomScalar(random, c), randomScalar(random, c)
				Q := c.multiply(l, c.P())
				// k·P + l·P = (k + l)·P = (k + l - q)·P
				sum := new(big.Int).Add(k, l)
				want := show(c, c.multiply(sum, c.P()))
				require.Equal(t, want, show(c, c.add(c.multiply(k, c.P()), Q)))
				require.Equal(t, want, show(c, c.multiply(sum.Mod(sum, c.q), c.P())))
				// Both at once
				want = show(c, c.add(c.multiply(k, c.P()), c.multiply(l, Q)))
				require.Equal(t, want, show(c, c.multiplyAdd(k, c.P(), l, Q)))
			}
		})
	}
}

func randomScalar(random *rand.Rand, c *curve) *big.Int {
	octets := make([]byte, c.size+8)
	for i := range octets {
		octets[i] = byte(random.Uint32())
	}
	n := new(big.Int).SetBytes(octets)
	n.Mod(n, new(big.Int).Sub(c.q, big.NewInt(1)))
	return n.Add(n, big.NewInt(1))
}

// The examples of RFC 7091, Section 7, whose curves are only for examples.
func TestRFC7091(t *testing.T) {
	for _, example := range []struct {
		name    string
		c       *curve
		d, e, k string
		xQ, yQ  string
		r, s    string
	}{
		{
			name: "7.1",
			c: newCurve(1,
				"8000000000000000000000000000000000000000000000000000000000000431",
				"7",
				"5fbff498aa938ce739b8e022fbafef40563f6e6a3472fc2a514c0ce9dae23b7e",
				"8000000000000000000000000000000150fe8a1892976154c59cfc193accf5b3",
				"2",
				"8e2a8a0e65147d4bd6316030e16d19c85c97f0a9ca267122b96abbcea7e8fc8"),
			d:  "7a929ade789bb9be10ed359dd39a72c11b60961f49397eee1d19ce9891ec3b28",
			e:  "2dfbc1b372d89a1188c09c52e0eec61fce52032ab1022e8e67ece6672b043ee5",
			k:  "77105c9b20bcd3122823c8cf6fcc7b956de33814e95b7fe64fed924594dceab3",
			xQ: "7f2b49e270db6d90d8595bec458b50c58585ba1d4e9b788f6689dbd8e56fd80b",
			yQ: "26f1b489d6701dd185c8413a977b3cbbaf64d1c593d26627dffb101a87ff77da",
			r:  "41aa28d2f1ab148280cd9ed56feda41974053554a42767b83ad043fd39dc0493",
			s:  "1456c64ba4642a1653c235a98a60249bcd6d3f746b631df928014f6c5bf9c40",
		},
		{
			name: "7.2",
			c: newCurve(1,
				"4531acd1fe0023c7550d267b6b2fee80922b14b2ffb90f04d4eb7c09b5d2d15df1d852741af4704a0458047e80e4546d35b8336fac224dd81664bbf528be6373",
				"7",
				"1cff0806a31116da29d8cfa54e57eb748bc5f377e49400fdd788b649eca1ac4361834013b2ad7322480a89ca58e0cf74bc9e540c2add6897fad0a3084f302adc",
				"4531acd1fe0023c7550d267b6b2fee80922b14b2ffb90f04d4eb7c09b5d2d15da82f2d7ecb1dbac719905c5eecc423f1d86e25edbe23c595d644aaf187e6e6df",
				"24d19cc64572ee30f396bf6ebbfd7a6c5213b3b3d7057cc825f91093a68cd762fd60611262cd838dc6b60aa7eee804e28bc849977fac33b4b530f1b120248a9a",
				"2bb312a43bd2ce6e0d020613c857acddcfbf061e91e5f2c3f32447c259f39b2c83ab156d77f1496bf7eb3351e1ee4e43dc1a18b91b24640b6dbb92cb1add371e"),
			d:  "ba6048aadae241ba40936d47756d7c93091a0e8514669700ee7508e508b102072e8123b2200a0563322dad2827e2714a2636b7bfd18aadfc62967821fa18dd4",
			e:  "3754f3cfacc9e0615c4f4a7c4d8dab531b09b6f9c170c533a71d147035b0c5917184ee536593f4414339976c647c5d5a407adedb1d560c4fc6777d2972075b8c",
			k:  "359e7f4b1410feacc570456c6801496946312120b39d019d455986e364f365886748ed7a44b3e794434006011842286212273a6d14cf70ea3af71bb1ae679f1",
			xQ: "115dc5bc96760c7b48598d8ab9e740d4c4a85a65be33c1815b5c320c854621dd5a515856d13314af69bc5b924c8b4ddff75c45415c1d9dd9dd33612cd530efe1",
			yQ: "37c7c90cd40b0f5621dc3ac1b751cfa0e2634fa0503b3d52639f5d7fb72afd61ea199441d943ffe7f0c70a2759a3cdb84c114e1f9339fdf27f35eca93677beec",
			r:  "2f86fa60a081091a23dd795e1e3c689ee512a3c82ee0dcc2643c78eea8fcacd35492558486b20f1c9ec197c90699850260c93bcbcd9c5c3317e19344e173ae36",
			s:  "1081b394696ffe8e6585e7a9362d26b6325f56778aadbc081c0bfbe933d52ff5823ce288e8c4f362526080df7f70ce406a6eeb1f56919cb92a9853bde73e5b4a",
		},
	} {
		t.Run(example.name, func(t *testing.T) {
			c, d, e := example.c, number(example.d), number(example.e)
			Q := c.multiply(d, c.P())
			x, y := c.coordinates(Q)
			require.Equal(t, example.xQ, x.Text(16))
			require.Equal(t, example.yQ, y.Text(16))
			r, s, ok := c.sign(d, e, number(example.k))
			require.True(t, ok)
			require.Equal(t, example.r, r.Text(16))
			require.Equal(t, example.s, s.Text(16))
			require.True(t, c.verify(Q, e, r, s))
			require.False(t, c.verify(Q, e, s, r))
			require.False(t, c.verify(Q, new(big.Int).Add(e, big.NewInt(1)), r, s))
		})
	}
}

// K23: x(C) ≥ q. On two of the curves no search finds such a point as a multiple of P, so the signature is made from
// the point: choose C and z₁, z₂, and take the key for which they fit.
func TestVerifyReducesX(t *testing.T) {
	for _, tt := range curves {
		t.Run(tt.name, func(t *testing.T) {
			c := tt.c
			C := pointAbove(c, c.q)
			xC, _ := c.coordinates(C)
			require.GreaterOrEqual(t, xC.Cmp(c.q), 0)
			r := new(big.Int).Mod(xC, c.q)

			// Q = (C - z₁P)/z₂, e = -r/z₂, s = z₁e
			z1, z2 := big.NewInt(12345), big.NewInt(67890)
			minusZ1 := new(big.Int).Sub(c.q, z1)
			Q := c.multiply(new(big.Int).ModInverse(z2, c.q), c.add(C, c.multiply(minusZ1, c.P())))
			e := new(big.Int).Mul(new(big.Int).Neg(r), new(big.Int).ModInverse(z2, c.q))
			e.Mod(e, c.q)
			s := new(big.Int).Mul(z1, e)
			s.Mod(s, c.q)

			require.True(t, c.verify(Q, e, r, s))
			require.False(t, c.verify(Q, e, new(big.Int).Add(r, big.NewInt(1)), s))
		})
	}
}

// pointAbove returns a point of order q with x ≥ from.
func pointAbove(c *curve, from *big.Int) point {
	for x := new(big.Int).Set(from); x.Cmp(c.p) < 0; x.Add(x, big.NewInt(1)) {
		y := c.plus(c.mul(c.plus(c.mul(x, x), c.a), x), c.b)
		if y.ModSqrt(y, c.p) == nil {
			continue
		}
		if A := affine(new(big.Int).Set(x), y); c.multiply(c.q, A).isInfinity() {
			return A
		}
	}
	panic("no such point")
}

// The deterministic part of the nonces: with no additional data the generator is that of RFC 6979, whose example for
// P-256 and SHA-512 (Appendix A.2.5, message "sample") it gives.
func TestNoncesRFC6979(t *testing.T) {
	q := number("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")
	d := number("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721")
	// SHA-512 of "sample", its leftmost 256 bits
	h := number("39a5e04aaff7455d9850c605364f514c11324ce64016960d23d5dc57d3ffd8f4")
	h.Mod(h, q)
	k := newNonces(q, d, h, nil).next()
	require.Equal(t, "5fa81c63109badb88c1f367b47da606da28cad69aa22c4fe6ad7df73a7173aa5", k.Text(16))
}

// The generator goes on when a k does not do, and every k is in range, on the curve with an odd number of bits too.
func TestNonces(t *testing.T) {
	for _, tt := range curves {
		t.Run(tt.name, func(t *testing.T) {
			n := newNonces(tt.c.q, big.NewInt(1), big.NewInt(2), []byte("more"))
			seen := map[string]bool{}
			longest := 0
			for range 50 {
				k := n.next()
				require.True(t, inRange(k, tt.c.q))
				seen[k.Text(16)] = true
				longest = max(longest, k.BitLen())
			}
			require.Len(t, seen, 50)
			require.GreaterOrEqual(t, longest, tt.c.q.BitLen()-1, "q of 256-A is just above 2²⁵⁴")
		})
	}
}

// s = 0 asks for another k. (No k with r = 0 is known.)
func TestSignZero(t *testing.T) {
	for _, tt := range curves {
		t.Run(tt.name, func(t *testing.T) {
			c, e, k := tt.c, big.NewInt(77), big.NewInt(1234567)
			r, s, ok := c.sign(big.NewInt(5), e, k)
			require.True(t, ok)
			require.True(t, c.verify(c.multiply(big.NewInt(5), c.P()), e, r, s))
			// s = rd + ke = 0 for d = -ke/r
			d := new(big.Int).Mul(k, e)
			d.Neg(d).Mul(d, new(big.Int).ModInverse(r, c.q)).Mod(d, c.q)
			_, _, ok = c.sign(d, e, k)
			require.False(t, ok)
		})
	}
}
