package main

import (
	"bytes"
	"fmt"
	"io"
	"strconv"

	"github.com/qoltanba/eds"
	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/verdict"
)

type verifyCommand struct {
	Files   []string `arg:"" name:"file" help:"Messages in DER, BER, PEM or Base64; - for stdin."`
	Content string   `placeholder:"FILE" help:"The signed document of a detached message. With an attached one it must be equal to what is inside."`
	judgement
}

// A messageObject is the verdict on a CMS message.
type messageObject struct {
	head
	Detached      bool           `json:"detached"`
	ContentType   cert.OID       `json:"content_type"`
	ContentLength int            `json:"content_length"`
	Signers       []signerObject `json:"signers"`
}

// A signerObject is the verdict on one signature.
type signerObject struct {
	Verdict         verdict.Verdict `json:"verdict"`
	Reason          verdict.Reason  `json:"reason"`
	Detail          string          `json:"detail"`
	Serial          string          `json:"serial"`
	Subject         string          `json:"subject"`
	Issuer          string          `json:"issuer"`
	IIN             string          `json:"iin"`
	BIN             string          `json:"bin"`
	Roles           []nca.Role      `json:"roles"`
	KeyAlgorithm    string          `json:"key_algorithm"`
	DigestAlgorithm string          `json:"digest_algorithm"`
	SigningTime     string          `json:"signing_time"`
	Timestamp       string          `json:"timestamp"` // of a verified time stamp
	JudgedAt        string          `json:"judged_at"`
	Steps           []verdict.Step  `json:"steps"`

	who       nca.Subject // zero until the path has verified
	class     nca.Class
	inquiries []inquiry
}

func (c *verifyCommand) Run(a *app) error {
	j := job{files: c.Files, blank: func(h head) any { return messageObject{head: h, Signers: []signerObject{}} }}
	v, err := a.verifier(c.judgement)
	if err != nil {
		a.refuse(j, err)
		return nil
	}
	j.judge = func(file string) (answer, error) {
		message, err := a.read(file, maxInput)
		if err != nil {
			return nil, err
		}
		report, err := a.verify(v, message, c.Content)
		if err != nil {
			return nil, err
		}
		return a.messageObject(file, message, report), nil
	}
	a.do(j)
	return nil
}

// verify asks the library about a message, with the content file if there is one.
func (a *app) verify(v *eds.Verifier, message []byte, contentFile string) (*eds.Report, error) {
	var content io.Reader
	if contentFile != "" {
		f, err := a.open(contentFile)
		if err != nil {
			return nil, fmt.Errorf("--content: %w", err)
		}
		defer f.Close()
		content = f
	}
	return v.Verify(a.ctx, bytes.NewReader(message), content)
}

func (a *app) messageObject(file string, message []byte, r *eds.Report) messageObject {
	o := messageObject{
		head:          head{Schema: schema, File: file, Verdict: r.Verdict, Reason: r.Reason, Detail: r.Detail},
		Detached:      r.Detached,
		ContentType:   r.ContentType,
		ContentLength: len(r.Content),
		Signers:       list(r.Signers, a.signerObject),
	}
	a.nameFailedSigners(o.Signers, r, message)
	for _, s := range o.Signers {
		if s.class == nca.Test {
			a.warnTest(file, s.class)
			break
		}
	}
	return o
}

func (a *app) signerObject(s eds.SignerReport) signerObject {
	o := signerObject{
		Verdict:         s.Verdict,
		Reason:          s.Reason,
		Detail:          s.Detail,
		Serial:          s.SerialNumber,
		Issuer:          a.name(s.Issuer),
		IIN:             s.Subject.IIN.Digits(),
		BIN:             string(s.Subject.BIN),
		Roles:           list(s.Roles, func(r nca.Role) nca.Role { return r }),
		KeyAlgorithm:    s.KeyAlgorithm,
		DigestAlgorithm: s.DigestAlgorithm,
		SigningTime:     stamp(s.SigningTime),
		JudgedAt:        stamp(s.JudgedAt),
		Steps:           s.Steps,
		who:             s.Subject,
		class:           s.Class,
	}
	if s.Certificate != nil {
		o.Subject = a.name(s.Certificate.Subject)
	}
	if s.Class != "" {
		o.inquiries = a.inquiries(s.Revocation)
	}
	return o
}

// nameFailedSigners fills in whose certificate the message names where the signature did not verify, if exactly one
// certificate in the message fits. Nothing is known about that person: the verdict says so.
func (a *app) nameFailedSigners(signers []signerObject, r *eds.Report, message []byte) {
	var parsed *cms.SignedData
	for i, s := range r.Signers {
		if s.Certificate != nil {
			continue
		}
		if parsed == nil {
			var err error
			if parsed, _, err = cms.Decode(message); err != nil || len(parsed.Signers) != len(r.Signers) {
				return
			}
		}
		if c := claimed(parsed, parsed.Signers[i]); c != nil {
			signers[i].Serial, signers[i].KeyAlgorithm = c.SerialNumber(), c.PublicKey.Algorithm()
			signers[i].Subject, signers[i].Issuer = a.name(c.Subject), a.name(c.Issuer)
		}
	}
}

// claimed returns the one certificate of the message that fits the signer's identifier, or nil.
func claimed(message *cms.SignedData, signer *cms.SignerInfo) *cert.Certificate {
	var found *cert.Certificate
	for _, c := range message.Certificates {
		if !signer.Names(c) {
			continue
		}
		if found != nil && !found.Equal(c) {
			return nil
		}
		found = c
	}
	return found
}

func (o messageObject) status() status { return statusOf(o.Verdict) }

func (o messageObject) show(p *page) {
	p.title(fmt.Sprintf("%s: %s", o.File, p.verdict(o.Verdict)), colourOf(o.Verdict))
	p.row("content", contentText(p, o.Detached, o.ContentLength, o.ContentType))
	if len(o.Signers) == 0 {
		p.reason(o.Reason, o.Detail)
	}
	for i, s := range o.Signers {
		p.gap()
		p.title(fmt.Sprintf("%s: %s", p.words.text("title.signer", data{"Number": i + 1, "Of": len(o.Signers)}), p.verdict(s.Verdict)), colourOf(s.Verdict))
		s.rows(p)
	}
}

func contentText(p *page, detached bool, length int, contentType cert.OID) string {
	id := "content.attached"
	if detached {
		id = "content.detached"
	}
	return p.words.text(id) + ", " + p.words.text("content.bytes", data{"Count": strconv.Itoa(length)}) + ", " + string(contentType)
}

func (s signerObject) rows(p *page) {
	p.reason(s.Reason, s.Detail)
	p.hint(s.Reason)
	if s.class != "" {
		p.row("signed_by", p.person(s.who))
		p.row("iin", p.iin(s.IIN))
		p.row("organization", p.mask(s.who.Organization))
		p.row("bin", s.BIN)
		p.listed("roles", texts(s.Roles))
		p.row("hierarchy", p.words.text("class."+string(s.class)))
		p.revocation(s.inquiries)
	} else {
		p.row("claimed", s.Subject)
	}
	p.row("issuer", s.Issuer)
	p.row("serial", s.Serial)
	p.row("key", s.KeyAlgorithm)
	p.row("digest", s.DigestAlgorithm)
	if s.SigningTime != "" {
		p.row("signing_time", moment(s.SigningTime)+p.words.text("time.claimed"))
	}
	p.row("judged_at", moment(s.JudgedAt))
	p.steps(s.Steps)
}
