package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/pkcs12"
)

type inspectCommand struct {
	Files []string `arg:"" name:"file" help:"Files of any kind and encoding; - for stdin."`
	passwordOptions
}

// An inspectHead is what the object of every recognised file begins with.
type inspectHead struct {
	Schema   int    `json:"schema"`
	File     string `json:"file"`
	Kind     kind   `json:"kind"`
	Encoding string `json:"encoding"`
}

// An uninspectedObject is the object of a file that could not be read.
type uninspectedObject struct {
	head
	Kind     kind   `json:"kind"`
	Encoding string `json:"encoding"`
}

func (c *inspectCommand) Run(a *app) error {
	var seen shape // what was recognised of a file that then could not be read
	a.do(job{
		files: c.Files,
		judge: func(file string) (answer, error) {
			seen = shape{}
			b, err := a.read(file, maxInput)
			if err != nil {
				return nil, err
			}
			if seen, err = recognise(b); err != nil {
				return nil, err
			}
			return a.inspect(file, seen, c.passwordOptions)
		},
		blank: func(h head) any { return uninspectedObject{head: h, Kind: seen.kind, Encoding: seen.encoding} },
	})
	return nil
}

func (a *app) inspect(file string, s shape, o passwordOptions) (answer, error) {
	h := inspectHead{Schema: schema, File: file, Kind: s.kind, Encoding: s.encoding}
	switch s.kind {
	case kindCertificate:
		return a.inspectCertificate(h, s.raw)
	case kindCMS:
		return a.inspectMessage(h, s.raw)
	case kindPKCS12:
		return a.inspectStore(h, s.raw, o)
	case kindCRL:
		return a.inspectList(h, s.raw)
	case kindOCSPResponse:
		return a.inspectResponse(h, s.raw)
	}
	return laterObject{h}, nil
}

// A laterObject is a file of a kind that is recognised and not shown in detail yet.
type laterObject struct{ inspectHead }

func (laterObject) status() status { return statusGood }

func (o laterObject) show(p *page) {
	o.begin(p)
	p.row("hint", p.words.text("hint.not-shown"))
	o.end(p)
}

func (h inspectHead) begin(p *page) {
	p.title(fmt.Sprintf("%s: %s (%s)", h.File, p.words.text("kind."+string(h.Kind)), h.Encoding), 0)
}

// end says what matters most about an inspection.
func (h inspectHead) end(p *page) {
	p.gap()
	p.title(p.words.text("hint.nothing-verified"), 0)
}

// An inspectedCertificate is a certificate as it stands.
type inspectedCertificate struct {
	inspectHead
	certificateObject
}

func (a *app) inspectCertificate(h inspectHead, raw []byte) (answer, error) {
	c, err := cert.Parse(raw)
	if err != nil {
		return nil, err
	}
	return inspectedCertificate{h, a.certificateObject(c)}, nil
}

func (inspectedCertificate) status() status { return statusGood }

func (o inspectedCertificate) show(p *page) {
	o.begin(p)
	o.rows(p)
	o.end(p)
}

// An inspectedMessage is a CMS message as it stands.
type inspectedMessage struct {
	inspectHead
	Detached      bool                `json:"detached"`
	ContentType   cert.OID            `json:"content_type"`
	ContentLength int                 `json:"content_length"`
	Signers       []inspectedSigner   `json:"signers"`
	Certificates  []certificateObject `json:"certificates"`
	CRLs          int                 `json:"crls"`           // how many are inside
	OCSPResponses int                 `json:"ocsp_responses"` // likewise
}

// An inspectedSigner is what a message says of one signer.
type inspectedSigner struct {
	Serial             string   `json:"serial"`
	Subject            string   `json:"subject"` // of the certificate inside that fits; "" if none or several do
	Issuer             string   `json:"issuer"`
	SubjectKeyID       string   `json:"subject_key_id"`
	DigestAlgorithm    string   `json:"digest_algorithm"`
	SignatureAlgorithm cert.OID `json:"signature_algorithm"`
	SigningTime        string   `json:"signing_time"`
	Level              string   `json:"level"`
}

func (a *app) inspectMessage(h inspectHead, raw []byte) (answer, error) {
	m, err := cms.Parse(raw)
	if err != nil {
		return nil, err
	}
	return inspectedMessage{
		inspectHead:   h,
		Detached:      m.Detached,
		ContentType:   m.ContentType,
		ContentLength: len(m.Content),
		Signers:       list(m.Signers, func(s *cms.SignerInfo) inspectedSigner { return a.inspectSigner(m, s) }),
		Certificates:  list(m.Certificates, a.certificateObject),
		CRLs:          len(m.CRLs),
		OCSPResponses: len(m.OtherRevocation),
	}, nil
}

func (a *app) inspectSigner(m *cms.SignedData, s *cms.SignerInfo) inspectedSigner {
	o := inspectedSigner{
		Serial:             s.SerialNumber(),
		Issuer:             a.name(s.Issuer),
		SubjectKeyID:       hex.EncodeToString(s.SubjectKeyID),
		DigestAlgorithm:    string(s.DigestAlgorithm.Algorithm),
		SignatureAlgorithm: s.SignatureAlgorithm.Algorithm,
		Level:              levelOf(s),
	}
	if d, err := cert.ParseDigest(s.DigestAlgorithm); err == nil {
		o.DigestAlgorithm = d.String()
	}
	if at, ok := s.SigningTime(); ok {
		o.SigningTime = stamp(at)
	}
	if c := claimed(m, s); c != nil {
		o.Subject = a.name(c.Subject)
	}
	return o
}

// levelOf names the attributes that a signer has: none signed ("plain"), some ("cms"), among them the signing
// certificate ("bes"), or a time stamp as well ("t").
func levelOf(s *cms.SignerInfo) string {
	level := "plain"
	if s.SignedAttributes != nil {
		level = "cms"
	}
	for _, attribute := range s.SignedAttributes {
		if attribute.Type == oid.AttrSigningCert || attribute.Type == oid.AttrSigningCertV2 {
			level = "bes"
		}
	}
	if len(s.Unsigned(oid.AttrTimeStampToken)) > 0 {
		level = "t"
	}
	return level
}

func (inspectedMessage) status() status { return statusGood }

func (o inspectedMessage) show(p *page) {
	o.begin(p)
	p.row("content", contentText(p, o.Detached, o.ContentLength, o.ContentType))
	for i, s := range o.Signers {
		p.gap()
		p.title(p.words.text("title.signer", data{"Number": i + 1, "Of": len(o.Signers)}), 0)
		p.row("claimed", s.Subject)
		p.row("issuer", s.Issuer)
		p.row("serial", s.Serial)
		p.row("key_id", s.SubjectKeyID)
		p.row("digest", s.DigestAlgorithm)
		p.row("signing_time", moment(s.SigningTime))
		p.row("level", p.words.text("level."+s.Level))
	}
	for i, c := range o.Certificates {
		p.gap()
		p.title(p.words.text("title.certificate", data{"Number": i + 1, "Of": len(o.Certificates)}), 0)
		c.rows(p)
	}
	o.end(p)
}

// An inspectedStore is an opened PKCS #12 store.
type inspectedStore struct {
	inspectHead
	Entries      []storeEntry        `json:"entries"`
	Certificates []certificateObject `json:"certificates"` // that belong to no key
}

type storeEntry struct {
	Alias            string            `json:"alias"`
	Certificate      certificateObject `json:"certificate"`
	KeyAlgorithm     string            `json:"key_algorithm"`
	PrivateKeySHA256 string            `json:"private_key_sha256"`
}

func (a *app) inspectStore(h inspectHead, raw []byte, o passwordOptions) (answer, error) {
	store, err := a.openStore(h.File, raw, o)
	if err != nil {
		return nil, err
	}
	found := inspectedStore{
		inspectHead:  h,
		Entries:      []storeEntry{},
		Certificates: list(store.Certificates, a.certificateObject),
	}
	for _, e := range store.Entries {
		pkcs8, err := cert.MarshalPrivateKey(e.Key)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(pkcs8)
		clear(pkcs8)
		found.Entries = append(found.Entries, storeEntry{
			Alias:            e.Alias,
			Certificate:      a.certificateObject(e.Certificate),
			KeyAlgorithm:     e.Certificate.PublicKey.Algorithm(),
			PrivateKeySHA256: hex.EncodeToString(sum[:]),
		})
	}
	return found, nil
}

// openStore asks for the password and opens the store with it.
func (a *app) openStore(file string, raw []byte, o passwordOptions) (*pkcs12.Store, error) {
	password, err := a.password(file, o)
	if err != nil {
		return nil, err
	}
	return pkcs12.Parse(raw, password, pkcs12.Options{})
}

func (inspectedStore) status() status { return statusGood }

func (o inspectedStore) show(p *page) {
	o.begin(p)
	for i, e := range o.Entries {
		p.gap()
		p.title(p.words.text("title.entry", data{"Number": i + 1, "Of": len(o.Entries)}), 0)
		p.row("alias", p.mask(e.Alias))
		e.Certificate.rows(p)
	}
	for i, c := range o.Certificates {
		p.gap()
		p.title(p.words.text("title.certificate", data{"Number": i + 1, "Of": len(o.Certificates)}), 0)
		c.rows(p)
	}
	o.end(p)
}
