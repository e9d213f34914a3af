package edstest

import (
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/qoltanba/eds"
	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/verdict"
)

// Options say what a [PKI] is like. The zero value is the national PKI of today on a free port of loopback.
type Options struct {
	// Hierarchies are those that the PKI has; none stands for GOST512 alone. The first is where holders are issued
	// who are not placed by [Under].
	Hierarchies []Hierarchy

	// Clock tells the time to everything in the PKI: dates of certificates, answers about revocation. Nil stands for
	// time.Now. The authorities are valid from 2015 to 2045.
	Clock func() time.Time

	// URL is where [PKI.Handler] is reached, such as "http://127.0.0.1:8081": the addresses in certificates point
	// there. If it is empty, New starts a server on a free port of 127.0.0.1.
	URL string

	// DirectOCSP has the issuing authority sign its answers itself, as the national service did until 2026. By
	// default a responder does, with a certificate of its own.
	DirectOCSP bool

	// Seed, if not nil, makes the same keys and certificates again, given the same calls and the same clock. Whoever
	// knows it has all the keys: it is for samples that are compared octet by octet, never for anything else.
	Seed []byte
}

// PKI is a fake national PKI. It is safe for concurrent use.
type PKI struct {
	o       Options
	keys    keys
	tag     string
	url     string
	order   []Hierarchy
	issuers map[Hierarchy]*issuers
	server  *server // nil if it is served elsewhere
	desk    *desk

	mu     sync.Mutex
	people int               // made up so far
	places map[Hierarchy]int // of keys of holders given out so far
}

// issuers are the authorities of one hierarchy.
type issuers struct{ root, nca *authority }

// Life of the authorities.
var (
	caNotBefore = time.Date(2015, 7, 27, 0, 0, 0, 0, time.UTC)
	caNotAfter  = time.Date(2045, 9, 8, 0, 0, 0, 0, time.UTC)
)

// New makes a PKI and starts its services. The error is of kind misuse, for options that cannot be, or says that no
// port is free.
func New(o Options) (*PKI, error) {
	p := &PKI{
		o: o, keys: keys{o.Seed}, url: strings.TrimSuffix(o.URL, "/"),
		issuers: make(map[Hierarchy]*issuers), places: make(map[Hierarchy]int),
	}
	if p.o.Clock == nil {
		p.o.Clock = time.Now
	}
	if at := p.now(); at.Before(caNotBefore.AddDate(1, 0, 0)) || at.After(caNotAfter.AddDate(-1, 0, 0)) {
		return nil, verdict.Misuse("edstest: the clock says %s, outside the life of the authorities", at.Format(time.DateOnly))
	}
	if p.order = slices.Clone(o.Hierarchies); len(p.order) == 0 {
		p.order = []Hierarchy{GOST512}
	}
	for _, h := range p.order {
		if _, ok := generations[h]; !ok || p.issuers[h] != nil {
			return nil, verdict.Misuse("edstest: %s is no hierarchy, or listed twice", h)
		}
		p.issuers[h] = new(issuers)
	}
	p.tag = hex.EncodeToString(p.keys.tag())
	p.desk = newDesk(p)
	if p.url == "" {
		s, err := listen(p.desk)
		if err != nil {
			return nil, fmt.Errorf("edstest: %w", err)
		}
		p.server, p.url = s, s.url
	}
	for _, h := range p.order {
		p.establish(h)
	}
	return p, nil
}

// establish issues the certificates of the authorities of h.
func (p *PKI) establish(h Hierarchy) {
	g := generations[h]
	root := p.newAuthority(h, rootKey, g.root, nil)
	*p.issuers[h] = issuers{root: root, nca: p.newAuthority(h, ncaKey, g.nca, root)}
}

// Close stops the services and waits until the last answer is given.
func (p *PKI) Close() {
	p.desk.close()
	if p.server != nil {
		p.server.close()
	}
}

// now returns the time in whole seconds, as certificates and lists have it.
func (p *PKI) now() time.Time { return p.o.Clock().UTC().Truncate(time.Second) }

// Now returns the time by the clock of the PKI.
func (p *PKI) Now() time.Time { return p.o.Clock() }

// URL returns where the services are reached, without a slash at the end. The addresses in certificates begin so.
func (p *PKI) URL() string { return p.url }

// Host returns host and port of [PKI.URL], for a list of hosts that may be asked.
func (p *PKI) Host() string {
	_, rest, _ := strings.Cut(p.url, "://")
	host, _, _ := strings.Cut(rest, "/")
	return host
}

// Trust returns what a verifier needs to believe this PKI: its roots as anchors, for signers and time stamps, and the
// issuing authorities at hand.
func (p *PKI) Trust() eds.Trust {
	return eds.Trust{Anchors: p.Roots(), TimestampAnchors: p.Roots(), Untrusted: p.CAs()}
}

// Roots returns the certificates of the roots, in the order of the hierarchies.
func (p *PKI) Roots() []*cert.Certificate {
	return p.each(func(i *issuers) *cert.Certificate { return i.root.holder.Certificate })
}

// CAs returns the certificates of the issuing authorities, in the order of the hierarchies.
func (p *PKI) CAs() []*cert.Certificate {
	return p.each(func(i *issuers) *cert.Certificate { return i.nca.holder.Certificate })
}

func (p *PKI) each(get func(*issuers) *cert.Certificate) []*cert.Certificate {
	var all []*cert.Certificate
	for _, h := range p.order {
		all = append(all, get(p.issuers[h]))
	}
	return all
}

// Root returns the root of a hierarchy with its key, for tests of what happens when an authority does wrong.
func (p *PKI) Root(h Hierarchy) *Holder { return p.of(h).root.holder }

// CA returns the issuing authority of a hierarchy with its key.
func (p *PKI) CA(h Hierarchy) *Holder { return p.of(h).nca.holder }

// of returns the authorities of h.
func (p *PKI) of(h Hierarchy) *issuers {
	i, ok := p.issuers[h]
	if !ok {
		panic(fmt.Sprintf("edstest: this PKI has no hierarchy %s: list it in Options.Hierarchies", h))
	}
	return i
}

// WriteTrust writes the certificates of all authorities into an existing folder, in DER, for programs that read their
// trust from there; see [eds.LoadTrust].
func (p *PKI) WriteTrust(dir string) error {
	for _, h := range p.order {
		g, i := generations[h], p.issuers[h]
		for file, a := range map[string]*authority{g.rootFile: i.root, g.ncaFile: i.nca} {
			if err := os.WriteFile(filepath.Join(dir, file), a.holder.Certificate.Raw, 0o644); err != nil { // #nosec: public
				return fmt.Errorf("edstest: %w", err)
			}
		}
	}
	return nil
}
