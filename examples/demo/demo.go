package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/qoltanba/eds"
	"github.com/qoltanba/eds/edstest"
	"github.com/qoltanba/eds/examples/loginserver/site"
	"github.com/qoltanba/eds/ncalayer/emulator"
	"github.com/qoltanba/eds/revocation"
)

// A demo is everything that runs.
type demo struct {
	pki, foreign *edstest.PKI
	emulator     *emulator.Emulator
	site         *site.Site
	panel        *panel
	address      // where it listens
	server       *http.Server
}

// start makes a demo on the first free port from the one given.
func start(port int, logs io.Writer) (*demo, error) {
	d := new(demo)
	if err := d.build(port, logs); err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

func (d *demo) build(port int, logs io.Writer) (err error) {
	if d.pki, err = edstest.New(edstest.Options{
		Hierarchies: []edstest.Hierarchy{edstest.GOST512, edstest.GOST2004, edstest.RSA},
	}); err != nil {
		return err
	}
	if d.foreign, err = edstest.New(edstest.Options{}); err != nil {
		return err
	}
	if d.address, err = listen(port); err != nil {
		return err
	}
	cast := newCast(d.pki, d.foreign)
	d.panel = newPanel(d.address, cast, d.pki)
	if d.emulator, err = emulator.New(emulator.Options{
		Listen: "127.0.0.1:0",
		Plain:  true, // no certificate to install; browsers allow it for loopback
		Keys:   cast.keys(),
		Ask:    d.panel.ask,
	}); err != nil {
		return err
	}
	if d.site, err = d.newSite(logs); err != nil {
		return err
	}
	d.server = &http.Server{Handler: d.handler(), ReadHeaderTimeout: 5 * time.Second}
	return nil
}

func (d *demo) newSite(logs io.Writer) (*site.Site, error) {
	sources, err := sourcesOf(d.pki)
	if err != nil {
		return nil, err
	}
	return site.New(site.Config{
		Origin:   d.origin,
		Trust:    d.pki.Trust(),
		EDS:      eds.Options{Service: "demo", Sources: sources},
		NCALayer: d.emulator.URL(),
		Notice:   d.panel.notice,
		Log:      slog.New(slog.NewTextHandler(logs, &slog.HandlerOptions{ReplaceAttr: site.PrintableAttr})),
	})
}

// sourcesOf lets the site ask the services of the fake authority, which are on loopback.
func sourcesOf(pki *edstest.PKI) (*revocation.Options, error) {
	fetcher, err := revocation.NewHTTP(revocation.HTTPOptions{
		Hosts:    []revocation.Host{{Name: pki.Host(), Private: true}},
		OCSPTime: 2 * time.Second, // nobody waits long for a demonstration of a slow service
		CRLTime:  2 * time.Second,
	})
	if err != nil {
		return nil, err
	}
	return &revocation.Options{Fetcher: fetcher}, nil
}

// handler puts the demo's window beside the site.
func (d *demo) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/demo/", d.panel.handler())
	mux.Handle("/", d.site)
	return mux
}

// serve answers until ctx ends.
func (d *demo) serve(ctx context.Context) error {
	failed := make(chan error, len(d.listeners))
	for _, listener := range d.listeners {
		go func() { failed <- d.server.Serve(listener) }()
	}
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	d.panel.close() // its pages wait for news without end
	grace, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := d.server.Shutdown(grace); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// close ends whatever was started.
func (d *demo) close() {
	if d.server != nil {
		_ = d.server.Close()
	}
	d.address.close()
	if d.emulator != nil {
		_ = d.emulator.Close()
	}
	for _, pki := range []*edstest.PKI{d.pki, d.foreign} {
		if pki != nil {
			pki.Close()
		}
	}
}
