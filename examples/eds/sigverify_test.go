package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/pem"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/gost"
)

// signed makes a key, and its signature over a message as "sig verify" expects it.
func signed(t *testing.T, name string, message []byte) (spki, signature, digest []byte) {
	t.Helper()
	sum := sha256.Sum256(message)
	digest = sum[:]
	var key crypto.Signer
	var opts crypto.SignerOpts = crypto.SHA256
	var err error
	switch name {
	case "rsa":
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	case "ecdsa-p256":
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "ecdsa-p384":
		key, err = ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case "ed25519":
		_, key, err = ed25519.GenerateKey(rand.Reader)
		require.NoError(t, err)
		spki, err = x509.MarshalPKIXPublicKey(key.Public())
		require.NoError(t, err)
		signature, err = key.Sign(nil, message, crypto.Hash(0))
		require.NoError(t, err)
		return spki, signature, nil
	case "gost":
		return signedGOST(t, message)
	}
	require.NoError(t, err)
	spki, err = x509.MarshalPKIXPublicKey(key.Public())
	require.NoError(t, err)
	signature, err = key.Sign(rand.Reader, digest, opts)
	require.NoError(t, err)
	return spki, signature, digest
}

func signedGOST(t *testing.T, message []byte) (spki, signature, digest []byte) {
	t.Helper()
	key, err := gost.GenerateKey(gost.KZ512, rand.Reader)
	require.NoError(t, err)
	h := gost.KZ512.Digest().New()
	h.Write(message)
	digest = h.Sum(nil)
	signature, err = key.Sign(rand.Reader, digest, nil)
	require.NoError(t, err)
	return key.Public().(*gost.PublicKey).MarshalSPKI(), signature, digest
}

func TestSigVerify(t *testing.T) {
	message := []byte("a message")
	for _, name := range []string{"rsa", "ecdsa-p256", "ecdsa-p384", "ed25519", "gost"} {
		t.Run(name, func(t *testing.T) {
			spki, signature, digest := signed(t, name, message)
			key, sig := file(t, "key", spki), file(t, "sig", signature)
			o := runIn(t, world{stdin: string(message)}, "sig", "verify", "--json", "--key", key, "--signature", sig, "-")
			require.Equal(t, statusGood, o.status, o.stdout)
			require.Equal(t, `{"schema":1,"file":"-","verdict":"good","reason":"","detail":""}`+"\n", o.stdout)
			require.Empty(t, o.stderr)

			o = runIn(t, world{stdin: "another message"}, "sig", "verify", "--json", "--key", key, "--signature", sig, "-")
			require.Equal(t, statusBad, o.status)
			require.Equal(t, headFields, keys(t, o.stdout))
			require.Equal(t, "signature-invalid", o.object(t)["reason"])

			o = runIn(t, world{stdin: string(digest)}, "sig", "verify", "--json", "--prehashed", "--key", key, "--signature", sig, "-")
			if name == "ed25519" {
				require.Equal(t, statusUnreadable, o.status)
				return
			}
			require.Equal(t, statusGood, o.status, o.stdout)
			short := runIn(t, world{stdin: string(digest[1:])}, "sig", "verify", "--json", "--prehashed", "--key", key, "--signature", sig, "-")
			require.Equal(t, statusUnreadable, short.status)
		})
	}
}

func TestSigVerifyTakesRawSignaturesOnly(t *testing.T) {
	message := []byte("a message")
	spki, signature, _ := signed(t, "gost", message)
	key := file(t, "key", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki}))
	what := file(t, "message", message)
	check := func(want status, signature []byte) {
		t.Helper()
		require.Equal(t, want, run(t, "sig", "verify", "--key", key, "--signature", file(t, "s", signature), what).status)
	}
	check(statusGood, signature)
	check(statusBad, nil)
	check(statusBad, signature[:64])
	check(statusBad, append(signature, '\n'))
	check(statusBad, []byte("72758ba6fcfccdf5"))
	check(statusUnreadable, make([]byte, maxSignature+1))
}

func TestSigVerifyBadKey(t *testing.T) {
	spki, signature, _ := signed(t, "gost", nil)
	sig := file(t, "sig", signature)
	for _, key := range [][]byte{nil, []byte("x"), spki[:len(spki)-1], append(spki, 0), flipped(spki)} {
		o := run(t, "sig", "verify", "--json", "--key", file(t, "key", key), "--signature", sig, "-")
		require.Equal(t, statusUnreadable, o.status)
		require.Equal(t, "malformed", o.object(t)["reason"])
		require.Equal(t, "undecided", o.object(t)["verdict"])
		require.Contains(t, o.stderr, "--key")
	}
	require.Equal(t, statusUnreadable, run(t, "sig", "verify", "--key", "absent", "--signature", sig, "-").status)
	require.Equal(t, statusUnreadable, run(t, "sig", "verify", "--key", file(t, "key", spki), "--signature", "absent", "-").status)
	require.Equal(t, statusUnreadable, run(t, "sig", "verify", "--key", file(t, "key", spki), "--signature", sig, "absent").status)
}

// The larger curves go with SHA-256 here too: one rule for all keys that are not GOST.
func TestSigVerifyHashesBySHA256(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	require.NoError(t, err)
	spki, err := x509.MarshalPKIXPublicKey(key.Public())
	require.NoError(t, err)
	sum := sha512.Sum384([]byte("m"))
	signature, err := key.Sign(rand.Reader, sum[:], crypto.SHA384)
	require.NoError(t, err)
	o := runIn(t, world{stdin: "m"}, "sig", "verify", "--key", file(t, "k", spki), "--signature", file(t, "s", signature), "-")
	require.Equal(t, statusBad, o.status)
}
