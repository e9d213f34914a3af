package pkcs12

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"
)

// From RFC 2268, Section 5.
func TestRC2(t *testing.T) {
	for _, c := range []struct {
		effectiveBits      int
		key, plain, cipher string
	}{
		{63, "0000000000000000", "0000000000000000", "ebb773f993278eff"},
		{64, "ffffffffffffffff", "ffffffffffffffff", "278b27e42e2f0d49"},
		{64, "3000000000000000", "1000000000000001", "30649edf9be7d2c2"},
		{64, "88", "0000000000000000", "61a8a244adacccf0"},
		{64, "88bca90e90875a", "0000000000000000", "6ccf4308974c267f"},
		{64, "88bca90e90875a7f0f79c384627bafb2", "0000000000000000", "1a807d272bbe5db1"},
		{128, "88bca90e90875a7f0f79c384627bafb2", "0000000000000000", "2269552ab0f85ca6"},
		{129, "88bca90e90875a7f0f79c384627bafb216f80a6f85920584c42fceb0be255daf1e", "0000000000000000", "5b78d3a43dfff1f1"},
	} {
		key, err := hex.DecodeString(c.key)
		require.NoError(t, err)
		block, err := hex.DecodeString(c.cipher)
		require.NoError(t, err)
		newRC2(key, c.effectiveBits).Decrypt(block, block)
		require.Equal(t, c.plain, hex.EncodeToString(block), c)
		newRC2(key, c.effectiveBits).Encrypt(block, block)
		require.Equal(t, c.cipher, hex.EncodeToString(block), c)
	}
}

func TestRC2TableIsPermutation(t *testing.T) {
	seen := make(map[byte]bool)
	for _, c := range rc2Pi {
		seen[c] = true
	}
	require.Len(t, seen, 256)
}
