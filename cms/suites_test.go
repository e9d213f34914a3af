package cms_test

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/internal/shared"
	"github.com/qoltanba/eds/verdict"
)

// suiteCase is a case of ../shared/suites/cms/manifest.json.
type suiteCase struct {
	ID            string `json:"id"`
	File          string `json:"file"`
	Encoding      string `json:"encoding"`
	Expect        string `json:"expect"`
	Why           string `json:"why"`
	Content       string `json:"content"`
	ContentDigest string `json:"content_digest"`
	Signer        string `json:"signer"`
}

func suite(t testing.TB) []suiteCase {
	t.Helper()
	raw, err := os.ReadFile(shared.Dir(t, "suites", "cms", "manifest.json"))
	require.NoError(t, err)
	var manifest struct {
		Vectors []suiteCase `json:"vectors"`
	}
	require.NoError(t, json.Unmarshal(raw, &manifest))
	require.NotEmpty(t, manifest.Vectors)
	return manifest.Vectors
}

// padded are messages cut out of PDF files, with zeros up to the size of the hole they stood in. No padding is
// tolerated (T4); without it they are judged like the others.
var padded = map[string]bool{
	"dss/dss-1188__Test.bin":               true,
	"dss/cades-duplicated-signed-attrs":    true,
	"dss/cades-double-signing-certificate": true,
}

// A difference is a case in which we and the manifest disagree, with the reason.
type difference struct {
	got []verdict.Reason
	why string
}

const (
	smallExponent = "an RSA key with a public exponent below 65537 is weak here (T19)"
	overSHA1      = "SHA-1 is weak here (T22); the manifest only says that the arithmetic is right"
	withDSA       = "DSA with SHA-1: optional says the manifest, weak say we"
)

var differences = map[string]difference{
	"dss/Signature-C-DE_CRY-3":                  {[]verdict.Reason{verdict.WeakAlgorithm}, smallExponent},
	"dss/Signature-C-DE_CRY-4":                  {[]verdict.Reason{verdict.WeakAlgorithm}, smallExponent},
	"dss/Signature-C-HU_POL-3":                  {[]verdict.Reason{verdict.WeakAlgorithm}, smallExponent},
	"dss/cades-invalid-ocsp-responses-encoding": {[]verdict.Reason{verdict.WeakAlgorithm}, smallExponent},
	"dss/Signature-C-X-1":                       {[]verdict.Reason{verdict.WeakAlgorithm}, overSHA1},
	"dss/Signature-CBp-B-1":                     {[]verdict.Reason{verdict.WeakAlgorithm}, overSHA1},
	"dss/counterSig":                            {[]verdict.Reason{verdict.WeakAlgorithm}, overSHA1},
	"dss/cms-wrong-sign-cert-hash-algo":         {[]verdict.Reason{verdict.WeakAlgorithm}, overSHA1},
	"dss/dss-1188__Test.bin":                    {[]verdict.Reason{verdict.WeakAlgorithm}, overSHA1},
	"rfc4134/4.1":                               {[]verdict.Reason{verdict.WeakAlgorithm}, withDSA},
	"rfc4134/4.3":                               {[]verdict.Reason{verdict.WeakAlgorithm}, withDSA},
	"rfc4134/4.4":                               {[]verdict.Reason{verdict.WeakAlgorithm}, withDSA},
	"rfc4134/4.7":                               {[]verdict.Reason{verdict.WeakAlgorithm}, withDSA},
	"rfc4134/4.10":                              {[]verdict.Reason{verdict.WeakAlgorithm}, withDSA},
	"dss/dss-1419__CAdES-BpB-att-SHA256-SHA512withRSA": {
		[]verdict.Reason{verdict.SignatureInvalid}, "one digest for content and signature (T20); the manifest allows it",
	},
	"dss/dss-1419__CAdES-BpB-att-SHA256-SHA3_256withRSA": {
		[]verdict.Reason{verdict.UnsupportedAlgorithm}, "no SHA-3 here",
	},
	"dss/dss-1419__CAdES-BpB-att-SHA3_256-SHA3_256withRSA": {
		[]verdict.Reason{verdict.UnsupportedAlgorithm}, "no SHA-3 here",
	},
	"dss/cades-double-signing-time": {
		[]verdict.Reason{""}, "the broken second signer is a counter-signature in an unsigned attribute, and no signer (T37)",
	},
	"rfc4134/4.8": {[]verdict.Reason{verdict.Malformed}, "S/MIME is mail, not a form in which CMS is handed in here"},
	"rfc4134/4.9": {[]verdict.Reason{verdict.Malformed}, "S/MIME is mail, not a form in which CMS is handed in here"},
}

// TestSuites runs the messages that EU DSS and RFC 4134 collected. Expectations are the manifest's, at the level of
// signatures; a listed difference that goes away fails.
func TestSuites(t *testing.T) {
	listed := maps.Clone(differences)
	for _, c := range suite(t) {
		d, differs := listed[c.ID]
		delete(listed, c.ID)
		t.Run(c.ID, func(t *testing.T) {
			got := judgeSuite(t, c)
			if differs {
				require.Equal(t, d.got, got, d.why)
				require.False(t, asExpected(t, c.Expect, got), "the difference has gone: %s", d.why)
				return
			}
			require.True(t, asExpected(t, c.Expect, got), "got %q, want %s: %s", got, c.Expect, c.Why)
		})
	}
	require.Empty(t, listed, "differences without a case")
}

// asExpected reports whether the outcomes of the signers, or the one of the message, are what the manifest says.
func asExpected(t *testing.T, expect string, got []verdict.Reason) bool {
	t.Helper()
	all := func(want verdict.Reason) bool {
		return !slices.ContainsFunc(got, func(r verdict.Reason) bool { return r != want })
	}
	switch expect {
	case "valid", "parse-ok":
		return all("")
	case "mixed":
		return slices.Contains(got, "") && !all("")
	case "invalid":
		return !slices.Contains(got, "")
	case "weak":
		return all(verdict.WeakAlgorithm)
	case "signer-not-found":
		return all(verdict.SignerCertificateMissing)
	case "no-signers":
		return all(verdict.NoSigners)
	case "not-signed-data", "parse-error":
		return all(verdict.Malformed)
	case "contested":
		return true
	}
	t.Fatalf("unknown expectation %q", expect)
	return false
}

// judgeSuite returns the reason for each signer, or one for the whole message.
func judgeSuite(t *testing.T, c suiteCase) []verdict.Reason {
	t.Helper()
	folder := shared.Dir(t, "suites", "cms")
	read := func(name string) []byte {
		raw, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(name)))
		require.NoError(t, err)
		return raw
	}
	message := read(c.File)
	if padded[c.ID] {
		_, _, err := cms.Decode(message)
		requireReason(t, verdict.Malformed, err)
		message = message[:4+int(message[2])<<8+int(message[3])]
	}
	sd, _, err := cms.Decode(message)
	if err != nil {
		t.Log(err)
		return []verdict.Reason{verdict.From(err).Reason}
	}
	if c.ContentDigest != "" {
		return judgeDigest(t, sd, c.ContentDigest)
	}
	var content []byte
	if c.Content != "" {
		content = read(c.Content)
	}
	results, err := sd.VerifySigners(content, nil)
	if err != nil {
		t.Log(err)
		return []verdict.Reason{verdict.From(err).Reason}
	}
	var reasons []verdict.Reason
	for _, r := range results {
		if r.Err != nil {
			t.Log(r.Err)
			reasons = append(reasons, verdict.From(r.Err).Reason)
			continue
		}
		reasons = append(reasons, "")
	}
	return reasons
}

func judgeDigest(t *testing.T, sd *cms.SignedData, digest string) []verdict.Reason {
	t.Helper()
	value, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(digest, "sha256:"))
	require.NoError(t, err)
	var reasons []verdict.Reason
	for i := range sd.Signers {
		_, err := sd.VerifyDigest(i, cert.SHA256, value)
		if err != nil {
			t.Log(err)
			reasons = append(reasons, verdict.From(err).Reason)
			continue
		}
		reasons = append(reasons, "")
	}
	return reasons
}

// The signer's certificate is not in the message, and is found when the caller gives it.
func TestSuiteCertificateFromOutside(t *testing.T) {
	for _, c := range suite(t) {
		if c.Signer == "" {
			continue
		}
		folder := shared.Dir(t, "suites", "cms")
		message, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(c.File)))
		require.NoError(t, err)
		raw, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(c.Signer)))
		require.NoError(t, err)
		signer, err := cert.Decode(raw)
		require.NoError(t, err)
		_, err = verifyOnly(t, message, nil, signer)
		require.NoError(t, err)
		return
	}
	t.Fatal("no case with a signer of its own")
}
