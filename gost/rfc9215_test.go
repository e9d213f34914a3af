package gost_test

import (
	"encoding/base64"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/gost"
	"github.com/qoltanba/eds/internal/der"
)

// RFC 9215, Appendix C.2 (copied from its draft, draft-deremin-rfc4491-bis-02): a certification request, a certificate and a CRL with a key on
// id-tc26-gost-3410-2012-256-paramSetA. All three are SEQUENCE { signed part, algorithm, BIT STRING }. The draft prints
// the secret as 7a929ade789b…91ec3b28, which is above q; here it is reduced.
const (
	rfc9215Secret  = "3a929ade789bb9be10ed359dd39a72c10b87c83f80be18b85c041f4325b62ec1"
	rfc9215Request = "MIHKMHkCAQAwEjEQMA4GA1UEAxMHRXhhbXBsZTBeMBcGCCqFAwcBAQEBMAsGCSqF" +
		"AwcBAgEBAQNDAARAdCeV1L7ohN3yhQ/sA+o/rxhE4B2dpgtkUJOlXibfw5l49ZbP" +
		"TU0MbPHRiUPZRJPRa57AoW1RLS4SfMRpGmMY4qAAMAoGCCqFAwcBAQMCA0EAG9wq" +
		"Exdnm2YjL2PqFv98ZMyqua2FX8bhgJFmHbedSBIdDh2lvjR8bxtSVseurCAK1krH" +
		"em9bOg4Jcxjnrm7naQ=="
	rfc9215Certificate = "MIIBJTCB06ADAgECAgEKMAoGCCqFAwcBAQMCMBIxEDAOBgNVBAMTB0V4YW1wbGUw" +
		"IBcNMDEwMTAxMDAwMDAwWhgPMjA1MDEyMzEwMDAwMDBaMBIxEDAOBgNVBAMTB0V4" +
		"YW1wbGUwXjAXBggqhQMHAQEBATALBgkqhQMHAQIBAQEDQwAEQHQnldS+6ITd8oUP" +
		"7APqP68YROAdnaYLZFCTpV4m38OZePWWz01NDGzx0YlD2UST0WuewKFtUS0uEnzE" +
		"aRpjGOKjEzARMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoUDBwEBAwIDQQAUC02pEksJ" +
		"yw1c6Sjuh0JzoxASlJLsDik2njt5EkhXjB0OHaW+NHxvG1JWx66sIArWSsd6b1s6" +
		"DglzGOeubudp"
	rfc9215List = "MIGSMEECAQEwCgYIKoUDBwEBAwIwEjEQMA4GA1UEAxMHRXhhbXBsZRcNMTQwMTAx" +
		"MDAwMDAwWhcNMTQwMTAyMDAwMDAwWjAKBggqhQMHAQEDAgNBABS9aAh8O5A8eqKL" +
		"B/6y571v4JY/VjJnNZ9c2Oq0UFmtHQ4dpb40fG8bUlbHrqwgCtZKx3pvWzoOCXMY" +
		"565u52k="
)

func TestRFC9215(t *testing.T) {
	secret, err := gost.NewPrivateKey(gost.RU256A, reversed(fromHex(t, rfc9215Secret)))
	require.NoError(t, err)

	t.Run("key", func(t *testing.T) {
		request, _, _ := signedParts(t, rfc9215Request)
		var info, name, written cryptobyte.String
		var version int
		require.True(t, request.ReadASN1(&info, asn1.SEQUENCE) && info.ReadASN1Integer(&version) &&
			info.ReadASN1(&name, asn1.SEQUENCE) && info.ReadASN1Element(&written, asn1.SEQUENCE))
		k, err := gost.ParsePublicKey(written)
		require.NoError(t, err)
		require.Equal(t, gost.RU256A, k.Algorithm())
		require.True(t, k.Equal(secret.Public()))
		require.Equal(t, []byte(written), k.MarshalSPKI())
	})
	for name, text := range map[string]string{"request": rfc9215Request, "certificate": rfc9215Certificate, "list": rfc9215List} {
		t.Run(name, func(t *testing.T) {
			signed, digest, signature := signedParts(t, text)
			require.NoError(t, public(secret).Verify(gost.Streebog256, digest, signature))
			digest = hashed(gost.RU256A, string(signed)+"\x00")
			require.ErrorIs(t, public(secret).Verify(gost.Streebog256, digest, signature), gost.ErrSignature)
		})
	}
}

// signedParts returns the signed part of a base64 object, its digest, and the signature.
func signedParts(t *testing.T, text string) (signed cryptobyte.String, digest, signature []byte) {
	t.Helper()
	object, err := base64.StdEncoding.DecodeString(text)
	require.NoError(t, err)
	in := cryptobyte.String(object)
	var content, algorithm cryptobyte.String
	require.True(t, in.ReadASN1(&content, asn1.SEQUENCE) && content.ReadASN1Element(&signed, asn1.SEQUENCE) &&
		content.ReadASN1(&algorithm, asn1.SEQUENCE) && der.ReadBits(&content, &signature))
	return signed, hashed(gost.RU256A, string(signed)), signature
}
