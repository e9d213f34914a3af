package gost

import "math/big"

// A curve is y² = x³ + ax + b over the integers modulo the prime p, with a point P = (x, y) of prime order q
// (GOST R 34.10-2012, Section 5; RFC 7091, Section 5.2). The numbers are shared: nobody may change them.
type curve struct {
	p, a, b, q *big.Int
	x, y       *big.Int
	cofactor   int // the number of points on the curve is cofactor·q
	size       int // octets of p

	n          int      // bits of p
	mask, fold *big.Int // 2ⁿ - 1 and 2ⁿ - p
}

// curve512A is id-tc26-gost-3410-12-512-paramSetA, 1.2.643.7.1.2.1.2.1 (RFC 7836, Appendix A).
var curve512A = newCurve(1,
	"fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffdc7",
	"fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffdc4",
	"e8c2505dedfc86ddc1bd0b2b6667f1da34b82574761cb0e879bd081cfd0b6265ee3cb090f30d27614cb4574010da90dd862ef9d4ebee4761503190785a71c760",
	"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff27e69532f48d89116ff22b8d4e0560609b4b38abfad2b85dcacdb1411f10b275",
	"3",
	"7503cfe87a836ae3a61b8816e25450e6ce5e1c93acf1abc1778064fdcbefa921df1626be4fd036e93d75e6a50e3a41e98028fe5fc235f5b889a589cb5215f2a4",
)

// curve256A is id-tc26-gost-3410-2012-256-paramSetA, 1.2.643.7.1.2.1.1.1 (RFC 7836, Appendix A). Its cofactor is
// 4: there are points of order 2 and 4, and none of them is a key.
var curve256A = newCurve(4,
	"fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffd97",
	"c2173f1513981673af4892c23035a27ce25e2013bf95aa33b22c656f277e7335",
	"295f9bae7428ed9ccc20e7c359a9d41a22fccd9108e17bf7ba9337a6f8ae9513",
	"400000000000000000000000000000000fd8cddfc87b6635c115af556c360c67",
	"91e38443a5e82c0d880923425712b2bb658b9196932e02c78b2582fe742daa28",
	"32879423ab1a0375895786c4bb46e9565fde0b5344766740af268adb32322e5c",
)

// curveCryptoProA is id-GostR3410-2001-CryptoPro-A-ParamSet, 1.2.643.2.2.35.1 (RFC 4357, Section 11.4), the curve of
// GOST 34.310-2004 in the national PKI.
var curveCryptoProA = newCurve(1,
	"fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffd97",
	"fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffd94",
	"a6",
	"ffffffffffffffffffffffffffffffff6c611070995ad10045841b09b761b893",
	"1",
	"8d91e471e0989cda27df505a453f2b7635294f2ddf23e3b122acc99c9e9f1e14",
)

func newCurve(cofactor int, p, a, b, q, x, y string) *curve {
	c := &curve{p: number(p), a: number(a), b: number(b), q: number(q), x: number(x), y: number(y), cofactor: cofactor}
	c.n = c.p.BitLen()
	c.size = (c.n + 7) / 8
	power := new(big.Int).Lsh(big.NewInt(1), uint(c.n))
	c.fold = new(big.Int).Sub(power, c.p)
	c.mask = power.Sub(power, big.NewInt(1))
	return c
}

// number reads a constant of this package.
func number(hex string) *big.Int {
	n, ok := new(big.Int).SetString(hex, 16)
	if !ok {
		panic("gost: bad constant " + hex)
	}
	return n
}

// P returns the base point.
func (c *curve) P() point { return affine(c.x, c.y) }

// contains reports whether (x, y) are coordinates of a point of the curve: both in [0, p-1], and the equation holds.
func (c *curve) contains(x, y *big.Int) bool {
	if !inField(x, c.p) || !inField(y, c.p) {
		return false
	}
	// y² = x³ + ax + b = (x² + a)x + b
	left := c.mul(y, y)
	right := c.mul(c.plus(c.mul(x, x), c.a), x)
	return left.Cmp(c.plus(right, c.b)) == 0
}

func inField(v, p *big.Int) bool { return v.Sign() >= 0 && v.Cmp(p) < 0 }

// Arithmetic modulo p. Arguments and results are in [0, p-1]; arguments stay as they are.

func (c *curve) mul(u, v *big.Int) *big.Int {
	w := new(big.Int).Mul(u, v)
	// w = 2ⁿ·high + low is high·(2ⁿ - p) + low modulo p. That is right for every p; for the primes here, a little
	// below 2ⁿ, it is done in two rounds and cheaper than a division.
	var high big.Int
	for w.BitLen() > c.n {
		high.Rsh(w, uint(c.n))
		w.And(w, c.mask).Add(w, high.Mul(&high, c.fold))
	}
	if w.Cmp(c.p) >= 0 {
		w.Sub(w, c.p)
	}
	return w
}

func (c *curve) plus(u, v *big.Int) *big.Int {
	w := new(big.Int).Add(u, v)
	if w.Cmp(c.p) >= 0 {
		w.Sub(w, c.p)
	}
	return w
}

func (c *curve) minus(u, v *big.Int) *big.Int {
	w := new(big.Int).Sub(u, v)
	if w.Sign() < 0 {
		w.Add(w, c.p)
	}
	return w
}

func (c *curve) twice(u *big.Int) *big.Int { return c.plus(u, u) }
