package ocsp_test

import (
	"encoding/hex"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/vectors"
	"github.com/qoltanba/eds/ocsp"
	"github.com/qoltanba/eds/verdict"
)

// The responses of the manifest: made with the national reference implementation in all four algorithms, and the
// genuine ones of the national test service.
func TestVectors(t *testing.T) {
	for _, c := range vectors.Load(t, "ocsp") {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			answer, err := judgeCase(t, c)
			switch c.Expect {
			case "valid":
				require.NoError(t, err)
				requireAnswer(t, c, answer)
			case "invalid":
				require.Error(t, err)
				require.Equal(t, verdict.Undecided, verdict.From(err).Reason.Verdict(), "%v", err)
				require.Nil(t, answer)
			default:
				require.True(t, (err == nil) != (answer == nil))
				if c.MustNotBe != "" && answer != nil {
					require.NotEqual(t, c.MustNotBe, answer.Status.String())
				}
			}
		})
	}
}

func judgeCase(t *testing.T, c vectors.Case) (*ocsp.Answer, error) {
	t.Helper()
	response, err := ocsp.ParseResponse(vectors.Read(t, c.File))
	if err != nil {
		return nil, err
	}
	q := ocsp.Query{
		Certificate: parse(t, c.Cert), Issuer: parse(t, c.Issuer), At: c.At, NonceRequired: c.NonceRequired,
		MaxAge: time.Duration(c.MaxAge) * time.Second, MaxSkew: time.Duration(c.MaxClockSkew) * time.Second,
	}
	for _, name := range c.ExtraCerts {
		q.Others = append(q.Others, parse(t, name))
	}
	if c.NonceHex != nil {
		q.Nonce, err = hex.DecodeString(*c.NonceHex)
		require.NoError(t, err)
	}
	return response.Judge(q)
}

func parse(t *testing.T, name string) *cert.Certificate {
	t.Helper()
	c, err := cert.Decode(vectors.Read(t, name))
	require.NoError(t, err)
	return c
}

func requireAnswer(t *testing.T, c vectors.Case, answer *ocsp.Answer) {
	t.Helper()
	require.Equal(t, c.Status, answer.Status.String())
	require.Equal(t, c.Status == "revoked" && c.RevocationTime.Unix() == 0, answer.NeverIssued)
	if c.Status == "revoked" {
		require.True(t, c.RevocationTime.Equal(answer.RevokedAt), "%s", answer.RevokedAt)
		require.Equal(t, cert.RevocationReason(c.RevocationReason), answer.Reason)
	}
	require.Equal(t, c.NonceHex != nil, answer.Nonced)
}

func TestVectorRequests(t *testing.T) {
	hashes := map[string]cert.Digest{"sha256": cert.SHA256, "sha1": cert.SHA1, "gost34311": cert.GOST34311}
	for _, c := range vectors.Load(t, "ocsp-request") {
		t.Run(c.ID, func(t *testing.T) {
			raw := vectors.Read(t, c.File)
			r, err := ocsp.ParseRequest(raw)
			require.NoError(t, err)
			require.Len(t, r.CertIDs, c.Requests)
			require.Equal(t, c.Signed, r.Signed)
			if c.NonceHex == nil {
				require.Nil(t, r.Nonce)
			} else {
				require.Equal(t, *c.NonceHex, hex.EncodeToString(r.Nonce))
			}
			var serials []string
			for _, id := range r.CertIDs {
				serials = append(serials, id.SerialNumber())
			}
			require.Equal(t, c.Serials, serials)
			require.Contains(t, hashes, c.HashAlg)
			leaf := certificateOf(t, c.Alg, c.Serials[0])
			require.True(t, r.CertIDs[0].Matches(leaf, parse(t, c.Issuer)))
			if c.Signed || c.Requests > 1 {
				return
			}
			// Our own encoder makes the very octets.
			made, err := ocsp.NewRequest(leaf, parse(t, c.Issuer), ocsp.RequestOptions{Digest: hashes[c.HashAlg], Nonce: r.Nonce})
			require.NoError(t, err)
			require.Equal(t, hex.EncodeToString(raw), hex.EncodeToString(made.Raw))
		})
	}
}

// certificateOf finds the certificate of a hierarchy by its serial number.
func certificateOf(t *testing.T, alg, serial string) *cert.Certificate {
	t.Helper()
	for _, name := range []string{"person-sign", "revoked", "person2-sign", "person-auth", "org-head"} {
		if c := parse(t, "pki/"+alg+"/"+name+".cer"); c.SerialNumber() == serial {
			return c
		}
	}
	t.Fatalf("no certificate %s", serial)
	return nil
}
