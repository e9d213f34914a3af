package cms_test

import (
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/internal/shared"
	"github.com/qoltanba/eds/internal/vectors"
	"github.com/qoltanba/eds/verdict"
)

// refused says why the messages that are wrong in form or signature are refused here: by the last part of the
// vector's name, which is the same for every algorithm.
var refused = map[string]verdict.Reason{
	"bad-attrs-as-content":            verdict.SignedAttributesInvalid, // T29
	"bad-attrs-removed":               verdict.SignatureInvalid,
	"bad-ber-no-eoc":                  verdict.Malformed,
	"bad-cades-bes-v2":                verdict.SigningCertificateMismatch,
	"bad-cert-missing":                verdict.SignerCertificateMissing,
	"bad-content":                     verdict.DigestMismatch,
	"bad-content-and-digest":          verdict.SignatureInvalid,
	"bad-content-ber":                 verdict.DigestMismatch,
	"bad-content-emptied":             verdict.DigestMismatch,
	"bad-content-info-oid":            verdict.Malformed,
	"bad-content-no-attrs":            verdict.SignatureInvalid, // nothing else covers the content
	"bad-content-replaced":            verdict.DigestMismatch,
	"bad-ct-attr-mismatch":            verdict.SignedAttributesInvalid,
	"bad-ct-two-values":               verdict.SignedAttributesInvalid,
	"bad-deep-octets":                 verdict.LimitExceeded,
	"bad-detached-empty-content":      verdict.DigestMismatch,
	"bad-detached-no-content":         verdict.ContentMissing,
	"bad-detached-wrong-content":      verdict.DigestMismatch,
	"bad-digest-alg-md5":              verdict.UnsupportedAlgorithm,
	"bad-digest-alg-null":             verdict.UnsupportedAlgorithm,
	"bad-digest-alg-sha1":             verdict.WeakAlgorithm,
	"bad-digest-alg-si":               verdict.SignatureInvalid, // the two algorithms do not go together
	"bad-digest-alg-unknown":          verdict.UnsupportedAlgorithm,
	"bad-econtent-type-changed":       verdict.SignedAttributesInvalid,
	"bad-empty":                       verdict.Malformed,
	"bad-empty-attrs":                 verdict.SignedAttributesInvalid,
	"bad-flip-0":                      verdict.DigestMismatch,           // content
	"bad-flip-1":                      verdict.DigestMismatch,           // message-digest
	"bad-flip-2":                      verdict.SignatureInvalid,         // signature
	"bad-flip-4":                      verdict.DigestMismatch,           // content
	"bad-flip-5":                      verdict.DigestMismatch,           // message-digest
	"bad-flip-6":                      verdict.SignatureInvalid,         // signature
	"bad-flip-8":                      verdict.DigestMismatch,           // content
	"bad-flip-9":                      verdict.Malformed,                // a length in the signed attributes
	"bad-flip-10":                     verdict.SignatureInvalid,         // signature
	"bad-flip-11":                     verdict.SignerCertificateMissing, // the certificate is one no more
	"bad-garbage":                     verdict.Malformed,
	"bad-just-signed-data":            verdict.Malformed,
	"bad-key-mismatch":                verdict.SignatureInvalid,
	"bad-length-bomb":                 verdict.Malformed,
	"bad-md-cut-of-512-as-256":        verdict.SignatureInvalid, // the two algorithms do not go together
	"bad-md-empty":                    verdict.DigestMismatch,
	"bad-md-no-value":                 verdict.SignedAttributesInvalid,
	"bad-md-not-octets":               verdict.SignedAttributesInvalid,
	"bad-md-other-content":            verdict.DigestMismatch,
	"bad-md-truncated":                verdict.DigestMismatch,
	"bad-md-two-attrs":                verdict.SignedAttributesInvalid,
	"bad-md-two-values":               verdict.SignedAttributesInvalid,
	"bad-message-digest":              verdict.DigestMismatch,
	"bad-no-attrs-other-type":         verdict.SignedAttributesInvalid,
	"bad-no-ct-attr":                  verdict.SignedAttributesInvalid,
	"bad-no-md-attr":                  verdict.SignedAttributesInvalid,
	"bad-no-signers":                  verdict.NoSigners,
	"bad-not-signed-data-certs-only":  verdict.NoSigners,
	"bad-same-signer-twice-one-wrong": verdict.SignatureInvalid,
	"bad-sid-issuer":                  verdict.SignerCertificateMissing,
	"bad-sid-key-id":                  verdict.SignerCertificateMissing,
	"bad-sid-other-cert":              verdict.SignatureInvalid,
	"bad-sid-serial":                  verdict.SignerCertificateMissing,
	"bad-sig-alg-other-size":          verdict.SignatureInvalid,
	"bad-sig-alg-rsa":                 verdict.SignatureInvalid,
	"bad-sig-alg-unknown":             verdict.UnsupportedAlgorithm,
	"bad-signature-0":                 verdict.SignatureInvalid,
	"bad-signature-128":               verdict.SignatureInvalid,
	"bad-signature-16":                verdict.SignatureInvalid,
	"bad-signature-32":                verdict.SignatureInvalid,
	"bad-signature-but-token-fits":    verdict.SignatureInvalid,
	"bad-signature-empty":             verdict.SignatureInvalid,
	"bad-signature-halves-swapped":    verdict.SignatureInvalid,
	"bad-signature-last":              verdict.SignatureInvalid,
	"bad-signature-leading-zero":      verdict.SignatureInvalid,
	"bad-signature-reversed":          verdict.SignatureInvalid,
	"bad-signature-short":             verdict.SignatureInvalid,
	"bad-signature-zeros":             verdict.SignatureInvalid,
	"bad-signer-cert-of-other-key":    verdict.SignatureInvalid,
	"bad-signing-time":                verdict.SignatureInvalid,
	"bad-st-two-attrs":                verdict.SignedAttributesInvalid,
	"bad-trailing":                    verdict.Malformed,
	"bad-truncated":                   verdict.Malformed,
	"bad-truncated-half":              verdict.Malformed,
	"bad-two-signers-0":               verdict.SignatureInvalid,
	"bad-two-signers-1":               verdict.SignatureInvalid,
}

// elsewhere lists the invalid messages whose signatures are right: what is wrong with them is for others to find.
var elsewhere = map[string]string{
	"bad-cert-tampered":               "path: the certificate's own signature is wrong",
	"bad-flip-3":                      "path: a bit of the certificate changed, not of its key or name",
	"bad-flip-7":                      "path: a bit of the certificate changed, not of its key or name",
	"bad-self-signed":                 "path: nobody issued the certificate",
	"bad-twin-signs-0":                "path: the impostor's signature is right, its certificate is not",
	"bad-twin-signs-1":                "path: the impostor's signature is right, its certificate is not",
	"bad-twin-signs-genuine-given":    "path: the impostor's signature is right, its certificate is not",
	"bad-untrusted-leaf-only":         "path: impostor hierarchy",
	"bad-untrusted-root":              "path: impostor hierarchy",
	"bad-signer-expired":              "dates",
	"bad-signer-not-yet-valid":        "dates",
	"expired-signer-old-time":         "dates: the claimed signing time decides nothing",
	"two-signers-attached-bad-chain":  "dates",
	"two-signers-detached-bad-chain":  "dates",
	"bad-auth-cert-signs":             "usage",
	"bad-ca-cert-signs":               "usage",
	"bad-ocsp-cert-signs":             "usage",
	"bad-revoked-by-embedded-crl":     "revocation",
	"bad-signer-revoked":              "revocation",
	"bad-attr-no-value":               "time stamp: unsigned attributes are not looked into",
	"bad-expired-signer-stamped-late": "time stamp",
	"bad-missing-token":               "time stamp",
	"bad-no-eku-tsa":                  "time stamp",
	"bad-not-yet-valid-stamped":       "time stamp",
	"bad-revoked-before-stamp":        "time stamp and revocation",
	"bad-revoked-claimed-earlier":     "time stamp and revocation",
	"bad-rogue-tsa":                   "time stamp",
	"bad-signed-attr-token":           "time stamp: a signed attribute of a type that means nothing there",
	"bad-token-garbage":               "time stamp",
	"bad-token-gentime":               "time stamp",
	"bad-token-no-certs":              "time stamp",
	"bad-token-of-other-signature":    "time stamp",
	"bad-token-over-content":          "time stamp",
	"bad-token-signature":             "time stamp",
	"bad-two-signers-one-stamped":     "time stamp",
	"bad-two-signers-tokens-swapped":  "time stamp",
}

// keyNames are the names of keys as this library gives them, by those of the vectors.
var keyNames = map[string]string{
	"gost2015-512": "gost2015-512", "gost2015-256": "gost2015-256",
	"gost34310-2004": "gost2004", "rsa-2048-sha256": "rsa-2048",
}

func TestVectors(t *testing.T) {
	seen := make(map[string]bool)
	for _, c := range vectors.Load(t, "cms") {
		name := path.Base(c.ID)
		seen[name] = true
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			switch _, right := elsewhere[name]; {
			case c.Expect == "any":
				judge(t, c) // any answer will do
			case c.Expect == "valid" || right:
				checkValid(t, c, right)
			default:
				checkInvalid(t, c, refused[name])
			}
		})
	}
	for _, name := range slices.Concat(slices.Collect(maps.Keys(refused)), slices.Collect(maps.Keys(elsewhere))) {
		require.True(t, seen[name], "%s is listed and there is no such vector", name)
	}
}

// judge reads and verifies the message of a case.
func judge(t *testing.T, c vectors.Case) (*cms.SignedData, cms.Encoding, []cms.Result, error) {
	t.Helper()
	var content []byte
	if c.Detached && !c.ContentMissing {
		content = append([]byte{}, vectors.Read(t, c.ContentFile)...)
	}
	var extra []*cert.Certificate
	for _, file := range c.ExtraCerts {
		given, err := cert.Decode(vectors.Read(t, file))
		require.NoError(t, err)
		extra = append(extra, given)
	}
	sd, encoding, err := cms.Decode(vectors.Read(t, c.File))
	if err != nil {
		require.Nil(t, sd)
		return nil, "", nil, err
	}
	results, err := sd.VerifySigners(content, extra)
	return sd, encoding, results, err
}

func checkValid(t *testing.T, c vectors.Case, wrongElsewhere bool) {
	t.Helper()
	sd, encoding, results, err := judge(t, c)
	require.NoError(t, err)
	require.Equal(t, c.Detached, sd.Detached)
	if c.Encoding != "" {
		require.Equal(t, cms.Encoding(c.Encoding), encoding)
	}
	if c.ContentType != "" {
		require.Equal(t, cert.OID(c.ContentType), sd.ContentType)
	}
	for i, r := range results {
		require.NoError(t, r.Err)
		if c.ContentFile != "" {
			require.Equal(t, vectors.Read(t, c.ContentFile), append([]byte{}, r.Signer.Content()...))
		}
		one, err := sd.VerifySigner(i, r.Signer.Content(), r.Signer.Certificates())
		require.NoError(t, err)
		require.Equal(t, r.Signer.Notes(), one.Notes())
	}
	if !wrongElsewhere && len(c.Signers) > 0 {
		checkSigners(t, c, results)
	}
}

// checkSigners compares the signers with those that the case expects, in any order.
func checkSigners(t *testing.T, c vectors.Case, results []cms.Result) {
	t.Helper()
	type signer struct{ serial, key, time string }
	var want, got []signer
	for _, s := range c.Signers {
		w := signer{serial: s.Serial, key: keyNames[s.Alg]}
		if !s.SigningTime.IsZero() {
			w.time = s.SigningTime.UTC().String()
		}
		want = append(want, w)
	}
	for _, r := range results {
		found := r.Signer.Certificates()[0]
		g := signer{serial: found.SerialNumber(), key: found.PublicKey.Algorithm()}
		if at, ok := r.Signer.SigningTime(); ok {
			g.time = at.UTC().String()
		}
		got = append(got, g)
	}
	require.ElementsMatch(t, want, got)
}

func checkInvalid(t *testing.T, c vectors.Case, want verdict.Reason) {
	t.Helper()
	require.NotEmpty(t, want, "no reason is listed for %s: %s", c.ID, c.Reason)
	_, _, results, err := judge(t, c)
	if err != nil {
		requireReason(t, want, err)
		return
	}
	good := 0
	for _, r := range results {
		if r.Err == nil {
			good++
			continue
		}
		require.Nil(t, r.Signer)
		requireReason(t, want, r.Err)
	}
	require.Less(t, good, len(results), c.Reason)
	if c.ValidSigners != nil {
		require.Equal(t, *c.ValidSigners, good)
	}
}

func TestVectorNotes(t *testing.T) {
	for _, c := range []struct {
		id   string
		want []cms.Note
	}{
		{"attached-1k", nil},
		{"signed-attrs-unsorted-sig-over-der", []cms.Note{cms.NoteAttributesUnsorted}},
		{"signed-attrs-unsorted-sig-over-wire", []cms.Note{cms.NoteAttributesAsWritten}},
		{"digest-algs-set-empty", []cms.Note{cms.NoteDigestNotListed}},
		{"no-signed-attrs", []cms.Note{cms.NoteNoSignedAttributes}},
	} {
		t.Run(c.id, func(t *testing.T) {
			sd, err := cms.Parse(vectors.Read(t, "cms/gost2015-512/"+c.id+".p7s"))
			require.NoError(t, err)
			v, err := sd.VerifySigner(0, nil, nil)
			require.NoError(t, err)
			require.Equal(t, c.want, v.Notes())
		})
	}
}

// Both certificates of the same issuer and serial number are there, one of them an impostor's. The one whose key
// made the signature comes back, whatever the order (T30, T31).
func TestVectorTwins(t *testing.T) {
	genuine, err := cert.Decode(vectors.Read(t, "pki/gost2015-512/person-sign.cer"))
	require.NoError(t, err)
	for name, wantGenuine := range map[string]bool{
		"twin-present-0": true, "twin-present-1": true, "bad-twin-signs-0": false, "bad-twin-signs-1": false,
	} {
		t.Run(name, func(t *testing.T) {
			sd, err := cms.Parse(vectors.Read(t, "cms/gost2015-512/"+name+".p7s"))
			require.NoError(t, err)
			v, err := sd.VerifySigner(0, nil, nil)
			require.NoError(t, err)
			require.Len(t, v.Certificates(), 1)
			require.Equal(t, wantGenuine, v.Certificates()[0].PublicKey.Equal(genuine.PublicKey))
		})
	}
}

// Genuine messages of 2020, in one line of Base64.
func TestNCALayer2020(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shared.Dir(t, "ncalayer-2020"), "*.cms"))
	require.NoError(t, err)
	require.Len(t, files, 3)
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			raw, err := os.ReadFile(file)
			require.NoError(t, err)
			sd, encoding, err := cms.Decode(raw)
			require.NoError(t, err)
			require.Equal(t, cms.Base64, encoding)
			v, err := sd.VerifySigner(0, nil, nil)
			require.NoError(t, err)
			own, err := os.ReadFile(strings.TrimSuffix(file, ".cms") + ".cer")
			require.NoError(t, err)
			want, err := cert.Decode(own)
			require.NoError(t, err)
			require.True(t, v.Certificates()[0].Equal(want))
			require.False(t, v.HasSigningCertificate())
			_, claimed := v.SigningTime()
			require.True(t, claimed)
		})
	}
}
