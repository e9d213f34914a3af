// Gentestdata makes the samples in testdata: certificates of a made-up hierarchy in each algorithm, and messages
// signed under it. Everything is drawn from a fixed seed and fixed dates, so that running it again changes nothing:
//
//	go generate .
//
// RSA keys cannot be drawn from a seed with the standard library: the RSA key is read from testdata/keys.
package main

import (
	"crypto"
	"crypto/sha3"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/gost"
	"github.com/qoltanba/eds/internal/mint"
	"github.com/qoltanba/eds/internal/oid"
)

var (
	notBefore = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	notAfter  = time.Date(2045, 1, 1, 0, 0, 0, 0, time.UTC)
	signedAt  = time.Date(2026, 7, 20, 9, 8, 6, 0, time.UTC)
)

const rsaKeyFile = "testdata/keys/rsa-2048-for-tests-only.key"

func main() {
	log.SetFlags(0)
	if err := generate(); err != nil {
		log.Fatal("gentestdata: ", err)
	}
}

func generate() error {
	for _, name := range []string{"gost2015-512", "gost2015-256", "gost2004", "rsa-2048"} {
		g, err := newGenerator(name)
		if err != nil {
			return err
		}
		if err := g.run(); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// A generator makes the samples of one algorithm.
type generator struct {
	name   string
	random io.Reader
	rsa    crypto.Signer // for all keys, if not nil
}

func newGenerator(name string) (*generator, error) {
	random := sha3.NewSHAKE128()
	fmt.Fprintf(random, "eds testdata %s", name)
	g := &generator{name: name, random: random}
	if name != "rsa-2048" {
		return g, nil
	}
	pkcs8, err := os.ReadFile(rsaKeyFile)
	if err != nil {
		return nil, err
	}
	g.rsa, err = cert.ParsePrivateKey(pkcs8)
	return g, err
}

// seeded signs with randomness from the seed, whatever it is offered.
type seeded struct {
	crypto.Signer
	random io.Reader
}

func (s seeded) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	return s.Signer.Sign(s.random, digest, opts)
}

func (g *generator) key() (crypto.Signer, error) {
	algorithm := map[string]gost.Algorithm{
		"gost2015-512": gost.KZ512, "gost2015-256": gost.KZ256, "gost2004": gost.KZ2004,
	}[g.name]
	if g.rsa != nil {
		return seeded{g.rsa, g.random}, nil
	}
	key, err := gost.GenerateKey(algorithm, g.random)
	if err != nil {
		return nil, err
	}
	return seeded{key, g.random}, nil
}

// A holder is a certificate with its key.
type holder struct {
	certificate *cert.Certificate
	key         crypto.Signer
}

func (g *generator) run() error {
	root, err := g.issue("root", nil, authority("ҮЛГІ ROOT "+g.name), mint.CA(-1), mint.KeyUsage(cert.UsageKeyCertSign|cert.UsageCRLSign))
	if err != nil {
		return err
	}
	ca, err := g.issue("ca", root, authority("ҮЛГІ CA "+g.name), mint.CA(0), mint.KeyUsage(cert.UsageKeyCertSign|cert.UsageCRLSign))
	if err != nil {
		return err
	}
	person, err := g.issue("person", ca, individual(), unified("1.2.398.3.3.4.1.1")...)
	if err != nil {
		return err
	}
	head, err := g.issue("head", ca, organization(), unified("1.2.398.3.3.4.1.2", "1.2.398.3.3.4.1.2.1")...)
	if err != nil {
		return err
	}
	return g.messages(person, head)
}

// unified makes the extensions of a key that logs in and signs.
func unified(roles ...cert.OID) []cert.Extension {
	return []cert.Extension{
		mint.KeyUsage(cert.UsageDigitalSignature | cert.UsageNonRepudiation | cert.UsageKeyAgreement),
		mint.ExtKeyUsage(false, append([]cert.OID{oid.EmailProtection}, roles...)...),
		mint.Policies("1.2.398.3.3.2"),
		mint.KeyStorage("1.2.398.3.3.5.1.1"),
	}
}

func authority(name string) []byte {
	return mint.Name(mint.Attribute{Type: oid.CommonName, Value: name}, mint.Attribute{Type: oid.Country, Value: "KZ"})
}

// The numbers pass the check digit and hold an impossible date: they are nobody's.
func individual() []byte { return mint.Name(personal()...) }

func personal() []mint.Attribute {
	return []mint.Attribute{
		{Type: oid.CommonName, Value: "ҮЛГІЛІ АЙДОС"},
		{Type: oid.Surname, Value: "ҮЛГІЛІ"},
		{Type: oid.SerialNumber, Value: "IIN991332300012"},
		{Type: oid.Country, Value: "KZ"},
		{Type: oid.GivenName, Value: "СЫНАҚҰЛЫ"},
	}
}

func organization() []byte {
	return mint.Name(append(personal(),
		mint.Attribute{Type: oid.Organization, Value: `ЖШС "ҮЛГІ"`},
		mint.Attribute{Type: oid.OrganizationalUnit, Value: "BIN991340000017"})...)
}

// issue makes a certificate under issuer, or a self-signed one, and writes it.
func (g *generator) issue(file string, issuer *holder, subject []byte, extensions ...cert.Extension) (*holder, error) {
	key, err := g.key()
	if err != nil {
		return nil, err
	}
	id, err := mint.KeyID(key.Public())
	if err != nil {
		return nil, err
	}
	by := mint.Issuer{Name: subject, Key: key}
	extensions = append(extensions, mint.SubjectKeyID(id))
	if issuer != nil {
		by = mint.Issuer{Name: issuer.certificate.Subject.Raw, Key: issuer.key}
		extensions = append(extensions, mint.AuthorityKeyID(issuer.certificate.SubjectKeyID))
	}
	serial := make([]byte, 20)
	if _, err := io.ReadFull(g.random, serial); err != nil {
		return nil, err
	}
	serial[0] = 0x40 | serial[0]&0x3f
	raw, err := by.Certificate(mint.Template{
		Serial: serial, Subject: subject, NotBefore: notBefore, NotAfter: notAfter, Extensions: extensions,
	}, key.Public())
	if err != nil {
		return nil, err
	}
	c, err := cert.Parse(raw)
	if err != nil {
		return nil, err
	}
	return &holder{c, key}, g.write("pki", file+".cer", raw)
}

func (g *generator) messages(person, head *holder) error {
	content, err := os.ReadFile("testdata/content.txt")
	if err != nil {
		return err
	}
	first := cms.Signer{Certificate: person.certificate, Key: person.key}
	second := cms.Signer{Certificate: head.certificate, Key: head.key}
	for _, m := range []struct {
		file    string
		signers []cms.Signer
		o       cms.SignOptions
	}{
		{"attached.p7s", []cms.Signer{first}, cms.SignOptions{}},
		{"detached.p7s", []cms.Signer{first}, cms.SignOptions{Detached: true}},
		{"streamed.p7s", []cms.Signer{first}, cms.SignOptions{Streaming: true, ChunkSize: 16}},
		{"two-signers.p7s", []cms.Signer{first, second}, cms.SignOptions{}},
	} {
		m.o.SigningTime = signedAt
		raw, err := cms.Sign(content, m.signers, m.o)
		if err != nil {
			return err
		}
		if err := g.write("cms", m.file, raw); err != nil {
			return err
		}
	}
	return nil
}

func (g *generator) write(folder, file string, content []byte) error {
	dir := filepath.Join("testdata", folder, g.name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, file), content, 0o644)
}
