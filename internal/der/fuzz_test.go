package der

import (
	"bytes"
	"encoding/asn1"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/internal/armor"
	"github.com/qoltanba/eds/internal/budget"
	"github.com/qoltanba/eds/internal/shared"
)

// FuzzFromBER: what FromBER takes, the slow reading of X.690 takes, with the same result; the result is a fixed
// point; encoding/asn1 reads its outer element.
func FuzzFromBER(f *testing.F) {
	for _, sample := range samples(f) {
		f.Add(sample)
	}
	addShared(f, "vectors/cms/*/*.p7s", "vectors/nca-test/p12/*.p12")
	f.Fuzz(func(t *testing.T, in []byte) {
		checkAgainstReference(t, in)
		if out, err := FromBER(in); err == nil && out[0]&tagMask != tagMask {
			var element asn1.RawValue
			rest, err := asn1.Unmarshal(out, &element)
			require.NoError(t, err)
			require.Empty(t, rest)
		}
	})
}

func addShared(f *testing.F, patterns ...string) {
	f.Helper()
	dir, ok := shared.Find()
	if !ok {
		return
	}
	for _, pattern := range patterns {
		paths, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(pattern)))
		require.NoError(f, err)
		require.NotEmpty(f, paths, pattern)
		for _, path := range paths {
			b, err := os.ReadFile(path)
			require.NoError(f, err)
			if len(b) < 64<<10 {
				f.Add(b)
			}
		}
	}
}

// TestPublicCorpora runs what other projects' fuzzers found: a value or an error, soon, and no panic.
func TestPublicCorpora(t *testing.T) {
	for name, files := range map[string]int{
		"openssl-cms":   1295,
		"openssl-crl":   2040,
		"openssl-x509":  2239,
		"boringssl-pki": 711,
		"gnutls":        954,
	} {
		t.Run(name, func(t *testing.T) {
			count := 0
			shared.Corpus(t, name+".tar.gz", func(file string, in []byte) {
				count++
				budget.Time(t, 100*time.Millisecond, func() { checkCorpusInput(t, file, in) })
			})
			require.Equal(t, files, count)
		})
	}
}

func checkCorpusInput(t *testing.T, file string, in []byte) {
	t.Helper()
	if out, err := FromBER(in); err == nil {
		again, err := FromBER(out)
		require.NoError(t, err, file)
		require.True(t, bytes.Equal(out, again), file)
	} else {
		require.Nil(t, out, file)
	}
	out, _, err := armor.Decode(in)
	require.Equal(t, err == nil, len(out) > 0, file)
	all, err := armor.DecodeAll(in)
	require.Equal(t, err == nil, len(all) > 0, file)
}
