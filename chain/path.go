package chain

import (
	"slices"
	"time"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/verdict"
)

// Path is a certification path from a leaf to an anchor. Only [Build] and [Verify] make one, so holding a Path
// means that every signature in it verified and that every issuer was allowed to issue what it issued.
type Path struct {
	certificates []*cert.Certificate
}

// Certificates returns the path, leaf first, anchor last. A leaf that is itself an anchor is a path of one.
func (p *Path) Certificates() []*cert.Certificate { return slices.Clone(p.certificates) }

// Leaf returns the certificate that the path leads from.
func (p *Path) Leaf() *cert.Certificate { return p.certificates[0] }

// Anchor returns the anchor that the path leads to.
func (p *Path) Anchor() *cert.Certificate { return p.certificates[len(p.certificates)-1] }

// CheckValidity reports whether every certificate of the path, the anchor included, is within its dates at the
// moment at; first and last second belong to the period (RFC 5280, Section 4.1.2.5). The error wraps
// [verdict.CertExpired] or [verdict.CertNotYetValid].
func (p *Path) CheckValidity(at time.Time) error {
	for i, c := range p.certificates {
		if err := checkDates(c, at); err != nil {
			return verdict.New(err.Reason, "chain: certificate %d of %d: %w", i+1, len(p.certificates), err)
		}
	}
	return nil
}

func checkDates(c *cert.Certificate, at time.Time) *verdict.Error {
	switch {
	case at.Before(c.NotBefore):
		return verdict.New(verdict.CertNotYetValid, "valid from %s, not at %s", stamp(c.NotBefore), stamp(at))
	case at.After(c.NotAfter):
		return verdict.New(verdict.CertExpired, "valid until %s, not at %s", stamp(c.NotAfter), stamp(at))
	}
	return nil
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
