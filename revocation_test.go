package eds_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds"
	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/edstest"
	"github.com/qoltanba/eds/internal/vectors"
	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/revocation"
	"github.com/qoltanba/eds/verdict"
)

// newPKI starts a fake national PKI that lives at the moment of the tests.
func newPKI(t *testing.T) *edstest.PKI {
	t.Helper()
	pki, err := edstest.New(edstest.Options{Clock: func() time.Time { return now }})
	require.NoError(t, err)
	t.Cleanup(pki.Close)
	return pki
}

// asking lets the services of a fake PKI be asked, and nobody else.
func asking(t *testing.T, pki *edstest.PKI, order revocation.Order) func(*eds.Options) {
	t.Helper()
	fetcher, err := revocation.NewHTTP(revocation.HTTPOptions{
		Hosts:    []revocation.Host{{Name: pki.Host(), Private: true}},
		OCSPTime: 500 * time.Millisecond,
		CRLTime:  500 * time.Millisecond,
	})
	require.NoError(t, err)
	return func(o *eds.Options) {
		o.Revocation = eds.RevocationRequired
		o.Sources = &revocation.Options{Fetcher: fetcher, Order: order}
	}
}

// T55 to T67, T94: what the services say or fail to say, and what becomes of the login. Nothing but a verified
// good lets anybody in.
func TestLoginWithRevocation(t *testing.T) {
	revoke := func(p *edstest.PKI, h *edstest.Holder) { p.Revoke(h, cert.KeyCompromise, now.Add(-time.Hour)) }
	hold := func(p *edstest.PKI, h *edstest.Holder) { p.Hold(h, now.Add(-time.Hour)) }
	fault := func(f edstest.Fault, services ...edstest.Service) func(*edstest.PKI, *edstest.Holder) {
		return func(p *edstest.PKI, _ *edstest.Holder) {
			for _, s := range services {
				p.Break(s, f)
			}
		}
	}
	both := []edstest.Service{edstest.OCSP, edstest.CRL}
	for name, c := range map[string]struct {
		options []edstest.Option
		state   func(*edstest.PKI, *edstest.Holder)
		order   revocation.Order
		want    verdict.Reason
	}{
		"good":                              {},
		"good by lists":                     {order: revocation.OnlyCRL},
		"revoked":                           {state: revoke, want: verdict.Revoked},
		"revoked by lists":                  {state: revoke, order: revocation.OnlyCRL, want: verdict.Revoked},
		"on hold":                           {state: hold, want: verdict.Revoked},
		"on hold by lists":                  {state: hold, order: revocation.CRLThenOCSP, want: verdict.Revoked},
		"never issued":                      {options: []edstest.Option{edstest.NeverIssued()}, want: verdict.Revoked},
		"unknown":                           {state: fault(edstest.SaysUnknown, edstest.OCSP), want: verdict.RevocationUnknown},
		"responder down, lists up":          {state: fault(edstest.Down, edstest.OCSP)},
		"responder down, lists say revoked": {state: func(p *edstest.PKI, h *edstest.Holder) { revoke(p, h); p.Break(edstest.OCSP, edstest.Down) }, want: verdict.Revoked},
		"both down":                         {state: fault(edstest.Down, both...), want: verdict.RevocationUnavailable},
		"both slow":                         {state: fault(edstest.Slow, both...), want: verdict.RevocationUnavailable},
		"both empty":                        {state: fault(edstest.Empty, both...), want: verdict.RevocationUnavailable},
		"both a web page":                   {state: fault(edstest.Garbage, both...), want: verdict.RevocationUnavailable},
		"both redirected":                   {state: fault(edstest.Redirect, both...), want: verdict.RevocationUnavailable},
		"both by a wrong signer":            {state: fault(edstest.WrongSigner, both...), want: verdict.RevocationUnavailable},
		"both with a wrong signature":       {state: fault(edstest.BadSignature, both...), want: verdict.RevocationUnavailable},
		"both stale":                        {state: fault(edstest.Stale, both...), want: verdict.RevocationUnavailable},
		"both of tomorrow":                  {state: fault(edstest.Future, both...), want: verdict.RevocationUnavailable},
		"responder about another":           {state: fault(edstest.OtherCertificate, edstest.OCSP), order: revocation.OnlyOCSP, want: verdict.RevocationUnavailable},
		"responder to another nonce":        {state: fault(edstest.OtherNonce, edstest.OCSP), order: revocation.OnlyOCSP, want: verdict.RevocationUnavailable},
		"responder says try later":          {state: fault(edstest.TryLater, edstest.OCSP), order: revocation.OnlyOCSP, want: verdict.RevocationUnavailable},
		"authority revoked": {state: func(p *edstest.PKI, _ *edstest.Holder) {
			p.Revoke(p.CA(edstest.GOST512), cert.CACompromise, now.Add(-time.Hour))
		}, want: verdict.Revoked},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pki := newPKI(t)
			h := pki.Person(c.options...)
			if c.state != nil {
				c.state(pki, h)
			}
			s := newSite(t, pki.Trust(), asking(t, pki, c.order))
			challenge, err := s.Challenge(t.Context(), session)
			require.NoError(t, err)
			id, err := s.Authenticate(t.Context(), session, h.Answer(challenge))
			if c.want == "" {
				require.NoError(t, err)
				require.Equal(t, h.IIN(), id.IIN().Digits())
				require.Equal(t, revocation.StatusGood, id.Evidence().Revocation.Leaf().Status)
				require.NotEmpty(t, id.Evidence().Revocation.Leaf().Evidence)
				return
			}
			require.Nil(t, id)
			require.ErrorIs(t, err, c.want)
			require.Equal(t, c.want.Kind(), verdict.From(err).Kind)
			require.NotContains(t, err.Error(), h.IIN())
		})
	}
}

// Junk never reaches the network: nobody is asked before everything else has passed (T63).
func TestNobodyIsAskedAboutJunk(t *testing.T) {
	pki := newPKI(t)
	s := newSite(t, pki.Trust(), asking(t, pki, revocation.OCSPThenCRL))
	for name, h := range map[string]*edstest.Holder{
		"expired":  pki.Person(edstest.Expired()),
		"head":     pki.Head(),
		"stranger": newPKI(t).Person(),
	} {
		c, err := s.Challenge(t.Context(), session)
		require.NoError(t, err)
		_, err = s.Authenticate(t.Context(), session, h.Answer(c))
		require.Error(t, err, name)
	}
	require.Zero(t, pki.Requests(edstest.OCSP)+pki.Requests(edstest.CRL))
}

// The zero Options ask the national services alone: a fake PKI's address is not among them.
func TestZeroOptionsAskNobodyElse(t *testing.T) {
	pki := newPKI(t)
	s := newSite(t, pki.Trust(), func(o *eds.Options) { o.Revocation = eds.RevocationRequired })
	c, err := s.Challenge(t.Context(), session)
	require.NoError(t, err)
	_, err = s.Authenticate(t.Context(), session, pki.Person().Answer(c))
	require.ErrorIs(t, err, verdict.RevocationUnavailable)
	require.Zero(t, pki.Requests(edstest.OCSP)+pki.Requests(edstest.CRL))
}

// A document's report holds what was found out about each certificate, also where the dates have failed.
func TestDocumentWithRevocation(t *testing.T) {
	pki := newPKI(t)
	v := newDocuments(t, pki.Trust(), eds.DocumentPolicy{}, asking(t, pki, revocation.OCSPThenCRL))
	verify := func(h *edstest.Holder) *eds.Report {
		message, err := h.Sign([]byte("text"), cms.SignOptions{})
		require.NoError(t, err)
		report, err := v.Verify(t.Context(), bytes.NewReader(message), nil)
		require.NoError(t, err)
		return report
	}
	report := verify(pki.Person())
	require.Equal(t, verdict.Good, report.Verdict, report.Detail)
	require.Len(t, report.Signers[0].Revocation.Findings, 3)
	require.Equal(t, nca.Other, report.Signers[0].Class)

	late := pki.Person(edstest.Expired())
	pki.Revoke(late, cert.Superseded, now.Add(-time.Hour))
	report = verify(late)
	require.Equal(t, verdict.CertExpired, report.Reason)
	require.Equal(t, revocation.StatusRevoked, report.Signers[0].Revocation.Leaf().Status)
	require.Equal(t, cert.Superseded, report.Signers[0].Revocation.Leaf().Reason)

	certificate, err := v.VerifyCertificate(t.Context(), late.Certificate)
	require.NoError(t, err)
	require.Equal(t, revocation.StatusRevoked, certificate.Revocation.Leaf().Status)
}

// The national test person logs in with revocation answered from the national list of August 2026, and the person
// whose key is on it does not.
func TestNationalTestPersonWithTheNationalList(t *testing.T) {
	trust, err := eds.LoadTrust(vectors.Dir(t) + "/nca-test/ca")
	require.NoError(t, err)
	list := vectors.Read(t, "nca-test/crl/nca_gost2022_test-2026-08.crl")
	v := newDocuments(t, trust, eds.DocumentPolicy{}, func(o *eds.Options) {
		o.TestAnchors = true
		o.Revocation = eds.RevocationRequired
		o.Sources = &revocation.Options{
			Scope:    revocation.Leaf,
			Evidence: revocation.Evidence{CRLs: [][]byte{list}},
		}
	})
	for file, want := range map[string]verdict.Reason{
		"2026-individual-valid":   "",
		"2026-individual-revoked": verdict.Revoked,
		"2026-legal-head-valid":   "",
		"2026-legal-head-revoked": verdict.Revoked,
	} {
		report, err := v.VerifyCertificate(t.Context(), readCertificates(t, []string{"nca-test/cert/" + file + ".cer"})[0])
		require.NoError(t, err)
		require.Equal(t, want, report.Reason, "%s: %s", file, report.Detail)
	}
}
