package edstest

import (
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/mint"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/ocsp"
)

// serveOCSP answers a request by POST, or by GET with the request in Base64 behind the address (RFC 6960, Appendix A).
func (d *desk) serveOCSP(w http.ResponseWriter, r *http.Request) {
	raw, err := readRequest(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	write(w, "application/ocsp-response", d.ocsp(raw, d.fault(OCSP)))
}

func readRequest(r *http.Request) ([]byte, error) {
	switch r.Method {
	case http.MethodPost:
		return io.ReadAll(io.LimitReader(r.Body, maxRequest))
	case http.MethodGet:
		return base64.StdEncoding.DecodeString(strings.TrimPrefix(r.URL.Path, "/ocsp/"))
	}
	return nil, errors.New("want POST or GET")
}

// ocsp makes the response to a request.
func (d *desk) ocsp(raw []byte, fault Fault) []byte {
	if fault == TryLater {
		return ocsp.ErrorResponse(ocsp.TryLater)
	}
	request, err := ocsp.ParseRequest(raw)
	if err != nil {
		return ocsp.ErrorResponse(ocsp.MalformedRequest)
	}
	at := fault.moment(d.pki.now())
	t := ocsp.Template{ProducedAt: at, Nonce: fault.nonce(request.Nonce), ExtendedRevoke: true}
	var by *authority
	for _, id := range request.CertIDs {
		if by = d.authorityOf(id); by == nil {
			return ocsp.ErrorResponse(ocsp.Unauthorized)
		}
		t.Responses = append(t.Responses, by.status(id, at, fault))
	}
	if by == nil {
		return ocsp.ErrorResponse(ocsp.MalformedRequest)
	}
	return must(by.signer(fault).Sign(t))
}

// authorityOf finds the issuing authority that a request names. The roots have no such service, as in reality.
func (d *desk) authorityOf(id ocsp.CertID) *authority {
	for _, h := range d.pki.order {
		a := d.pki.issuers[h].nca
		issuer := a.holder.Certificate
		if id.Matches(&cert.Certificate{Issuer: issuer.Subject, RawSerial: id.Serial}, issuer) {
			return a
		}
	}
	return nil
}

// status says what the books hold about a certificate. What they do not hold was never issued.
func (a *authority) status(id ocsp.CertID, at time.Time, fault Fault) ocsp.SingleResponse {
	e, known := a.ledger.find(id.Serial)
	switch {
	case fault == OtherCertificate:
		id.Serial = a.responder().Certificate.RawSerial
		return ocsp.Good(id, at)
	case fault == SaysUnknown:
		return ocsp.Unknown(id, at)
	case !known:
		return ocsp.NeverIssued(id, at)
	case e.revoked:
		return ocsp.Revoked(id, at, e.at, e.reason)
	}
	return ocsp.Good(id, at)
}

// signer returns who signs the answers: a responder with its certificate sent along, or the authority itself.
func (a *authority) signer(fault Fault) ocsp.Responder {
	by := a.responder()
	switch {
	case fault == WrongSigner:
		by = a.impostor()
	case a.pki.o.DirectOCSP:
		return ocsp.Responder{Certificate: a.holder.Certificate, Key: fault.key(a.holder, a)}
	}
	return ocsp.Responder{
		Certificate: by.Certificate, Key: fault.key(by, a), Embedded: []*cert.Certificate{by.Certificate},
	}
}

// issueImpostor issues a certificate as people have it, which nobody has asked to answer for the authority.
func (a *authority) issueImpostor() *Holder {
	key := a.pki.keys.at(a.hierarchy, impostorKey)
	id := must(generations[a.hierarchy].keyID(key.Public()))
	return a.issue(impostorKey, key, mint.Template{
		Serial:    mint.SerialOf(id),
		Subject:   mint.Name(mint.Attribute{Type: oid.CommonName, Value: "OCSP IMPOSTOR (FAKE)"}),
		NotBefore: caNotBefore,
		NotAfter:  caNotAfter,
		Extensions: []cert.Extension{
			mint.KeyUsage(cert.UsageDigitalSignature), mint.ExtKeyUsage(false, oid.EmailProtection),
			mint.SubjectKeyID(id), mint.AuthorityKeyID(a.holder.Certificate.SubjectKeyID),
		},
	})
}
