// Package certtest makes certificates for tests: any field, any extension, any key, and any damage, with a signature
// over the damaged octets; whatever is right comes from package mint. It is for tests only; the floors test refuses it
// anywhere else.
package certtest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/gost"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/mint"
	"github.com/qoltanba/eds/internal/oid"
)

// Dates of a certificate that asks for none.
var (
	NotBefore = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	NotAfter  = time.Date(2045, 1, 1, 0, 0, 0, 0, time.UTC)
	At        = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC) // a moment between them
)

var keys = struct {
	sync.Mutex
	byName map[string]crypto.Signer
}{byName: make(map[string]crypto.Signer)}

// Key returns a key of the kind before the slash of name: gost2015-512, gost2015-256, gost2004, gost2012-512,
// gost2012-256, rsa-2048 (or another size), ecdsa-p256, ecdsa-p384, ecdsa-p521, ed25519. One name is one key for as
// long as the program runs: "ecdsa-p256/root" and "ecdsa-p256/leaf" are two.
func Key(t testing.TB, name string) crypto.Signer {
	t.Helper()
	keys.Lock()
	defer keys.Unlock()
	if key, ok := keys.byName[name]; ok {
		return key
	}
	kind, _, _ := strings.Cut(name, "/")
	key, err := generate(kind)
	if err != nil {
		t.Fatal(err)
	}
	keys.byName[name] = key
	return key
}

func generate(kind string) (crypto.Signer, error) {
	switch kind {
	case "gost2015-512":
		return gost.GenerateKey(gost.KZ512, nil)
	case "gost2015-256":
		return gost.GenerateKey(gost.KZ256, nil)
	case "gost2004":
		return gost.GenerateKey(gost.KZ2004, nil)
	case "gost2012-512":
		return gost.GenerateKey(gost.RU512A, nil)
	case "gost2012-256":
		return gost.GenerateKey(gost.RU256A, nil)
	case "ecdsa-p256":
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "ecdsa-p384":
		return ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case "ecdsa-p521":
		return ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	case "ed25519":
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return key, err
	}
	var bits int
	if _, err := fmt.Sscanf(kind, "rsa-%d", &bits); err != nil {
		return nil, fmt.Errorf("certtest: unknown kind of key %q", kind)
	}
	return rsa.GenerateKey(rand.Reader, bits)
}

// Kinds are the kinds of key that [Key] makes fast, one of each algorithm.
var Kinds = []string{
	"gost2015-512", "gost2015-256", "gost2004", "gost2012-512", "gost2012-256",
	"rsa-2048", "ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "ed25519",
}

// DER is what build writes.
func DER(build func(b *cryptobyte.Builder)) []byte {
	var b cryptobyte.Builder
	build(&b)
	return b.BytesOrPanic()
}

// TLV is one element with the contents that parts make up.
func TLV(tag asn1.Tag, parts ...[]byte) []byte {
	return DER(func(b *cryptobyte.Builder) {
		b.AddASN1(tag, func(b *cryptobyte.Builder) {
			for _, part := range parts {
				b.AddBytes(part)
			}
		})
	})
}

// OID is the element of an object identifier.
func OID(o cert.OID) []byte { return TLV(asn1.OBJECT_IDENTIFIER, o.Content()) }

// Attribute is one attribute of a name. Tag 0 stands for UTF8String.
type Attribute struct {
	Type  cert.OID
	Tag   asn1.Tag
	Value string
}

// CN is a name of one common name.
func CN(text string) []byte { return Name(Attribute{oid.CommonName, asn1.UTF8String, text}) }

// Name is a name with one attribute in each RDN.
func Name(attributes ...Attribute) []byte {
	rdns := make([][]Attribute, len(attributes))
	for i, a := range attributes {
		rdns[i] = []Attribute{a}
	}
	return NameOf(rdns...)
}

// NameOf is a name of RDNs, whose attributes stay in the order given.
func NameOf(rdns ...[]Attribute) []byte {
	var sets [][]byte
	for _, rdn := range rdns {
		var set [][]byte
		for _, a := range rdn {
			tag := a.Tag
			if tag == 0 {
				tag = asn1.UTF8String
			}
			set = append(set, TLV(asn1.SEQUENCE, OID(a.Type), TLV(tag, []byte(a.Value))))
		}
		sets = append(sets, TLV(asn1.SET, set...))
	}
	return TLV(asn1.SEQUENCE, sets...)
}

// Extensions.

// Ext is a not critical extension.
func Ext(id cert.OID, value []byte) cert.Extension { return cert.Extension{ID: id, Value: value} }

// Critical is e marked critical.
func Critical(e cert.Extension) cert.Extension {
	e.Critical = true
	return e
}

// BasicConstraints is the critical extension; a negative pathLen is none.
func BasicConstraints(ca bool, pathLen int) cert.Extension {
	return Critical(Ext(oid.BasicConstraints, DER(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			if ca {
				b.AddASN1Boolean(true)
			}
			if pathLen >= 0 {
				b.AddASN1Int64(int64(pathLen))
			}
		})
	})))
}

// KeyUsage is the critical extension.
func KeyUsage(usage cert.KeyUsage) cert.Extension { return mint.KeyUsage(usage) }

// ExtKeyUsage is the extension, not critical.
func ExtKeyUsage(usages ...cert.OID) cert.Extension { return mint.ExtKeyUsage(false, usages...) }

// SubjectKeyID is the extension.
func SubjectKeyID(id []byte) cert.Extension { return mint.SubjectKeyID(id) }

// AuthorityKeyID is the extension with a key identifier.
func AuthorityKeyID(id []byte) cert.Extension { return mint.AuthorityKeyID(id) }

// Policies is the extension without qualifiers.
func Policies(policies ...cert.OID) cert.Extension { return mint.Policies(policies...) }

// Template describes a certificate. What is left zero takes a default: version 3, serial number 1, the dates above,
// an ECDSA key of its own.
type Template struct {
	Version    int    // 1, 2 or 3
	Serial     []byte // contents of the INTEGER
	Issuer     []byte // DER
	Subject    []byte // DER
	NotBefore  time.Time
	NotAfter   time.Time
	Validity   []byte // DER, in place of the two
	Key        crypto.PublicKey
	SPKI       []byte // DER, in place of Key
	UniqueIDs  []byte // elements between key and extensions
	Extensions []cert.Extension
	Tail       []byte // elements after the extensions

	Signer    crypto.Signer                 // the issuer's key; nil: the certificate is signed by a key of nobody
	Algorithm []byte                        // DER of the AlgorithmIdentifier in place of the signer's
	Outer     []byte                        // the same for the one outside
	Sign      func(tbs []byte) []byte       // in place of a signature by Signer
	Mutate    func(tbs []byte) (new []byte) // changes what is signed
}

// TBS returns the TBSCertificate.
func (c Template) TBS(t testing.TB) []byte {
	t.Helper()
	_, algorithm := c.algorithm(t)
	version, serial := c.Version, c.Serial
	if version == 0 {
		version = 3
	}
	if serial == nil {
		serial = []byte{1}
	}
	parts := [][]byte{}
	if version > 1 {
		parts = append(parts, TLV(der.Explicit(0), TLV(asn1.INTEGER, []byte{byte(version - 1)})))
	}
	parts = append(
		parts, TLV(asn1.INTEGER, serial), algorithm, orName(c.Issuer, "issuer"), c.validity(),
		orName(c.Subject, "subject"), c.spki(t), c.UniqueIDs,
	)
	if len(c.Extensions) > 0 {
		var list [][]byte
		for _, e := range c.Extensions {
			list = append(list, Extension(e))
		}
		parts = append(parts, TLV(der.Explicit(3), TLV(asn1.SEQUENCE, list...)))
	}
	tbs := TLV(asn1.SEQUENCE, append(parts, c.Tail)...)
	if c.Mutate != nil {
		tbs = c.Mutate(tbs)
	}
	return tbs
}

// Extension is the element of an extension.
func Extension(e cert.Extension) []byte {
	return DER(func(b *cryptobyte.Builder) { der.AddExtension(b, e.ID, e.Critical, e.Value) })
}

func orName(name []byte, cn string) []byte {
	if name == nil {
		return CN(cn)
	}
	return name
}

func (c Template) validity() []byte {
	if c.Validity != nil {
		return c.Validity
	}
	from, to := c.NotBefore, c.NotAfter
	if from.IsZero() {
		from = NotBefore
	}
	if to.IsZero() {
		to = NotAfter
	}
	return DER(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			der.AddTime(b, from)
			der.AddTime(b, to)
		})
	})
}

func (c Template) spki(t testing.TB) []byte {
	t.Helper()
	if c.SPKI != nil {
		return c.SPKI
	}
	key := c.Key
	if key == nil {
		key = Key(t, "ecdsa-p256/nobody").Public()
	}
	return PublicKey(t, key).Raw()
}

// PublicKey wraps a key.
func PublicKey(t testing.TB, key crypto.PublicKey) *cert.PublicKey {
	t.Helper()
	wrapped, err := cert.NewPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return wrapped
}

func (c Template) signer(t testing.TB) crypto.Signer {
	if c.Signer != nil {
		return c.Signer
	}
	return Key(t, "ecdsa-p256/nobody")
}

func (c Template) algorithm(t testing.TB) (cert.SignatureAlgorithm, []byte) {
	t.Helper()
	if c.Sign != nil && c.Algorithm != nil {
		return cert.SignatureAlgorithm{}, c.Algorithm
	}
	a, identifier, err := PublicKey(t, c.signer(t).Public()).SignatureAlgorithm(0)
	if err != nil {
		t.Fatal(err)
	}
	if c.Algorithm != nil {
		return a, c.Algorithm
	}
	return a, DER(func(b *cryptobyte.Builder) { b.AddValue(identifier) })
}

// DER returns the certificate.
func (c Template) DER(t testing.TB) []byte {
	t.Helper()
	return c.Wrap(t, c.TBS(t))
}

// Wrap signs a TBSCertificate and puts algorithm and signature behind it.
func (c Template) Wrap(t testing.TB, tbs []byte) []byte {
	t.Helper()
	a, outer := c.algorithm(t)
	if c.Outer != nil {
		outer = c.Outer
	}
	var signature []byte
	if c.Sign != nil {
		signature = c.Sign(tbs)
	} else {
		var err error
		if signature, err = cert.Sign(c.signer(t), a, tbs); err != nil {
			t.Fatal(err)
		}
	}
	return TLV(asn1.SEQUENCE, tbs, outer, TLV(asn1.BIT_STRING, []byte{0}, signature))
}

// Parse returns the certificate, which must be one that [cert.Parse] takes.
func (c Template) Parse(t testing.TB) *cert.Certificate {
	t.Helper()
	parsed, err := cert.Parse(c.DER(t))
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// Serial returns the contents of the INTEGER n.
func Serial(n int64) []byte {
	contents := DER(func(b *cryptobyte.Builder) { b.AddASN1BigInt(big.NewInt(n)) })
	return contents[2:]
}
