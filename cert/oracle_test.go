package cert_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/budget"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/internal/shared"
	"github.com/qoltanba/eds/verdict"
)

// compare parses raw with this package and with crypto/x509. It returns "" if they agree, or if a documented
// difference explains why they do not; else what is wrong.
func compare(raw []byte) string {
	ours, errOurs := cert.Parse(raw)
	std, errStd := x509.ParseCertificate(raw)
	switch {
	case errOurs == nil && !bytes.Equal(ours.Raw, raw):
		return "Raw is not the input"
	case errOurs == nil && errStd == nil:
		return disagreement(ours, std)
	case errOurs == nil:
		for _, d := range laxer {
			if strings.Contains(errStd.Error(), d.text) && d.holds(ours) {
				return ""
			}
		}
		return fmt.Sprintf("accepted here, refused by crypto/x509: %v", errStd)
	case ours != nil:
		return "a certificate with an error"
	case errStd == nil:
		for _, d := range stricter {
			if strings.Contains(errOurs.Error(), d.text) && d.holds(raw, std) {
				return ""
			}
		}
		return fmt.Sprintf("refused here, accepted by crypto/x509: %v", errOurs)
	}
	return ""
}

// disagreement compares every field that both decode.
func disagreement(ours *cert.Certificate, std *x509.Certificate) string {
	var wrong []string
	check := func(name string, same bool) {
		if !same {
			wrong = append(wrong, name)
		}
	}
	check("tbs", bytes.Equal(ours.RawTBS, std.RawTBSCertificate))
	check("version", ours.Version == std.Version)
	check("serial", ours.SerialNumber() == std.SerialNumber.Text(16))
	check("issuer", bytes.Equal(ours.Issuer.Raw, std.RawIssuer))
	check("subject", bytes.Equal(ours.Subject.Raw, std.RawSubject))
	check("common name", slices.Contains(append(ours.Subject.Values(oid.CommonName), ""), std.Subject.CommonName))
	check("not before", ours.NotBefore.Equal(std.NotBefore))
	check("not after", ours.NotAfter.Equal(std.NotAfter))
	check("spki", bytes.Equal(ours.RawSPKI, std.RawSubjectPublicKeyInfo))
	check("signature", bytes.Equal(ours.Signature, std.Signature))
	switch key := std.PublicKey.(type) {
	case *rsa.PublicKey:
		check("rsa key", key.Equal(ours.PublicKey.Crypto()))
	case *ecdsa.PublicKey: // P-224 is not supported here
		check("ecdsa key", key.Equal(ours.PublicKey.Crypto()) || !ours.PublicKey.Supported() && key.Curve.Params().BitSize == 224)
	case ed25519.PublicKey:
		check("ed25519 key", key.Equal(ours.PublicKey.Crypto()))
	}
	check("extensions", slices.EqualFunc(ours.Extensions, std.Extensions, func(a cert.Extension, b pkix.Extension) bool {
		return string(a.ID) == b.Id.String() && a.Critical == b.Critical && bytes.Equal(a.Value, b.Value)
	}))
	check("basic constraints", (ours.BasicConstraints != nil) == std.BasicConstraintsValid)
	if bc := ours.BasicConstraints; bc != nil {
		check("ca", bc.CA == std.IsCA)
		check("path length", bc.PathLen == std.MaxPathLen || bc.PathLen == 1<<16 && std.MaxPathLen > 1<<16)
	}
	check("key usage", int(ours.KeyUsage)&0x1ff == int(std.KeyUsage))
	check("usages", len(ours.ExtKeyUsage) == len(std.ExtKeyUsage)+len(std.UnknownExtKeyUsage))
	for _, usage := range std.UnknownExtKeyUsage {
		check("unknown usage", slices.Contains(ours.ExtKeyUsage, cert.OID(usage.String())))
	}
	check("subject key id", bytes.Equal(ours.SubjectKeyID, std.SubjectKeyId))
	check("authority key id", bytes.Equal(ours.AuthorityKeyID, std.AuthorityKeyId))
	check("policies", slices.EqualFunc(ours.Policies, std.Policies, func(a cert.PolicyInformation, b x509.OID) bool {
		return string(a.Policy) == b.String()
	}))
	check("ocsp", slices.EqualFunc(ours.OCSPServers, nonEmpty(std.OCSPServer), startsLike))
	check("ca issuers", slices.EqualFunc(ours.IssuingCertificateURLs, nonEmpty(std.IssuingCertificateURL), startsLike))
	check("dns names", slices.Equal(texts(ours, cert.DNSName), std.DNSNames))
	check("e-mail", slices.Equal(texts(ours, cert.RFC822Name), std.EmailAddresses))
	check("addresses", len(texts(ours, cert.IPAddress)) == len(std.IPAddresses))
	var uris []string
	for _, point := range ours.CRLDistributionPoints {
		for _, name := range point.FullName {
			if name.Kind == cert.URIName {
				uris = append(uris, name.Text)
			}
		}
	}
	check("crl uris", slices.Equal(uris, std.CRLDistributionPoints))
	if len(wrong) > 0 {
		return "differ in " + strings.Join(wrong, ", ")
	}
	return ""
}

// startsLike: an address ends at the first blank here.
func startsLike(ours, std string) bool { return strings.HasPrefix(strings.TrimSpace(std), ours) }

func nonEmpty(uris []string) []string {
	return slices.DeleteFunc(slices.Clone(uris), func(uri string) bool {
		return cert.GeneralName{Kind: cert.URIName, Text: uri}.URI() == ""
	})
}

func texts(c *cert.Certificate, kind cert.NameKind) []string {
	var all []string
	for _, name := range c.SubjectAltNames {
		if name.Kind == kind {
			all = append(all, name.Text)
		}
	}
	return all
}

func always(*cert.Certificate) bool { return true }

func has(ids ...cert.OID) func(*cert.Certificate) bool {
	return func(c *cert.Certificate) bool {
		return slices.ContainsFunc(ids, func(id cert.OID) bool { return c.Extension(id) != nil })
	}
}

func unsupportedKey(c *cert.Certificate) bool { return !c.PublicKey.Supported() }

func critical(id cert.OID) func(*cert.Certificate) bool {
	return func(c *cert.Certificate) bool { e := c.Extension(id); return e != nil && e.Critical }
}

// laxer lists where crypto/x509 refuses what is read here: part of its error, and what must be so then.
var laxer = []struct {
	text  string
	holds func(*cert.Certificate) bool
}{
	// RFC 5280 forbids it, some certificates have it; PKITS 4.4.15 must be read.
	{"negative serial number", func(c *cert.Certificate) bool { return c.RawSerial[0]&0x80 != 0 }},
	// T20: absent and NULL parameters are the same.
	{"inner and outer signature algorithm identifiers don't match", func(c *cert.Certificate) bool {
		return len(c.SignatureAlgorithm.Parameters) == 0 || bytes.Equal(c.SignatureAlgorithm.Parameters, []byte{5, 0})
	}},
	// String types that it does not know, values of no string type, and alphabets that real certificates overstep.
	{"invalid RDNSequence", func(c *cert.Certificate) bool {
		return slices.ContainsFunc(append(slices.Clone(c.Subject.Attributes), c.Issuer.Attributes...), func(a cert.Attribute) bool {
			return a.Tag != asn1.TagUTF8String && a.Tag != asn1.TagIA5String || bigArc(a.Type)
		})
	}},
	// A key that it does not know is no obstacle here.
	{"unsupported elliptic curve", unsupportedKey},
	{"invalid ECDSA parameters", unsupportedKey},
	{"DSA", unsupportedKey},
	{"X25519", unsupportedKey},
	// Arcs beyond 31 bits.
	{"malformed OID", always},
	{"malformed extension OID field", always},
	{"invalid extended key usages", func(c *cert.Certificate) bool { return slices.ContainsFunc(c.ExtKeyUsage, bigArc) }},
	{"invalid certificate policies", has(oid.CertificatePolicies)},
	{"invalid authority info access", has(oid.AuthorityInfoAccess)},
	// Wrong criticality is the issuer's fault and changes nothing in the meaning.
	{"authority key identifier incorrectly marked critical", critical(oid.AuthorityKeyIdentifier)},
	{"subject key identifier incorrectly marked critical", critical(oid.SubjectKeyIdentifier)},
	{"authority info access incorrectly marked critical", critical(oid.AuthorityInfoAccess)},
	// Names that the library does not act upon are not judged.
	{"cannot parse URI", has(oid.SubjectAltName)},
	{"cannot parse IP address", has(oid.SubjectAltName)},
	{"cannot parse dnsName", has(oid.SubjectAltName)},
	{"cannot parse rfc822Name", has(oid.SubjectAltName)},
	// nameRelativeToCRLIssuer, which PKITS 4.14.4 wants, and points with reasons and issuer alone.
	{"invalid CRL distribution point", has(oid.CRLDistributionPoints)},
	{"basic constraints", func(c *cert.Certificate) bool { return c.BasicConstraints != nil && c.BasicConstraints.PathLen > 1<<15 }},
	// Not decoded yet; a path with them is judged by their criticality.
	{"NameConstraints", has(oid.NameConstraints)},
	{"name constraints", has(oid.NameConstraints)},
	{"constraint value", has(oid.NameConstraints)},
	{"constraint", has(oid.NameConstraints)},
	{"invalid policy constraints", has(oid.PolicyConstraints)},
	{"policy constraints", has(oid.PolicyConstraints)},
	{"invalid policy mappings", has(oid.PolicyMappings)},
	{"invalid inhibit any policy", has(oid.InhibitAnyPolicy)},
}

func bigArc(o cert.OID) bool {
	return slices.ContainsFunc(strings.Split(string(o), "."), func(arc string) bool {
		n, _ := new(big.Int).SetString(arc, 10)
		return n.BitLen() > 31
	})
}

// stricter lists where crypto/x509 reads what is refused here: part of our error, and what must be so then.
var stricter = []struct {
	text  string
	holds func(raw []byte, std *x509.Certificate) bool
}{
	// It looks inside nothing that it does not know, and past what stands after the last field it knows.
	{"malformed DER", func(raw []byte, std *x509.Certificate) bool {
		return !isDER(raw) || slices.ContainsFunc(std.Extensions, func(e pkix.Extension) bool { return !isDER(e.Value) })
	}},
	{"cert: malformed signatureValue", notCanonical},
	{"cert: malformed signatureAlgorithm", notCanonical},
	{"cert: malformed signature", notCanonical},
	{"cert: malformed version", notCanonical},
	{"cert: malformed validity", func(raw []byte, std *x509.Certificate) bool { // offsets, no seconds, the year 0
		return notCanonical(raw, std) || std.NotBefore.Year() == 0 || std.NotAfter.Year() == 0
	}},
	{"cert: malformed name", notCanonical},
	{"cert: malformed relative distinguished name", notCanonical}, // unsorted, empty
	{"cert: malformed attribute of a name", notCanonical},
	{"cert: malformed subjectPublicKeyInfo", notCanonical},
	{"cert: malformed tbsCertificate", notCanonical},
	{"cert: malformed extensions", func(raw []byte, std *x509.Certificate) bool { // or an empty list, or extensions before version 3
		return notCanonical(raw, std) || len(std.Extensions) == 0
	}},
	{"cert: malformed extension", notCanonical}, // critical FALSE written out
	{"cert: malformed unique identifiers", func(_ []byte, std *x509.Certificate) bool { return std.PublicKeyAlgorithm >= 0 }},
	// Keys: GOST it leaves alone, RSA it checks when it verifies.
	{"cert: public key", func(_ []byte, std *x509.Certificate) bool {
		key, isRSA := std.PublicKey.(*rsa.PublicKey)
		if !isRSA {
			return std.PublicKey == nil
		}
		again, err := x509.MarshalPKIXPublicKey(key)
		return err != nil || !bytes.Equal(again, std.RawSubjectPublicKeyInfo) || // octets after the two numbers
			key.N.Bit(0) == 0 || key.E%2 == 0 || key.N.BitLen() > 8192
	}},
	// Extensions that it reads in part: key identifiers without issuer and serial, policies without qualifiers,
	// points without reasons and issuers, names of three kinds; and empty lists.
	{"extension " + string(oid.KeyUsage), func(_ []byte, std *x509.Certificate) bool { return !minimalKeyUsage(std) }},
	{"extension " + string(oid.SubjectKeyIdentifier), func(_ []byte, std *x509.Certificate) bool {
		return len(std.SubjectKeyId) == 0 || !canonicalExtension(std, oid.SubjectKeyIdentifier, new([]byte))
	}},
	{"extension " + string(oid.ExtKeyUsage), func(_ []byte, std *x509.Certificate) bool {
		return !canonicalExtension(std, oid.ExtKeyUsage, new([]asn1.ObjectIdentifier)) || len(std.ExtKeyUsage)+len(std.UnknownExtKeyUsage) == 0
	}},
	{"extension " + string(oid.BasicConstraints), func(_ []byte, std *x509.Certificate) bool {
		return !canonicalExtension(std, oid.BasicConstraints, new(basicConstraints)) || std.MaxPathLen < 0
	}},
	{"extension " + string(oid.AuthorityKeyIdentifier), anyCertificate},
	{"extension " + string(oid.CertificatePolicies), anyCertificate},
	{"extension " + string(oid.AuthorityInfoAccess), anyCertificate},
	{"extension " + string(oid.SubjectAltName), anyCertificate},
	{"extension " + string(oid.CRLDistributionPoints), anyCertificate},
	{"extension " + string(oid.FreshestCRL), anyCertificate},
	// Limits.
	{"octets, at most", func(raw []byte, _ *x509.Certificate) bool { return len(raw) > cert.MaxSize }},
	{"more than 128 extensions", func(_ []byte, std *x509.Certificate) bool { return len(std.Extensions) > 128 }},
	{"more than 128 attributes", func(_ []byte, std *x509.Certificate) bool {
		return len(std.Subject.Names) > 128 || len(std.Issuer.Names) > 128
	}},
	{"nested more than", anyCertificate},
	{" octets", func(raw []byte, _ *x509.Certificate) bool { return len(raw) > 16<<10 }},
}

func anyCertificate([]byte, *x509.Certificate) bool { return true }

type basicConstraints struct {
	CA      bool `asn1:"optional"`
	PathLen int  `asn1:"optional,default:-1"`
}

// canonicalExtension reports whether the value comes out of encoding/asn1 as it went in.
func canonicalExtension(std *x509.Certificate, id cert.OID, into any) bool {
	for _, e := range std.Extensions {
		if e.Id.String() == string(id) {
			rest, err := asn1.Unmarshal(e.Value, into)
			if err != nil || len(rest) > 0 {
				return false
			}
			again, err := asn1.Marshal(deref(into))
			return err == nil && bytes.Equal(again, e.Value)
		}
	}
	return true
}

func deref(into any) any {
	switch v := into.(type) {
	case *[]byte:
		return *v
	case *[]asn1.ObjectIdentifier:
		return *v
	case *basicConstraints:
		return *v
	}
	return into
}

func minimalKeyUsage(std *x509.Certificate) bool {
	for _, e := range std.Extensions {
		if e.Id.String() == string(oid.KeyUsage) {
			var bits asn1.BitString
			rest, err := asn1.Unmarshal(e.Value, &bits)
			return err == nil && len(rest) == 0 && bits.BitLength > 0 && bits.BitLength <= 32 && bits.At(bits.BitLength-1) == 1
		}
	}
	return true
}

// isDER is a second opinion on checkForm, with encoding/asn1: every element minimal, constructed ones made of such.
func isDER(b []byte) bool {
	for len(b) > 0 {
		var v asn1.RawValue
		rest, err := asn1.Unmarshal(b, &v)
		if err != nil || v.Tag > 30 {
			return false
		}
		universal := v.Class == asn1.ClassUniversal
		sequence := v.Tag == asn1.TagSequence || v.Tag == asn1.TagSet
		switch {
		case universal && (v.Tag == 0 || v.IsCompound != sequence):
			return false
		case universal && !isValue(v):
			return false
		case v.IsCompound && !isDER(v.Bytes):
			return false
		}
		b = rest
	}
	return true
}

func isValue(v asn1.RawValue) bool {
	var err error
	switch v.Tag {
	case asn1.TagBoolean:
		_, err = asn1.Unmarshal(v.FullBytes, new(bool))
	case asn1.TagInteger:
		_, err = asn1.Unmarshal(v.FullBytes, new(*big.Int))
	case asn1.TagBitString:
		_, err = asn1.Unmarshal(v.FullBytes, new(asn1.BitString))
	case asn1.TagNull:
		return len(v.Bytes) == 0
	case asn1.TagEnum, asn1.TagOID: // not checked as strictly there
		return len(v.Bytes) > 0 && (v.Tag == asn1.TagOID || len(v.Bytes) == 1) && isOID(v)
	}
	return err == nil
}

func isOID(v asn1.RawValue) bool {
	if v.Tag != asn1.TagOID {
		return true
	}
	start := true
	for _, b := range v.Bytes {
		if start && b == 0x80 {
			return false
		}
		start = b&0x80 == 0
	}
	return start && len(v.Bytes) <= 128
}

// The grammar of RFC 5280, Section 4.1 for encoding/asn1.
type (
	asn1Attribute struct {
		Type  asn1.ObjectIdentifier
		Value asn1.RawValue
	}
	asn1RDNSET    []asn1Attribute
	asn1Algorithm struct {
		Algorithm  asn1.ObjectIdentifier
		Parameters asn1.RawValue `asn1:"optional"`
	}
	asn1Key struct {
		Algorithm asn1Algorithm
		Bits      asn1.BitString
	}
	asn1Validity struct{ NotBefore, NotAfter time.Time }
	asn1TBS      struct {
		Version    int `asn1:"optional,explicit,default:0,tag:0"`
		Serial     *big.Int
		Algorithm  asn1Algorithm
		Issuer     []asn1RDNSET
		Validity   asn1Validity
		Subject    []asn1RDNSET
		Key        asn1Key
		IssuerID   asn1.BitString   `asn1:"optional,tag:1"`
		SubjectID  asn1.BitString   `asn1:"optional,tag:2"`
		Extensions []pkix.Extension `asn1:"omitempty,optional,explicit,tag:3"`
	}
	asn1Certificate struct {
		TBS       asn1TBS
		Algorithm asn1Algorithm
		Signature asn1.BitString
	}
)

// notCanonical reports whether the certificate, read and written again by encoding/asn1, comes out otherwise.
func notCanonical(raw []byte, _ *x509.Certificate) bool {
	var c asn1Certificate
	rest, err := asn1.Unmarshal(raw, &c)
	if err != nil || len(rest) > 0 || c.Signature.BitLength%8 != 0 {
		return true
	}
	for _, rdn := range append(c.TBS.Issuer, c.TBS.Subject...) {
		if len(rdn) == 0 {
			return true
		}
	}
	again, err := asn1.Marshal(c)
	return err != nil || !bytes.Equal(again, raw)
}

// suiteCertificates calls visit for each certificate in the PEM of the chain suites.
func suiteCertificates(t testing.TB, visit func(name string, raw []byte)) {
	t.Helper()
	blocks := func(name string, text []byte) {
		for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
			if block.Type == "CERTIFICATE" {
				visit(name, block.Bytes)
			}
		}
	}
	bundles, err := filepath.Glob(filepath.Join(shared.Dir(t, "suites", "chain", "boringssl"), "*.pem"))
	require.NoError(t, err)
	require.NotEmpty(t, bundles)
	for _, bundle := range bundles {
		text, err := os.ReadFile(bundle)
		require.NoError(t, err)
		blocks(filepath.Base(bundle), text)
	}
	for _, name := range []string{"limbo-ec.json", "limbo-rsa.json"} {
		text, err := os.ReadFile(shared.Dir(t, "suites", "limbo", name))
		require.NoError(t, err)
		var file struct {
			Cases []struct {
				ID            string   `json:"id"`
				Trusted       []string `json:"trusted_certs"`
				Intermediates []string `json:"untrusted_intermediates"`
				Peer          string   `json:"peer_certificate"`
			} `json:"testcases"`
		}
		require.NoError(t, json.Unmarshal(text, &file))
		for _, c := range file.Cases {
			for _, text := range append(append(c.Trusted, c.Intermediates...), c.Peer) {
				blocks(name+"/"+c.ID, []byte(text))
			}
		}
	}
}

// parseFast parses raw in less than 100 ms.
func parseFast(t *testing.T, name string, raw []byte) (c *cert.Certificate, err error) {
	t.Helper()
	budget.Time(t, 100*time.Millisecond, func() { c, err = cert.Parse(raw) })
	return c, err
}

// Every certificate of the shared folder, and every input of the fuzz corpora, is read as crypto/x509 reads it, or
// differs for a reason that is written above; and fast.
func TestAgainstTheStandardLibrary(t *testing.T) {
	count, accepted := 0, 0
	check := func(name string, raw []byte) {
		count++
		c, err := parseFast(t, name, raw)
		if err == nil {
			accepted++
			_ = c.Subject.String() + c.SerialNumber()
		} else {
			require.True(t, verdict.From(err).Reason == verdict.Malformed || verdict.From(err).Reason == verdict.LimitExceeded, name)
			require.Less(t, len(err.Error()), 1000)
		}
		if wrong := compare(raw); wrong != "" {
			t.Errorf("%s: %s", name, wrong)
		}
	}
	for name, raw := range sharedCertificates(t) {
		check(name, raw)
	}
	suiteCertificates(t, check)
	require.Greater(t, accepted, 1500)
	shared.Corpus(t, "openssl-x509.tar.gz", check)
	shared.Corpus(t, "boringssl-pki.tar.gz", check)
	t.Logf("%d inputs, %d of them certificates", count, accepted)
}
