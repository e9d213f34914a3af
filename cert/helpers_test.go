package cert_test

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/certtest"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/internal/shared"
	"github.com/qoltanba/eds/verdict"
)

// everything is a certificate with every optional field and every extension that the package decodes.
func everything() certtest.Template {
	seq := func(parts ...[]byte) []byte { return certtest.TLV(asn1.SEQUENCE, parts...) }
	uri := func(text string) []byte { return certtest.TLV(der.Implicit(6), []byte(text)) }
	point := func(url string) []byte {
		return seq(certtest.TLV(der.Explicit(0), certtest.TLV(der.Explicit(0), uri(url))))
	}
	relative := seq(
		certtest.TLV(der.Explicit(0), certtest.TLV(der.Explicit(1), seq(certtest.OID(oid.CommonName), certtest.TLV(asn1.UTF8String, []byte("point"))))),
		certtest.TLV(der.Implicit(1), []byte{5, 0x60}), // keyCompromise, cACompromise
		certtest.TLV(der.Explicit(2), certtest.TLV(der.Explicit(4), certtest.CN("CRL issuer"))),
	)
	notice := seq(certtest.OID("1.3.6.1.5.5.7.2.2"), seq(certtest.TLV(asn1.UTF8String, []byte("notice"))))
	cps := seq(certtest.OID("1.3.6.1.5.5.7.2.1"), certtest.TLV(asn1.IA5String, []byte("http://pki.example/cps")))
	return certtest.Template{
		Serial: []byte{0x00, 0x9f, 1, 2, 3},
		Issuer: certtest.CN("АҚ"),
		Subject: certtest.Name(
			certtest.Attribute{Type: oid.CommonName, Value: "ТЕСТОВ ТЕСТ"},
			certtest.Attribute{Type: oid.Surname, Value: "ТЕСТОВ"},
			certtest.Attribute{Type: oid.SerialNumber, Tag: asn1.PrintableString, Value: "IIN123456789011"},
			certtest.Attribute{Type: oid.Country, Tag: asn1.PrintableString, Value: "KZ"},
		),
		UniqueIDs: append(certtest.TLV(der.Implicit(1), []byte{0, 0xaa}), certtest.TLV(der.Implicit(2), []byte{4, 0xf0})...),
		Extensions: []cert.Extension{
			certtest.BasicConstraints(true, 3),
			certtest.KeyUsage(cert.UsageDigitalSignature | cert.UsageNonRepudiation | cert.UsageKeyAgreement),
			certtest.ExtKeyUsage(oid.EmailProtection, "1.2.398.3.3.4.1.1"),
			certtest.SubjectKeyID([]byte{0xab, 0xcd, 3, 4}),
			certtest.Ext(oid.AuthorityKeyIdentifier, seq(
				certtest.TLV(der.Implicit(0), []byte{5, 6, 7}),
				certtest.TLV(der.Explicit(1), certtest.TLV(der.Explicit(4), certtest.CN("root"))),
				certtest.TLV(der.Implicit(2), []byte{0x7f}),
			)),
			certtest.Ext(oid.CertificatePolicies, seq(seq(certtest.OID("1.2.398.3.3.2"), seq(cps, notice)), seq(certtest.OID(oid.AnyPolicy)))),
			certtest.Ext(oid.AuthorityInfoAccess, seq(
				seq(certtest.OID(oid.AccessOCSP), uri("http://ocsp.example/1")),
				seq(certtest.OID(oid.AccessOCSP), uri("http://ocsp.example/2")),
				seq(certtest.OID(oid.AccessCAIssuers), uri("http://pki.example/ca.cer")),
				seq(certtest.OID("1.2.3.4"), uri("http://other.example/")),
				seq(certtest.OID(oid.AccessOCSP), certtest.TLV(der.Explicit(4), certtest.CN("no address"))),
			)),
			certtest.Ext(oid.CRLDistributionPoints, seq(point("http://crl.example/ca.crl"), relative)),
			certtest.Ext(oid.FreshestCRL, seq(point("http://crl.example/ca_d.crl"))),
			certtest.Ext(oid.SubjectAltName, seq(
				certtest.TLV(der.Explicit(0), certtest.OID("1.2.3"), certtest.TLV(der.Explicit(0), certtest.TLV(asn1.UTF8String, []byte("other")))),
				certtest.TLV(der.Implicit(1), []byte("a@example.kz")),
				certtest.TLV(der.Implicit(2), []byte("example.kz")),
				certtest.TLV(der.Explicit(4), certtest.CN("dir")),
				uri("https://example.kz/"),
				certtest.TLV(der.Implicit(7), []byte{127, 0, 0, 1}),
				certtest.TLV(der.Implicit(8), cert.OID("1.2.3").Content()),
			)),
			certtest.Ext(oid.KeyStorage, seq(certtest.OID("1.2.398.3.3.5.1.1"))),
		},
	}
}

// requireMalformed asserts an error of the kind that says the octets are at fault, and no certificate with it.
func requireMalformed(t *testing.T, c *cert.Certificate, err error) {
	t.Helper()
	require.True(t, c == nil, "a certificate with an error")
	require.ErrorIs(t, err, verdict.Malformed)
}

// sharedCertificates returns every file of the shared folder that is one certificate in DER, by its path there.
func sharedCertificates(t testing.TB) map[string][]byte {
	t.Helper()
	all := make(map[string][]byte)
	for _, folder := range []string{"anchors", "ncalayer-2020", "pkits/certs", "suites/cms", "suites/crl", "suites/ocsp", "vectors"} {
		root := shared.Dir(t, filepath.FromSlash(folder))
		err := filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			switch filepath.Ext(path) {
			case ".cer", ".crt", ".der":
			default:
				return nil
			}
			raw, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if len(raw) > 0 && raw[0] == 0x30 {
				all[path] = raw
			}
			return nil
		})
		require.NoError(t, err)
	}
	require.NotEmpty(t, all)
	return all
}

func unhex(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
