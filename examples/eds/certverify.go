package main

import (
	"fmt"

	"github.com/qoltanba/eds"
	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/verdict"
)

type certVerifyCommand struct {
	Files []string `arg:"" name:"file" help:"Certificates in DER, PEM or Base64; - for stdin."`
	judgement
}

// A certificateVerdictObject is the verdict on a certificate.
type certificateVerdictObject struct {
	head
	Steps        []verdict.Step    `json:"steps"`
	Serial       string            `json:"serial"`
	Subject      string            `json:"subject"`
	Issuer       string            `json:"issuer"`
	IIN          string            `json:"iin"`
	BIN          string            `json:"bin"`
	Roles        []nca.Role        `json:"roles"`
	Purposes     []nca.Purpose     `json:"purposes"`
	KeyAlgorithm string            `json:"key_algorithm"`
	Path         []string          `json:"path"`
	Policies     []cert.OID        `json:"policies"`
	Revocation   *revocationObject `json:"revocation"` // null where the path's signatures have failed

	class     nca.Class
	inquiries []inquiry
	notBefore string
	notAfter  string
	judgedAt  string
}

func blankCertificateVerdict(h head) certificateVerdictObject {
	return certificateVerdictObject{
		head: h, Steps: []verdict.Step{}, Roles: []nca.Role{}, Purposes: []nca.Purpose{},
		Path: []string{}, Policies: []cert.OID{},
	}
}

func (c *certVerifyCommand) Run(a *app) error {
	j := job{files: c.Files, blank: func(h head) any { return blankCertificateVerdict(h) }}
	v, err := a.verifier(c.judgement)
	if err != nil {
		a.refuse(j, err)
		return nil
	}
	j.judge = func(file string) (answer, error) {
		b, err := a.read(file, maxInput)
		if err != nil {
			return nil, err
		}
		parsed, err := cert.Decode(b)
		if err != nil {
			return nil, err
		}
		report, err := v.VerifyCertificate(a.ctx, parsed)
		if err != nil {
			return nil, err
		}
		a.warnTest(file, report.Class)
		return a.certificateVerdictObject(file, report), nil
	}
	a.do(j)
	return nil
}

// certificateVerdictObject names the person only once the path has verified: before, anybody may have written it.
func (a *app) certificateVerdictObject(file string, r *eds.CertificateReport) certificateVerdictObject {
	c := r.Certificate
	o := blankCertificateVerdict(head{Schema: schema, File: file, Verdict: r.Verdict, Reason: r.Reason, Detail: r.Detail})
	o.Steps = r.Steps
	o.Serial, o.Subject, o.Issuer = c.SerialNumber(), a.name(c.Subject), a.name(c.Issuer)
	o.Purposes, o.KeyAlgorithm, o.Policies = r.Purposes, c.PublicKey.Algorithm(), policiesOf(c)
	o.notBefore, o.notAfter, o.judgedAt = stamp(c.NotBefore), stamp(c.NotAfter), stamp(r.JudgedAt)
	if outcomeOf(r.Steps, verdict.StepPath) != verdict.Passed {
		return o
	}
	o.class = r.Class
	o.IIN, o.BIN, o.Roles = r.Subject.IIN.Digits(), string(r.Subject.BIN), r.Roles
	o.Path = list(r.Path, func(c *cert.Certificate) string { return a.name(c.Subject) })
	o.Revocation, o.inquiries = revocationOfLeaf(r.Revocation), a.inquiries(r.Revocation)
	return o
}

func (o certificateVerdictObject) status() status { return statusOf(o.Verdict) }

func (o certificateVerdictObject) show(p *page) {
	p.title(fmt.Sprintf("%s: %s", o.File, p.verdict(o.Verdict)), colourOf(o.Verdict))
	p.reason(o.Reason, o.Detail)
	p.hint(o.Reason)
	p.row("subject", o.Subject)
	p.row("iin", p.iin(o.IIN))
	p.row("bin", o.BIN)
	p.listed("roles", texts(o.Roles))
	p.listed("purposes", texts(o.Purposes))
	p.row("serial", o.Serial)
	p.row("valid", moment(o.notBefore)+" … "+moment(o.notAfter))
	p.row("key", o.KeyAlgorithm)
	p.listed("policies", texts(o.Policies))
	if len(o.Path) == 0 {
		p.row("issuer", o.Issuer)
	}
	for _, name := range o.Path[min(1, len(o.Path)):] {
		p.row("issuer", name)
	}
	if o.class != "" {
		p.row("hierarchy", p.words.text("class."+string(o.class)))
	}
	p.revocation(o.inquiries)
	p.row("judged_at", moment(o.judgedAt))
	p.steps(o.Steps)
}
