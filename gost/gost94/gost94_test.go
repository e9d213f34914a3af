package gost94_test

import (
	"bytes"
	"encoding/hex"
	"hash"
	"math/rand/v2"
	"testing"

	"github.com/pedroalbanese/gogost/gost28147"
	"github.com/pedroalbanese/gogost/gost341194"
	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/gost/gost94"
)

func TestSum(t *testing.T) {
	for _, example := range []struct{ name, message, digest string }{
		// RFC 5831, Section 7, which prints the digests reversed; the S-box of its examples is the test one.
		{"32-octets", "This is message, length=32 bytes", "b1c466d37519b82e8319819ff32595e047a28cb6f83eff1c6916a815a637fffa"},
		{"50-octets", "Suppose the original message has length = 50 bytes", "471aba57a60a770d3a76130635c1fbea4ef14de51f78b4ae57dd893b62f55208"},
		// Printed by the national reference implementation.
		{"empty", "", "ce85b99cc46752fffee35cab9a7b0278abb4c2d2055cff685af4912c49490f8d"},
		{"abc", "abc", "f3134348c44fb1b2a277729e2285ebb5cb5e0f29c975bc753b70497c06a4d51d"},
	} {
		t.Run(example.name, func(t *testing.T) {
			require.Equal(t, example.digest, sum(gost94.New(), []byte(example.message)))
		})
	}
}

// K26: the other S-box gives another digest.
func TestNotCryptoPro(t *testing.T) {
	cryptoPro := sum(gost341194.New(&gost28147.SboxIdGostR341194CryptoProParamSet), []byte("abc"))
	require.NotEqual(t, cryptoPro, sum(gost94.New(), []byte("abc")))
}

func sum(h hash.Hash, message []byte) string {
	h.Write(message)
	return hex.EncodeToString(h.Sum(nil))
}

func gogost() hash.Hash { return gost341194.New(&gost28147.SboxIdGostR341194TestParamSet) }

func TestCarries(t *testing.T) {
	for _, length := range []int{32, 64, 96, 4096} {
		message := bytes.Repeat([]byte{0xff}, length)
		require.Equal(t, sum(gogost(), message), sum(gost94.New(), message), "%d octets", length)
	}
}

func TestAgainstGogost(t *testing.T) {
	n := 400
	if testing.Short() {
		n = 40
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range n {
		message := make([]byte, random.IntN(260))
		for i := range message {
			message[i] = byte(random.Uint32())
		}
		require.Equal(t, sum(gogost(), message), inPieces(random, gost94.New(), message), "%x", message)
	}
}

// inPieces writes message in pieces of random length and sums in between, which must change nothing.
func inPieces(random *rand.Rand, h hash.Hash, message []byte) string {
	for len(message) > 0 {
		n := random.IntN(len(message) + 1)
		h.Write(message[:n])
		if random.IntN(3) == 0 {
			h.Sum(nil)
		}
		message = message[n:]
	}
	return hex.EncodeToString(h.Sum(nil))
}

func TestHash(t *testing.T) {
	h := gost94.New()
	require.Equal(t, 32, h.Size())
	require.Equal(t, 32, h.BlockSize())
	first := sum(h, []byte("message"))
	require.Equal(t, first, hex.EncodeToString(h.Sum(nil)), "a second Sum")
	require.Equal(t, "ab"+first, hex.EncodeToString(h.Sum([]byte{0xab})), "Sum appends")
	h.Reset()
	require.Equal(t, first, sum(h, []byte("message")), "after Reset")
}
