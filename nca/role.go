package nca

import (
	"slices"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/gost"
	"github.com/qoltanba/eds/internal/oid"
)

// Role is a word for what the issuer says the subject is or may do.
type Role string

// The roles. Employee is no authority: it gives no right to act for the organization.
const (
	Individual             Role = "individual"
	IndividualSystem       Role = "individual-digital-system"
	Organization           Role = "organization"
	Head                   Role = "head"               // first head
	CanSign                Role = "can-sign"           // right to sign
	CanSignFinancial       Role = "can-sign-financial" // right to sign financial documents
	HR                     Role = "hr"                 // confirms requests of employees
	Employee               Role = "employee"           // no authority to act for the organization
	DigitalSystem          Role = "digital-system"     // of a legal entity
	TreasuryClient         Role = "treasury-client"    // its code is in [Subject]
	Notary                 Role = "notary"
	CivilServant           Role = "civil-servant"
	ArchivePresidential    Role = "archive-presidential"
	ArchiveState           Role = "archive-state"
	ArchiveDepartmental    Role = "archive-departmental"
	AuthorityStaff         Role = "nca-staff" // of the national authority, as are the next three
	AuthorityAdministrator Role = "nca-administrator"
	AuthorityManager       Role = "nca-manager"
	AuthorityOperator      Role = "nca-operator"
)

// roles maps extended key usages to roles: the national authority's arc 1.2.398.3.3.4, the copy of its list in
// arc 1.2.398.3.17, and those of the authority of state bodies. Usages are compared whole.
var roles = map[cert.OID]Role{
	"1.2.398.3.3.4.1.1":    Individual,
	"1.2.398.3.3.4.1.1.1":  IndividualSystem,
	"1.2.398.3.3.4.1.2":    Organization,
	"1.2.398.3.3.4.1.2.1":  Head,
	"1.2.398.3.3.4.1.2.2":  CanSign,
	"1.2.398.3.3.4.1.2.3":  CanSignFinancial,
	"1.2.398.3.3.4.1.2.4":  HR,
	"1.2.398.3.3.4.1.2.5":  Employee,
	"1.2.398.3.3.4.1.2.6":  DigitalSystem,
	"1.2.398.3.3.4.2":      AuthorityStaff,
	"1.2.398.3.3.4.2.1":    AuthorityAdministrator,
	"1.2.398.3.3.4.2.2":    AuthorityManager,
	"1.2.398.3.3.4.2.3":    AuthorityOperator,
	"1.2.398.5.19.1.2.2.1": TreasuryClient,
	"1.2.398.6.1.1.1.1":    Notary,
	"1.2.398.3.17.3.1":     Individual,
	"1.2.398.3.17.3.2":     Organization,
	"1.2.398.3.17.3.3":     Head,
	"1.2.398.3.17.3.4":     CanSign,
	"1.2.398.3.17.3.5":     CanSignFinancial,
	"1.2.398.3.17.3.6":     HR,
	"1.2.398.3.17.3.7":     Employee,
	"1.2.398.3.2.3.1":      ArchivePresidential,
	"1.2.398.3.2.3.2":      ArchiveState,
	"1.2.398.3.2.3.3":      ArchiveDepartmental,
	"1.2.398.3.2.3.4":      CivilServant,
}

// Policies of the national authority. Those of 2015 to 2022 tell the two keys of a person or organization
// apart; the one of 2022 is on keys that do both.
const (
	policyUnified          cert.OID = "1.2.398.3.3.2"
	policyOrganizationSign cert.OID = "1.2.398.3.3.2.1"
	policyOrganizationAuth cert.OID = "1.2.398.3.3.2.2"
	policyIndividualSign   cert.OID = "1.2.398.3.3.2.3"
	policyIndividualAuth   cert.OID = "1.2.398.3.3.2.4"
)

// RolesOf returns the roles in the order of the certificate, each once, from its extended key usages; where those
// tell neither individual nor organization, the policies of 2015 to 2022 do. A role below Organization brings
// Organization with it. The result is never nil.
func RolesOf(c *cert.Certificate) []Role {
	found := []Role{}
	add := func(r Role) {
		if !slices.Contains(found, r) {
			found = append(found, r)
		}
	}
	for _, usage := range c.ExtKeyUsage {
		role, ok := roles[usage]
		if !ok {
			continue
		}
		if usage.HasPrefix("1.2.398.3.3.4.1.2") {
			add(Organization)
		}
		add(role)
	}
	if !slices.Contains(found, Individual) && !slices.Contains(found, Organization) {
		switch {
		case hasPolicy(c, policyIndividualSign, policyIndividualAuth):
			add(Individual)
		case hasPolicy(c, policyOrganizationSign, policyOrganizationAuth):
			add(Organization)
		}
	}
	return found
}

func hasPolicy(c *cert.Certificate, any ...cert.OID) bool {
	return slices.ContainsFunc(c.Policies, func(p cert.PolicyInformation) bool { return slices.Contains(any, p.Policy) })
}

// Kind says what sort of subject a certificate has.
type Kind string

// The kinds of subject.
const (
	KindPerson       Kind = "person"       // an individual acting for himself
	KindOrganization Kind = "organization" // a person acting for an organization
	KindSystem       Kind = "system"       // a digital system
	KindUnknown      Kind = ""             // none of these: an authority, a server, a foreign certificate
)

// KindOf tells the kind of subject from the roles and the numbers in the name. A certificate with the number of
// an organization, or in any role of one, is no person's own.
func KindOf(c *cert.Certificate) Kind {
	s, r := SubjectOf(c), RolesOf(c)
	switch {
	case isSystem(c):
		return KindSystem
	case s.Organization != "", namesBIN(c.Subject), slices.ContainsFunc(r, Role.ofOrganization):
		return KindOrganization
	case !s.IIN.IsZero(), slices.Contains(r, Individual):
		return KindPerson
	}
	return KindUnknown
}

// ofOrganization reports whether only an organization has the role, or somebody in one.
func (r Role) ofOrganization() bool {
	return slices.Contains([]Role{Organization, Head, CanSign, CanSignFinancial, HR, Employee, TreasuryClient}, r)
}

func isSystem(c *cert.Certificate) bool {
	r := RolesOf(c)
	return slices.Contains(r, DigitalSystem) || slices.Contains(r, IndividualSystem)
}

// Purpose is what a key may be used for.
type Purpose string

// The purposes.
const (
	Auth Purpose = "auth" // to log in
	Sign Purpose = "sign" // to sign documents
)

// PurposesOf returns the purposes of the key, never nil. The profiles:
//
//   - until 2024 two keys: one for logging in (clientAuth, no nonRepudiation), one for documents
//     (nonRepudiation, emailProtection, and a policy that says signing);
//   - since then one key for both: nonRepudiation, emailProtection, the policy of 2022 or a GOST R 34.10-2015
//     key, and no clientAuth.
func PurposesOf(c *cert.Certificate) []Purpose {
	purposes := []Purpose{}
	if !CanSignAnything(c) || !c.HasKeyUsage {
		return purposes
	}
	clientAuth := slices.Contains(c.ExtKeyUsage, oid.ClientAuth)
	signingOnly := hasPolicy(c, policyOrganizationSign, policyIndividualSign)
	authOnly := hasPolicy(c, policyOrganizationAuth, policyIndividualAuth) ||
		clientAuth && !slices.Contains(c.ExtKeyUsage, oid.EmailProtection)
	if c.KeyUsage&cert.UsageDigitalSignature != 0 && !signingOnly && (clientAuth || unified(c)) {
		purposes = append(purposes, Auth)
	}
	if c.KeyUsage&cert.UsageNonRepudiation != 0 && !authOnly {
		purposes = append(purposes, Sign)
	}
	return purposes
}

// unified reports whether a certificate is of the time of one key for both purposes.
func unified(c *cert.Certificate) bool {
	key, isGOST := c.PublicKey.Crypto().(*gost.PublicKey)
	return hasPolicy(c, policyUnified) || isGOST && (key.Algorithm() == gost.KZ512 || key.Algorithm() == gost.KZ256)
}

// CanSignAnything reports whether signatures of the key mean anything as signatures of a person, organization or
// system: not an authority's key, not one without digitalSignature and nonRepudiation, not an OCSP responder's,
// a time-stamping authority's or a server's (serverAuth without emailProtection and without a national role).
func CanSignAnything(c *cert.Certificate) bool {
	if c.BasicConstraints != nil && c.BasicConstraints.CA || c.HasKeyUsage && c.KeyUsage&cert.UsageKeyCertSign != 0 {
		return false
	}
	if !c.Allows(cert.UsageDigitalSignature | cert.UsageNonRepudiation) {
		return false
	}
	if slices.Contains(c.ExtKeyUsage, oid.OCSPSigning) || slices.Contains(c.ExtKeyUsage, oid.TimeStamping) {
		return false
	}
	return !slices.Contains(c.ExtKeyUsage, oid.ServerAuth) || slices.Contains(c.ExtKeyUsage, oid.EmailProtection) ||
		len(RolesOf(c)) > 0
}
