package crl_test

import (
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/crl"
	"github.com/qoltanba/eds/internal/certtest"
	"github.com/qoltanba/eds/internal/peer"
)

// An openssl is a folder to run the program in.
type openssl struct {
	testing.TB
	dir string
}

func newOpenSSL(t testing.TB) *openssl {
	t.Helper()
	_, err := exec.LookPath("openssl")
	peer.Need(t, "openssl", "apt-get install openssl", err == nil)
	return &openssl{t, t.TempDir()}
}

func (o *openssl) write(name string, b []byte) {
	o.Helper()
	require.NoError(o, os.WriteFile(filepath.Join(o.dir, name), b, 0o600))
}

func (o *openssl) read(name string) []byte {
	o.Helper()
	b, err := os.ReadFile(filepath.Join(o.dir, name))
	require.NoError(o, err)
	return b
}

func (o *openssl) run(arguments ...string) (string, error) {
	o.Helper()
	c := exec.Command("openssl", arguments...)
	c.Dir = o.dir
	out, err := c.CombinedOutput()
	return string(out), err
}

func (o *openssl) must(arguments ...string) string {
	o.Helper()
	out, err := o.run(arguments...)
	require.NoError(o, err, out)
	return out
}

// OpenSSL reads our lists, and refuses by them what they revoke.
func TestOpenSSLReads(t *testing.T) {
	for _, kind := range []string{"rsa-2048", "ecdsa-p256"} {
		t.Run(kind, func(t *testing.T) {
			s := newScene(t, kind)
			c := authority("ca", s.key)
			c.Issuer, c.Signer = c.Subject, s.key
			o := newOpenSSL(t)
			o.write("ca.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Parse(t).Raw}))
			o.write("leaf.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.leaf.Raw}))
			verify := func() (string, error) {
				o.write("list.pem", pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: s.raw()}))
				return o.run("verify", "-CAfile", "ca.pem", "-CRLfile", "list.pem", "-crl_check", "-attime", fmt.Sprint(at.Unix()), "leaf.pem")
			}
			out, err := verify()
			require.NoError(t, err, out)
			text := o.must("crl", "-in", "list.pem", "-noout", "-text")
			require.Contains(t, text, "Key Compromise")
			require.Contains(t, text, "X509v3 CRL Number")

			s.revoke(cert.Superseded).InvalidityDate = at.Add(-72 * time.Hour)
			out, err = verify()
			require.Error(t, err)
			require.Contains(t, out, "certificate revoked")

			s.template.Scope = &crl.IssuingDistributionPoint{OnlyUserCerts: true, FullName: uri("http://a/")}
			_, err = verify()
			require.Error(t, err)
			text = o.must("crl", "-in", "list.pem", "-noout", "-text")
			require.Contains(t, text, "Only User Certificates")
			require.Contains(t, text, "URI:http://a/")
		})
	}
}

const config = `
[ca]
default_ca = this
[this]
dir = .
database = index.txt
certificate = ca.pem
private_key = ca.key
default_md = sha256
default_crl_days = 30
%s
[list]
authorityKeyIdentifier = keyid:always
issuingDistributionPoint = critical, @scope
[scope]
onlyuser = TRUE
`

// We read the lists of "openssl ca -gencrl": of version 1, of version 2 with reasons and a scope.
func TestOpenSSLMakes(t *testing.T) {
	const (
		leaf   = "V\t490101000000Z\t\t1000\tunknown\t/CN=leaf\n"
		plain  = "R\t490101000000Z\t260101120000Z\t1001\tunknown\t/CN=gone\n"
		reason = "R\t490101000000Z\t260101120000Z,superseded\t1001\tunknown\t/CN=gone\n"
	)
	for _, algorithm := range []string{"rsa_keygen_bits:2048", "ec_paramgen_curve:P-256"} {
		for _, c := range []struct {
			version           int
			extensions, index string
			reason            cert.RevocationReason
		}{
			{1, "", leaf + plain, cert.Unspecified},
			{2, "crlnumber = number\ncrl_extensions = list", leaf + reason, cert.Superseded},
		} {
			t.Run(fmt.Sprintf("%s, version %d", algorithm, c.version), func(t *testing.T) {
				o := newOpenSSL(t)
				o.write("openssl.cnf", fmt.Appendf(nil, config, c.extensions))
				o.write("index.txt", []byte(c.index))
				o.write("index.txt.attr", []byte("unique_subject = no\n"))
				o.write("number", []byte("0A\n"))
				kind, _, _ := strings.Cut(algorithm, "_")
				o.must(
					"req", "-x509", "-newkey", kind, "-pkeyopt", algorithm, "-nodes",
					"-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=ca", "-days", "60",
				)
				o.must("ca", "-config", "openssl.cnf", "-gencrl", "-out", "list.pem")
				l, err := crl.Decode(o.read("list.pem"))
				require.NoError(t, err)
				require.Equal(t, c.version, l.Version)
				ca, err := cert.Decode(o.read("ca.pem"))
				require.NoError(t, err)
				for serial, want := range map[int64]crl.Answer{
					0x1000: {Status: cert.StatusGood, List: l},
					0x1001: {
						Status: cert.StatusRevoked, List: l, Reason: c.reason,
						RevokedAt: time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC),
					},
				} {
					asked := certtest.Template{Serial: certtest.Serial(serial), Issuer: ca.Subject.Raw}.Parse(t)
					answer, err := crl.Judge(crl.Query{Certificate: asked, Issuer: ca, At: l.ThisUpdate, Lists: []*crl.List{l}})
					require.NoError(t, err)
					require.Equal(t, &want, answer)
				}
			})
		}
	}
}
