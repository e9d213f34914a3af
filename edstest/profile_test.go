package edstest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/edstest"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/internal/shared"
	"github.com/qoltanba/eds/ocsp"
)

func published(t *testing.T, file string) *cert.Certificate {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(shared.Dir(t, "vectors", "nca-test"), file))
	require.NoError(t, err)
	c, err := cert.Decode(b)
	require.NoError(t, err)
	return c
}

// What is fake is like what was published: names attribute by attribute, extensions in order, critical or not, and
// their values but for keys and addresses.
func TestProfileAsPublished(t *testing.T) {
	p := newPKI(t, all...)
	name := edstest.Name("СЫНАҚОВА", "АЙША", "ҮЛГІҚЫЗЫ") // not everybody has a patronymic
	old := func(h edstest.Hierarchy) []edstest.Option { return []edstest.Option{edstest.Under(h), name} }
	signing := func(h edstest.Hierarchy) []edstest.Option { return append(old(h), edstest.ForSigning()) }
	for file, fake := range map[string]*edstest.Holder{
		"cert/2026-individual-valid.cer":               p.Person(name),
		"cert/2023-individual-expired.cer":             p.Person(name, edstest.Expired()),
		"cert/2026-legal-head-valid.cer":               p.Head(name),
		"cert/2026-legal-employee-valid.cer":           p.Employee(name),
		"cert/2026-legal-employee-signright-valid.cer": p.CanSign(name),
		"cert/2026-legal-infosystem-valid.cer":         p.Treasury(name), // the published names are swapped
		"cert/2026-legal-treasury-client-valid.cer":    p.System(),
		"cert/2022-rsa-individual-auth.cer":            p.Person(old(edstest.RSA)...),
		"cert/2021-rsa-individual-sign.cer":            p.Person(signing(edstest.RSA)...),
		"cert/2022-gost2004-legal-head.cer":            p.Head(signing(edstest.GOST2004)...),
		"ca/root_test_gost_2022.cer":                   p.Root(edstest.GOST512),
		"ca/nca_gost2022_test.cer":                     p.CA(edstest.GOST512),
		"ca/nca_rsa_test.cer":                          p.CA(edstest.RSA),
		"ca/nca_gost_test.cer":                         p.CA(edstest.GOST2004),
	} {
		t.Run(file, func(t *testing.T) { requireSameProfile(t, published(t, file), fake.Certificate) })
	}
	t.Run("responder", func(t *testing.T) {
		b, err := os.ReadFile(filepath.Join(shared.Dir(t, "vectors", "nca-test"), "ocsp/individual_2015.der"))
		require.NoError(t, err)
		response, err := ocsp.ParseResponse(b)
		require.NoError(t, err)
		answer, err := ask(t, p, p.Person())
		require.NoError(t, err)
		requireSameProfile(t, response.Certificates[0], answer.Responder)
	})
}

func requireSameProfile(t *testing.T, real, fake *cert.Certificate) {
	t.Helper()
	type attribute struct {
		oid cert.OID
		tag any
	}
	name := func(n cert.Name) (all []attribute) {
		for _, a := range n.Attributes {
			all = append(all, attribute{a.Type, a.Tag})
		}
		return all
	}
	require.Equal(t, name(real.Subject), name(fake.Subject))
	// The roots of the old test authorities are not published; ours are in the order of the national ones.
	if real.KeyUsage&cert.UsageKeyCertSign == 0 {
		require.Equal(t, name(real.Issuer), name(fake.Issuer))
	}
	require.Equal(t, real.SignatureAlgorithm, fake.SignatureAlgorithm)
	require.Equal(t, real.PublicKey.Algorithm() == fake.PublicKey.Algorithm(), !strings.HasPrefix(real.PublicKey.Algorithm(), "rsa-4096"))
	require.Len(t, fake.RawSerial, 20)
	require.Len(t, fake.SubjectKeyID, 20)
	require.Equal(t, len(real.Extensions), len(fake.Extensions))
	for i, want := range real.Extensions {
		got := fake.Extensions[i]
		require.Equal(t, want.ID, got.ID)
		require.Equal(t, want.Critical, got.Critical, want.ID)
		requireSameValue(t, want, got)
	}
	require.Equal(t, len(real.OCSPServers), len(fake.OCSPServers))
	require.Equal(t, len(real.IssuingCertificateURLs), len(fake.IssuingCertificateURLs))
}

// requireSameValue compares the values of extensions that hold neither keys nor addresses.
func requireSameValue(t *testing.T, want, got cert.Extension) {
	t.Helper()
	switch want.ID {
	case oid.KeyUsage, oid.ExtKeyUsage, oid.CertificatePolicies, oid.KeyStorage, oid.BasicConstraints, oid.OCSPNoCheck:
		require.Equal(t, want.Value, got.Value, want.ID)
	}
}
