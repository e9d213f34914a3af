// Package vectors reads the manifest of test vectors that lies beside the module (../shared/vectors). It is for
// tests only: the floors test lets no other file import it.
package vectors

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/qoltanba/eds/internal/shared"
)

// Case is one case of the manifest. Which fields are set depends on Kind; ../shared/vectors/README.md tells.
type Case struct {
	ID       string `json:"id"`
	Kind     string `json:"kind"`
	Alg      string `json:"alg"`
	Expect   string `json:"expect"`   // valid, invalid or any
	Severity string `json:"severity"` // of an invalid case: must or should
	Reason   string `json:"reason"`
	Note     string `json:"note"`

	At            time.Time `json:"at"`
	File          string    `json:"file"`
	Roots         []string  `json:"roots"`
	Intermediates []string  `json:"intermediates"`
	ExtraCerts    []string  `json:"extra_certs"`

	Serial    string   `json:"serial"`
	IIN       *string  `json:"iin"`
	BIN       *string  `json:"bin"`
	CN        *string  `json:"cn"`
	Surname   *string  `json:"surname"`
	GivenName *string  `json:"given_name"`
	Org       *string  `json:"org"`
	Roles     []string `json:"roles"`
	Purpose   string   `json:"purpose"`

	MessageHex   *string `json:"message_hex"`
	Pattern      string  `json:"pattern"`
	Length       int     `json:"length"`
	DigestHex    string  `json:"digest_hex"`
	SPKI         []byte  `json:"spki_b64"`
	PKCS8        []byte  `json:"pkcs8_b64"`
	SignatureHex string  `json:"signature_hex"`
	KBEHex       string  `json:"k_be_hex"`
	KeyRefused   bool    `json:"key_must_be_refused"`

	Password    string `json:"password"`
	Alias       string `json:"alias"`
	CertSHA256  string `json:"cert_sha256"`
	PKCS8SHA256 string `json:"pkcs8_sha256"`

	Detached       bool     `json:"detached"`
	ContentFile    string   `json:"content_file"`
	ContentMissing bool     `json:"content_missing"`
	ContentType    string   `json:"content_type"`
	Encoding       string   `json:"encoding"`
	Level          string   `json:"level"`
	Timestamp      string   `json:"timestamp"`
	CheckRevoked   bool     `json:"check_revocation"`
	Signers        []Signer `json:"signers"`
	ValidSigners   *int     `json:"valid_signers"`

	Cert             string    `json:"cert"` // whose status is asked, issued by Issuer
	Issuer           string    `json:"issuer"`
	CRLs             []string  `json:"crls"`
	Status           string    `json:"status"`
	RevocationTime   time.Time `json:"revocation_time"`
	RevocationReason int       `json:"revocation_reason"`
	ValidationTime   time.Time `json:"validation_time"`
	StatusAt         string    `json:"status_at_validation_time"`
	MustNotBe        string    `json:"must_not_be_status"`

	Request       string   `json:"request"`
	Requests      int      `json:"requests"` // of an OCSP request: how many single ones
	Serials       []string `json:"serials"`
	HashAlg       string   `json:"hash_alg"`
	Signed        bool     `json:"signed"`
	NonceHex      *string  `json:"nonce_hex"`
	NonceRequired bool     `json:"nonce_required"`
	MaxAge        int      `json:"max_age_seconds"`
	MaxClockSkew  int      `json:"max_clock_skew_seconds"`
}

// Signer is a signer that a CMS case expects.
type Signer struct {
	Serial      string    `json:"serial"`
	Alg         string    `json:"alg"`
	IIN         string    `json:"iin"`
	BIN         string    `json:"bin"`
	SigningTime time.Time `json:"signing_time"`
}

// Load returns the cases of the given kinds. The test is skipped where the vectors are absent, and fails where
// there is no case of these kinds.
func Load(t testing.TB, kinds ...string) []Case {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(Dir(t), "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []Case `json:"cases"`
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	var found []Case
	for _, c := range file.Cases {
		for _, kind := range kinds {
			if c.Kind == kind {
				found = append(found, c)
			}
		}
	}
	if len(found) == 0 {
		t.Fatalf("no case of %v in the manifest", kinds)
	}
	return found
}

// Dir returns the folder of the vectors, to which the file names of a [Case] are relative.
func Dir(t testing.TB) string {
	t.Helper()
	return shared.Dir(t, "vectors")
}

// Read returns a file of the vectors.
func Read(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(Dir(t), filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Seeds returns the files of less than 8 KiB that fit a pattern of [path/filepath.Match] below the vectors, for a fuzz
// target; nil where there are no vectors.
func Seeds(t testing.TB, pattern string) [][]byte {
	t.Helper()
	root, ok := shared.Find()
	if !ok {
		return nil
	}
	names, err := filepath.Glob(filepath.Join(root, "vectors", filepath.FromSlash(pattern)))
	if err != nil || len(names) == 0 {
		t.Fatalf("no vectors fit %s: %v", pattern, err)
	}
	var all [][]byte
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if len(b) < 8<<10 {
			all = append(all, b)
		}
	}
	return all
}
