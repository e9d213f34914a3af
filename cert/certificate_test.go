package cert_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/certtest"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

func TestParseReadsEveryField(t *testing.T) {
	template := everything()
	raw := template.DER(t)
	c, err := cert.Parse(raw)
	require.NoError(t, err)

	require.Equal(t, raw, c.Raw)
	require.Equal(t, template.TBS(t), c.RawTBS)
	require.Equal(t, []byte{0x00, 0x9f, 1, 2, 3}, c.RawSerial)
	require.Equal(t, "9f010203", c.SerialNumber())
	require.Equal(t, 3, c.Version)
	require.Equal(t, template.Subject, c.Subject.Raw)
	require.Equal(t, template.Issuer, c.Issuer.Raw)
	require.True(t, c.NotBefore.Equal(certtest.NotBefore))
	require.True(t, c.NotAfter.Equal(certtest.NotAfter))
	require.Equal(t, "ecdsa-p256", c.PublicKey.Algorithm())
	require.Equal(t, c.RawSPKI, c.PublicKey.Raw())
	require.Equal(t, oid.ECDSAWithSHA256, c.SignatureAlgorithm.Algorithm)
	require.Nil(t, c.SignatureAlgorithm.Parameters)
	require.False(t, c.SelfIssued())
	require.Equal(t, sha256.Sum256(raw), c.Fingerprint())
	sum := sha256.Sum256(raw)
	require.Equal(t, hex.EncodeToString(sum[:]), c.FingerprintText())
	require.NoError(t, c.CheckSignature(c.PublicKey)) // made by its own key

	require.Equal(t, template.Extensions, c.Extensions)
	require.Equal(t, &cert.BasicConstraints{CA: true, PathLen: 3}, c.BasicConstraints)
	require.True(t, c.HasKeyUsage)
	require.Equal(t, []string{"digitalSignature", "nonRepudiation", "keyAgreement"}, c.KeyUsage.Names())
	require.Equal(t, []cert.OID{oid.EmailProtection, "1.2.398.3.3.4.1.1"}, c.ExtKeyUsage)
	require.Equal(t, []byte{0xab, 0xcd, 3, 4}, c.SubjectKeyID)
	require.Equal(t, []byte{5, 6, 7}, c.AuthorityKeyID)
	require.Len(t, c.Policies, 2)
	require.Equal(t, cert.OID("1.2.398.3.3.2"), c.Policies[0].Policy)
	require.NotEmpty(t, c.Policies[0].Qualifiers)
	require.Equal(t, cert.PolicyInformation{Policy: oid.AnyPolicy}, c.Policies[1])
	require.Equal(t, []string{"http://ocsp.example/1", "http://ocsp.example/2"}, c.OCSPServers)
	require.Equal(t, []string{"http://pki.example/ca.cer"}, c.IssuingCertificateURLs)

	require.Len(t, c.CRLDistributionPoints, 2)
	require.Equal(t, []string{"http://crl.example/ca.crl"}, c.CRLDistributionPoints[0].URIs())
	require.False(t, c.CRLDistributionPoints[0].HasReasons)
	relative := c.CRLDistributionPoints[1]
	require.Empty(t, relative.URIs())
	require.NotEmpty(t, relative.RelativeName)
	require.True(t, relative.HasReasons)
	require.Equal(t, uint32(1<<1|1<<2), relative.Reasons)
	require.Equal(t, "CN=CRL issuer", relative.CRLIssuer[0].Directory.String())
	require.Equal(t, []string{"http://crl.example/ca_d.crl"}, c.FreshestCRL[0].URIs())

	kinds := []cert.NameKind{cert.OtherName, cert.RFC822Name, cert.DNSName, cert.DirectoryName, cert.URIName, cert.IPAddress, cert.RegisteredID}
	require.Len(t, c.SubjectAltNames, len(kinds))
	for i, kind := range kinds {
		require.Equal(t, kind, c.SubjectAltNames[i].Kind)
	}
	require.Equal(t, "a@example.kz", c.SubjectAltNames[1].Text)
	require.Equal(t, "CN=dir", c.SubjectAltNames[3].Directory.String())
	require.Equal(t, "https://example.kz/", c.SubjectAltNames[4].URI())
	require.Equal(t, []byte{127, 0, 0, 1}, c.SubjectAltNames[5].Raw)

	require.NotNil(t, c.Extension(oid.KeyStorage))
	require.Nil(t, c.Extension("1.2.3"))
}

// What the caller does with its octets afterwards changes nothing.
func TestParseCopies(t *testing.T) {
	raw := everything().DER(t)
	c, err := cert.Parse(raw)
	require.NoError(t, err)
	before := c.Subject.String()
	clear(raw)
	require.Equal(t, before, c.Subject.String())
	require.NoError(t, c.CheckSignature(c.PublicKey))
}

func TestVersions(t *testing.T) {
	bits := certtest.TLV(der.Implicit(1), []byte{0, 1})
	extensions := []cert.Extension{certtest.BasicConstraints(false, -1)}
	for _, c := range []struct {
		name     string
		template certtest.Template
		good     bool
	}{
		{"v1", certtest.Template{Version: 1}, true},
		{"v2 with unique identifiers", certtest.Template{Version: 2, UniqueIDs: bits}, true},
		{"v3 without extensions", certtest.Template{}, true},
		{"v3 with extensions", certtest.Template{Extensions: extensions}, true},
		{"v4", certtest.Template{Version: 4}, false},
		{"v1 with unique identifiers", certtest.Template{Version: 1, UniqueIDs: bits}, false},
		{"v1 with extensions", certtest.Template{Version: 1, Extensions: extensions}, false},
		{"v2 with extensions", certtest.Template{Version: 2, Extensions: extensions}, false},
		{"unique identifier with unused bits that are set", certtest.Template{UniqueIDs: certtest.TLV(der.Implicit(1), []byte{1, 1})}, false},
		{"unique identifier of no octets", certtest.Template{UniqueIDs: certtest.TLV(der.Implicit(2))}, false},
		{"unique identifiers swapped", certtest.Template{UniqueIDs: append(certtest.TLV(der.Implicit(2), []byte{0}), bits...)}, false},
		{"unique identifier twice", certtest.Template{UniqueIDs: append(bytes.Clone(bits), bits...)}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			parsed, err := cert.Parse(c.template.DER(t))
			if c.good {
				require.NoError(t, err)
				return
			}
			requireMalformed(t, parsed, err)
		})
	}
	t.Run("v1 written out", func(t *testing.T) { // T5: an explicit DEFAULT
		parsed, err := cert.Parse(certtest.Template{Mutate: func(tbs []byte) []byte {
			tree := certtest.Tree(tbs)
			tree.Children[0].Children[0].Content = []byte{0}
			return tree.Bytes()
		}}.DER(t))
		requireMalformed(t, parsed, err)
	})
}

// T53: whatever the serial number, it is kept as bytes and printed.
func TestSerialNumber(t *testing.T) {
	for contents, want := range map[string]string{
		"\x00": "0", "\x01": "1", "\x00\x80": "80", "\xff": "-1", "\x80": "-80", "\xff\x7f": "-81",
		"\x0f\xf0":                           "ff0",
		"\x7f" + string(make([]byte, 20)):    "7f" + "0000000000000000000000000000000000000000",
		"\x00\xff" + string(make([]byte, 3)): "ff000000",
	} {
		c := certtest.Template{Serial: []byte(contents)}.Parse(t)
		require.Equal(t, want, c.SerialNumber())
		require.Equal(t, []byte(contents), c.RawSerial)
	}
	longest := certtest.Template{Serial: bytes.Repeat([]byte{0x41}, 64)}.Parse(t)
	require.Equal(t, hex.EncodeToString(longest.RawSerial), longest.SerialNumber())
	c, err := cert.Parse(certtest.Template{Serial: bytes.Repeat([]byte{0x41}, 65)}.DER(t)) // T13: no long texts in errors
	require.Nil(t, c)
	require.ErrorIs(t, err, verdict.LimitExceeded)
	require.Equal(t, "0", cert.SerialText(nil))
	for _, padded := range []string{"", "\x00\x01", "\xff\xff", "\x00\x00"} { // T6
		c, err := cert.Parse(certtest.Template{Serial: []byte(padded)}.DER(t))
		requireMalformed(t, c, err)
	}
}

// T87: a certificate that gets into a log by accident names nobody, alone or inside of something.
func TestCertificatePrintsNoName(t *testing.T) {
	c := certtest.Template{Serial: []byte{0x1f}, Subject: certtest.CN("IIN123456789011")}.Parse(t)
	inside := struct{ Certificate *cert.Certificate }{c}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		for _, value := range []any{c, inside, &inside, []*cert.Certificate{c}} {
			require.NotContains(t, fmt.Sprintf(verb, value), "123456789011", verb)
		}
	}
	require.Equal(t, "certificate 1f", fmt.Sprint(c))
	require.Equal(t, "cert.Certificate(1f)", fmt.Sprintf("%#v", c))
}

// T12: one form for each kind of time, and dates that exist.
func TestValidityForms(t *testing.T) {
	const utc, generalized = asn1.UTCTime, asn1.GeneralizedTime
	for _, c := range []struct {
		name string
		tag  asn1.Tag
		text string
		want string // RFC 3339, or "" for an error
	}{
		{"utc", utc, "260701120000Z", "2026-07-01T12:00:00Z"},
		{"utc 49", utc, "491231235959Z", "2049-12-31T23:59:59Z"},
		{"utc 50", utc, "500101000000Z", "1950-01-01T00:00:00Z"},
		{"utc 99", utc, "991231235959Z", "1999-12-31T23:59:59Z"},
		{"utc 00", utc, "000229000000Z", "2000-02-29T00:00:00Z"},
		{"generalized", generalized, "20500101000000Z", "2050-01-01T00:00:00Z"},
		{"generalized before 2050", generalized, "20260701120000Z", "2026-07-01T12:00:00Z"}, // RFC 5280 wants UTCTime; real ones exist
		{"no end", generalized, "99991231235959Z", "9999-12-31T23:59:59Z"},
		{"year 1", generalized, "00010101000000Z", "0001-01-01T00:00:00Z"},
		{"leap day", generalized, "24000229000000Z", "2400-02-29T00:00:00Z"},
		{"year 0", generalized, "00000101000000Z", ""},
		{"utc without seconds", utc, "2607011200Z", ""},
		{"utc with offset", utc, "260701120000+0500", ""},
		{"utc with zero offset", utc, "260701120000+0000", ""},
		{"utc local", utc, "260701120000", ""},
		{"utc small z", utc, "260701120000z", ""},
		{"utc fraction", utc, "260701120000.5Z", ""},
		{"utc of 14 digits", utc, "20260701120000Z", ""},
		{"utc 30 February", utc, "260230000000Z", ""},
		{"utc 29 February of no leap year", utc, "270229000000Z", ""},
		{"utc month 0", utc, "260001000000Z", ""},
		{"utc month 13", utc, "261301000000Z", ""},
		{"utc day 0", utc, "260700000000Z", ""},
		{"utc 31 June", utc, "260631000000Z", ""},
		{"utc hour 24", utc, "260701240000Z", ""},
		{"utc minute 60", utc, "260701126000Z", ""},
		{"utc second 60", utc, "260630235960Z", ""},
		{"utc blank", utc, "26070112 000Z", ""},
		{"utc sign", utc, "26070112-100Z", ""},
		{"utc letters", utc, "26O701120000Z", ""},
		{"utc NUL", utc, "260701120000Z\x00", ""},
		{"utc empty", utc, "", ""},
		{"generalized without seconds", generalized, "205001010000Z", ""},
		{"generalized fraction", generalized, "20500101000000.0Z", ""},
		{"generalized comma", generalized, "20500101000000,5Z", ""},
		{"generalized offset", generalized, "20500101000000+0500", ""},
		{"generalized local", generalized, "20500101000000", ""},
		{"generalized of 12 digits", generalized, "500101000000Z", ""},
		{"generalized five-digit year", generalized, "120500101000000Z", ""},
		{"another type", asn1.UTF8String, "260701120000Z", ""},
		{"date type", asn1.Tag(31), "2026-07-01", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			good := certtest.TLV(utc, []byte("200101000000Z"))
			tested := []byte{byte(c.tag), byte(len(c.text))}
			tested = append(tested, c.text...)
			for _, validity := range [][]byte{certtest.TLV(asn1.SEQUENCE, tested, good), certtest.TLV(asn1.SEQUENCE, good, tested)} {
				parsed, err := cert.Parse(certtest.Template{Validity: validity}.DER(t))
				if c.want == "" {
					requireMalformed(t, parsed, err)
					continue
				}
				require.NoError(t, err)
				require.Contains(t, []string{parsed.NotBefore.Format(time.RFC3339), parsed.NotAfter.Format(time.RFC3339)}, c.want)
			}
		})
	}
	for _, validity := range [][]byte{
		certtest.TLV(asn1.SEQUENCE), certtest.TLV(asn1.SEQUENCE, certtest.TLV(utc, []byte("200101000000Z"))),
	} {
		parsed, err := cert.Parse(certtest.Template{Validity: validity}.DER(t))
		requireMalformed(t, parsed, err)
	}
}

func TestInnerAndOuterAlgorithm(t *testing.T) { // T20
	key := certtest.Key(t, "rsa-2048")
	algorithm := func(id cert.OID, parameters []byte) []byte {
		return certtest.TLV(asn1.SEQUENCE, certtest.OID(id), parameters)
	}
	null := []byte{5, 0}
	for _, c := range []struct {
		name         string
		inner, outer []byte
		good         bool
	}{
		{"the same", algorithm(oid.SHA256WithRSA, null), algorithm(oid.SHA256WithRSA, null), true},
		{"NULL and absent", algorithm(oid.SHA256WithRSA, null), algorithm(oid.SHA256WithRSA, nil), true},
		{"absent and NULL", algorithm(oid.SHA256WithRSA, nil), algorithm(oid.SHA256WithRSA, null), true},
		{"other digest", algorithm(oid.SHA256WithRSA, null), algorithm(oid.SHA384WithRSA, null), false},
		{"other parameters", algorithm(oid.SHA256WithRSA, null), algorithm(oid.SHA256WithRSA, []byte{4, 0}), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			parsed, err := cert.Parse(certtest.Template{Signer: key, Algorithm: c.inner, Outer: c.outer}.DER(t))
			if !c.good {
				requireMalformed(t, parsed, err)
				return
			}
			require.NoError(t, err)
			require.NoError(t, parsed.CheckSignature(certtest.PublicKey(t, key.Public())))
		})
	}
}

// T7: the signature is over the octets received: odd but legal encodings verify, and any flipped bit does not.
func TestSignatureIsOverTheOctetsReceived(t *testing.T) {
	key := certtest.Key(t, "ecdsa-p256/ca")
	public := certtest.PublicKey(t, key.Public())
	template := everything()
	template.Signer = key
	template.Subject = certtest.Name(
		certtest.Attribute{Type: oid.CommonName, Tag: asn1.T61String, Value: "caf\xe9"},
		certtest.Attribute{Type: oid.CommonName, Tag: asn1.Tag(30), Value: "\x04\x22"},
		certtest.Attribute{Type: "1.2.3", Tag: asn1.OCTET_STRING, Value: "\x01"},
	)
	raw := template.DER(t)
	c, err := cert.Parse(raw)
	require.NoError(t, err)
	require.NoError(t, c.CheckSignature(public))
	start := len(raw) - len(c.RawTBS) - len(c.Signature)
	accepted := 0
	for i := start - 40; i < len(raw); i++ {
		if i < 0 {
			continue
		}
		flipped := bytes.Clone(raw)
		flipped[i] ^= 1
		changed, err := cert.Parse(flipped)
		if err != nil {
			continue
		}
		accepted++
		require.Error(t, changed.CheckSignature(public), "octet %d", i)
	}
	require.NotZero(t, accepted)
}

func TestCheckSignature(t *testing.T) {
	for _, kind := range certtest.Kinds {
		t.Run(kind, func(t *testing.T) {
			key, other := certtest.Key(t, kind), certtest.Key(t, kind+"/other")
			c := certtest.Template{Signer: key}.Parse(t)
			require.NoError(t, c.CheckSignature(certtest.PublicKey(t, key.Public())))
			require.ErrorIs(t, c.CheckSignature(certtest.PublicKey(t, other.Public())), verdict.SignatureInvalid)
		})
	}
	t.Run("unknown algorithm", func(t *testing.T) { // T21
		unknown := certtest.TLV(asn1.SEQUENCE, certtest.OID("1.2.3.4.5"))
		c := certtest.Template{Algorithm: unknown}.Parse(t)
		err := c.CheckSignature(certtest.PublicKey(t, certtest.Key(t, "ecdsa-p256").Public()))
		require.ErrorIs(t, err, verdict.UnsupportedAlgorithm)
		require.Contains(t, err.Error(), "1.2.3.4.5")
	})
}

func TestEqual(t *testing.T) {
	a, b := everything().Parse(t), everything().Parse(t) // two signatures, so two certificates
	again, err := cert.Parse(a.Raw)
	require.NoError(t, err)
	require.True(t, a.Equal(a))
	require.True(t, a.Equal(again))
	require.False(t, a.Equal(b))
	require.False(t, a.Equal(nil))
	var none *cert.Certificate
	require.False(t, none.Equal(a))
	require.True(t, none.Equal(nil))
}

func TestDecode(t *testing.T) {
	raw := everything().DER(t)
	block := func(label string) []byte { return pem.EncodeToMemory(&pem.Block{Type: label, Bytes: raw}) }
	for name, input := range map[string][]byte{
		"der":    raw,
		"pem":    block("CERTIFICATE"),
		"base64": []byte(base64.StdEncoding.EncodeToString(raw)),
	} {
		c, err := cert.Decode(input)
		require.NoError(t, err, name)
		require.Equal(t, raw, c.Raw, name)
	}
	for name, input := range map[string][]byte{
		"empty": nil, "text": []byte("hello!"), "key": block("PRIVATE KEY"), "two": append(block("CERTIFICATE"), block("CERTIFICATE")...),
		"broken": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw[:100]}),
	} {
		c, err := cert.Decode(input)
		require.ErrorIs(t, err, verdict.Malformed, name)
		require.Nil(t, c, name)
	}
	all, err := cert.DecodeAll(append(append(block("CERTIFICATE"), block("PRIVATE KEY")...), block("CERTIFICATE")...))
	require.NoError(t, err)
	require.Len(t, all, 2)
	all, err = cert.DecodeAll(raw)
	require.NoError(t, err)
	require.Len(t, all, 1)
	_, err = cert.DecodeAll(append(block("CERTIFICATE"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte{0x30, 0}})...))
	require.ErrorIs(t, err, verdict.Malformed)
	_, err = cert.DecodeAll(nil)
	require.ErrorIs(t, err, verdict.Malformed)
}

func TestX509(t *testing.T) {
	c := certtest.Template{Serial: []byte{7}}.Parse(t)
	std, err := c.X509()
	require.NoError(t, err)
	require.Equal(t, int64(7), std.SerialNumber.Int64())
}
