package ocsp_test

import (
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/peer"
	"github.com/qoltanba/eds/ocsp"
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

func (o *openssl) run(arguments ...string) string {
	o.Helper()
	c := exec.Command("openssl", arguments...)
	c.Dir = o.dir
	out, err := c.CombinedOutput()
	require.NoError(o, err, "%s", out)
	return string(out)
}

func (o *openssl) certificate(name string, c *cert.Certificate) {
	o.Helper()
	o.write(name, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
}

func TestOpenSSL(t *testing.T) {
	for _, kind := range []string{"rsa-2048", "ecdsa-p256"} {
		t.Run(kind, func(t *testing.T) {
			s := newScene(t, kind)
			o := newOpenSSL(t)
			root := s.selfSigned()
			o.certificate("ca.pem", root)
			o.certificate("leaf.pem", s.leaf)

			t.Run("reads our request", func(t *testing.T) {
				r, err := ocsp.NewRequest(s.leaf, s.ca, ocsp.RequestOptions{Nonce: nonce})
				require.NoError(t, err)
				o.write("request.der", r.Raw)
				text := o.run("ocsp", "-reqin", "request.der", "-req_text")
				require.Contains(t, text, "Serial Number: 1234")
				require.Contains(t, text, "OCSP Nonce")
			})
			t.Run("makes a request that we read", func(t *testing.T) {
				o.run("ocsp", "-issuer", "ca.pem", "-cert", "leaf.pem", "-reqout", "made.der")
				r, err := ocsp.ParseRequest(o.read("made.der"))
				require.NoError(t, err)
				require.True(t, r.CertIDs[0].Matches(s.leaf, s.ca))
				require.NotEmpty(t, r.Nonce)
			})
			for status, single := range map[string]ocsp.SingleResponse{
				"good": ocsp.Good(s.id(), at), "unknown": ocsp.Unknown(s.id(), at),
				"revoked": ocsp.Revoked(s.id(), at, at.Add(-time.Hour), cert.KeyCompromise),
			} {
				t.Run("verifies our response, "+status, func(t *testing.T) {
					single.NextUpdate = at.Add(24 * time.Hour)
					s.answer(single)
					for _, direct := range []bool{false, true} {
						if direct {
							s.direct()
						}
						o.write("response.der", s.raw())
						text := o.run(
							"ocsp", "-issuer", "ca.pem", "-sha256", "-cert", "leaf.pem", "-no_nonce", "-respin", "response.der",
							"-CAfile", "ca.pem", "-attime", fmt.Sprint(at.Unix()), "-validity_period", fmt.Sprint(1<<30),
						)
						require.Contains(t, text, "Response verify OK")
						require.Contains(t, text, "leaf.pem: "+status)
					}
				})
			}
		})
	}
}

// selfSigned is the authority as a root of its own, for OpenSSL to trust.
func (s *scene) selfSigned() *cert.Certificate {
	c := authority("ca", s.caKey)
	c.Issuer, c.Signer = c.Subject, s.caKey
	return c.Parse(s.t)
}

// What OpenSSL's responder says of a certificate out of its index, by a delegated key and by the authority's own.
func TestOpenSSLResponder(t *testing.T) {
	s := newScene(t, "ecdsa-p256")
	o := newOpenSSL(t)
	o.run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=ca", "-days", "30")
	o.write("ee.cnf", []byte("extendedKeyUsage=OCSPSigning\n1.3.6.1.5.5.7.48.1.5=ASN1:NULL\nkeyUsage=digitalSignature\nbasicConstraints=CA:false\n"))
	o.issue("leaf", 0x1000)
	o.issue("gone", 0x1001)
	o.issue("stranger", 0x1002)
	o.issue("responder", 0x1003)
	o.write("index.txt", []byte("V\t490101000000Z\t\t1000\tunknown\t/CN=leaf\nR\t490101000000Z\t260101120000Z,superseded\t1001\tunknown\t/CN=gone\n"))
	ca := o.parse("ca.pem")
	for _, by := range []string{"responder", "ca"} {
		for name, want := range map[string]cert.RevocationStatus{
			"leaf": cert.StatusGood, "gone": cert.StatusRevoked, "stranger": cert.StatusUnknown,
		} {
			t.Run(by+" on "+name, func(t *testing.T) {
				leaf := o.parse(name + ".pem")
				r, err := ocsp.NewRequest(leaf, ca, ocsp.RequestOptions{Nonce: nonce[:16]})
				require.NoError(t, err)
				o.write("request.der", r.Raw)
				o.run(
					"ocsp", "-index", "index.txt", "-CA", "ca.pem", "-rsigner", by+".pem", "-rkey", by+".key",
					"-reqin", "request.der", "-respout", "response.der",
				)
				response, err := ocsp.ParseResponse(o.read("response.der"))
				require.NoError(t, err)
				answer, err := response.Judge(ocsp.Query{
					Certificate: leaf, Issuer: ca, At: response.ProducedAt, Nonce: nonce[:16], NonceRequired: true,
				})
				require.NoError(t, err)
				require.Equal(t, want, answer.Status)
				require.Equal(t, by == "responder", answer.Delegated)
				if want == cert.StatusRevoked {
					require.Equal(t, time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC), answer.RevokedAt)
					require.Equal(t, cert.Superseded, answer.Reason)
				}
				// The same octets about another certificate, or by another authority, are no answer.
				_, err = response.Judge(ocsp.Query{
					Certificate: s.leaf, Issuer: s.ca, At: response.ProducedAt, Nonce: nonce[:16],
				})
				require.Error(t, err)
			})
		}
	}
}

// issue makes a key and a certificate for it.
func (o *openssl) issue(name string, serial int) {
	o.Helper()
	o.run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", name+".key", "-out", name+".csr", "-subj", "/CN="+name)
	o.run(
		"x509", "-req", "-in", name+".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-out", name+".pem",
		"-set_serial", fmt.Sprint(serial), "-days", "30", "-extfile", "ee.cnf",
	)
}

func (o *openssl) parse(name string) *cert.Certificate {
	o.Helper()
	c, err := cert.Decode(o.read(name))
	require.NoError(o, err)
	return c
}
