package edstest

import (
	"slices"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/mint"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/nca"
)

// A kind of holder: its roles, and what is peculiar to its certificates. The peculiarities are those of the published
// test certificates.
type kind struct {
	roles        []cert.OID
	organization bool
	system       bool       // no person: a digital system
	years        int        // of validity
	order        []cert.OID // of the extensions
	criticalEKU  bool       // and a key usage that is not
	ocspTwice    bool       // and caIssuers first
}

// Roles (extended key usages).
const (
	roleIndividual       cert.OID = "1.2.398.3.3.4.1.1"
	roleOrganization     cert.OID = "1.2.398.3.3.4.1.2"
	roleHead             cert.OID = "1.2.398.3.3.4.1.2.1"
	roleCanSign          cert.OID = "1.2.398.3.3.4.1.2.2"
	roleCanSignFinancial cert.OID = "1.2.398.3.3.4.1.2.3"
	roleHR               cert.OID = "1.2.398.3.3.4.1.2.4"
	roleEmployee         cert.OID = "1.2.398.3.3.4.1.2.5"
	roleSystem           cert.OID = "1.2.398.3.3.4.1.2.6"
	roleTreasury         cert.OID = "1.2.398.5.19.1.2.2.1"
)

// Orders of the extensions.
var (
	orderPerson = []cert.OID{
		oid.CertificatePolicies, oid.AuthorityInfoAccess, oid.CRLDistributionPoints, oid.FreshestCRL, oid.ExtKeyUsage,
		oid.KeyUsage, oid.SubjectKeyIdentifier, oid.AuthorityKeyIdentifier, oid.KeyStorage,
	}
	orderHead = []cert.OID{
		oid.ExtKeyUsage, oid.CertificatePolicies, oid.CRLDistributionPoints, oid.FreshestCRL, oid.KeyUsage,
		oid.AuthorityInfoAccess, oid.SubjectKeyIdentifier, oid.AuthorityKeyIdentifier, oid.KeyStorage,
	}
	orderEmployee = []cert.OID{
		oid.ExtKeyUsage, oid.CertificatePolicies, oid.AuthorityInfoAccess, oid.CRLDistributionPoints, oid.FreshestCRL,
		oid.KeyUsage, oid.SubjectKeyIdentifier, oid.AuthorityKeyIdentifier, oid.KeyStorage,
	}
	orderSystem = []cert.OID{
		oid.CertificatePolicies, oid.KeyUsage, oid.ExtKeyUsage, oid.CRLDistributionPoints, oid.AuthorityInfoAccess,
		oid.FreshestCRL, oid.SubjectKeyIdentifier, oid.AuthorityKeyIdentifier, oid.KeyStorage,
	}
	orderPaired = []cert.OID{
		oid.KeyUsage, oid.ExtKeyUsage, oid.AuthorityKeyIdentifier, oid.SubjectKeyIdentifier, oid.CertificatePolicies,
		oid.CRLDistributionPoints, oid.FreshestCRL, oid.AuthorityInfoAccess,
	}
)

var (
	kindPerson   = &kind{roles: []cert.OID{roleIndividual}, years: 1, order: orderPerson}
	kindHead     = inOrganization(kind{roles: []cert.OID{roleHead}, order: orderHead, ocspTwice: true})
	kindCanSign  = inOrganization(kind{roles: []cert.OID{roleCanSign}, criticalEKU: true})
	kindFinance  = inOrganization(kind{roles: []cert.OID{roleCanSignFinancial}})
	kindHR       = inOrganization(kind{roles: []cert.OID{roleHR}})
	kindEmployee = inOrganization(kind{roles: []cert.OID{roleEmployee}})
	kindTreasury = inOrganization(kind{roles: []cert.OID{roleTreasury}})
	kindSystem   = inOrganization(kind{roles: []cert.OID{roleSystem}, order: orderSystem, system: true, years: 3})
)

func inOrganization(k kind) *kind {
	k.organization = true
	k.roles = append([]cert.OID{roleOrganization}, k.roles...)
	if k.years == 0 {
		k.years = 1
	}
	if k.order == nil {
		k.order = orderEmployee
	}
	return &k
}

// extensions returns those of a holder's certificate under a, in their order.
func (o *order) certificateExtensions(a *authority, keyID []byte) []cert.Extension {
	g := generations[a.hierarchy]
	sequence := o.kind.order
	if g.paired {
		sequence = orderPaired
	}
	all := map[cert.OID]cert.Extension{}
	for _, e := range []cert.Extension{
		o.usage(g), o.extendedUsage(g), o.policies(g), o.access(a),
		mint.CRLDistributionPoints(a.address("/crl/" + a.list)),
		mint.FreshestCRL(a.address("/crl/" + a.delta)),
		mint.SubjectKeyID(keyID),
		mint.AuthorityKeyID(a.holder.Certificate.SubjectKeyID),
		mint.KeyStorage(storages[o.storage]),
	} {
		all[e.ID] = e
	}
	var list []cert.Extension
	for _, id := range sequence {
		list = append(list, all[id])
	}
	return o.replace(list)
}

// replace puts in what the options ask for.
func (o *order) replace(list []cert.Extension) []cert.Extension {
	for _, e := range o.extensions {
		i := slices.IndexFunc(list, func(old cert.Extension) bool { return old.ID == e.ID })
		switch {
		case i >= 0 && e.Value == nil:
			list = slices.Delete(list, i, i+1)
		case i >= 0:
			list[i] = e
		case e.Value != nil:
			list = append(list, e)
		}
	}
	return list
}

func (o *order) usage(g generation) cert.Extension {
	usage := cert.UsageDigitalSignature | cert.UsageNonRepudiation | cert.UsageKeyAgreement
	switch {
	case g.paired && o.signing:
		usage = cert.UsageDigitalSignature | cert.UsageNonRepudiation
	case g.paired:
		usage = cert.UsageDigitalSignature | cert.UsageKeyEncipherment
	}
	return mint.WithCritical(mint.KeyUsage(usage), g.paired || !o.kind.criticalEKU)
}

func (o *order) extendedUsage(g generation) cert.Extension {
	var purpose []cert.OID
	switch {
	case g.paired && !o.signing:
		purpose = []cert.OID{oid.ClientAuth}
	case !o.kind.system:
		purpose = []cert.OID{oid.EmailProtection}
	}
	return mint.ExtKeyUsage(o.kind.criticalEKU && !g.paired, append(purpose, o.kind.roles...)...)
}

// policies are one for all since 2022, and tell organization and person, signing and logging in apart before.
func (o *order) policies(g generation) cert.Extension {
	if !g.paired {
		return mint.QualifiedPolicies(mint.Policy{ID: policyNational, CPS: cpsNCA})
	}
	n := 1
	if !o.kind.organization {
		n = 3
	}
	if !o.signing {
		n++
	}
	id := policyNational + cert.OID([]string{"", ".1", ".2", ".3", ".4"}[n])
	return mint.QualifiedPolicies(mint.Policy{ID: id, CPS: cpsNCA, Notice: cpsNCA})
}

func (o *order) access(a *authority) cert.Extension {
	ocsp := mint.Access{Method: oid.AccessOCSP, URI: a.address("/ocsp/")}
	issuer := mint.Access{Method: oid.AccessCAIssuers, URI: a.address("/cert/" + a.file())}
	switch {
	case generations[a.hierarchy].paired:
		return mint.AuthorityInfoAccess(issuer, ocsp)
	case o.kind.ocspTwice:
		return mint.AuthorityInfoAccess(issuer, ocsp, ocsp)
	}
	return mint.AuthorityInfoAccess(ocsp, issuer)
}

// Person issues a key to a natural person, for himself.
func (p *PKI) Person(options ...Option) *Holder { return p.issue(kindPerson, options) }

// Head issues a key to the first head of an organization.
func (p *PKI) Head(options ...Option) *Holder { return p.issue(kindHead, options) }

// CanSign issues a key to somebody with the right to sign for an organization.
func (p *PKI) CanSign(options ...Option) *Holder { return p.issue(kindCanSign, options) }

// CanSignFinancial issues a key to somebody with the right to sign financial documents of an organization.
func (p *PKI) CanSignFinancial(options ...Option) *Holder { return p.issue(kindFinance, options) }

// HR issues a key to the officer who confirms the requests of an organization's employees.
func (p *PKI) HR(options ...Option) *Holder { return p.issue(kindHR, options) }

// Employee issues a key to an employee, who has no right to act for the organization.
func (p *PKI) Employee(options ...Option) *Holder { return p.issue(kindEmployee, options) }

// Treasury issues a key to a client of the treasury.
func (p *PKI) Treasury(options ...Option) *Holder { return p.issue(kindTreasury, options) }

// System issues a key to a digital system of an organization. Its certificate has no IIN: it never logs in.
func (p *PKI) System(options ...Option) *Holder { return p.issue(kindSystem, options) }

// issue makes a key and its certificate.
func (p *PKI) issue(k *kind, options []Option) *Holder {
	o := p.newOrder(k)
	for _, option := range options {
		option(o)
	}
	a := p.of(o.hierarchy).nca
	g := generations[o.hierarchy]
	key, place := o.key, p.nextPlace(o.hierarchy)
	if key == nil {
		key = p.keys.at(o.hierarchy, place)
	}
	id := must(g.keyID(key.Public()))
	h := a.issue(place, key, mint.Template{
		Serial:    mint.SerialOf(id),
		Subject:   o.subject(),
		NotBefore: o.from,
		NotAfter:  o.to,

		Extensions: o.certificateExtensions(a, id),
	})
	if h.person, h.file = o.person, g.authFile; o.signing {
		h.file = g.file
	}
	if o.unknown {
		a.ledger.strike(h.Certificate)
	}
	return h
}

// nextPlace returns the place of the next holder's key.
func (p *PKI) nextPlace(h Hierarchy) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := p.places[h]
	p.places[h]++
	return firstHolderKey + n
}

// newOrder makes up the next holder.
func (p *PKI) newOrder(k *kind) *order {
	p.mu.Lock()
	n := p.people
	p.people++
	p.mu.Unlock()
	o := &order{person: nobody(n), kind: k, hierarchy: p.order[0], now: p.now(), storage: nca.StoragePKCS12}
	o.from = o.now.AddDate(0, 0, -1)
	o.to = o.from.AddDate(k.years, 0, 0)
	if k.organization {
		o.bin, o.organization = sampleBIN, sampleOrganization
	}
	switch k {
	case kindSystem:
		o.commonName, o.systemID = sampleSystem, sampleSystemID
	case kindTreasury:
		o.treasuryRole, o.treasuryCode = "ROLE02", "KS1234"
	}
	return o
}

func (o *order) subject() []byte {
	if o.kind.system {
		return mint.Name(o.system()...)
	}
	return mint.Name(o.individual()...)
}
