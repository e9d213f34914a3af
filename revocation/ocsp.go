package revocation

import (
	"crypto/rand"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/ocsp"
)

// givenOCSP returns the worst of what the given responses say of c.
func (r *run) givenOCSP(c, issuer *cert.Certificate) (worst definite, failures []error) {
	for _, response := range r.evidence.responses {
		q := r.query(c, issuer)
		q.Nonce, q.MaxAge = response.nonce, r.o.MaxAge
		q.NonceRequired = r.o.RequireNonce && response.nonce != nil
		said, err := judgeResponse(response.Response, q)
		if err != nil {
			failures = append(failures, given(OCSP, err))
			continue
		}
		said.Given = true
		if said.worseThan(worst) {
			worst = said
		}
	}
	return worst, failures
}

// askOCSP asks the responders that the certificate names, until one answers.
func (r *run) askOCSP(c, issuer *cert.Certificate) (definite, []error) {
	var failures []error
	for _, address := range addresses(c.OCSPServers) {
		said, err := r.askResponder(address, c, issuer)
		if err == nil {
			return said, failures
		}
		failures = append(failures, asked(OCSP, address, err))
	}
	if len(failures) == 0 {
		failures = append(failures, errNoAddress(OCSP))
	}
	return definite{}, failures
}

// askResponder makes one request (RFC 6960, Appendix A.1) and holds the answer against it.
func (r *run) askResponder(address string, c, issuer *cert.Certificate) (definite, error) {
	nonce := r.newNonce()
	request, err := ocsp.NewRequest(c, issuer, ocsp.RequestOptions{Digest: r.o.CertIDDigest, Nonce: nonce})
	if err != nil {
		return definite{}, err
	}
	body, err := r.fetch(Request{Source: OCSP, Address: address, Body: request.Raw})
	if err != nil {
		return definite{}, err
	}
	response, err := ocsp.ParseResponse(body)
	if err != nil {
		return definite{}, err
	}
	q := r.query(c, issuer)
	q.Nonce, q.NonceRequired, q.MaxAge = nonce, r.o.RequireNonce, r.o.MaxAge
	if response.Nonce == nil { // nothing ties it to the request: it may be an older one
		q.MaxAge = r.o.MaxOnlineAge
	}
	return judgeResponse(response, q)
}

// newNonce returns octets that nobody can foresee, or nil.
func (r *run) newNonce() []byte {
	if r.o.NoNonce {
		return nil
	}
	nonce := make([]byte, r.o.NonceSize)
	rand.Read(nonce) // never fails
	return nonce
}

func (r *run) query(c, issuer *cert.Certificate) ocsp.Query {
	return ocsp.Query{
		Certificate: c, Issuer: issuer, At: r.at, MaxSkew: r.o.MaxSkew, Others: r.evidence.certificates,
		CheckResponder: func(responder *cert.Certificate) error { return r.checkResponder(responder, issuer) },
	}
}

func judgeResponse(response *ocsp.Response, q ocsp.Query) (definite, error) {
	a, err := response.Judge(q)
	if err != nil {
		return definite{}, err
	}
	return definite{statusOf(a.Status), Answer{
		By: OCSP, RevokedAt: a.RevokedAt, Reason: a.Reason, NeverIssued: a.NeverIssued,
		ThisUpdate: a.ThisUpdate, NextUpdate: a.NextUpdate, ProducedAt: a.ProducedAt, Nonced: a.Nonced, Evidence: response.Raw,
	}}, nil
}

func statusOf(s cert.RevocationStatus) Status {
	switch s {
	case cert.StatusGood:
		return StatusGood
	case cert.StatusRevoked:
		return StatusRevoked
	case cert.StatusUnknown:
		return StatusUnknown
	}
	return StatusUnavailable
}
