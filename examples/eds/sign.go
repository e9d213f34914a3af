package main

import (
	"encoding/pem"
	"fmt"
	"time"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/pkcs12"
	"github.com/qoltanba/eds/verdict"
)

type signCommand struct {
	P12      string    `name:"p12" required:"" placeholder:"FILE" help:"PKCS #12 store with the key."`
	Alias    string    `placeholder:"NAME" help:"Which key, where the store holds several."`
	Content  string    `required:"" placeholder:"FILE" help:"What to sign; - for stdin."`
	Out      string    `required:"" placeholder:"FILE" help:"Where the signed message goes; - for stdout."`
	Detached bool      `help:"Leave the content out of the message."`
	BER      bool      `name:"ber" help:"Write the BER form of streaming programs instead of DER." xor:"form"`
	PEM      bool      `name:"pem" help:"Write PEM." xor:"form"`
	At       time.Time `placeholder:"TIME" help:"Signing time to state (default: now)."`
	Force    bool      `help:"Replace the file that is there."`
	passwordOptions
}

// A signedObject tells of a message that was made.
type signedObject struct {
	Schema          int    `json:"schema"`
	File            string `json:"file"` // what was signed
	Out             string `json:"out"`
	Detached        bool   `json:"detached"`
	Encoding        string `json:"encoding"`
	Length          int    `json:"length"` // of the message, in bytes
	Serial          string `json:"serial"`
	Subject         string `json:"subject"`
	KeyAlgorithm    string `json:"key_algorithm"`
	DigestAlgorithm string `json:"digest_algorithm"`
	SigningTime     string `json:"signing_time"`
}

func (c *signCommand) Run(a *app) error {
	j := job{
		files: []string{c.Content},
		judge: func(string) (answer, error) { return c.sign(a) },
		blank: func(h head) any { return h },
	}
	if c.Out == stdinName && a.line.JSON {
		a.refuse(j, note{id: "usage.out-json"})
		return nil
	}
	a.do(j)
	return nil
}

func (c *signCommand) sign(a *app) (answer, error) {
	content, err := a.read(c.Content, cms.MaxSize)
	if err != nil {
		return nil, err
	}
	raw, err := a.read(c.P12, maxInput)
	if err != nil {
		return nil, fmt.Errorf("--p12: %w", err)
	}
	store, err := a.openStore(c.P12, raw, c.passwordOptions)
	if err != nil {
		return nil, fmt.Errorf("--p12: %w", err)
	}
	entry, err := choose(store.Entries, c.Alias)
	if err != nil {
		return nil, err
	}
	at := c.at(a.now)
	c.warn(a, entry.Certificate, at)
	message, err := c.message(content, entry, at)
	if err != nil {
		return nil, err
	}
	if err := c.deliver(a, message); err != nil {
		return nil, err
	}
	return c.object(a, entry.Certificate, message, at), nil
}

func (c *signCommand) at(now func() time.Time) time.Time {
	if c.At.IsZero() {
		return now()
	}
	return c.At
}

// choose finds the key to sign with.
func choose(entries []pkcs12.Entry, alias string) (pkcs12.Entry, error) {
	var found []pkcs12.Entry
	for _, e := range entries {
		if alias == "" || e.Alias == alias {
			found = append(found, e)
		}
	}
	switch {
	case len(entries) == 0:
		return pkcs12.Entry{}, note{id: "sign.no-key"}
	case len(found) == 0:
		return pkcs12.Entry{}, note{id: "sign.no-alias"}
	case len(found) > 1:
		return pkcs12.Entry{}, note{id: "sign.several-keys", data: data{"Count": len(found)}}
	}
	return found[0], nil
}

// warn says what makes a signature worthless to whoever verifies it. It is made all the same: the user decides.
func (c *signCommand) warn(a *app, signer *cert.Certificate, at time.Time) {
	if at.Before(signer.NotBefore) || at.After(signer.NotAfter) {
		a.tell(note{id: "warn.not-valid-then", data: data{"From": stamp(signer.NotBefore), "To": stamp(signer.NotAfter)}})
	}
}

// message signs, and looks at the result before anybody else does.
func (c *signCommand) message(content []byte, entry pkcs12.Entry, at time.Time) ([]byte, error) {
	message, err := cms.Sign(content, []cms.Signer{{Certificate: entry.Certificate, Key: entry.Key}}, cms.SignOptions{
		Detached:    c.Detached,
		SigningTime: at,
		Streaming:   c.BER,
	})
	if err != nil {
		return nil, err
	}
	parsed, err := cms.Parse(message)
	if err == nil {
		_, err = parsed.VerifySigner(0, content, nil)
	}
	if err != nil {
		return nil, fmt.Errorf("the message just made does not verify: %w", err)
	}
	if c.PEM {
		message = pem.EncodeToMemory(&pem.Block{Type: "CMS", Bytes: message})
	}
	return message, nil
}

func (c *signCommand) deliver(a *app, message []byte) error {
	if c.Out != stdinName {
		return write(c.Out, message, c.Force)
	}
	_, err := a.stdout.Write(message)
	return err
}

func (c *signCommand) object(a *app, signer *cert.Certificate, message []byte, at time.Time) signedObject {
	o := signedObject{
		Schema:          schema,
		File:            c.Content,
		Out:             c.Out,
		Detached:        c.Detached,
		Encoding:        "der",
		Length:          len(message),
		Serial:          signer.SerialNumber(),
		Subject:         a.name(signer.Subject),
		KeyAlgorithm:    signer.PublicKey.Algorithm(),
		DigestAlgorithm: signer.PublicKey.Digest().String(),
		SigningTime:     stamp(at),
	}
	switch {
	case c.BER:
		o.Encoding = "ber"
	case c.PEM:
		o.Encoding = "pem"
	}
	return o
}

func (signedObject) status() status { return statusGood }

func (o signedObject) show(p *page) {
	if o.Out == stdinName { // stdout holds the message
		return
	}
	p.title(p.words.text("title.signed", data{"File": o.Out}), colourOf(verdict.Good))
	p.row("file", p.mask(o.File))
	p.row("claimed", o.Subject)
	p.row("serial", o.Serial)
	p.row("key", o.KeyAlgorithm)
	p.row("digest", o.DigestAlgorithm)
	p.row("signing_time", moment(o.SigningTime))
}
