package revocation

import (
	"context"
	"crypto/sha256"
	"time"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/chain"
	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/verdict"
)

// Checker asks and decides. It is frozen when built and safe for concurrent use.
type Checker struct {
	o        Options
	evidence evidence
	pinned   func(*cert.Certificate) bool
}

// New validates and copies the options. It asks nobody. The error is that of [Checker.With].
func New(o Options) (*Checker, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	c := &Checker{o: o, pinned: isPinned}
	return c.With(o.Evidence)
}

func isPinned(c *cert.Certificate) bool {
	_, pinned := nca.PinOf(c)
	return pinned
}

// With returns a Checker that has more evidence at hand, and shares all else. The error is misuse or of kind limit.
func (c *Checker) With(more Evidence) (*Checker, error) {
	sum, err := c.evidence.with(more)
	if err != nil {
		return nil, err
	}
	another := *c
	another.evidence, another.o.Evidence = sum, Evidence{}
	return &another, nil
}

// Check asks about the certificates of a path and decides, at the moment at. The answer to every question that can go
// wrong is in the Result, so there is no error beside it: nothing is good unless [Result.Err] returns nil.
//
// Sources are asked for what they say now. A moment far in the past finds their answers too young, and undecided:
// give such a check its evidence.
func (c *Checker) Check(ctx context.Context, path *chain.Path, at time.Time) *Result {
	if path == nil || at.IsZero() {
		return &Result{misuse: verdict.Misuse("revocation: a check needs a path and a moment")}
	}
	ctx, cancel := context.WithTimeout(ctx, c.o.MaxTime)
	defer cancel()
	r := c.newRun(ctx, at)
	certificates := path.Certificates()
	result := &Result{Findings: make([]Finding, len(certificates))}
	for i, one := range certificates {
		if i == len(certificates)-1 || i > 0 && c.o.Scope == Leaf {
			result.Findings[i] = Finding{Certificate: one, Status: StatusOff}
			continue
		}
		result.Findings[i] = r.find(one, certificates[i+1])
	}
	result.conclude()
	return result
}

// A run is one Check at work: what it may still ask, and what it has asked already.
type run struct {
	*Checker
	ctx   context.Context
	at    time.Time
	left  int // requests
	found map[[sha256.Size]byte]Finding
	lists map[string]listed // by address
}

func (c *Checker) newRun(ctx context.Context, at time.Time) *run {
	return &run{
		Checker: c, ctx: ctx, at: at, left: c.o.MaxRequests,
		found: map[[sha256.Size]byte]Finding{}, lists: map[string]listed{},
	}
}

// find returns what comes out about c, a certificate of issuer, asking once however often it stands in the path.
func (r *run) find(c, issuer *cert.Certificate) Finding {
	key := c.Fingerprint()
	if f, ok := r.found[key]; ok {
		return f
	}
	f := Finding{Certificate: c}
	r.decide(&f, issuer)
	r.found[key] = f
	return f
}

// decide fills in the status and what it rests on.
func (r *run) decide(f *Finding, issuer *cert.Certificate) {
	// 1. What is given. If it is bad, nobody need be asked.
	f.Failures = append(f.Failures, r.evidence.unreadable...)
	var good definite
	for _, source := range []Source{OCSP, CRL} {
		said, failures := r.given(source, f.Certificate, issuer)
		f.Failures = append(f.Failures, failures...)
		f.worsen(said.ifBad())
		if r.counts(source) && good.Status == StatusUnavailable {
			good = said
		}
	}
	// 2. The sources in their order. The first definite answer decides, unless what is given is worse.
	for _, source := range r.o.Order.sources() {
		if f.Status != StatusUnavailable {
			return
		}
		said, failures := r.ask(source, f.Certificate, issuer)
		f.Failures = append(f.Failures, failures...)
		f.worsen(said)
	}
	// 3. Nobody answered: what is given stands, and after it the pin.
	f.worsen(good)
	if f.Status == StatusUnavailable && r.passesPinned(f.Certificate) {
		f.Status = StatusPinned
	}
}

// counts reports whether a good answer of the source counts.
func (r *run) counts(s Source) bool {
	for _, source := range r.o.Order.sources() {
		if source == s {
			return true
		}
	}
	return false
}

// A definite is a status with the answer that it rests on. The zero value is no answer.
type definite struct {
	Status
	Answer
}

func (d definite) ifBad() definite {
	if d.verdict() == verdict.Bad {
		return d
	}
	return definite{}
}

func (d definite) worseThan(other definite) bool {
	if d.badness() != other.badness() {
		return d.badness() > other.badness()
	}
	return d.Status == StatusRevoked && d.RevokedAt.Before(other.RevokedAt)
}

// worsen takes an answer over if it is worse than what stands, or if nothing stands.
func (f *Finding) worsen(d definite) {
	if d.worseThan(definite{f.Status, f.Answer}) {
		f.Status, f.Answer = d.Status, d.Answer
	}
}

// given returns the worst of what the evidence of one source says.
func (r *run) given(s Source, c, issuer *cert.Certificate) (definite, []error) {
	if s == OCSP {
		return r.givenOCSP(c, issuer)
	}
	if len(r.evidence.lists) == 0 {
		return definite{}, nil
	}
	said, err := r.judgeLists(c, issuer, nil)
	if err != nil {
		return definite{}, []error{given(CRL, err)}
	}
	return said, nil
}

// ask returns what a source says when it is asked.
func (r *run) ask(s Source, c, issuer *cert.Certificate) (definite, []error) {
	switch {
	case r.o.Fetcher == nil:
		return definite{}, nil
	case s == OCSP:
		return r.askOCSP(c, issuer)
	}
	return r.askLists(c, issuer)
}

// passesPinned reports whether c is a pinned authority of which nobody could ever tell: its certificate names no
// responder, and no distribution point for all the reasons of revocation.
func (r *run) passesPinned(c *cert.Certificate) bool {
	if r.o.NoPinnedPass || !r.pinned(c) || len(c.OCSPServers) > 0 {
		return false
	}
	for _, point := range c.CRLDistributionPoints {
		if !point.HasReasons {
			return false
		}
	}
	return true
}
