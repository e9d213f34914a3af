package eds_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds"
	"github.com/qoltanba/eds/verdict"
)

// The samples of testdata verify in every algorithm, wherever the module is: nothing beside it is needed.
func TestSamples(t *testing.T) {
	content, err := os.ReadFile("testdata/content.txt")
	require.NoError(t, err)
	folders, err := filepath.Glob("testdata/cms/*")
	require.NoError(t, err)
	require.Len(t, folders, 4)
	for _, folder := range folders {
		algorithm := filepath.Base(folder)
		trust, err := eds.LoadTrust(filepath.Join("testdata/pki", algorithm))
		require.NoError(t, err)
		require.Len(t, trust.Anchors, 1)
		v := newDocuments(t, trust, eds.DocumentPolicy{Purpose: eds.AnyPurpose})
		files, err := filepath.Glob(folder + "/*.p7s")
		require.NoError(t, err)
		require.Len(t, files, 4)
		for _, file := range files {
			t.Run(algorithm+"/"+filepath.Base(file), func(t *testing.T) {
				message, err := os.Open(file)
				require.NoError(t, err)
				defer message.Close()
				var detached io.Reader
				if filepath.Base(file) == "detached.p7s" {
					detached = bytes.NewReader(content)
				}
				report, err := v.Verify(t.Context(), message, detached)
				require.NoError(t, err)
				require.Equal(t, verdict.Good, report.Verdict, report.Detail)
				require.Equal(t, content, report.Content)
				require.Equal(t, algorithm, report.Signers[0].KeyAlgorithm)
				require.Equal(t, testIIN, report.Signers[0].Subject.IIN.Digits())
			})
		}
	}
}
