package gost_test

import (
	"math/rand/v2"
	"testing"

	"github.com/pedroalbanese/gogost/gost3410"
	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/gost"
)

// A peer signs and verifies with gogost, in the layout of one of our algorithms.
type peer struct {
	key    *gost3410.PrivateKey
	public *gost3410.PublicKey
	kz     bool
}

// newPeer makes gogost's key of ours.
func newPeer(t testing.TB, k *gost.PrivateKey) peer {
	t.Helper()
	a := k.Algorithm()
	key, err := gost3410.NewPrivateKeyLE(gogostCurve(a), gost.Secret(k))
	require.NoError(t, err)
	public, err := key.PublicKey()
	require.NoError(t, err)
	require.Equal(t, public.RawLE(), k.Public().(*gost.PublicKey).Bytes())
	return peer{key, public, a == gost.KZ512 || a == gost.KZ256 || a == gost.KZ2004}
}

func gogostCurve(a gost.Algorithm) *gost3410.Curve {
	switch a {
	case gost.KZ512, gost.RU512A:
		return gost3410.CurveIdtc26gost34102012512paramSetA()
	case gost.KZ256, gost.RU256A:
		return gost3410.CurveIdtc26gost34102012256paramSetA()
	}
	return gost3410.CurveIdGostR34102001CryptoProAParamSet()
}

func (p peer) sign(t testing.TB, random *rand.ChaCha8, digest []byte) []byte {
	t.Helper()
	var signature []byte
	var err error
	if p.kz {
		signature, err = (&gost3410.PrivateKeyReverseDigestAndSignature{Prv: p.key}).Sign(random, digest, nil)
	} else {
		signature, err = (&gost3410.PrivateKeyReverseDigest{Prv: p.key}).Sign(random, digest, nil)
	}
	require.NoError(t, err)
	return signature
}

func (p peer) verifies(digest, signature []byte) bool {
	return gogostVerifies(p.public, p.kz, digest, signature)
}

func gogostVerifies(public *gost3410.PublicKey, kz bool, digest, signature []byte) bool {
	var valid bool
	var err error
	if kz {
		valid, err = gost3410.PublicKeyReverseDigestAndSignature{Pub: public}.VerifyDigest(digest, signature)
	} else {
		valid, err = gost3410.PublicKeyReverseDigest{Pub: public}.VerifyDigest(digest, signature)
	}
	return valid && err == nil
}

// Each verifies what the other signed, and refuses it with a bit changed; random keys and digests, and those of K9
// and K10.
func TestAgainstGogost(t *testing.T) {
	for _, a := range algorithms {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			n := 40
			if a.Size() == 64 {
				n = 10
			}
			if testing.Short() {
				n = 2
			}
			random := reader(byte(a.Algorithm))
			digests := edgeDigests(a.Algorithm)
			for range n {
				digest := make([]byte, a.Digest().Size())
				random.Read(digest)
				digests = append(digests, digest)
			}
			for _, digest := range digests {
				k, err := gost.GenerateKey(a.Algorithm, random)
				require.NoError(t, err)
				p := newPeer(t, k)

				theirs := p.sign(t, random, digest)
				require.NoError(t, public(k).Verify(a.Digest(), digest, theirs), "digest %x", digest)
				theirs[random.Uint64()%uint64(len(theirs))] ^= 1 << (random.Uint64() % 8)
				require.ErrorIs(t, public(k).Verify(a.Digest(), digest, theirs), gost.ErrSignature)

				ours, err := k.Sign(random, digest, a.Digest())
				require.NoError(t, err)
				require.True(t, p.verifies(digest, ours), "digest %x", digest)
			}
		})
	}
}
