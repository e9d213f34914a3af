package eds_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds"
	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/gost"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/mint"
	"github.com/qoltanba/eds/internal/oid"
)

// The moment at which the tests live, and the years of the fake certificates around it.
var (
	now       = time.Date(2026, 9, 15, 12, 0, 0, 0, time.UTC)
	notBefore = now.AddDate(-1, 0, 0)
	notAfter  = now.AddDate(1, 0, 0)
)

// A holder is a certificate with its key.
type holder struct {
	cert *cert.Certificate
	key  crypto.Signer
}

// A hierarchy is a root and an issuing authority of one algorithm, both made up.
type hierarchy struct {
	root, ca holder
	newKey   func() crypto.Signer
}

// Keys are made once for a run of the tests.
var (
	gost512  = sync.OnceValue(func() *hierarchy { return newHierarchy(gostKey(gost.KZ512)) })
	gost256  = sync.OnceValue(func() *hierarchy { return newHierarchy(gostKey(gost.KZ256)) })
	gost2004 = sync.OnceValue(func() *hierarchy { return newHierarchy(gostKey(gost.KZ2004)) })
	rsa2048  = sync.OnceValue(func() *hierarchy { return newHierarchy(rsaKey) })
	ecP256   = sync.OnceValue(func() *hierarchy { return newHierarchy(ecKey) })
)

func gostKey(a gost.Algorithm) func() crypto.Signer {
	return func() crypto.Signer { return must(gost.GenerateKey(a, nil)) }
}

func rsaKey() crypto.Signer { return must(rsa.GenerateKey(rand.Reader, 2048)) }

func ecKey() crypto.Signer { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func newHierarchy(newKey func() crypto.Signer) *hierarchy {
	h := &hierarchy{newKey: newKey}
	h.root = h.issue(holder{}, authority("FAKE ROOT"))
	h.ca = h.issue(h.root, authority("FAKE CA"))
	return h
}

// A profile is what a certificate of the tests says.
type profile struct {
	name                []mint.Attribute
	usage               cert.KeyUsage // 0: no extension
	extended            []cert.OID
	policies            []cert.OID
	extra               []cert.Extension
	notBefore, notAfter time.Time // zero: those of the tests
}

func authority(commonName string) profile {
	return profile{
		name:  []mint.Attribute{{Type: oid.CommonName, Value: commonName}, {Type: oid.Country, Value: "KZ"}},
		usage: cert.UsageKeyCertSign | cert.UsageCRLSign,
		extra: []cert.Extension{mint.CA(-1)},
	}
}

const (
	testIIN = "991332300012" // passes the check digit, and has an impossible date: nobody's number
	testBIN = "991340000017"
)

// person is the profile of an individual since 2024: one key to log in and to sign.
func person() profile {
	return profile{
		name: []mint.Attribute{
			{Type: oid.CommonName, Value: "СЫНАҚОВА АЙША"},
			{Type: oid.Surname, Value: "СЫНАҚОВА"},
			{Type: oid.SerialNumber, Value: "IIN" + testIIN},
			{Type: oid.Country, Value: "KZ"},
			{Type: oid.GivenName, Value: "ҮЛГІҚЫЗЫ"},
		},
		usage:    cert.UsageDigitalSignature | cert.UsageNonRepudiation | cert.UsageKeyAgreement,
		extended: []cert.OID{oid.EmailProtection, "1.2.398.3.3.4.1.1"},
		policies: []cert.OID{"1.2.398.3.3.2"},
	}
}

// personAuth and personSign are the two profiles of an individual before 2024.
func personAuth() profile {
	p := person()
	p.usage = cert.UsageDigitalSignature | cert.UsageKeyEncipherment
	p.extended[0] = oid.ClientAuth
	p.policies = []cert.OID{"1.2.398.3.3.2.4"}
	return p
}

func personSign() profile {
	p := person()
	p.usage = cert.UsageDigitalSignature | cert.UsageNonRepudiation
	p.policies = []cert.OID{"1.2.398.3.3.2.3"}
	return p
}

// head is the profile of the first head of an organization.
func head() profile {
	p := person()
	p.name = append(p.name,
		mint.Attribute{Type: oid.Organization, Value: `ЖШС "ҮЛГІ"`},
		mint.Attribute{Type: oid.OrganizationalUnit, Value: "BIN" + testBIN})
	p.extended = []cert.OID{oid.EmailProtection, "1.2.398.3.3.4.1.2", "1.2.398.3.3.4.1.2.1"}
	return p
}

// system is the profile of a digital system, which has no IIN.
func system() profile {
	p := head()
	p.name = []mint.Attribute{
		{Type: oid.UserID, Value: "1.2.398.6.10.1.1"},
		{Type: oid.CommonName, Value: `АЖ "Үлгі"`},
		{Type: oid.OrganizationalUnit, Value: "BIN" + testBIN},
	}
	p.extended = []cert.OID{"1.2.398.3.3.4.1.2", "1.2.398.3.3.4.1.2.6"}
	return p
}

// issue makes a certificate under issuer; under the zero holder, a self-signed one.
func (h *hierarchy) issue(issuer holder, p profile) holder {
	key := h.newKey()
	return holder{cert: h.certify(issuer, key, p), key: key}
}

func (h *hierarchy) certify(issuer holder, key crypto.Signer, p profile) *cert.Certificate {
	t := mint.Template{
		Serial:    serial(),
		Subject:   mint.Name(p.name...),
		NotBefore: notBefore,
		NotAfter:  notAfter,
	}
	if !p.notBefore.IsZero() {
		t.NotBefore, t.NotAfter = p.notBefore, p.notAfter
	}
	if p.usage != 0 {
		t.Extensions = append(t.Extensions, mint.KeyUsage(p.usage))
	}
	if len(p.extended) > 0 {
		t.Extensions = append(t.Extensions, mint.ExtKeyUsage(false, p.extended...))
	}
	if len(p.policies) > 0 {
		t.Extensions = append(t.Extensions, mint.Policies(p.policies...))
	}
	t.Extensions = append(append(t.Extensions, mint.SubjectKeyID(must(mint.KeyID(key.Public())))), p.extra...)
	by := mint.Issuer{Name: t.Subject, Key: key}
	if issuer.cert != nil {
		by = mint.Issuer{Name: issuer.cert.Subject.Raw, Key: issuer.key}
	}
	return must(cert.Parse(must(by.Certificate(t, key.Public()))))
}

func serial() []byte {
	b := make([]byte, 20)
	rand.Read(b)
	b[0] = 0x40 | b[0]&0x3f
	return b
}

func (h *hierarchy) trust() eds.Trust {
	return eds.Trust{Anchors: []*cert.Certificate{h.root.cert}, Untrusted: []*cert.Certificate{h.ca.cert}}
}

// sign makes an attached message.
func sign(t testing.TB, content string, o cms.SignOptions, holders ...holder) []byte {
	t.Helper()
	var signers []cms.Signer
	for _, h := range holders {
		signers = append(signers, cms.Signer{Certificate: h.cert, Key: h.key})
	}
	message, err := cms.Sign([]byte(content), signers, o)
	require.NoError(t, err)
	return message
}

// certificatesOnly makes a message that holds a certificate and no signer.
func certificatesOnly(c *cert.Certificate) []byte {
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		der.AddOID(b, oid.SignedData)
		b.AddASN1(der.Explicit(0), func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1Int64(1)
				b.AddASN1(asn1.SET, func(*cryptobyte.Builder) {})
				b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { der.AddOID(b, oid.Data) })
				b.AddASN1(der.Explicit(0), func(b *cryptobyte.Builder) { b.AddBytes(c.Raw) })
				b.AddASN1(asn1.SET, func(*cryptobyte.Builder) {})
			})
		})
	})
	return b.BytesOrPanic()
}
