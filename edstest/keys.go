package edstest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha3"
	"errors"
	"fmt"
	"io"
	"math/big"
	"sync"
)

// Places of the keys of a hierarchy. Those of the holders follow.
const (
	rootKey = iota
	ncaKey
	responderKey
	impostorKey // belongs to nobody; see [WrongSigner]
	firstHolderKey
)

// A pool makes keys and keeps them for the whole process.
type pool struct {
	mu   sync.Mutex
	keys []crypto.Signer
}

var pools = map[Hierarchy]*pool{GOST512: {}, GOST256: {}, GOST2004: {}, RSA: {}}

// at returns the key at place n.
func (p *pool) at(n int, h Hierarchy) crypto.Signer {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.keys) <= n {
		p.keys = append(p.keys, must(generations[h].generateKey(nil)))
	}
	return p.keys[n]
}

// keys is where a PKI has its keys from.
type keys struct {
	seed []byte // nil: random
}

// at returns the key at place n of a hierarchy. Keys of authorities, and RSA keys, are shared by all PKIs of the
// process that have no seed.
func (k keys) at(h Hierarchy, n int) crypto.Signer {
	switch {
	case k.seed != nil:
		return must(generations[h].generateKey(k.stream(h, n, "key")))
	case n >= firstHolderKey && h != RSA:
		return must(generations[h].generateKey(nil))
	default:
		return pools[h].at(n, h)
	}
}

// signing returns key as it is to sign the certificate at place n: with randomness from the seed, if there is one.
func (k keys) signing(key crypto.Signer, h Hierarchy, n int) crypto.Signer {
	if k.seed == nil {
		return key
	}
	return seededSigner{key, k.stream(h, n, "signature")}
}

// tag returns some octets that make the names of this PKI its own.
func (k keys) tag() []byte {
	b := make([]byte, 3)
	if k.seed == nil {
		rand.Read(b)
		return b
	}
	must(io.ReadFull(k.stream(0, 0, "tag"), b))
	return b
}

func (k keys) stream(h Hierarchy, n int, what string) io.Reader {
	s := sha3.NewSHAKE128()
	fmt.Fprintf(s, "edstest %s %d %s ", h, n, what)
	must(s.Write(k.seed))
	return s
}

// seededSigner signs with randomness from the seed, whatever it is offered.
type seededSigner struct {
	crypto.Signer
	random io.Reader
}

func (s seededSigner) Sign(_ io.Reader, digest []byte, o crypto.SignerOpts) ([]byte, error) {
	return s.Signer.Sign(s.random, digest, o)
}

// seededRSA makes a key from a seed, which crypto/rsa does not on purpose.
func seededRSA(random io.Reader) *rsa.PrivateKey {
	for {
		if key, err := rsaOf(seededPrime(random), seededPrime(random)); err == nil {
			return key
		}
	}
}

func rsaOf(p, q *big.Int) (*rsa.PrivateKey, error) {
	one := big.NewInt(1)
	phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
	key := &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: 65537},
		Primes:    []*big.Int{p, q},
	}
	if key.D = new(big.Int).ModInverse(big.NewInt(65537), phi); key.D == nil {
		return nil, errors.New("edstest: 65537 divides p-1 or q-1")
	}
	key.Precompute()
	return key, key.Validate()
}

// seededPrime returns a prime of half the length of a key, its two top bits set.
func seededPrime(random io.Reader) *big.Int {
	b := make([]byte, rsaBits/16)
	for {
		must(io.ReadFull(random, b))
		b[0] |= 0xc0
		b[len(b)-1] |= 1
		if p := new(big.Int).SetBytes(b); p.ProbablyPrime(20) {
			return p
		}
	}
}

// must is for what fails only if this package is broken.
func must[T any](v T, err error) T {
	if err != nil {
		panic("edstest: " + err.Error())
	}
	return v
}
