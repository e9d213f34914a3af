package cms_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cms"
)

func sign(t testing.TB, content []byte, o cms.SignOptions, people ...identity) []byte {
	t.Helper()
	signers := make([]cms.Signer, len(people))
	for i, p := range people {
		signers[i] = cms.Signer{Certificate: p.certificate, Key: p.key}
	}
	message, err := cms.Sign(content, signers, o)
	require.NoError(t, err)
	return message
}
