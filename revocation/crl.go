package revocation

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/crl"
	"github.com/qoltanba/eds/verdict"
)

// askLists gets the lists that the certificate's distribution points name, until they decide. The addresses of one
// point are mirrors of one list: the next is asked where the one before it brought nothing that could be used.
func (r *run) askLists(c, issuer *cert.Certificate) (definite, []error) {
	var fetched []*crl.List
	var failures []error
	for _, point := range c.CRLDistributionPoints {
		for _, address := range addresses(point.URIs()) {
			list, err := r.list(address)
			if err == nil {
				fetched = append(fetched, list)
				var said definite
				if said, err = r.judgeLists(c, issuer, fetched); err == nil {
					return said, failures
				}
			}
			failures = append(failures, asked(CRL, address, err))
		}
	}
	if len(failures) == 0 {
		failures = append(failures, errNoAddress(CRL))
	}
	return definite{}, failures
}

// judgeLists returns what the given lists and those that were fetched say. The newest list that can be used counts, so
// that an older one from the wire does not push a given one aside (T74).
func (r *run) judgeLists(c, issuer *cert.Certificate, fetched []*crl.List) (definite, error) {
	q := crl.Query{Certificate: c, Issuer: issuer, At: r.at, Lists: slices.Concat(fetched, r.evidence.lists)}
	if len(fetched) > 0 {
		q.MaxSkew = r.o.MaxSkew
	}
	a, err := crl.Judge(q)
	if err != nil {
		return definite{}, err
	}
	return definite{statusOf(a.Status), Answer{
		By: CRL, Given: !slices.Contains(fetched, a.List), RevokedAt: a.RevokedAt, Reason: a.Reason,
		ThisUpdate: a.List.ThisUpdate, NextUpdate: a.List.NextUpdate, ProducedAt: a.List.ThisUpdate, Evidence: a.List.Raw,
	}}, nil
}

// listed is what an address brought.
type listed struct {
	list *crl.List
	err  error
}

// list gets the list at an address, once in a Check.
func (r *run) list(address string) (*crl.List, error) {
	if l, ok := r.lists[address]; ok {
		return l.list, l.err
	}
	var l listed
	body, err := r.fetch(Request{Source: CRL, Address: address})
	if err == nil {
		l.list, err = crl.Parse(body)
	}
	l.err = err
	r.lists[address] = l
	return l.list, l.err
}

// checkResponder is how package ocsp asks about a delegated responder without id-pkix-ocsp-nocheck. Lists alone can
// answer: another OCSP answer would be signed by the very key in question, or lead round in circles (T56). That the
// responder is revoked says nothing of the certificate asked about, so the error does not wrap that reason.
func (r *run) checkResponder(responder, issuer *cert.Certificate) error {
	said, failed := r.given(CRL, responder, issuer)
	if said.Status == StatusUnavailable && r.counts(CRL) {
		var more []error
		said, more = r.ask(CRL, responder, issuer)
		failed = append(failed, more...)
	}
	switch said.Status {
	case StatusGood:
		return nil
	case StatusRevoked:
		return errors.New("revoked since " + said.RevokedAt.UTC().Format(time.RFC3339))
	}
	return verdict.New(verdict.RevocationUnavailable, "revocation: no list tells of it: %w", failures(failed))
}

func errNoAddress(s Source) error { return fmt.Errorf("%s: the certificate names no address", s) }
