package gost

import (
	"fmt"

	"github.com/qoltanba/eds/internal/oid"
)

// An Algorithm is a curve together with its object identifiers, its hash function and its byte layouts. The zero
// value is not valid.
type Algorithm uint8

const (
	_ Algorithm = iota

	// KZ512 is the national GOST R 34.10-2015 with 512-bit keys: key 1.2.398.3.10.1.1.2.2 on the curve
	// id-tc26-gost-3410-12-512-paramSetA, Streebog-512, signature r ‖ s little-endian.
	KZ512
	// KZ256 is the national GOST R 34.10-2015 with 256-bit keys: key 1.2.398.3.10.1.1.2.1 on the curve
	// id-tc26-gost-3410-2012-256-paramSetA, Streebog-256, signature r ‖ s little-endian.
	KZ256
	// KZ2004 is the national GOST 34.310-2004: key 1.2.398.3.10.1.1.1.1 on the curve
	// id-GostR3410-2001-CryptoPro-A, GOST 34.311-95, signature r ‖ s little-endian.
	KZ2004
	// RU512A is RFC 9215 with 512-bit keys: key 1.2.643.7.1.1.1.2 on the curve
	// id-tc26-gost-3410-12-512-paramSetA, Streebog-512, signature s ‖ r big-endian.
	RU512A
	// RU256A is RFC 9215 with 256-bit keys: key 1.2.643.7.1.1.1.1 on the curve
	// id-tc26-gost-3410-2012-256-paramSetA, Streebog-256, signature s ‖ r big-endian.
	RU256A
	// RUCryptoProA is RFC 9215 with 256-bit keys on the older curve: key 1.2.643.7.1.1.1.1 on
	// id-GostR3410-2001-CryptoPro-A, Streebog-256, signature s ‖ r big-endian.
	RUCryptoProA
)

// String returns "gost2015-512", "gost2015-256" or "gost2004" for the national algorithms, "gost2012-512" or
// "gost2012-256" for those of RFC 9215, where the last stands for both 256-bit curves.
func (a Algorithm) String() string {
	if p := a.profile(); p != nil {
		return p.name
	}
	return fmt.Sprintf("unknown algorithm %d", uint8(a))
}

// Digest returns the one hash function whose digests the algorithm signs; 0 if a is not one of the constants.
func (a Algorithm) Digest() Digest {
	if p := a.profile(); p != nil {
		return p.digest
	}
	return 0
}

// Size returns the length in octets of a coordinate, of a secret d, and of each half of a signature: 64 or 32; 0 if
// a is not one of the constants.
func (a Algorithm) Size() int {
	if p := a.profile(); p != nil {
		return p.curve.size
	}
	return 0
}

// SignatureSize returns the length of a signature in octets: 128 or 64; 0 if a is not one of the constants.
func (a Algorithm) SignatureSize() int { return 2 * a.Size() }

// A profile is what an Algorithm stands for.
type profile struct {
	name   string
	curve  *curve
	digest Digest

	key          oid.OID // in the AlgorithmIdentifier of keys
	paramSet     oid.OID // its parameters: the curve,
	digestParams oid.OID // and the hash function
	omitted      bool    // the latter may be absent, and is when we write

	signature  signatureLayout
	privateKey privateKeyForm
}

// The layouts of a signature value.
type signatureLayout uint8

const (
	littleEndianRS signatureLayout = iota + 1 // r ‖ s, each little-endian
	bigEndianSR                               // s ‖ r, each big-endian (RFC 9215, Section 2)
)

// The forms of a secret inside the privateKey of a PKCS#8.
type privateKeyForm uint8

const (
	wrappedOctets privateKeyForm = iota + 1 // OCTET STRING, d little-endian
	integer                                 // INTEGER
	rawOctets                               // d little-endian without a wrapping; the two above are read as well
)

// profiles is the list of what is supported. Nothing outside its combinations of identifiers is a key.
var profiles = [...]profile{
	KZ512: {
		name: "gost2015-512", curve: curve512A, digest: Streebog512,
		key: oid.KZ2015Key512, paramSet: oid.KZ2015Params512A, digestParams: oid.KZStreebog512,
		signature: littleEndianRS, privateKey: wrappedOctets,
	},
	KZ256: {
		name: "gost2015-256", curve: curve256A, digest: Streebog256,
		key: oid.KZ2015Key256, paramSet: oid.KZ2015Params256A, digestParams: oid.KZStreebog256,
		signature: littleEndianRS, privateKey: wrappedOctets,
	},
	KZ2004: {
		name: "gost2004", curve: curveCryptoProA, digest: GOST34311,
		key: oid.KZ2004Key, paramSet: oid.KZ2004ParamsA, digestParams: oid.KZGOST34311Params,
		signature: littleEndianRS, privateKey: integer,
	},
	// RFC 9215, Section 4.2: the digest parameters SHOULD be omitted with the TC26 curves named here, and MUST be
	// there with CryptoPro-A.
	RU512A: {
		name: "gost2012-512", curve: curve512A, digest: Streebog512,
		key: oid.RUKey512, paramSet: oid.RUParams512A, digestParams: oid.RUStreebog512, omitted: true,
		signature: bigEndianSR, privateKey: rawOctets,
	},
	RU256A: {
		name: "gost2012-256", curve: curve256A, digest: Streebog256,
		key: oid.RUKey256, paramSet: oid.RUParams256A, digestParams: oid.RUStreebog256, omitted: true,
		signature: bigEndianSR, privateKey: rawOctets,
	},
	RUCryptoProA: {
		name: "gost2012-256", curve: curveCryptoProA, digest: Streebog256,
		key: oid.RUKey256, paramSet: oid.RUParamsCryptoProA, digestParams: oid.RUStreebog256,
		signature: bigEndianSR, privateKey: rawOctets,
	},
}

// profile returns what a stands for, or nil.
func (a Algorithm) profile() *profile {
	if a == 0 || int(a) >= len(profiles) {
		return nil
	}
	return &profiles[a]
}
