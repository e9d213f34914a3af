package eds

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/chain"
	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/revocation"
	"github.com/qoltanba/eds/verdict"
)

// A usage is what a certificate is held to in the step "usage".
type usage struct {
	purpose nca.Purpose
	accept  []nca.Kind // empty: any
}

// check refuses a key whose signatures mean nothing, one for another purpose, and a subject of a kind that is not
// accepted.
func (u usage) check(c *cert.Certificate) error {
	if !nca.CanSignAnything(c) {
		return verdict.New(verdict.UsageNotAllowed, "eds: the certificate of an authority, a service or an encryption key")
	}
	if purposes := nca.PurposesOf(c); u.purpose != AnyPurpose && !slices.Contains(purposes, u.purpose) {
		return verdict.New(verdict.UsageNotAllowed, "eds: the key is for %v, not for %s", purposes, u.purpose)
	}
	if kind := nca.KindOf(c); len(u.accept) > 0 && !slices.Contains(u.accept, kind) {
		return verdict.New(verdict.SubjectNotAccepted, "eds: the subject is of kind %q, accepted are %q", kind, u.accept)
	}
	return nil
}

// documentUsage is what documents are held to.
func (v *Verifier) documentUsage() usage {
	return usage{purpose: v.o.Documents.Purpose, accept: v.o.Documents.Accept}
}

// Budgets of the search for paths: whoever sends a message chooses how many certificates fit its signature (T48).
const (
	maxCandidates     = 8 // certificates that fit one signature
	minPathSignatures = 4 // verified for each of them, however many there are
)

// buildPath returns the path of the first candidate that has one. Candidates are certificates under whose key a
// signature verified; usually there is one. They share the signatures that may be verified, and so do the signers of
// a message. The path must then be used for all further checks, and no other certificate (T31).
func (r *run) buildPath(candidates, atHand []*cert.Certificate) (*chain.Path, error) {
	if len(candidates) > maxCandidates {
		return nil, verdict.New(verdict.LimitExceeded, "eds: %d certificates fit one signature, at most %d are looked at",
			len(candidates), maxCandidates)
	}
	var failures []error
	for _, leaf := range candidates {
		path, err := chain.Build(leaf, chain.Options{
			Anchors:       r.v.trust.Anchors,
			Intermediates: slices.Concat(r.v.trust.Untrusted, atHand),
			At:            r.at,
			MaxSignatures: max(minPathSignatures, chain.DefaultMaxSignatures/(r.signers*len(candidates))),
		})
		if err == nil {
			err = r.v.checkClass(path)
		}
		if err == nil {
			return path, nil
		}
		failures = append(failures, err)
	}
	return nil, errors.Join(failures...)
}

// checkClass refuses a path through the national test hierarchy that came in under another anchor.
func (v *Verifier) checkClass(path *chain.Path) error {
	if nca.ClassOf(path.Certificates()) == nca.Test && !v.o.TestAnchors {
		return verdict.New(verdict.UnknownIssuer, "eds: the path leads through the test hierarchy")
	}
	return nil
}

// judgePath makes the steps that come after "path" for a report. Each is made whatever became of the others.
func (r *run) judgePath(ctx context.Context, path *chain.Path, checkUsage func(*cert.Certificate) error) *revocation.Result {
	_ = r.step(verdict.StepUsage, func() error { return checkUsage(path.Leaf()) })
	_ = r.step(verdict.StepValidity, func() error { return path.CheckValidity(r.at) })
	result, _ := r.checkRevocation(ctx, path)
	r.add(Step{Name: verdict.StepIdentity, Outcome: verdict.Passed}, 0)
	return result
}

// checkRevocation makes the step "revocation" as the mode wants it: the leaf and the authorities below the anchor.
// It returns what was found out, nil if nobody was to be asked.
func (r *run) checkRevocation(ctx context.Context, path *chain.Path) (*revocation.Result, error) {
	if r.v.revocation == nil {
		r.add(Step{Name: verdict.StepRevocation, Detail: "switched off"}, 0)
		return nil, nil
	}
	start := time.Now()
	result := r.v.revocation.Check(ctx, path, r.at)
	err := result.Err()
	step := verdict.StepOf(verdict.StepRevocation, err)
	if r.v.o.Revocation == InsecureRevocationIfAvailable && step.Outcome == verdict.UndecidedStep {
		step, err = Step{Name: verdict.StepRevocation, Detail: step.Detail}, nil // skipped
	}
	r.add(step, time.Since(start))
	return result, err
}

// A person is what the step "identity" finds in a verified certificate.
type person struct {
	subject nca.Subject
	roles   []nca.Role
	kind    nca.Kind
}

func personOf(c *cert.Certificate) person {
	return person{subject: nca.SubjectOf(c), roles: nca.RolesOf(c), kind: nca.KindOf(c)}
}

func (p person) checkIIN() error {
	if p.subject.IIN.IsZero() {
		return verdict.New(verdict.NoIIN, "eds: the subject name holds no single IIN")
	}
	return nil
}
