package cms_test

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/internal/budget"
	"github.com/qoltanba/eds/internal/shared"
	"github.com/qoltanba/eds/verdict"
)

// seeds are the samples, and the vectors up to a size where they are there.
func seeds(f *testing.F) [][]byte {
	f.Helper()
	var all [][]byte
	for _, s := range samples {
		all = append(all, sample(f, s.file))
	}
	if root, ok := shared.Find(); ok {
		files, err := filepath.Glob(filepath.Join(root, "vectors", "cms", "gost2015-512", "*.p7s"))
		require.NoError(f, err)
		for _, file := range files {
			b, err := os.ReadFile(file)
			require.NoError(f, err)
			if len(b) < 8<<10 {
				all = append(all, b)
			}
		}
	}
	return all
}

func FuzzParse(f *testing.F) {
	for _, b := range seeds(f) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		before := bytes.Clone(b)
		sd, err := cms.Parse(b)
		require.Equal(t, before, b, "the input is not written to")
		checkOutcome(t, sd, err)
		if err != nil {
			return
		}
		again, err := cms.Parse(b)
		require.NoError(t, err)
		require.Equal(t, outcomes(t, sd), outcomes(t, again))
	})
}

func FuzzDecode(f *testing.F) {
	for _, b := range seeds(f) {
		f.Add(b)
		f.Add(asPEM("CMS", b))
		f.Add([]byte(base64.StdEncoding.EncodeToString(b)))
	}
	f.Add([]byte("data:;base64,MIIB"))
	f.Fuzz(func(t *testing.T, b []byte) {
		sd, encoding, err := cms.Decode(b)
		checkOutcome(t, sd, err)
		require.Equal(t, err == nil, encoding != "")
		if err == nil {
			outcomes(t, sd)
		}
	})
}

// checkOutcome wants a value or an error, and the error with one of its two reasons.
func checkOutcome(t testing.TB, sd *cms.SignedData, err error) {
	t.Helper()
	require.Equal(t, err == nil, sd != nil)
	if err != nil {
		require.Contains(t, []verdict.Reason{verdict.Malformed, verdict.LimitExceeded}, verdict.From(err).Reason, err.Error())
		require.Less(t, len(err.Error()), 500)
	}
}

// outcomes verifies every signer and returns the reasons.
func outcomes(t testing.TB, sd *cms.SignedData) []verdict.Reason {
	t.Helper()
	given := sd.Content
	if sd.Detached {
		given = content
	}
	results, err := sd.VerifySigners(given, nil)
	if len(sd.Signers) == 0 {
		require.ErrorIs(t, err, verdict.NoSigners)
		return nil
	}
	require.NoError(t, err)
	var reasons []verdict.Reason
	for _, r := range results {
		require.NotEqual(t, r.Err == nil, r.Signer == nil)
		if r.Err == nil {
			require.NotEmpty(t, r.Signer.Certificates())
			require.True(t, bytes.Equal(given, r.Signer.Content()))
			reasons = append(reasons, "")
			continue
		}
		reason := verdict.From(r.Err).Reason
		require.NotEmpty(t, reason, r.Err.Error())
		reasons = append(reasons, reason)
	}
	return reasons
}

// TestCorpora runs what fuzzing found in other projects: no panic, 100 ms and 64 MiB each at most.
func TestCorpora(t *testing.T) {
	for _, c := range []struct {
		archive, only string
		atLeast       int
	}{
		{"openssl-cms.tar.gz", "", 1200},
		{"gnutls.tar.gz", "pkcs7", 100},
	} {
		t.Run(c.archive, func(t *testing.T) {
			count, parsed := 0, 0
			shared.Corpus(t, c.archive, func(name string, b []byte) {
				if !strings.Contains(name, c.only) {
					return
				}
				count++
				var sd *cms.SignedData
				used := allocated(func() {
					budget.Time(t, 100*time.Millisecond, func() {
						var err error
						sd, _, err = cms.Decode(b)
						checkOutcome(t, sd, err)
						if err == nil {
							outcomes(t, sd)
						}
					})
				})
				require.Less(t, used, uint64(64<<20), name)
				if sd != nil {
					parsed++
				}
			})
			require.GreaterOrEqual(t, count, c.atLeast)
			t.Logf("%d inputs, %d are messages", count, parsed)
		})
	}
}
