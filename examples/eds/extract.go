package main

import (
	"fmt"

	"github.com/qoltanba/eds"
	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/verdict"
)

type extractCommand struct {
	File       string `arg:"" help:"A message; - for stdin."`
	Out        string `required:"" placeholder:"FILE" help:"Where the content goes; - for stdout."`
	Force      bool   `help:"Replace the file that is there."`
	Unverified bool   `help:"Write the content even if the verdict on it is not good."`
	judgement
}

// An extractedObject is the verdict on a message whose content was taken out, or was not.
type extractedObject struct {
	head
	ContentType   cert.OID `json:"content_type"`
	ContentLength int      `json:"content_length"`
	Out           string   `json:"out"` // "" if nothing was written

	verified bool // somebody asked for it
}

// Run writes what has verified under --trust. Without --trust nothing is verified: the content is written with a
// warning, and the verdict stays undecided. With --trust a content that is not good is written only on request.
func (c *extractCommand) Run(a *app) error {
	j := job{files: []string{c.File}, blank: func(h head) any { return extractedObject{head: h} }}
	v, err := c.verifier(a)
	if err != nil {
		a.refuse(j, err)
		return nil
	}
	j.judge = func(string) (answer, error) {
		message, err := a.read(c.File, maxInput)
		if err != nil {
			return nil, err
		}
		o, content, err := c.judge(a, v, message)
		if err != nil {
			return nil, err
		}
		return c.deliver(a, o, content)
	}
	a.do(j)
	return nil
}

// verifier returns nil where nobody asked for a verdict.
func (c *extractCommand) verifier(a *app) (*eds.Verifier, error) {
	if c.Out == stdinName && a.line.JSON {
		return nil, note{id: "usage.out-json"}
	}
	if !c.wantsVerdict() {
		return nil, nil
	}
	return a.verifier(c.judgement)
}

// judge returns the verdict on a message and its content, nil if there is none inside.
func (c *extractCommand) judge(a *app, v *eds.Verifier, message []byte) (extractedObject, []byte, error) {
	if v == nil {
		return c.look(message)
	}
	r, err := a.verify(v, message, "")
	if err != nil {
		return extractedObject{}, nil, err
	}
	a.warnTestReport(c.File, r)
	o := extractedObject{
		head:        head{Schema: schema, File: c.File, Verdict: r.Verdict, Reason: r.Reason, Detail: r.Detail},
		ContentType: r.ContentType, ContentLength: len(r.Content), verified: true,
	}
	return o, r.Content, nil
}

// look takes the content without a look at the signatures.
func (c *extractCommand) look(message []byte) (extractedObject, []byte, error) {
	m, _, err := cms.Decode(message)
	if err != nil {
		return extractedObject{}, nil, err
	}
	o := extractedObject{
		head:        head{Schema: schema, File: c.File, Detail: "nothing was verified"},
		ContentType: m.ContentType, ContentLength: len(m.Content),
	}
	if m.Detached {
		o.Verdict, o.Reason, o.Detail = verdict.Bad, verdict.ContentMissing, "the message is detached: its content is elsewhere"
	}
	return o, m.Content, nil
}

// deliver writes the content if it may.
func (c *extractCommand) deliver(a *app, o extractedObject, content []byte) (answer, error) {
	good := o.Verdict == verdict.Good
	switch {
	case content == nil:
		return o, nil
	case !good && o.verified && !c.Unverified:
		a.tell(note{id: "extract.refused", data: data{"File": c.File}})
		return o, nil
	}
	if err := c.write(a, content); err != nil {
		return nil, err
	}
	o.Out = c.Out
	if !good {
		a.tell(note{id: "extract.unverified", data: data{"File": c.Out}})
	}
	return o, nil
}

func (c *extractCommand) write(a *app, content []byte) error {
	if c.Out != stdinName {
		return write(c.Out, content, c.Force)
	}
	_, err := a.stdout.Write(content)
	return err
}

// warnTestReport warns once if any signer rests on the test hierarchy.
func (a *app) warnTestReport(file string, r *eds.Report) {
	for _, s := range r.Signers {
		if s.Class != "" {
			a.warnTest(file, s.Class)
			return
		}
	}
}

func (o extractedObject) status() status { return statusOf(o.Verdict) }

func (o extractedObject) show(p *page) {
	if o.Out == stdinName { // stdout holds the content
		return
	}
	p.title(fmt.Sprintf("%s: %s", o.File, p.verdict(o.Verdict)), colourOf(o.Verdict))
	p.reason(o.Reason, o.Detail)
	p.hint(o.Reason)
	if o.Out != "" {
		p.row("out", p.mask(o.Out))
		p.row("content", p.words.text("content.bytes", data{"Count": o.ContentLength}))
	}
}
