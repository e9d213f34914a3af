package gost

import (
	"crypto"
	"fmt"
	"hash"

	"github.com/qoltanba/eds/gost/gost94"
	"github.com/qoltanba/eds/gost/streebog"
)

// A Digest names a hash function that is signed with. The zero value is not valid.
type Digest uint8

const (
	_           Digest = iota
	Streebog512        // GOST R 34.11-2015 with 64 octets of output (RFC 6986)
	Streebog256        // GOST R 34.11-2015 with 32 octets of output (RFC 6986)
	GOST34311          // GOST 34.311-95 with the test S-box, 32 octets of output (RFC 5831)
)

// New returns a new hash. It panics if d is not one of the constants.
func (d Digest) New() hash.Hash {
	switch d {
	case Streebog512:
		return streebog.New512()
	case Streebog256:
		return streebog.New256()
	case GOST34311:
		return gost94.New()
	}
	panic(fmt.Sprintf("gost: %v", d))
}

// Size returns the length of a digest in octets, 0 if d is not one of the constants.
func (d Digest) Size() int {
	switch d {
	case Streebog512:
		return streebog.Size512
	case Streebog256:
		return streebog.Size256
	case GOST34311:
		return gost94.Size
	}
	return 0
}

// String returns "streebog-512", "streebog-256" or "gost34311-95".
func (d Digest) String() string {
	switch d {
	case Streebog512:
		return "streebog-512"
	case Streebog256:
		return "streebog-256"
	case GOST34311:
		return "gost34311-95"
	}
	return fmt.Sprintf("unknown digest %d", uint8(d))
}

// HashFunc returns 0, as package crypto has no numbers for these functions. It makes a Digest a
// [crypto.SignerOpts], so that it can be given to [PrivateKey.Sign].
func (d Digest) HashFunc() crypto.Hash { return 0 }
