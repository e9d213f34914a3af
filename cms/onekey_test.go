package cms_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/internal/certtest"
	"github.com/qoltanba/eds/verdict"
)

// T13: Ed25519 without signed attributes hashes the whole content for each key, so one key has to do: eight keys for
// each of sixteen signers made a message of 3 KB cost 128 passes over the document.
func TestBareEd25519TriesOneKey(t *testing.T) {
	certificate := func() (*cert.Certificate, ed25519.PrivateKey) {
		_, key, err := ed25519.GenerateKey(rand.Reader)
		require.NoError(t, err)
		name := certtest.CN("N")
		return certtest.Template{Issuer: name, Subject: name, Key: key.Public()}.Parse(t), key
	}
	signer, key := certificate()
	decoy, _ := certificate()
	for _, bare := range []bool{false, true} {
		o := cms.SignOptions{
			WithoutCertificates: true, WithoutSignedAttributes: bare, WithoutSigningCertificate: true,
			Certificates: []*cert.Certificate{decoy, signer},
		}
		message, err := cms.Sign([]byte("content"), []cms.Signer{{Certificate: signer, Key: key}}, o)
		require.NoError(t, err)
		signed, err := cms.Parse(message)
		require.NoError(t, err)
		verified, err := signed.VerifySigner(0, nil, nil)
		if bare {
			require.Nil(t, verified)
			require.ErrorIs(t, err, verdict.LimitExceeded)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, signer.Raw, verified.Certificates()[0].Raw)
	}
}
