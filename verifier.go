package eds

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/qoltanba/eds/revocation"
	"github.com/qoltanba/eds/verdict"
)

// Verifier verifies logins and documents. It is frozen when made, and safe for concurrent use.
type Verifier struct {
	origin string // "" for a verifier of documents only
	trust  Trust
	o      Options

	revocation *revocation.Checker // nil if revocation is off
}

// New makes a Verifier for the site at origin, such as "https://cabinet.example.kz": scheme and host, and a port
// if it is not the usual one. http is taken for loopback hosts only. An empty origin makes a verifier of
// documents, which gives no challenges. New validates and copies what it is given and opens no connection; its
// errors are of kind misuse.
func New(origin string, trust Trust, o Options) (*Verifier, error) {
	host, err := checkOrigin(origin)
	if err != nil {
		return nil, err
	}
	if err := trust.check(o.TestAnchors); err != nil {
		return nil, err
	}
	if o, err = o.withDefaults(host); err != nil {
		return nil, err
	}
	if err := checkService(o.Service); err != nil {
		return nil, err
	}
	checker, err := o.checker()
	if err != nil {
		return nil, err
	}
	return &Verifier{origin: origin, trust: trust.clone(), o: o, revocation: checker}, nil
}

var loopbackHosts = []string{"localhost", "127.0.0.1", "::1"}

// checkOrigin returns the host of an origin in the one spelling that browsers use (RFC 6454, Section 6.2).
func checkOrigin(origin string) (host string, err error) {
	if origin == "" {
		return "", nil
	}
	u, err := url.Parse(origin)
	switch {
	case err != nil, u.Host == "", u.Scheme+"://"+u.Host != origin, strings.ToLower(origin) != origin, len(origin) > 256:
		return "", verdict.Misuse("eds: %.80q is no origin: want https://host or https://host:port", origin)
	case u.Scheme == "https", u.Scheme == "http" && slices.Contains(loopbackHosts, u.Hostname()):
		return u.Hostname(), nil
	}
	return "", verdict.Misuse("eds: origin %.80q: only https, or http on a loopback host", origin)
}

// A run is one call in progress: it times the steps and collects them for the report.
type run struct {
	v       *Verifier
	call    string
	at      time.Time
	signers int // of the message
	steps   []Step
}

func (v *Verifier) begin(call string) *run {
	return &run{v: v, call: call, at: v.o.Clock(), signers: 1}
}

// step makes one check, records how it ended and returns its error.
func (r *run) step(name verdict.StepName, check func() error) error {
	start := time.Now()
	err := check()
	r.add(verdict.StepOf(name, err), time.Since(start))
	return err
}

func (r *run) add(s Step, took time.Duration) {
	r.steps = append(r.steps, s)
	if r.v.o.Observe != nil {
		r.v.o.Observe(Event{Call: r.call, Step: s.Name, Outcome: s.Outcome, Reason: s.Reason, Duration: took})
	}
}

// finish fills in the steps that were not reached and puts all in their order.
func (r *run) finish() []Step {
	var ordered []Step
	for _, name := range verdict.StepNames() {
		i := slices.IndexFunc(r.steps, func(s Step) bool { return s.Name == name })
		if i < 0 {
			ordered = append(ordered, Step{Name: name})
			continue
		}
		ordered = append(ordered, r.steps[i])
	}
	return ordered
}
