package edstest

import (
	"crypto"
	"net/http"
	"time"
)

// Fault is a way in which a service fails.
type Fault string

// Faults of any service.
const (
	NoFault     Fault = ""
	Down        Fault = "down"         // cuts the connection without an answer
	Slow        Fault = "slow"         // never answers
	ServerError Fault = "server-error" // answers 503
	Redirect    Fault = "redirect"     // answers 303 to elsewhere, as a captive portal does
	Empty       Fault = "empty"        // answers with nothing, as a mirror of the national lists has done
	Garbage     Fault = "garbage"      // answers with a page of HTML
	Endless     Fault = "endless"      // answers without end
)

// Faults of OCSP answers and of lists: everything is right but for one thing.
const (
	WrongSigner  Fault = "wrong-signer"  // signed by somebody whom the authority has not asked to
	BadSignature Fault = "bad-signature" // signed with another key than that of the certificate it names
	Stale        Fault = "stale"         // of a week ago, and for a day
	Future       Fault = "future"        // of tomorrow
)

// Faults of OCSP answers alone.
const (
	OtherCertificate Fault = "other-certificate" // good, about another certificate
	OtherNonce       Fault = "other-nonce"       // not of this request
	NoNonce          Fault = "no-nonce"
	TryLater         Fault = "try-later" // the error of that name
	SaysUnknown      Fault = "unknown"   // of every certificate, that it is unknown
)

// Break makes a service fail until it is mended.
func (p *PKI) Break(s Service, f Fault) {
	p.desk.mu.Lock()
	defer p.desk.mu.Unlock()
	p.desk.faults[s] = f
}

// Mend makes a service work again.
func (p *PKI) Mend(s Service) { p.Break(s, NoFault) }

// moment is what the fault makes of the moment at which a service speaks.
func (f Fault) moment(now time.Time) time.Time {
	switch f {
	case Stale:
		return now.AddDate(0, 0, -7)
	case Future:
		return now.AddDate(0, 0, 1)
	}
	return now
}

// nonce is what the fault makes of the nonce of a request.
func (f Fault) nonce(sent []byte) []byte {
	switch f {
	case NoNonce:
		return nil
	case OtherNonce:
		return []byte("not the nonce of this request, 32")
	}
	return sent
}

// key is the key with which the fault has signer sign.
func (f Fault) key(signer *Holder, a *authority) crypto.Signer {
	if f == BadSignature {
		return a.impostor().Key
	}
	return signer.Key
}

// transportFaults are those that need no knowledge of the service.
var transportFaults = map[Fault]func(*desk, http.ResponseWriter, *http.Request){
	Down:        func(*desk, http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	Slow:        (*desk).wait,
	ServerError: func(_ *desk, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) },
	Redirect: func(_ *desk, w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/portal", http.StatusSeeOther)
	},
	Empty: func(_ *desk, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) },
	Garbage: func(_ *desk, w http.ResponseWriter, _ *http.Request) {
		write(w, "text/html", []byte("<!DOCTYPE html><title>Sign in to the network</title>"))
	},
	Endless: (*desk).pour,
}

// wait answers when the client has given up, or the PKI is closed.
func (d *desk) wait(_ http.ResponseWriter, r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-d.closed:
	}
	panic(http.ErrAbortHandler)
}

// pour answers with zeros for as long as somebody takes them.
func (d *desk) pour(w http.ResponseWriter, _ *http.Request) {
	done := make(chan struct{})
	defer close(done)
	go func() {
		select {
		case <-d.closed: // let go of a client that has stopped reading
			_ = http.NewResponseController(w).SetWriteDeadline(time.Unix(1, 0))
		case <-done:
		}
	}()
	zeros := make([]byte, 64<<10)
	for {
		if _, err := w.Write(zeros); err != nil {
			panic(http.ErrAbortHandler)
		}
	}
}
