package cert_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/certtest"
	"github.com/qoltanba/eds/internal/shared"
	"github.com/qoltanba/eds/verdict"
)

// seeds adds certificates of all kinds: our own, and where there is a shared folder its own too.
func seeds(f *testing.F, add func(raw []byte)) {
	f.Helper()
	add(everything().DER(f))
	for _, kind := range certtest.Kinds {
		add(certtest.Template{Key: certtest.Key(f, kind).Public(), Signer: certtest.Key(f, kind)}.DER(f))
	}
	root, ok := shared.Find()
	if !ok {
		return
	}
	for _, pattern := range []string{
		"anchors/*.der", "vectors/nca-test/*/*.cer", "vectors/pki/gost2015-512/*.cer", "vectors/pki/gost2015-512/*/*.cer", "pkits/certs/*",
	} {
		files, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
		require.NoError(f, err)
		require.NotEmpty(f, files)
		for _, file := range files {
			raw, err := os.ReadFile(file)
			require.NoError(f, err)
			add(raw)
		}
	}
	suiteCertificates(f, func(_ string, raw []byte) { add(raw) })
}

// FuzzParse holds the reader against crypto/x509.
func FuzzParse(f *testing.F) {
	seeds(f, func(raw []byte) { f.Add(raw) })
	f.Fuzz(func(t *testing.T, raw []byte) {
		before := bytes.Clone(raw)
		if wrong := compare(raw); wrong != "" {
			t.Fatal(wrong)
		}
		require.True(t, bytes.Equal(before, raw))
		c, err := cert.Parse(raw)
		if err != nil {
			return
		}
		_ = c.Subject.String() + c.Issuer.String() + c.SerialNumber() + c.PublicKey.Algorithm() + c.FingerprintText()
		again, err := cert.ParseName(c.Subject.Raw)
		require.NoError(t, err)
		require.True(t, again.Equal(c.Subject))
		if c.PublicKey.CheckStrength() == nil {
			require.NotErrorIs(t, c.CheckSignature(c.PublicKey), verdict.KindUndecided)
		}
	})
}

func FuzzParseName(f *testing.F) {
	seeds(f, func(raw []byte) {
		if c, err := cert.Parse(raw); err == nil {
			f.Add(c.Subject.Raw, c.Issuer.Raw)
		}
	})
	f.Fuzz(func(t *testing.T, a, b []byte) {
		x, errX := cert.ParseName(a)
		y, errY := cert.ParseName(b)
		if errX != nil {
			require.Empty(t, x)
			return
		}
		require.Equal(t, a, x.Raw)
		require.True(t, x.Equal(x))
		for _, r := range x.String() {
			require.True(t, r >= ' ' && r != 0x7f && r != 0x202e, "%q", r)
		}
		if errY == nil {
			require.Equal(t, x.Equal(y), y.Equal(x))
			require.Equal(t, x.Equal(y), x.Canonical() == y.Canonical())
			if x.Equal(y) {
				require.Equal(t, len(x.Attributes), len(y.Attributes))
			}
		}
	})
}

func FuzzParsePublicKey(f *testing.F) {
	seeds(f, func(raw []byte) {
		if c, err := cert.Parse(raw); err == nil {
			f.Add(c.RawSPKI)
		}
	})
	f.Fuzz(func(t *testing.T, spki []byte) {
		key, err := cert.ParsePublicKey(spki)
		if err != nil {
			require.Nil(t, key)
			require.ErrorIs(t, err, verdict.Malformed)
			return
		}
		require.Equal(t, spki, key.Raw())
		require.NotEmpty(t, key.Algorithm())
		require.Equal(t, key.Supported(), key.Crypto() != nil)
		a, _, err := key.SignatureAlgorithm(0)
		if err != nil {
			return
		}
		require.ErrorIs(t, key.Verify(a, spki, make([]byte, 64)), verdict.SignatureInvalid)
		if again, err := cert.NewPublicKey(key.Crypto()); err == nil {
			require.Equal(t, key.Algorithm(), again.Algorithm())
		}
	})
}

func FuzzParsePrivateKey(f *testing.F) {
	for _, kind := range certtest.Kinds {
		raw, err := cert.MarshalPrivateKey(certtest.Key(f, kind))
		require.NoError(f, err)
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, pkcs8 []byte) {
		key, err := cert.ParsePrivateKey(pkcs8)
		if err != nil {
			require.Nil(t, key)
			return
		}
		again, err := cert.MarshalPrivateKey(key)
		require.NoError(t, err)
		same, err := cert.ParsePrivateKey(again)
		require.NoError(t, err)
		require.Equal(t, key.Public(), same.Public())
	})
}
