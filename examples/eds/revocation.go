package main

import (
	"encoding/hex"
	"time"

	"github.com/fatih/color"

	"github.com/qoltanba/eds"
	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/revocation"
)

// maxNonce is the greatest nonce of RFC 9654 in octets.
const maxNonce = 128

var scopes = map[string]revocation.Scope{"leaf": revocation.Leaf, "chain": revocation.Chain}

// checkRevocation refuses options about revocation that cannot mean what the user wants.
func (j judgement) checkRevocation() error {
	switch _, err := j.nonce(); {
	case err != nil:
		return err
	case j.MaxAge < 0 || j.MaxSkew < 0:
		return note{id: "usage.negative"}
	case !j.Online && len(j.AllowHost)+len(j.AllowPrivateHost) > 0:
		return note{id: "usage.allow-host-offline"}
	}
	return nil
}

// nonce returns nil if none was given.
func (j judgement) nonce() ([]byte, error) {
	if j.OCSPNonce == nil {
		return nil, nil
	}
	nonce, err := hex.DecodeString(*j.OCSPNonce)
	if err != nil || len(nonce) == 0 || len(nonce) > maxNonce {
		return nil, note{id: "usage.nonce"}
	}
	return nonce, nil
}

// wantsVerdict reports whether an option was given that makes sense for a verdict only.
func (j judgement) wantsVerdict() bool {
	return len(j.Trust)+len(j.used())+len(j.CRL)+len(j.OCSP) > 0 || j.Online || j.OCSPNonce != nil
}

// sources says whom to ask about revocation, and what is at hand. Nobody is asked without --online.
func (a *app) sources(j judgement, atHand []*cert.Certificate) (*revocation.Options, error) {
	evidence, err := a.evidence(j)
	if err != nil {
		return nil, err
	}
	if evidence.Nonce, err = j.nonce(); err != nil {
		return nil, err
	}
	evidence.Certificates = atHand
	o := &revocation.Options{
		Evidence:     evidence,
		Scope:        scopes[j.RevocationScope],
		MaxAge:       bound(j.MaxAge),
		MaxSkew:      bound(j.MaxSkew),
		RequireNonce: evidence.Nonce != nil,
	}
	if j.Online {
		if o.Fetcher, err = revocation.NewHTTP(revocation.HTTPOptions{Hosts: j.hosts()}); err != nil {
			return nil, note{id: "usage.allow-host", data: data{"Error": err}}
		}
	}
	return o, nil
}

// bound keeps a zero that the user wrote from standing for the library's default. All times have whole seconds.
func bound(d time.Duration) time.Duration { return max(d, 1) }

func (j judgement) hosts() []revocation.Host {
	hosts := list(j.AllowHost, func(name string) revocation.Host { return revocation.Host{Name: name} })
	for _, name := range j.AllowPrivateHost {
		hosts = append(hosts, revocation.Host{Name: name, Private: true})
	}
	return hosts
}

// A revocationObject is what is known of a certificate's revocation.
//
// A pinned national authority that passes although nobody could ever tell of it is "off", as an anchor is: its pin is
// what counts, nobody said "good".
type revocationObject struct {
	Status      string            `json:"status"` // good, revoked, unknown, unavailable or off
	By          revocation.Source `json:"by"`
	Time        string            `json:"time"`   // since when it is revoked
	Reason      string            `json:"reason"` // likewise why, in the words of RFC 5280
	ProducedAt  string            `json:"produced_at"`
	NeverIssued bool              `json:"never_issued"`
}

func revocationOf(f revocation.Finding) revocationObject {
	o := revocationObject{Status: f.Status.String(), By: f.By, ProducedAt: stamp(f.ProducedAt)}
	switch f.Status {
	case revocation.StatusPinned:
		o.Status = revocation.StatusOff.String()
	case revocation.StatusRevoked:
		o.Time, o.Reason, o.NeverIssued = stamp(f.RevokedAt), f.Reason.String(), f.NeverIssued
	}
	return o
}

// revocationOfLeaf is what was found out about the leaf; r is nil where nobody was to be asked.
func revocationOfLeaf(r *revocation.Result) *revocationObject {
	o := revocationOf(revocation.Finding{Status: revocation.StatusOff})
	if r != nil {
		o = revocationOf(r.Leaf())
	}
	return &o
}

// An inquiry is what people read about the revocation of one certificate of a path.
type inquiry struct {
	revocationObject
	authority string // its name; "" for the leaf
	pinned    bool
}

// inquiries are about the leaf, and the authorities about which anybody was asked.
func (a *app) inquiries(r *revocation.Result) []inquiry {
	all := []inquiry{{revocationObject: *revocationOfLeaf(r)}}
	if r == nil {
		return all
	}
	for i, f := range r.Findings {
		one := inquiry{revocationObject: revocationOf(f), pinned: f.Status == revocation.StatusPinned}
		switch {
		case i == 0:
			all[0] = one
		case f.Status != revocation.StatusOff:
			one.authority = a.authorityName(f.Certificate)
			all = append(all, one)
		}
	}
	return all
}

func (a *app) authorityName(c *cert.Certificate) string {
	if name := nca.SubjectOf(c).CommonName; name != "" {
		return name
	}
	return a.name(c.Subject)
}

// revocation says of each certificate whether it is revoked, since when and why, and who says so.
func (p *page) revocation(all []inquiry) {
	for _, one := range all {
		text, colour := p.words.text(one.words()), color.Attribute(0)
		switch one.Status {
		case "revoked", "unknown":
			colour = color.FgRed
		}
		if one.Status == "revoked" && !one.NeverIssued {
			text += " " + p.words.text("revocation.since", data{"Time": moment(one.Time), "Reason": p.revocationReason(one.Reason)})
		}
		if one.By != "" {
			text += " (" + p.words.text(answeredBy[one.By], data{"Time": moment(one.ProducedAt)}) + ")"
		}
		if one.authority == "" {
			p.paint("revocation", text, colour)
		} else {
			p.paint("revocation", p.mask(one.authority)+": "+text, colour)
		}
	}
}

var answeredBy = map[revocation.Source]string{revocation.OCSP: "revocation.by-ocsp", revocation.CRL: "revocation.by-crl"}

// words names the sentence about the status.
func (q inquiry) words() string {
	switch {
	case q.NeverIssued:
		return "revocation.never-issued"
	case q.pinned:
		return "revocation.pinned"
	}
	return "revocation." + q.Status
}

// revocationReason is the reason in the user's language, or the bare number where the standard has no name.
func (p *page) revocationReason(name string) string {
	if text := p.words.text("revocation-reason." + name); text != "revocation-reason."+name {
		return text
	}
	return name
}

var revocationModes = map[string]eds.RevocationMode{
	"required":     eds.RevocationRequired,
	"if-available": eds.InsecureRevocationIfAvailable,
	"off":          eds.InsecureRevocationOff,
}
