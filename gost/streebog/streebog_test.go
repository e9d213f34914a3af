package streebog_test

import (
	"bytes"
	"encoding/hex"
	"hash"
	"math/rand/v2"
	"testing"

	"github.com/pedroalbanese/gogost/gost34112012256"
	"github.com/pedroalbanese/gogost/gost34112012512"
	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/gost/streebog"
)

// The messages of RFC 6986, Section 10, and their digests, in the order of implementations: the RFC prints all of
// them reversed.
var examples = []struct{ name, message, digest512, digest256 string }{
	{
		"example-1", "012345678901234567890123456789012345678901234567890123456789012",
		"1b54d01a4af5b9d5cc3d86d68d285462b19abc2475222f35c085122be4ba1ffa00ad30f8767b3a82384c6574f024c311e2a481332b08ef7f41797891c1646f48",
		"9d151eefd8590b89daa6ba6cb74af9275dd051026bb149a452fd84e5e57b5500",
	},
	{
		// "Се ветри, Стрибожи внуци, веютъ с моря стрѣлами на храбрыя плъкы Игоревы" in Windows-1251.
		"example-2", "\xd1\xe5 \xe2\xe5\xf2\xf0\xe8, \xd1\xf2\xf0\xe8\xe1\xee\xe6\xe8 \xe2\xed\xf3\xf6\xe8, \xe2\xe5\xfe\xf2\xfa \xf1 \xec\xee\xf0\xff \xf1\xf2\xf0\xe5\xeb\xe0\xec\xe8 \xed\xe0 \xf5\xf0\xe0\xe1\xf0\xfb\xff \xef\xeb\xfa\xea\xfb \xc8\xe3\xee\xf0\xe5\xe2\xfb",
		"1e88e62226bfca6f9994f1f2d51569e0daf8475a3b0fe61a5300eee46d961376035fe83549ada2b8620fcd7c496ce5b33f0cb9dddc2b6460143b03dabac9fb28",
		"9dd2fe4e90409e5da87f53976d7405b0c0cac628fc669a741d50063c557e8f50",
	},
	{
		// Not in the RFC; every implementation prints it.
		"empty", "",
		"8e945da209aa869f0455928529bcae4679e9873ab707b55315f56ceb98bef0a7362f715528356ee83cda5f2aac4c6ad2ba3a715c1bcd81cb8e9f90bf4c1c1a8a",
		"3f539a213e97c802cc229d474c6aa32a825a360b2a933a949fd925208d9ce1bb",
	},
}

func TestSum(t *testing.T) {
	for _, example := range examples {
		t.Run(example.name, func(t *testing.T) {
			require.Equal(t, example.digest512, sum(streebog.New512(), []byte(example.message)))
			require.Equal(t, example.digest256, sum(streebog.New256(), []byte(example.message)))
		})
	}
}

func sum(h hash.Hash, message []byte) string {
	h.Write(message)
	return hex.EncodeToString(h.Sum(nil))
}

// The shape of the sum of blocks and of the counter: messages that carry through every word.
func TestCarries(t *testing.T) {
	for _, length := range []int{64, 128, 192, 4096} {
		message := bytes.Repeat([]byte{0xff}, length)
		require.Equal(t, sum(gost34112012512.New(), message), sum(streebog.New512(), message), "%d octets", length)
	}
}

func TestAgainstGogost(t *testing.T) {
	n := 400
	if testing.Short() {
		n = 40
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range n {
		message := randomMessage(random, 520)
		require.Equal(t, sum(gost34112012512.New(), message), inPieces(random, streebog.New512(), message), "%x", message)
		require.Equal(t, sum(gost34112012256.New(), message), inPieces(random, streebog.New256(), message), "%x", message)
	}
}

func randomMessage(random *rand.Rand, below int) []byte {
	message := make([]byte, random.IntN(below))
	for i := range message {
		message[i] = byte(random.Uint32())
	}
	return message
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
	for name, c := range map[string]struct {
		h    hash.Hash
		size int
	}{"512": {streebog.New512(), 64}, "256": {streebog.New256(), 32}} {
		t.Run(name, func(t *testing.T) {
			h := c.h
			require.Equal(t, c.size, h.Size())
			require.Equal(t, 64, h.BlockSize())
			first := sum(h, []byte("message"))
			require.Equal(t, first, hex.EncodeToString(h.Sum(nil)), "a second Sum")
			require.Equal(t, "ab"+first, hex.EncodeToString(h.Sum([]byte{0xab})), "Sum appends")
			h.Reset()
			require.Equal(t, first, sum(h, []byte("message")), "after Reset")
		})
	}
}
