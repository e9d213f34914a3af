package revocation

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/crl"
	"github.com/qoltanba/eds/ocsp"
	"github.com/qoltanba/eds/verdict"
)

// Evidence is what is at hand without asking. Nothing in it is trusted for being there: an answer in it counts if it is
// verified and fresh, and what cannot be read stands among the causes where nothing else decides.
//
// An answer may be as old as it allows itself, or as [Options.MaxAge] allows it. So take none from the person who is to
// be judged now: he would choose one of before the revocation.
type Evidence struct {
	OCSP  [][]byte    // responses, DER
	Nonce []byte      // of the requests that they answer, without the inner OCTET STRING; nil if unknown
	CRLs  [][]byte    // lists, DER, PEM or Base64
	Lists []*crl.List // lists that are parsed already

	// Certificates are those among which an OCSP responder's may be.
	Certificates []*cert.Certificate
}

// Limits of evidence.
const (
	maxGiven        = 256 // responses, and lists
	maxCertificates = 1024
)

// evidence is parsed Evidence. It is immutable.
type evidence struct {
	responses    []givenResponse
	lists        []*crl.List
	certificates []*cert.Certificate
	unreadable   []error
}

type givenResponse struct {
	*ocsp.Response
	nonce []byte // of its request
}

// with returns the evidence with more of it.
func (e evidence) with(more Evidence) (evidence, error) {
	if slices.Contains(more.Lists, nil) || slices.Contains(more.Certificates, nil) {
		return evidence{}, verdict.Misuse("revocation: nil among the evidence")
	}
	sum := evidence{
		responses:    slices.Clone(e.responses),
		lists:        slices.Concat(e.lists, more.Lists),
		certificates: slices.Concat(e.certificates, more.Certificates),
		unreadable:   slices.Clone(e.unreadable),
	}
	if len(e.responses)+len(more.OCSP) > maxGiven || len(sum.lists)+len(more.CRLs) > maxGiven || len(sum.certificates) > maxCertificates {
		return evidence{}, verdict.New(verdict.LimitExceeded, "revocation: too much evidence")
	}
	for _, raw := range more.OCSP {
		response, err := ocsp.ParseResponse(raw)
		if err != nil {
			sum.unreadable = append(sum.unreadable, given(OCSP, err))
			continue
		}
		sum.responses = append(sum.responses, givenResponse{response, bytes.Clone(more.Nonce)})
	}
	for _, raw := range more.CRLs {
		list, err := crl.Decode(bytes.Clone(raw))
		if err != nil {
			sum.unreadable = append(sum.unreadable, given(CRL, err))
			continue
		}
		sum.lists = append(sum.lists, list)
	}
	return sum, nil
}

func given(s Source, err error) error { return fmt.Errorf("given %s: %w", s, err) }
