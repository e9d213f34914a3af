package main

import (
	"regexp"
	"strings"
	"time"

	"github.com/qoltanba/eds"
	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/verdict"
)

var dotted = regexp.MustCompile(`^[0-2](\.(0|[1-9][0-9]*))+$`)

// check refuses options that cannot mean what the user wants.
func (j judgement) check() error {
	switch {
	case len(j.used()) > 0:
		return note{id: "usage.not-yet", data: data{"Options": strings.Join(j.used(), ", ")}}
	case len(j.Trust) == 0:
		return note{id: "usage.no-trust"}
	case j.ContentType != "" && !dotted.MatchString(j.ContentType):
		return note{id: "usage.content-type"}
	}
	return j.checkRevocation()
}

// verifier makes the library's verifier of the options. Anchors of the test hierarchy are let in, for the user named
// them by path; what rests on them is told of ([app.warnTest]).
func (a *app) verifier(j judgement) (*eds.Verifier, error) {
	if err := j.check(); err != nil {
		return nil, err
	}
	trust, err := eds.LoadTrust(j.Trust...)
	if err != nil {
		return nil, err
	}
	atHand, err := certificatesAt(j.Untrusted)
	if err != nil {
		return nil, err
	}
	trust.Untrusted = append(trust.Untrusted, atHand...)
	sources, err := a.sources(j, trust.Untrusted)
	if err != nil {
		return nil, err
	}
	return eds.New("", trust, eds.Options{
		Clock:       j.clock(a.now),
		TestAnchors: true,
		Revocation:  revocationModes[j.Revocation],
		Sources:     sources,
		Documents: eds.DocumentPolicy{
			Purpose:     purposes[j.Purpose],
			Accept:      subjects[j.Subject],
			ContentType: cert.OID(j.ContentType),
		},
	})
}

func (j judgement) clock(now func() time.Time) func() time.Time {
	if j.At.IsZero() {
		return now
	}
	return func() time.Time { return j.At }
}

var (
	purposes = map[string]nca.Purpose{"auth": nca.Auth, "sign": nca.Sign, "any": eds.AnyPurpose}
	subjects = map[string][]nca.Kind{
		"person":       {nca.KindPerson},
		"organization": {nca.KindOrganization},
		"any":          nil,
	}
)

// warnTest says aloud that an answer rests on the test hierarchy, where anybody gets any name.
func (a *app) warnTest(file string, class nca.Class) {
	if class == nca.Test {
		a.tell(note{id: "warn.test-hierarchy", data: data{"File": file}})
	}
}

func outcomeOf(steps []verdict.Step, name verdict.StepName) verdict.Outcome {
	for _, s := range steps {
		if s.Name == name {
			return s.Outcome
		}
	}
	return verdict.Skipped
}

// hint says what decides where revocation is undecided.
func (p *page) hint(reason verdict.Reason) {
	if reason == verdict.RevocationUnavailable {
		p.row("hint", p.words.text("hint.revocation"))
	}
}
