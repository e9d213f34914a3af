package edstest

import (
	"io"
	"net/http"
	"strings"
	"sync"
)

// Service is one of the services of a PKI.
type Service string

// The services. The addresses are those of the national ones behind another host.
const (
	OCSP    Service = "ocsp" // /ocsp/
	CRL     Service = "crl"  // /crl/nca_gost_2022.crl and others
	Issuers Service = "cert" // /cert/nca_gost_2022.cer and others
)

// maxRequest bounds the octets of a request that are read.
const maxRequest = 64 << 10

// A desk is where requests arrive.
type desk struct {
	pki    *PKI
	answer map[Service]http.Handler
	closed chan struct{} // when closed, nobody waits any longer
	once   sync.Once

	mu     sync.Mutex // guards what follows
	open   sync.WaitGroup
	faults map[Service]Fault
	wraps  map[Service]func(http.Handler) http.Handler
	counts map[Service]int
}

func newDesk(p *PKI) *desk {
	d := &desk{
		pki: p, closed: make(chan struct{}),
		faults: make(map[Service]Fault), wraps: make(map[Service]func(http.Handler) http.Handler), counts: make(map[Service]int),
	}
	d.answer = map[Service]http.Handler{
		OCSP:    http.HandlerFunc(d.serveOCSP),
		CRL:     http.HandlerFunc(d.serveCRL),
		Issuers: http.HandlerFunc(d.serveIssuer),
	}
	return d
}

// Handler returns what serves OCSP, lists and certificates of the authorities, for a server of your own: see
// [Options].URL.
func (p *PKI) Handler() http.Handler { return p.desk }

// Requests returns how many requests a service has had.
func (p *PKI) Requests(s Service) int {
	p.desk.mu.Lock()
	defer p.desk.mu.Unlock()
	return p.desk.counts[s]
}

// Wrap puts a handler of your own around a service, for faults that [Fault] has no word for. Nil takes it away.
func (p *PKI) Wrap(s Service, wrap func(http.Handler) http.Handler) {
	p.desk.mu.Lock()
	defer p.desk.mu.Unlock()
	p.desk.wraps[s] = wrap
}

// ServeHTTP finds the service, by the first part of the path.
func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	s := Service(name)
	handler, ok := d.answer[s]
	if !ok {
		http.NotFound(w, r)
		return
	}
	fault, wrap, ok := d.enter(s)
	if !ok {
		panic(http.ErrAbortHandler) // closed
	}
	defer d.open.Done()
	if wrap != nil {
		handler = wrap(handler)
	}
	if fail, ok := transportFaults[fault]; ok {
		_, _ = io.Copy(io.Discard, io.LimitReader(r.Body, maxRequest)) // or net/http does not see the client leave
		fail(d, w, r)
		return
	}
	handler.ServeHTTP(w, r)
}

// enter counts a request. It is not ok once the desk is closed.
func (d *desk) enter(s Service) (Fault, func(http.Handler) http.Handler, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	select {
	case <-d.closed:
		return NoFault, nil, false
	default:
	}
	d.open.Add(1)
	d.counts[s]++
	return d.faults[s], d.wraps[s], true
}

// close lets everybody go who waits, and waits until they are gone.
func (d *desk) close() {
	d.once.Do(func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		close(d.closed)
	})
	d.open.Wait()
}

// fault returns how a service is broken.
func (d *desk) fault(s Service) Fault {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.faults[s]
}

// authorities returns those of all hierarchies.
func (d *desk) authorities() []*authority {
	var all []*authority
	for _, h := range d.pki.order {
		all = append(all, d.pki.issuers[h].root, d.pki.issuers[h].nca)
	}
	return all
}

// serveIssuer serves the certificate of an authority.
func (d *desk) serveIssuer(w http.ResponseWriter, r *http.Request) {
	for _, a := range d.authorities() {
		if r.URL.Path == "/cert/"+a.file() {
			write(w, "application/pkix-cert", a.holder.Certificate.Raw)
			return
		}
	}
	http.NotFound(w, r)
}

func write(w http.ResponseWriter, contentType string, body []byte) {
	w.Header().Set("Content-Type", contentType)
	_, _ = w.Write(body) // a client that has left
}
