package chain

import (
	"bytes"
	"errors"
	"slices"
	"time"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/verdict"
)

// Default budgets of a search.
const (
	DefaultMaxDepth      = 10   // certificates of a path, leaf and anchor included
	DefaultMaxSignatures = 100  // signatures verified
	maxVisits            = 4096 // candidate issuers looked at
)

// Options say what a path must lead to and through. The zero value trusts nothing.
type Options struct {
	// Anchors are trusted for being here. Each is a certificate, and what it says of itself is held against it:
	// it must be allowed to issue certificates, and within its dates.
	Anchors []*cert.Certificate
	// Intermediates are at hand and untrusted. Where several would do, the earlier ones are tried first.
	Intermediates []*cert.Certificate
	// At is the moment of judgement. [Build] prefers certificates that are valid then.
	At time.Time
	// ExtKeyUsage, if not empty, lists usages of which the leaf must allow at least one by name, and every issuer
	// that has an extended key usage extension by name or by anyExtendedKeyUsage.
	ExtKeyUsage []cert.OID
	// MaxDepth and MaxSignatures bound the search; 0 stands for the defaults.
	MaxDepth, MaxSignatures int
}

// Verify returns a path from leaf to an anchor in which everything holds, dates included. The error wraps
// [verdict.UnknownIssuer], [verdict.PathInvalid], [verdict.CertExpired], [verdict.CertNotYetValid],
// [verdict.UsageNotAllowed], [verdict.WeakAlgorithm], [verdict.UnsupportedAlgorithm] or [verdict.LimitExceeded].
func Verify(leaf *cert.Certificate, o Options) (*Path, error) {
	path, err := Build(leaf, o)
	if err != nil {
		return nil, err
	}
	if err := path.CheckValidity(o.At); err != nil {
		return nil, err
	}
	return path, nil
}

// Build is [Verify] without the dates: it returns a path within its dates if there is one, else one that is
// not. Use it together with [Path.CheckValidity].
func Build(leaf *cert.Certificate, o Options) (*Path, error) {
	if leaf == nil {
		return nil, verdict.Misuse("chain: no certificate given")
	}
	if len(o.Anchors) == 0 {
		return nil, verdict.Misuse("chain: no anchors given")
	}
	if slices.Contains(o.Anchors, nil) || slices.Contains(o.Intermediates, nil) {
		return nil, verdict.Misuse("chain: a nil certificate given")
	}
	b := newBuilder(o)
	if err := b.checkLeaf(leaf); err != nil {
		return nil, err
	}
	for _, datesMatter := range []bool{true, false} {
		b.datesMatter = datesMatter
		path, err := b.extend([]*cert.Certificate{leaf})
		if err != nil {
			return nil, err
		}
		if path != nil {
			return &Path{certificates: path}, nil
		}
	}
	return nil, b.failure
}

// A builder searches depth first. Signatures are verified once for each pair of certificates.
type builder struct {
	o           Options
	issuers     map[string][]candidate // by canonical subject name
	verified    map[pair]error
	visits      int
	datesMatter bool
	failure     *verdict.Error // the most telling reason so far,
	telling     int            // and how telling it is
}

type candidate struct {
	certificate *cert.Certificate
	anchor      bool
}

type pair struct{ subject, issuer *cert.Certificate }

func newBuilder(o Options) *builder {
	if o.MaxDepth == 0 {
		o.MaxDepth = DefaultMaxDepth
	}
	if o.MaxSignatures == 0 {
		o.MaxSignatures = DefaultMaxSignatures
	}
	b := &builder{o: o, issuers: make(map[string][]candidate), verified: make(map[pair]error)}
	b.failure = verdict.New(verdict.UnknownIssuer, "chain: no certificate at hand leads to an anchor")
	seen := make(map[string]bool)
	for _, list := range []struct {
		certificates []*cert.Certificate
		anchor       bool
	}{{o.Anchors, true}, {o.Intermediates, false}} {
		for _, c := range list.certificates {
			if !seen[string(c.Raw)] {
				seen[string(c.Raw)] = true
				name := c.Subject.Canonical()
				b.issuers[name] = append(b.issuers[name], candidate{c, list.anchor})
			}
		}
	}
	return b
}

// extend returns path prolonged to an anchor, or nil if there is no way. An error ends the whole search.
func (b *builder) extend(path []*cert.Certificate) ([]*cert.Certificate, error) {
	last := path[len(path)-1]
	if b.datesMatter && checkDates(last, b.o.At) != nil {
		return nil, nil
	}
	if b.isAnchor(last) {
		return path, nil
	}
	for _, issuer := range b.candidates(last) {
		if b.visits++; b.visits > maxVisits {
			return nil, verdict.New(verdict.LimitExceeded, "chain: more than %d candidate issuers", maxVisits)
		}
		if contains(path, issuer.certificate) {
			continue
		}
		if err := b.checkIssuer(issuer.certificate, path); err != nil {
			b.note(err)
			continue
		}
		if err := b.checkSignature(last, issuer.certificate); err != nil {
			if err.Reason == verdict.LimitExceeded {
				return nil, err
			}
			b.note(err)
			continue
		}
		found, err := b.extend(append(slices.Clone(path), issuer.certificate))
		if found != nil || err != nil {
			return found, err
		}
	}
	return nil, nil
}

func (b *builder) isAnchor(c *cert.Certificate) bool {
	return slices.ContainsFunc(b.o.Anchors, c.Equal)
}

// contains reports whether path already leads through the subject and key of c: going on would be a loop.
func contains(path []*cert.Certificate, c *cert.Certificate) bool {
	return slices.ContainsFunc(path, func(p *cert.Certificate) bool {
		return p.PublicKey.Equal(c.PublicKey) && p.Subject.Equal(c.Subject)
	})
}

// candidates returns those who bear the issuer's name: anchors before others, and among equals those whose key
// identifier is the one that c names. The identifiers order the search and decide nothing.
//
// An empty name is nobody's: RFC 5280, Sections 4.1.2.4 and 4.1.2.6 want one of every issuer.
func (b *builder) candidates(c *cert.Certificate) []candidate {
	if c.Issuer.Empty() {
		return nil
	}
	found := slices.Clone(b.issuers[c.Issuer.Canonical()])
	rank := func(i candidate) int {
		rank := 2
		if len(c.AuthorityKeyID) > 0 && len(i.certificate.SubjectKeyID) > 0 {
			rank = 4
			if bytes.Equal(c.AuthorityKeyID, i.certificate.SubjectKeyID) {
				rank = 0
			}
		}
		if !i.anchor {
			rank++
		}
		return rank
	}
	slices.SortStableFunc(found, func(x, y candidate) int { return rank(x) - rank(y) })
	return found
}

func (b *builder) checkSignature(subject, issuer *cert.Certificate) *verdict.Error {
	key := pair{subject, issuer}
	err, known := b.verified[key]
	if !known {
		if len(b.verified) >= b.o.MaxSignatures {
			return verdict.New(verdict.LimitExceeded, "chain: more than %d signatures to verify", b.o.MaxSignatures)
		}
		err = subject.CheckSignature(issuer.PublicKey)
		b.verified[key] = err
	}
	if err == nil {
		return nil
	}
	if e := verdict.From(err); e.Reason != verdict.SignatureInvalid {
		return e
	}
	return verdict.New(verdict.PathInvalid, "chain: certificate %s is not signed by the issuer it names: %w",
		subject.SerialNumber(), err)
}

// How telling a failure is. A namesake whose key does not fit says less than what keeps the true issuer out.
const (
	tellsNothing  = iota // no issuer at hand
	tellsNamesake        // one of the name, but not the one that signed
	tellsWhy             // one of the path's own rules
)

// note keeps the most telling failure, of equals the first.
func (b *builder) note(err *verdict.Error) {
	telling := tellsWhy
	if errors.Is(err, verdict.SignatureInvalid) {
		telling = tellsNamesake
	}
	if telling > b.telling {
		b.failure, b.telling = err, telling
	}
}
