package cert

import (
	"bytes"
	"crypto"
	"crypto/sha1" // #nosec: known so that it can be named and refused
	"crypto/sha256"
	"crypto/sha512"
	"hash"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/gost"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

// AlgorithmIdentifier names an algorithm with its parameters (RFC 5280, Section 4.1.1.2).
type AlgorithmIdentifier struct {
	Algorithm  OID
	Parameters []byte // DER of the parameters, nil if absent
}

var derNULL = []byte{0x05, 0x00}

// WithNULL makes the identifier of an algorithm with NULL parameters, the form that the national PKI writes.
func WithNULL(algorithm OID) AlgorithmIdentifier {
	return AlgorithmIdentifier{Algorithm: algorithm, Parameters: derNULL}
}

// Equal reports whether both name the same algorithm with the same parameters. Absent and NULL parameters count
// as the same, nothing else does: live national CRLs differ so between inside and outside.
func (a AlgorithmIdentifier) Equal(b AlgorithmIdentifier) bool {
	return a.Algorithm == b.Algorithm && (bytes.Equal(a.Parameters, b.Parameters) || a.plain() && b.plain())
}

// plain reports whether there are no parameters: absent or NULL.
func (a AlgorithmIdentifier) plain() bool {
	return len(a.Parameters) == 0 || bytes.Equal(a.Parameters, derNULL)
}

// ReadAlgorithm reads an AlgorithmIdentifier from s. Like the readers of cryptobyte it reports success and advances s.
func ReadAlgorithm(s *cryptobyte.String, out *AlgorithmIdentifier) bool {
	var sequence cryptobyte.String
	if !s.ReadASN1(&sequence, asn1.SEQUENCE) || !der.ReadOID(&sequence, &out.Algorithm) {
		return false
	}
	out.Parameters = nil
	if sequence.Empty() {
		return true
	}
	var parameters cryptobyte.String
	var tag asn1.Tag
	if !sequence.ReadAnyASN1Element(&parameters, &tag) || !sequence.Empty() {
		return false
	}
	out.Parameters = parameters
	return true
}

// Marshal writes the identifier to b.
func (a AlgorithmIdentifier) Marshal(b *cryptobyte.Builder) error {
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		der.AddOID(b, a.Algorithm)
		b.AddBytes(a.Parameters)
	})
	return nil
}

// Digest is a hash function. The zero value is none.
type Digest uint8

// The hash functions that the library knows.
const (
	SHA1 Digest = iota + 1 // named in certificate identifiers and time stamps; never good for a signature
	SHA256
	SHA384
	SHA512
	Streebog256 // GOST R 34.11-2015, 256 bit
	Streebog512 // GOST R 34.11-2015, 512 bit
	GOST34311   // GOST 34.311-95
)

var digests = map[Digest]struct {
	name string
	new  func() hash.Hash
	std  crypto.Hash // of the standard library, or 0
	gost gost.Digest // of package gost, or 0
	oids []OID       // the first is the one that is written
}{
	SHA1:        {"sha-1", sha1.New, crypto.SHA1, 0, []OID{oid.SHA1}},
	SHA256:      {"sha-256", sha256.New, crypto.SHA256, 0, []OID{oid.SHA256}},
	SHA384:      {"sha-384", sha512.New384, crypto.SHA384, 0, []OID{oid.SHA384}},
	SHA512:      {"sha-512", sha512.New, crypto.SHA512, 0, []OID{oid.SHA512}},
	Streebog256: {"streebog-256", gost.Streebog256.New, 0, gost.Streebog256, []OID{oid.KZStreebog256, oid.RUStreebog256}},
	Streebog512: {"streebog-512", gost.Streebog512.New, 0, gost.Streebog512, []OID{oid.KZStreebog512, oid.RUStreebog512}},
	GOST34311:   {"gost34311-95", gost.GOST34311.New, 0, gost.GOST34311, []OID{oid.KZGOST34311}},
}

var digestByOID = func() map[OID]Digest {
	m := make(map[OID]Digest)
	for d, row := range digests {
		for _, o := range row.oids {
			m[o] = d
		}
	}
	return m
}()

// ParseDigest decodes a digest AlgorithmIdentifier; its parameters must be absent or NULL. The error wraps
// [verdict.UnsupportedAlgorithm].
func ParseDigest(a AlgorithmIdentifier) (Digest, error) {
	d, ok := digestByOID[a.Algorithm]
	if !ok || !a.plain() {
		return 0, verdict.New(verdict.UnsupportedAlgorithm, "cert: unsupported digest algorithm %s", a.Algorithm)
	}
	return d, nil
}

// DigestByName finds a digest by the name that [Digest.String] gives it.
func DigestByName(name string) (Digest, bool) {
	for d, row := range digests {
		if row.name == name {
			return d, true
		}
	}
	return 0, false
}

// New returns a new hash.
func (d Digest) New() hash.Hash { return digests[d].new() }

// Sum returns the digest of b.
func (d Digest) Sum(b []byte) []byte {
	h := d.New()
	h.Write(b)
	return h.Sum(nil)
}

// Size returns the length of the digest in bytes.
func (d Digest) Size() int { return d.New().Size() }

// String returns the name: "sha-256", "streebog-512", "gost34311-95" and so on.
func (d Digest) String() string {
	if row, ok := digests[d]; ok {
		return row.name
	}
	return "none"
}

// Weak reports whether collisions of d are known, so that it must not carry a signature.
func (d Digest) Weak() bool { return d == SHA1 }

// Identifier returns the AlgorithmIdentifier of d with NULL parameters, with the national object identifier for
// the GOST hashes.
func (d Digest) Identifier() AlgorithmIdentifier { return WithNULL(digests[d].oids[0]) }

// SignerOpts returns what a crypto.Signer wants to know of the digest that it signs.
func (d Digest) SignerOpts() crypto.SignerOpts {
	if row := digests[d]; row.std == 0 {
		return row.gost
	}
	return digests[d].std
}
