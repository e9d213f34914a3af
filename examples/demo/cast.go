package main

import (
	"time"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/edstest"
	"github.com/qoltanba/eds/ncalayer/emulator"
)

// An actor is somebody with a key, and what the site should do about it.
type actor struct {
	holder *edstest.Holder
	role   text
	expect text
	good   bool
}

// A cast is everybody of the demo, in the order in which the window offers them.
type cast []actor

func newCast(pki, foreign *edstest.PKI) cast {
	aisha := pki.Person(edstest.Name("СЫНАҚОВА", "АЙША", "ҮЛГІҚЫЗЫ"))
	return cast{
		{aisha, rolePerson, expectIn, true},
		{pki.Person(edstest.Under(edstest.RSA), edstest.SamePerson(aisha)), roleAuthRSA, expectIn, true},
		{pki.Person(edstest.Under(edstest.GOST2004), edstest.SamePerson(aisha)), roleGOST2004, expectIn, true},
		{revoked(pki, pki.Person(edstest.Name("ҮЛГІБАЕВ", "ЕРЛАН", ""))), roleRevoked, expectRevoked, false},
		{pki.Person(edstest.Name("ЖАЛҒАНОВ", "СЕРІК", ""), edstest.NeverIssued()), roleNeverIssued, expectNeverIssued, false},
		{pki.Person(edstest.Name("СЫНАҚОВА", "АЙША", "ҮЛГІҚЫЗЫ"), edstest.SamePerson(aisha), edstest.Expired()), roleExpired, expectExpired, false},
		{pki.Person(edstest.Under(edstest.RSA), edstest.SamePerson(aisha), edstest.ForSigning()), roleSigning, expectUsage, false},
		{pki.Head(edstest.Name("ДЕМОНОВ", "АСҚАР", ""), edstest.Organization(`ЖШС "ҮЛГІ"`)), roleHead, expectSubject, false},
		{foreign.Person(edstest.Name("БӨТЕНОВА", "ДАНА", "")), roleForeign, expectIssuer, false},
	}
}

func revoked(pki *edstest.PKI, h *edstest.Holder) *edstest.Holder {
	pki.Revoke(h, cert.KeyCompromise, time.Time{})
	return h
}

func (c cast) keys() []emulator.Key {
	keys := make([]emulator.Key, len(c))
	for i, a := range c {
		keys[i] = emulator.Key{Certificate: a.holder.Certificate, Key: a.holder.Key}
	}
	return keys
}

// of returns the actor with a certificate.
func (c cast) of(held *cert.Certificate) (actor, bool) {
	for _, a := range c {
		if a.holder.Certificate.Equal(held) {
			return a, true
		}
	}
	return actor{}, false
}

// A weather is how the authority's services are while a signature is checked.
type weather struct {
	word      string
	name      text
	ocsp, crl edstest.Fault
}

var weathers = []weather{
	{"fair", weatherFair, edstest.NoFault, edstest.NoFault},
	{"lists", weatherLists, edstest.Down, edstest.NoFault},
	{"down", weatherDown, edstest.Down, edstest.Down},
	{"slow", weatherSlow, edstest.Slow, edstest.Slow},
	{"lying", weatherLying, edstest.WrongSigner, edstest.WrongSigner},
}

// make breaks or mends the services.
func (w weather) make(pki *edstest.PKI) {
	pki.Break(edstest.OCSP, w.ocsp)
	pki.Break(edstest.CRL, w.crl)
}
