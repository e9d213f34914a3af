package cert_test

import (
	"bytes"
	"crypto"
	"crypto/ecdh"
	"crypto/rand"
	"crypto/x509"
	"encoding/hex"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/budget"
	"github.com/qoltanba/eds/internal/certtest"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/internal/vectors"
	"github.com/qoltanba/eds/verdict"
)

func TestPrivateKeyRoundTrip(t *testing.T) {
	for _, kind := range certtest.Kinds {
		t.Run(kind, func(t *testing.T) {
			key := certtest.Key(t, kind)
			raw, err := cert.MarshalPrivateKey(key)
			require.NoError(t, err)
			again, err := cert.ParsePrivateKey(raw)
			require.NoError(t, err)
			require.True(t, certtest.PublicKey(t, key.Public()).Equal(certtest.PublicKey(t, again.Public())))
			rewritten, err := cert.MarshalPrivateKey(again)
			require.NoError(t, err)
			require.Equal(t, raw, rewritten)

			public := certtest.PublicKey(t, key.Public())
			a, _, err := public.SignatureAlgorithm(0)
			require.NoError(t, err)
			signature, err := cert.Sign(again, a, []byte("m"))
			require.NoError(t, err)
			require.NoError(t, public.Verify(a, []byte("m"), signature))

			for i := range raw { // T3
				_, err := cert.ParsePrivateKey(raw[:i])
				require.Error(t, err)
			}
			for _, after := range [][]byte{{0}, {5, 0}} { // T4
				_, err = cert.ParsePrivateKey(append(bytes.Clone(raw), after...))
				require.ErrorIs(t, err, verdict.Malformed)
				tree := certtest.Tree(raw)
				tree.Extra = after
				_, err = cert.ParsePrivateKey(tree.Bytes())
				require.ErrorIs(t, err, verdict.Malformed)
			}
			// Nothing of the secret in an error (T87).
			tree := certtest.Tree(raw)
			tree.Children[2].Extra = []byte{0}
			if _, err = cert.ParsePrivateKey(tree.Bytes()); err != nil {
				require.NotContains(t, err.Error(), hex.EncodeToString(raw[len(raw)-8:]))
			}
		})
	}
}

func TestParsePrivateKeyRefuses(t *testing.T) {
	x25519, err := ecdh.X25519().GenerateKey(rand.Reader)
	require.NoError(t, err)
	agreement, err := x509.MarshalPKCS8PrivateKey(x25519)
	require.NoError(t, err)
	_, err = cert.ParsePrivateKey(agreement)
	require.ErrorIs(t, err, verdict.UnsupportedAlgorithm)
	_, err = cert.MarshalPrivateKey(noKey{})
	require.ErrorIs(t, err, verdict.UnsupportedAlgorithm)

	build := func(version byte, algorithm cert.OID, key []byte) []byte {
		return certtest.TLV(asn1.SEQUENCE, []byte{2, 1, version}, certtest.TLV(asn1.SEQUENCE, certtest.OID(algorithm), []byte{5, 0}), certtest.TLV(asn1.OCTET_STRING, key))
	}
	_, err = cert.ParsePrivateKey(build(0, "1.2.3.4", nil))
	require.ErrorIs(t, err, verdict.UnsupportedAlgorithm)
	require.Contains(t, err.Error(), "1.2.3.4")
	for name, raw := range map[string][]byte{
		"nothing": nil, "version 2": build(2, oid.RSAEncryption, nil), "no key": build(0, oid.RSAEncryption, nil),
		"a message": everything().DER(t), "great": build(0, oid.RSAEncryption, make([]byte, 1<<20)),
	} {
		budget.Time(t, 50*time.Millisecond, func() { _, err = cert.ParsePrivateKey(raw) })
		require.ErrorIs(t, err, verdict.Malformed, name)
	}
}

// An Ed25519 key with its public key behind it (RFC 8410, Section 10.3).
func TestParsePrivateKeyOfVersion1(t *testing.T) {
	raw := unhex(t, "3072020101300506032b657004220420d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842"+
		"a01f301d060a2a864886f70d01090914310f0c0d437572646c6520436861697273"+
		"81210019bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1")
	key, err := cert.ParsePrivateKey(raw)
	require.NoError(t, err)
	require.Equal(t, "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1", hex.EncodeToString(certtest.PublicKey(t, key.Public()).Raw()[12:]))
}

type noKey struct{ crypto.Signer }

// Every key of the vectors: the private one belongs to the public one, and signs what that verifies.
func TestVectorKeys(t *testing.T) {
	seen := make(map[string]bool)
	for _, c := range vectors.Load(t, "sig") {
		if c.PKCS8 == nil || seen[string(c.PKCS8)] {
			continue
		}
		seen[string(c.PKCS8)] = true
		key, err := cert.ParsePrivateKey(c.PKCS8)
		require.NoError(t, err, c.ID)
		require.Equal(t, c.SPKI, certtest.PublicKey(t, key.Public()).Raw(), c.ID)
	}
	require.NotEmpty(t, seen)
}

// Every signature case of the manifest through the keys of this package.
func TestVectorSignatures(t *testing.T) {
	for _, c := range vectors.Load(t, "sig") {
		key, err := cert.ParsePublicKey(c.SPKI)
		if c.KeyRefused {
			require.True(t, err != nil || !key.Supported(), c.ID)
			continue
		}
		if err == nil && c.MessageHex != nil {
			var a cert.SignatureAlgorithm
			if a, _, err = key.SignatureAlgorithm(0); err == nil {
				err = key.Verify(a, unhex(t, *c.MessageHex), unhex(t, c.SignatureHex))
			}
		}
		switch c.Expect {
		case "valid":
			require.NoError(t, err, c.ID)
		case "invalid":
			require.Error(t, err, c.ID)
		}
	}
}
