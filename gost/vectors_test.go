package gost_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/gost"
	"github.com/qoltanba/eds/internal/shared"
)

// A vector is a case of vectors/manifest.json, made with the national reference implementation.
type vector struct {
	ID       string `json:"id"`
	Kind     string `json:"kind"`
	Alg      string `json:"alg"`
	Expect   string `json:"expect"`
	Severity string `json:"severity"`

	SPKI       []byte `json:"spki_b64"`
	PKCS8      []byte `json:"pkcs8_b64"`
	Message    *octet `json:"message_hex"`
	Pattern    string `json:"pattern"`
	Length     int    `json:"length"`
	Digest     octet  `json:"digest_hex"`
	Hash       octet  `json:"hash_hex"`
	Signature  octet  `json:"signature_hex"`
	D          octet  `json:"d_be_hex"`
	K          octet  `json:"k_be_hex"`
	X          octet  `json:"pub_x_be_hex"`
	Y          octet  `json:"pub_y_be_hex"`
	RefusedKey bool   `json:"key_must_be_refused"`
}

type octet []byte

func (o *octet) UnmarshalText(text []byte) error {
	b, err := hex.DecodeString(string(text))
	*o = b
	return err
}

// manifest returns the cases of one kind for the GOST algorithms.
func manifest(t *testing.T, kind string) []vector {
	t.Helper()
	text, err := os.ReadFile(shared.Dir(t, "vectors", "manifest.json"))
	require.NoError(t, err)
	return ofKind(t, text, kind)
}

func ofKind(t testing.TB, text []byte, kind string) []vector {
	t.Helper()
	// Only the cases wanted are decoded: fields of one name have other types in other kinds.
	var all struct{ Cases []json.RawMessage }
	require.NoError(t, json.Unmarshal(text, &all))
	var cases []vector
	for _, one := range all.Cases {
		var head struct{ Kind, Alg string }
		require.NoError(t, json.Unmarshal(one, &head))
		if head.Kind != kind || !gostNames[head.Alg] {
			continue
		}
		var v vector
		require.NoError(t, json.Unmarshal(one, &v), "%s", one)
		cases = append(cases, v)
	}
	require.NotEmpty(t, cases, "the manifest has no %s cases", kind)
	return cases
}

var gostNames = map[string]bool{
	"streebog-512": true, "streebog-256": true, "gost34311-95": true,
	"gost2015-512": true, "gost2015-256": true, "gost34310-2004": true,
}

func TestVectorsHash(t *testing.T) {
	digests := map[string]gost.Digest{"streebog-512": gost.Streebog512, "streebog-256": gost.Streebog256, "gost34311-95": gost.GOST34311}
	for _, v := range manifest(t, "hash") {
		t.Run(v.ID, func(t *testing.T) {
			require.Equal(t, "valid", v.Expect)
			h := digests[v.Alg].New()
			h.Write(v.message(t))
			require.Equal(t, []byte(v.Digest), h.Sum(nil))
		})
	}
}

// message returns the message, given in hex or as a pattern.
func (v *vector) message(t *testing.T) []byte {
	if v.Message != nil {
		return *v.Message
	}
	if v.Pattern != "i%251" {
		constant, err := strconv.ParseUint(v.Pattern, 10, 8)
		require.NoError(t, err)
		return bytes.Repeat([]byte{byte(constant)}, v.Length)
	}
	message := make([]byte, v.Length)
	for i := range message {
		message[i] = byte(i % 251)
	}
	return message
}

func TestVectorsSignature(t *testing.T) {
	for _, kind := range []string{"sig", "sig-digest"} {
		for _, v := range manifest(t, kind) {
			t.Run(v.ID, func(t *testing.T) { v.test(t) })
		}
	}
}

func (v *vector) test(t *testing.T) {
	k, err := gost.ParsePublicKey(v.SPKI)
	if v.RefusedKey {
		require.Error(t, err)
		require.Nil(t, k)
		return
	}
	require.NoError(t, err)
	require.Equal(t, v.SPKI, k.MarshalSPKI())
	require.Equal(t, map[string]gost.Algorithm{"gost2015-512": gost.KZ512, "gost2015-256": gost.KZ256, "gost34310-2004": gost.KZ2004}[v.Alg], k.Algorithm())

	digest := []byte(v.Digest)
	if v.Kind == "sig" {
		h := k.Algorithm().Digest().New()
		h.Write(*v.Message)
		digest = h.Sum(nil)
	}
	err = k.Verify(k.Algorithm().Digest(), digest, v.Signature)
	switch v.Expect {
	case "valid":
		require.NoError(t, err)
		v.testSigner(t, k, digest)
	case "invalid":
		require.ErrorIs(t, err, gost.ErrSignature)
	case "any": // the whole signature reversed, which the reference takes for GOST 34.310-2004; one layout for us
		require.ErrorIs(t, err, gost.ErrSignature)
	default:
		require.Fail(t, "unknown expectation", v.Expect)
	}
}

// testSigner makes the same signature with the same k, from the secret as a number and as PKCS#8.
func (v *vector) testSigner(t *testing.T, public *gost.PublicKey, digest []byte) {
	if v.Hash != nil {
		require.Equal(t, []byte(v.Hash), digest)
	}
	if v.K == nil || v.D == nil {
		return
	}
	private, err := gost.NewPrivateKey(public.Algorithm(), reversed(v.D))
	require.NoError(t, err)
	require.True(t, public.Equal(private.Public()))
	require.Equal(t, join(reversed(v.X), reversed(v.Y)), public.Bytes())
	require.Equal(t, []byte(v.Signature), gost.SignWith(private, digest, v.K))

	parsed, err := gost.ParsePrivateKey(v.PKCS8)
	require.NoError(t, err)
	require.True(t, private.Equal(parsed))
	require.Equal(t, v.PKCS8, private.MarshalPKCS8())
}
