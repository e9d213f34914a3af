package emulator_test

import (
	"encoding/base64"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/internal/shared"
	"github.com/qoltanba/eds/ncalayer"
	"github.com/qoltanba/eds/ncalayer/emulator"
)

// verify wants a message with one good signature by the key over content, and returns it.
func verify(t *testing.T, key emulator.Key, message, content []byte, detached bool) *cms.SignedData {
	t.Helper()
	parsed, err := cms.Parse(message)
	require.NoError(t, err)
	require.Equal(t, detached, parsed.Detached)
	if !detached {
		require.Equal(t, content, parsed.Content)
		content = nil
	}
	results, err := parsed.VerifySigners(content, nil)
	require.NoError(t, err)
	require.Len(t, results, 1)
	require.NoError(t, results[0].Err)
	require.True(t, key.Certificate.Equal(parsed.Certificates[0]))
	require.Len(t, parsed.Certificates, 1, "NCALayer includes the signer's certificate alone")
	at, ok := parsed.Signers[0].SigningTime()
	require.True(t, ok)
	require.True(t, now.Equal(at), "the clock is injected")
	require.True(t, hasAttribute(parsed, oid.AttrSigningCertV2))
	require.False(t, parsed.BER)
	return parsed
}

func hasAttribute(m *cms.SignedData, attribute oid.OID) bool {
	for _, a := range m.Signers[0].SignedAttributes {
		if a.Type == attribute {
			return true
		}
	}
	return false
}

func signOne(t *testing.T, client *ncalayer.Client, args ncalayer.SignArgs) []byte {
	t.Helper()
	signed, err := client.Sign(t.Context(), args)
	require.NoError(t, err)
	messages, err := signed.CMS()
	require.NoError(t, err)
	require.Len(t, messages, 1)
	return messages[0]
}

func withAnyUsage(a ncalayer.SignArgs) ncalayer.SignArgs {
	a.SignerParams.Chain = []string{}
	return a
}

var content = []byte("eds-login/1\nҚолтаңба\n")

// requireSigns tries every way to sign with a key, in the algorithm that it has.
func requireSigns(t *testing.T, key emulator.Key) {
	t.Helper()
	client := dial(t, plain(t, emulator.Options{Keys: []emulator.Key{key}, AutoApprove: true}))

	verify(t, key, signOne(t, client, withAnyUsage(ncalayer.Attached(content))), content, false)
	verify(t, key, signOne(t, client, withAnyUsage(ncalayer.Detached(content))), content, true)

	digested := ncalayer.Detached(key.Certificate.PublicKey.Digest().Sum(content))
	digested.SigningParams.Digested = true
	message := signOne(t, client, digested)
	verify(t, key, message, content, true)
	parsed, err := cms.Parse(message)
	require.NoError(t, err)
	results, err := parsed.VerifySigners([]byte("other"), nil)
	require.NoError(t, err)
	require.Error(t, results[0].Err)

	for _, attach := range []bool{true, false} {
		message, err := client.CreateCAdES(t.Context(), ncalayer.StoragePKCS12, ncalayer.KeyTypeAny, content, attach)
		require.NoError(t, err)
		verify(t, key, message, content, !attach)
	}

	several, err := client.Sign(t.Context(), ncalayer.Attached(content, []byte{}, []byte("third")))
	require.NoError(t, err)
	messages, err := several.CMS()
	require.NoError(t, err)
	for i, c := range [][]byte{content, {}, []byte("third")} {
		verify(t, key, messages[i], c, false)
	}
}

func TestSignsInEveryAlgorithm(t *testing.T) {
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			requireSigns(t, person(t, kind))
		})
	}
}

// The test keys of the national authority: GOST R 34.10-2015, AUTH_RSA, RSA, GOST 34.310-2004.
func TestSignsWithNationalTestKeys(t *testing.T) {
	files := map[string]string{
		"vectors/nca-test/p12/2026-individual-valid.p12":            "Qwerty12",
		"vectors/nca-test/p12/2022-rsa-individual-auth-revoked.p12": "Qwerty12",
		"vectors/nca-test/p12/2021-rsa-individual-sign.p12":         "Qwerty12",
		"vectors/nca-test/p12/2022-gost2004-legal-head-revoked.p12": "Qwerty12",
	}
	for file, password := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(shared.Dir(t, filepath.FromSlash(file)))
			require.NoError(t, err)
			keys, err := emulator.KeysFromPKCS12(data, password)
			require.NoError(t, err)
			require.Len(t, keys, 1)
			requireSigns(t, keys[0])
		})
	}
	t.Run("wrong password", func(t *testing.T) {
		data, err := os.ReadFile(shared.Dir(t, "vectors/nca-test/p12/2026-individual-valid.p12"))
		require.NoError(t, err)
		_, err = emulator.KeysFromPKCS12(data, "qwerty12")
		require.Error(t, err)
	})
}

// Basics sends PEM with the label CMS, commonUtils bare Base64.
func TestFormsOfMessages(t *testing.T) {
	key := person(t, "rsa-2048")
	e := plain(t, emulator.Options{Keys: []emulator.Key{key}, AutoApprove: true})
	client := dial(t, e)
	signed, err := client.Sign(t.Context(), ncalayer.Attached(content))
	require.NoError(t, err)
	block, rest := pem.Decode([]byte(signed.Signatures[0]))
	require.Equal(t, "CMS", block.Type)
	require.Empty(t, rest)
	require.True(t, strings.HasSuffix(signed.Signatures[0], "-----END CMS-----\n"))

	reply := dialRaw(t, e).ask(`{"module":"kz.gov.pki.knca.commonUtils","method":"createCAdESFromBase64","args":["PKCS12","SIGNATURE","bG9naW4=",true]}`)
	var parts struct{ Code, ResponseObject string }
	decode(t, reply, &parts)
	require.Equal(t, "200", parts.Code)
	message, err := base64.StdEncoding.DecodeString(parts.ResponseObject)
	require.NoError(t, err)
	verify(t, key, message, []byte("login"), false)
}

// Without decode the text itself is signed, Base64 or not: the mistake that pages make.
func TestDecodeIsOffUnlessAskedFor(t *testing.T) {
	key := person(t, "gost2015-512")
	r := dialRaw(t, plain(t, emulator.Options{Keys: []emulator.Key{key}, AutoApprove: true}))
	for params, want := range map[string]string{`{}`: "bG9naW4=", `{"decode":true}`: "login", `{"decode":"true"}`: "login", `{"decode":"false"}`: "bG9naW4="} {
		var reply struct {
			Body struct{ Result []string }
		}
		decode(t, r.ask(`{"module":"kz.gov.pki.knca.basics","method":"sign","args":{"format":"cms","data":"bG9naW4=","signingParams":`+params+`,"signerParams":{"extKeyUsageOids":[]}}}`), &reply)
		require.Len(t, reply.Body.Result, 1)
		message, err := ncalayer.DecodeCMS(reply.Body.Result[0])
		require.NoError(t, err)
		verify(t, key, message, []byte(want), false)
	}
}
