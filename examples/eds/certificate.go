package main

import (
	"strings"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/nca"
)

// A certificateObject is what a certificate says of itself.
type certificateObject struct {
	Serial        string        `json:"serial"`
	Subject       string        `json:"subject"`
	Issuer        string        `json:"issuer"`
	IIN           string        `json:"iin"`
	BIN           string        `json:"bin"`
	Roles         []nca.Role    `json:"roles"`
	Purposes      []nca.Purpose `json:"purposes"`
	KeyAlgorithm  string        `json:"key_algorithm"`
	Policies      []cert.OID    `json:"policies"`
	NotBefore     string        `json:"not_before"`
	NotAfter      string        `json:"not_after"`
	Storage       nca.Storage   `json:"storage"`
	SHA256        string        `json:"sha256"`
	Pin           string        `json:"pin"` // name of the national authority's certificate that it is
	SubjectFields subjectFields `json:"subject_fields"`
}

type subjectFields struct {
	CommonName   string `json:"common_name"`
	Surname      string `json:"surname"`
	Patronymic   string `json:"patronymic"`
	Organization string `json:"organization"`
	IIN          string `json:"iin"`
	BIN          string `json:"bin"`
}

func (a *app) certificateObject(c *cert.Certificate) certificateObject {
	s := nca.SubjectOf(c)
	o := certificateObject{
		Serial:       c.SerialNumber(),
		Subject:      a.name(c.Subject),
		Issuer:       a.name(c.Issuer),
		IIN:          s.IIN.Digits(),
		BIN:          string(s.BIN),
		Roles:        nca.RolesOf(c),
		Purposes:     nca.PurposesOf(c),
		KeyAlgorithm: c.PublicKey.Algorithm(),
		Policies:     policiesOf(c),
		NotBefore:    stamp(c.NotBefore),
		NotAfter:     stamp(c.NotAfter),
		Storage:      nca.StorageOf(c),
		SHA256:       c.FingerprintText(),
		SubjectFields: subjectFields{
			CommonName:   s.CommonName,
			Surname:      s.Surname,
			Patronymic:   s.Patronymic,
			Organization: s.Organization,
			IIN:          s.IIN.Digits(),
			BIN:          string(s.BIN),
		},
	}
	if pin, ok := nca.PinOf(c); ok {
		o.Pin = pin.Name
	}
	return o
}

// name prints a name in the order of its encoding, the IIN masked unless asked for.
func (a *app) name(n cert.Name) string { return nca.PrintName(n, a.line.ShowIIN) }

func policiesOf(c *cert.Certificate) []cert.OID {
	return list(c.Policies, func(p cert.PolicyInformation) cert.OID { return p.Policy })
}

// rows shows the certificate to people.
func (o certificateObject) rows(p *page) {
	p.row("subject", o.Subject)
	p.row("iin", p.iin(o.IIN))
	p.row("bin", o.BIN)
	p.listed("roles", texts(o.Roles))
	p.listed("purposes", texts(o.Purposes))
	p.row("issuer", o.Issuer)
	p.row("serial", o.Serial)
	p.row("valid", moment(o.NotBefore)+" … "+moment(o.NotAfter))
	p.row("key", o.KeyAlgorithm)
	p.row("storage", string(o.Storage))
	p.listed("policies", texts(o.Policies))
	p.row("pin", o.Pin)
	p.row("sha256", o.SHA256)
}

func texts[T ~string](values []T) []string {
	return list(values, func(v T) string { return string(v) })
}

// person is how people call the subject: its common name and the patronymic.
func (p *page) person(s nca.Subject) string {
	return p.mask(strings.TrimSpace(s.CommonName + " " + s.Patronymic))
}
