package cert_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/certtest"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/internal/shared"
	"github.com/qoltanba/eds/verdict"
)

type wycheproof struct {
	Groups []struct {
		PublicKeyDER string `json:"publicKeyDer"`
		SHA          string `json:"sha"`
		SaltLength   int    `json:"sLen"`
		Tests        []struct {
			ID      int    `json:"tcId"`
			Comment string `json:"comment"`
			Message string `json:"msg"`
			Sig     string `json:"sig"`
			Result  string `json:"result"`
		} `json:"tests"`
	} `json:"testGroups"`
}

// wycheproofDifferences are the cases that end otherwise than Wycheproof says, with the reason. One that goes away
// fails. "acceptable" is an answer that may be either; ours stands here too.
var wycheproofDifferences = map[string]string{
	"rsa_signature_2048_sha256_test.json/8":   "acceptable, refused: DigestInfo without NULL (T19; RFC 8017, Section 9.2, note 2)",
	"rsa_signature_2048_sha512_test.json/8":   "acceptable, refused: DigestInfo without NULL",
	"rsa_signature_4096_sha256_test.json/8":   "acceptable, refused: DigestInfo without NULL",
	"rsa_signature_2048_sha256_test.json/258": "valid, refused: public exponent 3 (T19 wants 65,537 or more)",
	"rsa_signature_2048_sha256_test.json/259": "valid, refused: public exponent 3",
	"rsa_signature_2048_sha512_test.json/259": "valid, refused: public exponent 3",
}

// T19: all signatures of Wycheproof's RSA and ECDSA sets through the path that certificates and messages take.
func TestWycheproof(t *testing.T) {
	sha := func(o cert.OID) []byte { return certtest.TLV(asn1.SEQUENCE, certtest.OID(o), []byte{5, 0}) }
	pss := certtest.TLV(
		asn1.SEQUENCE, certtest.TLV(0xa0, sha(oid.SHA256)),
		certtest.TLV(0xa1, certtest.TLV(asn1.SEQUENCE, certtest.OID(oid.MGF1), sha(oid.SHA256))), certtest.TLV(0xa2, []byte{2, 1, 32}),
	)
	met := make(map[string]bool)
	for file, identifier := range map[string]cert.AlgorithmIdentifier{
		"rsa_signature_2048_sha256_test.json":   cert.WithNULL(oid.SHA256WithRSA),
		"rsa_signature_2048_sha512_test.json":   cert.WithNULL(oid.SHA512WithRSA),
		"rsa_signature_4096_sha256_test.json":   cert.WithNULL(oid.SHA256WithRSA),
		"rsa_pss_2048_sha256_mgf1_32_test.json": {Algorithm: oid.RSASSAPSS, Parameters: pss},
		"ecdsa_secp256r1_sha256_test.json":      {Algorithm: oid.ECDSAWithSHA256},
		"ecdsa_secp384r1_sha384_test.json":      {Algorithm: oid.ECDSAWithSHA384},
	} {
		raw, err := os.ReadFile(shared.Dir(t, "suites", "sig", file))
		require.NoError(t, err)
		var set wycheproof
		require.NoError(t, json.Unmarshal(raw, &set))
		a, err := cert.ParseSignatureAlgorithm(identifier, 0)
		require.NoError(t, err)
		cases := 0
		for _, group := range set.Groups {
			key, err := cert.ParsePublicKey(unhex(t, group.PublicKeyDER))
			require.NoError(t, err)
			for _, c := range group.Tests {
				cases++
				id := fmt.Sprintf("%s/%d", file, c.ID)
				err := key.Verify(a, unhex(t, c.Message), unhex(t, c.Sig))
				want := c.Result
				if reason, listed := wycheproofDifferences[id]; listed {
					met[id] = true
					require.NotEqual(t, "invalid", want, "%s: listed as %s", id, reason)
					want = "invalid"
				}
				switch want {
				case "valid":
					require.NoError(t, err, "%s: %s", id, c.Comment)
				case "invalid":
					refused := errors.Is(err, verdict.SignatureInvalid) || errors.Is(err, verdict.WeakAlgorithm)
					require.True(t, refused, "%s: %s: %v", id, c.Comment, err)
				default:
					require.Fail(t, "not listed", "%s: %s is %s: got %v", id, c.Comment, want, err)
				}
			}
		}
		require.NotZero(t, cases, file)
	}
	for id := range wycheproofDifferences {
		require.True(t, met[id], "%s is listed and not in the set", id)
	}
}
