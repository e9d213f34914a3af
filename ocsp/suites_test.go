package ocsp_test

import (
	"encoding/json"
	"encoding/pem"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/shared"
	"github.com/qoltanba/eds/ocsp"
	"github.com/qoltanba/eds/verdict"
)

// A suiteCase is one case of the collections of BoringSSL, Web eID and certvalidator.
type suiteCase struct {
	ID       string    `json:"id"`
	Bundle   string    `json:"bundle"` // PEM blocks of everything
	Response string    `json:"response"`
	Cert     string    `json:"cert"`
	Issuer   string    `json:"issuer"`
	Time     time.Time `json:"time"`
	MaxAge   int       `json:"max_age_seconds"`
	Expect   string    `json:"expect"`
}

// differences are the cases that get another answer here, with the reason. One that goes away is a failure too.
var differences = map[string]struct{ got, why string }{
	"boringssl/good_response":                  {weak, sha1},
	"boringssl/ocsp_sign_direct":               {weak, sha1},
	"boringssl/ocsp_sign_indirect":             {weak, sha1},
	"boringssl/ocsp_extra_certs":               {weak, sha1},
	"boringssl/has_version":                    {weak, sha1},
	"boringssl/responder_name":                 {weak, sha1},
	"boringssl/responder_id":                   {weak, sha1},
	"boringssl/has_extension":                  {weak, sha1},
	"boringssl/good_response_next_update":      {weak, sha1},
	"boringssl/revoke_response":                {weak, sha1},
	"boringssl/revoke_response_reason":         {weak, sha1},
	"boringssl/unknown_response":               {weak, sha1},
	"boringssl/has_single_extension":           {weak, sha1},
	"boringssl/multiple_response_good_revoked": {weak, sha1},
	"boringssl/bad_signature":                  {weak, sha1},
	"boringssl/multiple_response":              {weak, "good and unknown for one certificate is unknown here, which is a status; then the SHA-1"},

	"boringssl/good_response_invalid_serial": {"reject", "the certificate itself has a padded serial number, and is refused when it is read; the suite allows it"},
	"boringssl/has_critical_ct_extension":    {"reject", "transparency of certificates is not understood here, and the extension is critical; the suite allows it"},

	"certvalidator/multitasking-alice":             {"reject", fractions},
	"certvalidator/multitasking-interm":            {"reject", fractions},
	"web-eid/ocsp_response_with_2_responses":       {"reject", fractions + "; the responder is named by a hash of four octets"},
	"web-eid/ocsp_response_with_2_responder_certs": {"reject", fractions + "; the responder is named by a hash of four octets"},
}

const (
	// weak is the answer where nothing but the algorithm of the signature is amiss: it is looked at last.
	weak = "weak"

	sha1      = "signed over SHA-1, which is refused (T22)"
	fractions = "times with fractions of a second, which RFC 6960, Section 4.2.2.1 forbids by RFC 5280, Section 4.1.2.5.2"
)

func TestSuites(t *testing.T) {
	dir := shared.Dir(t, "suites", "ocsp")
	cases := loadSuite(t, dir)
	seen := 0
	for _, c := range cases {
		t.Run(c.ID, func(t *testing.T) {
			want := c.Expect
			if d, ok := differences[c.ID]; ok {
				seen++
				require.NotEqual(t, want, d.got, "no difference")
				want = d.got
			}
			require.Equal(t, want, judgeSuite(t, dir, c))
		})
	}
	require.Equal(t, len(differences), seen)
}

func loadSuite(t testing.TB, dir string) []suiteCase {
	t.Helper()
	raw, err := os.ReadFile(dir + "/manifest.json")
	require.NoError(t, err)
	var file struct {
		Vectors []suiteCase `json:"vectors"`
	}
	require.NoError(t, json.Unmarshal(raw, &file))
	require.Len(t, file.Vectors, 46)
	return file.Vectors
}

// judgeSuite says good, revoked, unknown or reject, or repeats an expectation about parsing that was met.
func judgeSuite(t *testing.T, dir string, c suiteCase) string {
	t.Helper()
	if strings.HasPrefix(c.Expect, "parse-ok") {
		return parseSuite(t, dir, c)
	}
	raw, leaf, issuer := readSuite(t, dir, c)
	response, err := ocsp.ParseResponse(raw)
	if err != nil {
		t.Log(err)
		return "reject"
	}
	if c.MaxAge == 0 {
		c.MaxAge = 86400
	}
	answer, err := response.Judge(ocsp.Query{
		Certificate: leaf, Issuer: issuer, At: c.Time, MaxAge: time.Duration(c.MaxAge) * time.Second,
		CheckResponder: func(*cert.Certificate) error { return nil }, // nobody to ask in a file
	})
	switch {
	case errors.Is(err, verdict.WeakAlgorithm):
		return weak
	case err != nil:
		t.Log(err)
		return "reject"
	}
	return answer.Status.String()
}

func parseSuite(t *testing.T, dir string, c suiteCase) string {
	t.Helper()
	raw, err := os.ReadFile(dir + "/" + c.Response)
	require.NoError(t, err)
	response, err := ocsp.ParseResponse(raw)
	if err != nil {
		t.Log(err)
		return "reject"
	}
	_, status, named := strings.Cut(c.Expect, "status=")
	if named && response.Responses[0].Status.String() != status {
		return response.Responses[0].Status.String()
	}
	return c.Expect
}

func readSuite(t *testing.T, dir string, c suiteCase) (response []byte, leaf, issuer *cert.Certificate) {
	t.Helper()
	read := func(name string) []byte {
		b, err := os.ReadFile(dir + "/" + name)
		require.NoError(t, err)
		return b
	}
	decode := func(b []byte) *cert.Certificate {
		c, err := cert.Decode(b)
		if err != nil {
			t.Log(err)
			return nil
		}
		return c
	}
	if c.Bundle == "" {
		return read(c.Response), decode(read(c.Cert)), decode(read(c.Issuer))
	}
	for block, rest := pem.Decode(read(c.Bundle)); block != nil; block, rest = pem.Decode(rest) {
		switch block.Type {
		case "OCSP RESPONSE":
			response = block.Bytes
		case "CA CERTIFICATE":
			issuer = decode(block.Bytes)
		case "CERTIFICATE":
			leaf = decode(block.Bytes)
		}
	}
	return response, leaf, issuer
}
