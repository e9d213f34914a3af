package crl_test

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/crl"
	"github.com/qoltanba/eds/internal/certtest"
	"github.com/qoltanba/eds/internal/mint"
	"github.com/qoltanba/eds/internal/shared"
)

// A suiteCase is one case of the collections of BoringSSL and RFC 4134.
type suiteCase struct {
	ID     string    `json:"id"`
	Bundle string    `json:"bundle"` // PEM blocks of everything
	CRL    string    `json:"crl"`
	Time   time.Time `json:"time"`
	Expect string    `json:"expect"`
}

// differences are the cases that get another answer here, with the reason. One that goes away is a failure too.
var differences = map[string]struct{ got, why string }{
	"boringssl/good_fake_extension_no_nextupdate": {"reject", noNextUpdate},
	"boringssl/good_no_nextupdate":                {"reject", noNextUpdate},
	"boringssl/revoked_no_nextupdate":             {"reject", noNextUpdate},
	"boringssl/bad_crldp_has_crlissuer":           {"good", "the certificate names another list too, which upstream does not read; this one is the issuer's own and without bounds (RFC 5280, Section 6.3.3, last paragraph)"},
	"boringssl/good_key_rollover":                 {"reject", rollover},
	"boringssl/revoked_key_rollover":              {"reject", rollover},
	"boringssl/bad_thisupdate_too_old":            {"good", "nextUpdate alone tells how long a list is in force; an upper bound on age is for the policy of package revocation"},
}

const (
	noNextUpdate = "a list without nextUpdate would be in force for ever (T73); the suite allows to refuse it"
	rollover     = "a list signed with an older key of the issuer waits for the issue on trust"
)

func TestSuites(t *testing.T) {
	dir := shared.Dir(t, "suites", "crl")
	raw, err := os.ReadFile(dir + "/manifest.json")
	require.NoError(t, err)
	var file struct {
		Vectors []suiteCase `json:"vectors"`
	}
	require.NoError(t, json.Unmarshal(raw, &file))
	require.Len(t, file.Vectors, 72)
	seen := 0
	for _, c := range file.Vectors {
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

// judgeSuite says good, revoked or reject, or parse-ok where nothing else is asked.
func judgeSuite(t *testing.T, dir string, c suiteCase) string {
	t.Helper()
	if c.Bundle == "" {
		raw, err := os.ReadFile(dir + "/" + c.CRL)
		require.NoError(t, err)
		if _, err := crl.Decode(raw); err != nil {
			t.Log(err)
			return "reject"
		}
		return "parse-ok"
	}
	raw, err := os.ReadFile(dir + "/" + c.Bundle)
	require.NoError(t, err)
	q := crl.Query{At: c.Time}
	var list []byte
	for block, rest := pem.Decode(raw); block != nil; block, rest = pem.Decode(rest) {
		switch block.Type {
		case "CRL":
			list = block.Bytes
		case "CA CERTIFICATE":
			q.Issuer, err = cert.Parse(block.Bytes)
			require.NoError(t, err)
		case "CERTIFICATE":
			q.Certificate, err = cert.Parse(block.Bytes)
			require.NoError(t, err)
		}
	}
	l, err := crl.Parse(list)
	if err != nil {
		t.Log(err)
		return "reject"
	}
	q.Issuer, l = rekey(t, q.Issuer, l)
	q.Lists = []*crl.List{l}
	answer, err := crl.Judge(q)
	if err != nil {
		t.Log(err)
		return "reject"
	}
	return answer.Status.String()
}

// rekey puts a key of today in the place of the issuer's, which has 1,024 bits, and signs the list with it if the
// issuer had signed it: so that the suite has more to say than that the key is weak.
func rekey(t *testing.T, issuer *cert.Certificate, l *crl.List) (*cert.Certificate, *crl.List) {
	t.Helper()
	key := certtest.Key(t, "rsa-2048/suite")
	strong := certtest.Template{
		Version: issuer.Version, Serial: issuer.RawSerial, Issuer: issuer.Issuer.Raw, Subject: issuer.Subject.Raw,
		NotBefore: issuer.NotBefore, NotAfter: issuer.NotAfter, Extensions: issuer.Extensions, Key: key.Public(),
	}.Parse(t)
	old, err := issuer.X509()
	require.NoError(t, err)
	if old.CheckSignature(x509.SHA256WithRSA, l.RawTBS, l.Signature) != nil {
		return strong, l
	}
	algorithm, err := cert.ParseSignatureAlgorithm(l.SignatureAlgorithm, 0)
	require.NoError(t, err)
	signature, err := cert.Sign(key, algorithm, l.RawTBS)
	require.NoError(t, err)
	raw, err := mint.Signed(l.RawTBS, l.SignatureAlgorithm, signature)
	require.NoError(t, err)
	signed, err := crl.Parse(raw)
	require.NoError(t, err)
	return strong, signed
}
