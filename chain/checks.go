package chain

import (
	"slices"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

// processed lists the extensions that may be critical because the library acts upon them. Policies and name
// constraints are to join it.
var processed = []cert.OID{
	oid.BasicConstraints,
	oid.KeyUsage,
	oid.ExtKeyUsage,
	oid.SubjectAltName, // names that nothing constrains
	oid.CRLDistributionPoints,
}

// checkCritical refuses critical extensions that are not processed (RFC 5280, Section 6.1.4 (o), 6.1.5 (f)).
func checkCritical(c *cert.Certificate) *verdict.Error {
	for _, e := range c.Extensions {
		if e.Critical && !slices.Contains(processed, e.ID) {
			return verdict.New(verdict.PathInvalid, "chain: certificate %s: critical extension %s is not processed",
				c.SerialNumber(), e.ID)
		}
	}
	return nil
}

// checkLeaf makes the checks that concern the end of the path alone. A key that nothing verifies under, or that is
// too weak, makes no good leaf.
func (b *builder) checkLeaf(c *cert.Certificate) error {
	if err := checkCritical(c); err != nil {
		return err
	}
	if err := c.PublicKey.CheckStrength(); err != nil {
		return err
	}
	if len(b.o.ExtKeyUsage) > 0 && !slices.ContainsFunc(c.ExtKeyUsage, b.usageWanted) {
		return verdict.New(verdict.UsageNotAllowed, "chain: certificate %s: extended key usage not allowed", c.SerialNumber())
	}
	return nil
}

// checkIssuer makes the checks of RFC 5280, Section 6.1.4 (k) to (o) on an issuer of the last certificate of
// below. They apply to an anchor too: a certificate that says it is no CA is not made one by being trusted.
func (b *builder) checkIssuer(c *cert.Certificate, below []*cert.Certificate) *verdict.Error {
	refuse := func(reason verdict.Reason, why string) *verdict.Error {
		return verdict.New(reason, "chain: issuer %s: %s", c.SerialNumber(), why)
	}
	// (k) version 3 with cA TRUE.
	if c.Version != 3 || c.BasicConstraints == nil || !c.BasicConstraints.CA {
		return refuse(verdict.PathInvalid, "not a CA")
	}
	// (l), (m) path length, self-issued certificates not counted.
	if limit := c.BasicConstraints.PathLen; limit >= 0 && intermediates(below) > limit {
		return refuse(verdict.PathInvalid, "path length constraint exceeded")
	}
	if len(below)+1 > b.o.MaxDepth {
		return refuse(verdict.LimitExceeded, "path too long")
	}
	// (n) keyCertSign, if there is a key usage.
	if !c.Allows(cert.UsageKeyCertSign) {
		return refuse(verdict.PathInvalid, "key usage without keyCertSign")
	}
	// (o) every critical extension is processed.
	if err := checkCritical(c); err != nil {
		return err
	}
	if err := c.PublicKey.CheckStrength(); err != nil {
		e := verdict.From(err)
		return verdict.New(e.Reason, "chain: issuer %s: %w", c.SerialNumber(), err)
	}
	if len(b.o.ExtKeyUsage) > 0 && len(c.ExtKeyUsage) > 0 &&
		!slices.ContainsFunc(c.ExtKeyUsage, func(u cert.OID) bool { return u == oid.AnyExtKeyUsage || b.usageWanted(u) }) {
		return refuse(verdict.UsageNotAllowed, "extended key usage not allowed")
	}
	return nil
}

func (b *builder) usageWanted(usage cert.OID) bool { return slices.Contains(b.o.ExtKeyUsage, usage) }

// intermediates counts the certificates above the leaf that are not self-issued.
func intermediates(below []*cert.Certificate) int {
	n := 0
	for _, c := range below[1:] {
		if !c.SelfIssued() {
			n++
		}
	}
	return n
}
