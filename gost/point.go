package gost

import "math/big"

// A point is (X/Z², Y/Z³) on a curve, in Jacobian coordinates: sums need no division. Z = 0 is the point at infinity
// O, the zero of the group. Points are values: no function changes its arguments.
type point struct{ X, Y, Z *big.Int }

func affine(x, y *big.Int) point { return point{x, y, big.NewInt(1)} }

func infinity() point { return point{big.NewInt(1), big.NewInt(1), new(big.Int)} }

func (A point) isInfinity() bool { return A.Z.Sign() == 0 }

// double returns 2·A.
func (c *curve) double(A point) point {
	// The tangent is vertical at the points of order 2, and there is none at O.
	if A.isInfinity() || A.Y.Sign() == 0 {
		return infinity()
	}
	YY := c.mul(A.Y, A.Y)
	S := c.twice(c.twice(c.mul(A.X, YY))) // S = 4XY²
	M := c.slope(A)                       // M = 3X² + aZ⁴

	X := c.minus(c.mul(M, M), c.twice(S)) // X' = M² - 2S
	YYYY8 := c.twice(c.twice(c.twice(c.mul(YY, YY))))
	Y := c.minus(c.mul(M, c.minus(S, X)), YYYY8) // Y' = M(S - X') - 8Y⁴
	Z := c.twice(c.mul(A.Y, A.Z))                // Z' = 2YZ
	return point{X, Y, Z}
}

// slope returns 3X² + aZ⁴, the numerator of the slope of the tangent.
func (c *curve) slope(A point) *big.Int {
	XX, ZZ := c.mul(A.X, A.X), c.mul(A.Z, A.Z)
	return c.plus(c.plus(c.twice(XX), XX), c.mul(c.a, c.mul(ZZ, ZZ)))
}

// add returns A + B, for any two points: equal, opposite or O.
func (c *curve) add(A, B point) point {
	if A.isInfinity() {
		return B
	}
	if B.isInfinity() {
		return A
	}
	// Bring x and y of both to one denominator: U/(Z₁Z₂)² and S/(Z₁Z₂)³.
	U1, S1 := c.scale(A, B.Z)
	U2, S2 := c.scale(B, A.Z)
	H, R := c.minus(U2, U1), c.minus(S2, S1)
	if H.Sign() == 0 {
		if R.Sign() == 0 {
			return c.double(A) // A = B
		}
		return infinity() // A = -B
	}
	HH := c.mul(H, H)
	HHH, V := c.mul(H, HH), c.mul(U1, HH)

	X := c.minus(c.minus(c.mul(R, R), HHH), c.twice(V))   // X' = R² - H³ - 2V
	Y := c.minus(c.mul(R, c.minus(V, X)), c.mul(S1, HHH)) // Y' = R(V - X') - S₁H³
	return point{X, Y, c.mul(H, c.mul(A.Z, B.Z))}         // Z' = H·Z₁Z₂
}

// scale returns X·Z² and Y·Z³, for free where Z is 1.
func (c *curve) scale(A point, Z *big.Int) (X, Y *big.Int) {
	if isOne(Z) {
		return A.X, A.Y
	}
	ZZ := c.mul(Z, Z)
	return c.mul(A.X, ZZ), c.mul(A.Y, c.mul(Z, ZZ))
}

func isOne(n *big.Int) bool { return n.IsInt64() && n.Int64() == 1 }

// multiply returns k·A for k ≥ 0, bit by bit from the top.
func (c *curve) multiply(k *big.Int, A point) point {
	return c.multiplyAdd(k, A, new(big.Int), infinity())
}

// multiplyAdd returns k·A + l·B for k, l ≥ 0, both scalars in one pass (Shamir's trick).
func (c *curve) multiplyAdd(k *big.Int, A point, l *big.Int, B point) point {
	sums := [4]point{infinity(), A, B, c.normalize(c.add(A, B))}
	C := infinity()
	for i := max(k.BitLen(), l.BitLen()) - 1; i >= 0; i-- {
		C = c.double(C)
		if which := k.Bit(i) | l.Bit(i)<<1; which != 0 {
			C = c.add(C, sums[which])
		}
	}
	return C
}

// normalize returns the same point with Z = 1, if it is not O: such points are quicker to add.
func (c *curve) normalize(A point) point {
	if A.isInfinity() || isOne(A.Z) {
		return A
	}
	return affine(c.coordinates(A))
}

// coordinates returns x and y of A, which is not O.
func (c *curve) coordinates(A point) (x, y *big.Int) {
	inverse := new(big.Int).ModInverse(A.Z, c.p)
	square := c.mul(inverse, inverse)
	return c.mul(A.X, square), c.mul(A.Y, c.mul(square, inverse))
}
