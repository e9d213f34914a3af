package ocsp

import (
	"bytes"
	"crypto/sha1" // #nosec: responders are named so (RFC 6960, Section 4.2.1)
	"errors"
	"slices"
	"time"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

// authority is the signer of a response, its right to sign checked.
type authority struct {
	certificate *cert.Certificate
	delegated   bool
}

// responder finds who signed the response and checks that it may speak for the issuer (RFC 6960, Section 4.2.2.2): it
// is the issuer itself, or a certificate that the issuer made for this. The error is that of the first candidate that
// bears the responder's name, or says that there is none.
func (r *Response) responder(q Query) (*authority, error) {
	algorithm, err := cert.ParseSignatureAlgorithm(r.SignatureAlgorithm, 0)
	if err != nil {
		return nil, unavailable("signature: %w", err)
	}
	var first error
	for _, c := range r.candidates(q) {
		by := &authority{certificate: c, delegated: !isIssuer(c, q.Issuer)}
		err := r.checkResponder(q, by, algorithm)
		if err == nil {
			return by, nil
		}
		if first == nil {
			first = err
		}
	}
	if first == nil {
		first = unavailable("the responder's certificate is not at hand")
	}
	return nil, first
}

// maxCandidates bounds the certificates of one name that are tried.
const maxCandidates = 32

// candidates returns the certificates that the responderID fits, the issuer's first, each once.
func (r *Response) candidates(q Query) []*cert.Certificate {
	var found []*cert.Certificate
	for _, list := range [][]*cert.Certificate{{q.Issuer}, r.Certificates, q.Others} {
		for _, c := range list {
			if len(found) < maxCandidates && r.isNamed(c) && !slices.ContainsFunc(found, c.Equal) {
				found = append(found, c)
			}
		}
	}
	return found
}

// isNamed reports whether the responderID fits a certificate.
func (r *Response) isNamed(c *cert.Certificate) bool {
	if r.ResponderName != nil {
		return r.ResponderName.Equal(c.Subject)
	}
	sum := sha1.Sum(keyBits(c.RawSPKI))
	return bytes.Equal(sum[:], r.ResponderKey)
}

// isIssuer reports whether a certificate stands for the issuer itself: the same name with the same key. Another
// certificate of the issuer's, such as one that a root made for the same key, is no other authority.
func isIssuer(c, issuer *cert.Certificate) bool {
	return c.Equal(issuer) || c.Subject.Equal(issuer.Subject) && bytes.Equal(c.RawSPKI, issuer.RawSPKI)
}

func (r *Response) checkResponder(q Query, by *authority, algorithm cert.SignatureAlgorithm) error {
	if by.delegated {
		if err := checkDelegation(by.certificate, q.Issuer, r.ProducedAt); err != nil {
			return err
		}
	}
	if err := by.certificate.PublicKey.Verify(algorithm, r.RawTBS, r.Signature); err != nil {
		return unavailable("signature: %w", err)
	}
	if by.delegated {
		return q.checkRevocation(by.certificate)
	}
	return nil
}

// checkDelegation checks a delegated responder's certificate (RFC 6960, Section 4.2.2.2): the issuer made it, with the
// very key, and for this use by name; the use of anything is not enough. It is no authority's certificate, and was
// valid when the response was made.
func checkDelegation(c, issuer *cert.Certificate, producedAt time.Time) error {
	switch {
	case !c.Issuer.Equal(issuer.Subject):
		return unavailable("the responder's certificate is not of the authority that issued the certificate")
	case !slices.Contains(c.ExtKeyUsage, oid.OCSPSigning):
		return unavailable("the responder's certificate is not for signing OCSP responses")
	case !c.Allows(cert.UsageDigitalSignature | cert.UsageNonRepudiation):
		return unavailable("the responder's certificate is not for signing")
	case c.BasicConstraints != nil && c.BasicConstraints.CA:
		return unavailable("the responder's certificate is that of an authority")
	case producedAt.Before(c.NotBefore) || producedAt.After(c.NotAfter):
		return unavailable("the responder's certificate was not valid when the response was made, at %s", text(producedAt))
	}
	if err := checkCritical("responder's certificate", c.Extensions, understood...); err != nil {
		return err
	}
	if err := c.CheckSignature(issuer.PublicKey); err != nil {
		return unavailable("the responder's certificate: %w", err)
	}
	return nil
}

// understood are the extensions that may be critical in a responder's certificate: those that are checked here, and
// those that forbid nothing to it.
var understood = []cert.OID{
	oid.KeyUsage, oid.ExtKeyUsage, oid.BasicConstraints, oid.OCSPNoCheck, oid.SubjectAltName, oid.IssuerAltName,
	oid.CertificatePolicies, oid.SubjectKeyIdentifier, oid.AuthorityKeyIdentifier, oid.CRLDistributionPoints,
	oid.AuthorityInfoAccess,
}

// checkRevocation asks whether the delegated responder is itself still good (RFC 6960, Section 4.2.2.2.1).
func (q Query) checkRevocation(c *cert.Certificate) error {
	if c.Extension(oid.OCSPNoCheck) != nil {
		return nil
	}
	if q.CheckResponder == nil {
		return unavailable("nobody can tell whether the responder's certificate has been revoked")
	}
	switch err := q.CheckResponder(c); {
	case err == nil:
		return nil
	case errors.Is(err, verdict.Revoked): // the responder, not the certificate asked about: kept as text alone
		return unavailable("the responder's certificate: %v", err)
	default:
		return unavailable("the responder's certificate: %w", err)
	}
}
