package edstest

import (
	"bytes"
	"crypto"
	"slices"
	"sync"
	"time"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/mint"
	"github.com/qoltanba/eds/internal/oid"
)

// An authority issues certificates and keeps the books about them.
type authority struct {
	pki       *PKI
	hierarchy Hierarchy
	holder    *Holder
	list      string // name of its list of revoked certificates, below /crl/
	delta     string // "" for none
	ledger    *ledger

	// Made when first asked for: who answers for the authority, and who must not.
	responder, impostor func() *Holder
}

// newAuthority issues the certificate of an authority under issuer, or a self-signed one.
func (p *PKI) newAuthority(h Hierarchy, place int, name string, issuer *authority) *authority {
	g := generations[h]
	a := &authority{pki: p, hierarchy: h, list: g.rootList, ledger: newLedger()}
	a.responder, a.impostor = sync.OnceValue(a.issueResponder), sync.OnceValue(a.issueImpostor)
	if issuer != nil {
		a.list, a.delta = g.ncaList, g.deltaList
	}
	key := p.keys.at(h, place)
	id := must(g.keyID(key.Public()))
	t := mint.Template{
		Serial:    mint.SerialOf(id),
		Subject:   g.caName(name + " (FAKE " + p.tag + ")"),
		NotBefore: caNotBefore,
		NotAfter:  caNotAfter,
	}
	by := mint.Issuer{Name: t.Subject, Key: p.keys.signing(key, h, place)}
	if issuer == nil {
		t.Extensions = rootExtensions(id, t)
	} else {
		by = issuer.mint(place)
		t.Extensions = issuer.caExtensions(id)
	}
	a.holder = &Holder{
		Certificate: must(cert.Parse(must(by.Certificate(t, key.Public())))),
		Key:         key, pki: p, issuer: issuer,
	}
	if issuer != nil {
		issuer.ledger.enter(a.holder.Certificate)
	}
	return a
}

func rootExtensions(id []byte, t mint.Template) []cert.Extension {
	return []cert.Extension{
		mint.CA(-1),
		mint.KeyUsage(cert.UsageKeyCertSign | cert.UsageCRLSign),
		mint.SubjectKeyID(id),
		mint.AuthorityKeyIDFull(id, t.Subject, t.Serial),
		mint.QualifiedPolicies(mint.Policy{ID: policyRoot, CPS: cpsRoot}),
	}
}

// caExtensions are those of an issuing authority under the root a, in the order of its generation.
func (a *authority) caExtensions(id []byte) []cert.Extension {
	root := a.holder.Certificate
	var (
		constraints = mint.CA(-1)
		usage       = mint.KeyUsage(cert.UsageKeyCertSign | cert.UsageCRLSign)
		lists       = mint.CRLDistributionPoints(a.address("/crl/" + a.list))
		own         = mint.SubjectKeyID(id)
		issuer      = mint.AuthorityKeyIDFull(root.SubjectKeyID, root.Issuer.Raw, root.RawSerial)
		access      = mint.AuthorityInfoAccess(mint.Access{Method: oid.AccessCAIssuers, URI: a.address("/cert/" + a.file())})
	)
	if generations[a.hierarchy].paired {
		policies := mint.QualifiedPolicies(mint.Policy{ID: policyNCA2018, CPS: cpsNCA})
		return []cert.Extension{own, issuer, constraints, usage, access, policies, lists}
	}
	// The blank is in the national certificates.
	policies := mint.QualifiedPolicies(mint.Policy{ID: policyNational, CPS: " " + cpsNCA})
	return []cert.Extension{constraints, usage, lists, own, issuer, access, policies}
}

// issueResponder issues the certificate of the delegated OCSP responder (RFC 6960, Section 4.2.2.2), which like the
// national one has no addresses and is not to be asked about.
func (a *authority) issueResponder() *Holder {
	key := a.pki.keys.at(a.hierarchy, responderKey)
	id := must(generations[a.hierarchy].keyID(key.Public()))
	usage := mint.WithCritical(mint.KeyUsage(cert.UsageDigitalSignature), false)
	return a.issue(responderKey, key, mint.Template{
		Serial: mint.SerialOf(id),
		Subject: mint.Name(
			mint.Attribute{Type: oid.CommonName, Value: "OCSP RESPONDER (FAKE)"},
			mint.Attribute{Type: oid.Country, Value: "KZ"},
			mint.Attribute{Type: oid.Organization, Value: "ҰЛТТЫҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (FAKE)"},
		),
		NotBefore: caNotBefore,
		NotAfter:  caNotAfter,
		Extensions: []cert.Extension{
			usage, mint.OCSPNoCheck(), mint.ExtKeyUsage(false, oid.OCSPSigning), mint.SubjectKeyID(id),
			mint.AuthorityKeyID(a.holder.Certificate.SubjectKeyID), mint.KeyStorage(storagePKCS12),
		},
	})
}

// issue signs a certificate for key and enters it in the books.
func (a *authority) issue(place int, key crypto.Signer, t mint.Template) *Holder {
	c := must(cert.Parse(must(a.mint(place).Certificate(t, key.Public()))))
	a.ledger.enter(c)
	return &Holder{Certificate: c, Key: key, pki: a.pki, issuer: a}
}

// mint returns the authority as it signs the certificate at place.
func (a *authority) mint(place int) mint.Issuer {
	return mint.Issuer{
		Name: a.holder.Certificate.Subject.Raw,
		Key:  a.pki.keys.signing(a.holder.Key, a.hierarchy, place),
	}
}

// file is the name under which the authority's certificate is published.
func (a *authority) file() string {
	if a.holder.issuer == nil {
		return generations[a.hierarchy].rootFile
	}
	return generations[a.hierarchy].ncaFile
}

func (a *authority) address(path string) string { return a.pki.url + path }

// A ledger is what an authority knows of the certificates it issued. It is safe for concurrent use.
type ledger struct {
	mu      sync.Mutex
	entries map[string]*entry // by serial number, contents of the INTEGER
	changes int
	frozen  *page // nil: complete lists are up to date
}

// An entry is one certificate in the books.
type entry struct {
	serial  []byte
	revoked bool
	at      time.Time
	reason  cert.RevocationReason
}

func newLedger() *ledger { return &ledger{entries: make(map[string]*entry)} }

func (l *ledger) enter(c *cert.Certificate) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries[string(c.RawSerial)] = &entry{serial: c.RawSerial}
}

func (l *ledger) strike(c *cert.Certificate) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.entries, string(c.RawSerial))
}

// change makes an entry say something else. It reports whether there is one.
func (l *ledger) change(c *cert.Certificate, to entry) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, ok := l.entries[string(c.RawSerial)]
	if !ok {
		return false
	}
	to.serial = e.serial
	*e = to
	l.changes++
	return true
}

// find returns a copy of the entry of a serial number.
func (l *ledger) find(serial []byte) (entry, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, ok := l.entries[string(serial)]
	if !ok {
		return entry{}, false
	}
	return *e, true
}

// revoked returns copies of the entries of revoked certificates in the order of their serial numbers, and how often
// the books have changed.
func (l *ledger) revoked() ([]entry, int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []entry
	for _, e := range l.entries {
		if e.revoked {
			all = append(all, *e)
		}
	}
	slices.SortFunc(all, func(a, b entry) int { return bytes.Compare(a.serial, b.serial) })
	return all, l.changes
}
