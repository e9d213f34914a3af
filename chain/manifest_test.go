package chain_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/chain"
	"github.com/qoltanba/eds/internal/vectors"
)

// Every chain case of the manifest gets the manifest's answer, those of severity should too.
func TestManifest(t *testing.T) {
	for _, c := range vectors.Load(t, "chain") {
		t.Run(c.ID, func(t *testing.T) {
			start := time.Now()
			err := judge(t, c)
			switch c.Expect {
			case "valid":
				require.NoError(t, err)
			case "invalid":
				require.Error(t, err)
			}
			require.Less(t, time.Since(start), 10*time.Second)
		})
	}
}

func judge(t *testing.T, c vectors.Case) error {
	leaf, err := cert.Parse(vectors.Read(t, c.File))
	if err != nil {
		return err
	}
	if c.Serial != "" {
		require.Equal(t, c.Serial, leaf.SerialNumber())
	}
	path, err := chain.Verify(leaf, chain.Options{
		Anchors:       certificates(t, c.Roots),
		Intermediates: certificates(t, c.Intermediates),
		At:            c.At,
	})
	if err == nil {
		require.True(t, path.Leaf().Equal(leaf))
		require.True(t, slices.ContainsFunc(certificates(t, c.Roots), path.Anchor().Equal))
	}
	return err
}

func certificates(t *testing.T, files []string) []*cert.Certificate {
	t.Helper()
	var all []*cert.Certificate
	for _, file := range files {
		c, err := cert.Parse(vectors.Read(t, file))
		require.NoError(t, err, file)
		all = append(all, c)
	}
	return all
}
