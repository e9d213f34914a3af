package edstest

import (
	"time"

	"github.com/qoltanba/eds/cert"
)

// Revoke revokes the certificate of a holder, or of an issuing authority, from the moment at; the zero moment stands
// for now. OCSP and lists say so from the next question on. Revoking again changes reason and time.
func (p *PKI) Revoke(h *Holder, reason cert.RevocationReason, at time.Time) {
	if at.IsZero() {
		at = p.now()
	}
	p.change(h, entry{revoked: true, at: at.UTC().Truncate(time.Second), reason: reason})
}

// Hold suspends the certificate of a holder from the moment at, or from now on: revoked with the reason
// certificateHold, as the national test keys are.
func (p *PKI) Hold(h *Holder, at time.Time) { p.Revoke(h, cert.CertificateHold, at) }

// Release ends a hold: the certificate is good again.
func (p *PKI) Release(h *Holder) { p.change(h, entry{}) }

func (p *PKI) change(h *Holder, to entry) {
	switch {
	case h.pki != p:
		panic("edstest: this holder's certificate is of another PKI")
	case h.issuer == nil:
		panic("edstest: nobody can revoke a root")
	case !h.issuer.ledger.change(h.Certificate, to):
		panic("edstest: the authority does not know this certificate: it was never issued")
	}
}
