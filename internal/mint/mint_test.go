package mint_test

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/mint"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/internal/shared"
)

func published(t *testing.T, file string) *cert.Certificate {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(shared.Dir(t, "vectors", "nca-test"), file))
	require.NoError(t, err)
	c, err := cert.Decode(b)
	require.NoError(t, err)
	return c
}

// The makers write what the national authority wrote, octet for octet.
func TestExtensionsAsPublished(t *testing.T) {
	const host = "http://test.pki.gov.kz/"
	const cps = "http://pki.gov.kz/cps"
	person := published(t, "cert/2026-individual-valid.cer")
	old := published(t, "cert/2022-rsa-individual-auth.cer")
	ca, root := published(t, "ca/nca_gost2022_test.cer"), published(t, "ca/root_test_gost_2022.cer")
	for name, c := range map[string]struct {
		in   *cert.Certificate
		made cert.Extension
	}{
		"policies": {person, mint.QualifiedPolicies(mint.Policy{ID: "1.2.398.3.3.2", CPS: cps})},
		"notice":   {old, mint.QualifiedPolicies(mint.Policy{ID: "1.2.398.3.3.2.4", CPS: cps, Notice: cps})},
		"access": {person, mint.AuthorityInfoAccess(
			mint.Access{Method: oid.AccessOCSP, URI: host + "ocsp/"},
			mint.Access{Method: oid.AccessCAIssuers, URI: host + "cert/nca_gost2022_test.cer"},
		)},
		"lists":         {person, mint.CRLDistributionPoints(host + "crl/nca_gost2022_test.crl")},
		"delta lists":   {person, mint.FreshestCRL(host + "crl/nca_gost2022_d_test.crl")},
		"usage":         {person, mint.KeyUsage(cert.UsageDigitalSignature | cert.UsageNonRepudiation | cert.UsageKeyAgreement)},
		"authority key": {ca, mint.AuthorityKeyIDFull(root.SubjectKeyID, root.Issuer.Raw, root.RawSerial)},
		"authority":     {ca, mint.CA(-1)},
		"storage":       {person, mint.KeyStorage("1.2.398.3.3.5.1.1")},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, *c.in.Extension(c.made.ID), c.made) })
	}
}

func TestKeyID(t *testing.T) {
	for _, file := range []string{"cert/2026-individual-valid.cer", "ca/root_test_gost_2022.cer"} {
		c := published(t, file)
		id, err := mint.BitsKeyID(c.PublicKey.Crypto())
		require.NoError(t, err)
		require.Equal(t, c.SubjectKeyID, id)
		require.Equal(t, c.RawSerial, mint.SerialOf(id))
	}
	old := published(t, "cert/2022-rsa-individual-auth.cer")
	id, err := mint.KeyID(old.PublicKey.Crypto())
	require.NoError(t, err)
	require.Equal(t, old.SubjectKeyID, id)
}

// From the key identifiers and serial numbers of the published test certificates.
func TestSerialOf(t *testing.T) {
	for id, serial := range map[string]string{"ec42": "6c42", "8147": "1147", "0249": "1249", "130d": "130d", "ffff": "7fff"} {
		b, err := hex.DecodeString(id)
		require.NoError(t, err)
		require.Equal(t, serial, hex.EncodeToString(mint.SerialOf(b)))
		require.Equal(t, id, hex.EncodeToString(b), "the argument is left alone")
	}
}

// What no published certificate shows is read back.
func TestExtensionsReadBack(t *testing.T) {
	require.Equal(t, cert.Extension{ID: oid.OCSPNoCheck, Value: []byte{5, 0}}, mint.OCSPNoCheck())
	two := mint.CRLDistributionPoints("http://a/1.crl", "http://b/1.crl")
	require.Contains(t, string(two.Value), "\x86\x0ehttp://a/1.crl\x86\x0ehttp://b/1.crl")
	require.True(t, mint.WithCritical(two, true).Critical)
	require.False(t, two.Critical)
	require.Equal(t, mint.Policies("1.2.3"), mint.QualifiedPolicies(mint.Policy{ID: "1.2.3"}))
}
