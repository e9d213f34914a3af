package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fatih/color"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/nca"
)

type trustFetchCommand struct {
	Out string `required:"" placeholder:"DIR" help:"Folder for the certificates; made if it is not there."`
	pinChoice
}

// A fetchObject tells what became of each certificate.
type fetchObject struct {
	Schema  int             `json:"schema"`
	Out     string          `json:"out"`
	Anchors []fetchedObject `json:"anchors"`
}

// A fetchedObject is one certificate that was fetched, or was not.
type fetchedObject struct {
	Name    string    `json:"name"`
	Class   nca.Class `json:"class"`
	Root    bool      `json:"root"`
	Outcome string    `json:"outcome"` // fetched, failed, or skipped: it is published at no address of its own
	File    string    `json:"file"`    // "" unless fetched
	Address string    `json:"address"` // where it came from
	SHA256  string    `json:"sha256"`
	Detail  string    `json:"detail"`
}

const (
	outcomeFetched = "fetched"
	outcomeFailed  = "failed"
	outcomeSkipped = "skipped"
)

func (c *trustFetchCommand) Run(a *app) error {
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return unwritable(c.Out, err)
	}
	f := fetcher{client: a.client()}
	o := fetchObject{Schema: schema, Out: c.Out, Anchors: []fetchedObject{}}
	for _, pin := range c.of(a.pins, a.now()) {
		o.Anchors = append(o.Anchors, f.keep(a.ctx, pin, c.Out))
	}
	a.print(o)
	return nil
}

// Limits of one request.
const (
	fetchTime = 30 * time.Second
	fetchSize = cert.MaxSize
)

// client asks the official addresses and nobody else: it does not follow redirects.
func (a *app) client() *http.Client {
	return &http.Client{
		Transport:     a.transport,
		Timeout:       fetchTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// A fetcher gets pinned certificates. Plain HTTP is good enough for it: what does not have the pinned fingerprint is
// not kept.
type fetcher struct{ client *http.Client }

// keep fetches a certificate and writes it into the folder.
func (f fetcher) keep(ctx context.Context, pin nca.Pin, dir string) fetchedObject {
	o := fetchedObject{Name: pin.Name, Class: pin.Class, Root: pin.Root, SHA256: pin.SHA256Text()}
	if len(pin.Addresses) == 0 {
		o.Outcome, o.Detail = outcomeSkipped, "published at no address of its own"
		return o
	}
	raw, address, err := f.fetch(ctx, pin)
	file := filepath.Join(dir, pin.Name+".cer")
	if err == nil {
		err = replace(file, raw)
	}
	if err != nil {
		o.Outcome, o.Detail = outcomeFailed, err.Error()
		return o
	}
	o.Outcome, o.File, o.Address = outcomeFetched, file, address
	return o
}

// fetch tries the addresses in turn until one has what fits the pin.
func (f fetcher) fetch(ctx context.Context, pin nca.Pin) (raw []byte, address string, err error) {
	var failures []string
	for _, address := range pin.Addresses {
		raw, err := f.get(ctx, address)
		if err == nil {
			raw, err = matching(raw, pin)
		}
		if err == nil {
			return raw, address, nil
		}
		failures = append(failures, fmt.Sprintf("%s: %v", address, err))
	}
	return nil, "", errors.New(strings.Join(failures, "; "))
}

func (f fetcher) get(ctx context.Context, address string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", "eds (+https://github.com/qoltanba/eds)") // some of the services refuse an empty one
	response, err := f.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("answered %s", response.Status)
	}
	raw, err := io.ReadAll(io.LimitReader(response.Body, fetchSize+1))
	if err == nil && len(raw) > fetchSize {
		err = fmt.Errorf("more than %d bytes", fetchSize)
	}
	return raw, err
}

// matching returns the certificate in DER if it is the pinned one.
func matching(b []byte, pin nca.Pin) ([]byte, error) {
	c, err := cert.Decode(b)
	if err != nil {
		return nil, err
	}
	if sha256.Sum256(c.Raw) != pin.SHA256 {
		return nil, fmt.Errorf("another certificate: SHA-256 %s, want %s", c.FingerprintText(), pin.SHA256Text())
	}
	return c.Raw, nil
}

func (o fetchObject) status() status {
	for _, anchor := range o.Anchors {
		if anchor.Outcome == outcomeFailed {
			return statusUnreadable
		}
	}
	return statusGood
}

func (o fetchObject) show(p *page) {
	colours := map[string]color.Attribute{outcomeFetched: color.FgGreen, outcomeFailed: color.FgRed}
	for _, anchor := range o.Anchors {
		p.title(anchor.Name+": "+p.words.text("fetch."+anchor.Outcome), colours[anchor.Outcome])
		p.row("file", anchor.File)
		p.row("address", anchor.Address)
		if anchor.Outcome == outcomeFailed {
			p.row("detail", anchor.Detail)
		}
	}
}
