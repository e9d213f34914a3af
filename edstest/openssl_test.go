package edstest_test

import (
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/edstest"
	"github.com/qoltanba/eds/internal/peer"
)

// OpenSSL finds the RSA hierarchy, its answers and its lists in order.
func TestOpenSSL(t *testing.T) {
	version, err := exec.Command("openssl", "version").Output()
	peer.Need(t, "openssl 3", "apt-get install openssl", err == nil && strings.HasPrefix(string(version), "OpenSSL 3"))
	p, err := edstest.New(edstest.Options{Hierarchies: []edstest.Hierarchy{edstest.RSA}})
	require.NoError(t, err)
	defer p.Close()
	dir := t.TempDir()
	write := func(name, label string, der []byte) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}), 0o600))
	}
	openssl := func(arguments string) string {
		t.Helper()
		command := exec.Command("openssl", strings.Fields(arguments)...)
		command.Dir = dir
		out, _ := command.CombinedOutput() // says in words how it ended
		return string(out)
	}
	good, revoked := p.Person(), p.Head()
	p.Revoke(revoked, cert.KeyCompromise, time.Time{})
	write("good.pem", "CERTIFICATE", good.Certificate.Raw)
	write("revoked.pem", "CERTIFICATE", revoked.Certificate.Raw)
	write("never.pem", "CERTIFICATE", p.Person(edstest.NeverIssued()).Certificate.Raw)
	write("nca.pem", "CERTIFICATE", p.CAs()[0].Raw)
	write("root.pem", "CERTIFICATE", p.Roots()[0].Raw)
	write("nca.crl", "X509 CRL", get(t, good.Certificate.CRLDistributionPoints[0].URIs()[0]))
	write("root.crl", "X509 CRL", get(t, p.CAs()[0].CRLDistributionPoints[0].URIs()[0]))

	verify := "verify -x509_strict -crl_check_all -CAfile root.pem -untrusted nca.pem -CRLfile root.crl -CRLfile nca.crl "
	require.Equal(t, "good.pem: OK\n", openssl(verify+"good.pem"))
	require.Contains(t, openssl(verify+"revoked.pem"), "certificate revoked")
	ask := "ocsp -sha256 -issuer nca.pem -CAfile root.pem -url " + good.Certificate.OCSPServers[0] + " -cert "
	for file, want := range map[string]string{
		"good.pem": "good.pem: good", "revoked.pem": "Reason: keyCompromise", "never.pem": "Revocation Time: Jan  1 00:00:00 1970 GMT",
	} {
		out := openssl(ask + file)
		require.Contains(t, out, "Response verify OK")
		require.Contains(t, out, want)
	}
	p.Break(edstest.OCSP, edstest.WrongSigner)
	require.Contains(t, openssl(ask+"good.pem"), "Response Verify Failure")
}
