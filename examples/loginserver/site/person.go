package site

import (
	"strings"
	"time"

	"github.com/qoltanba/eds"
	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/revocation"
	"github.com/qoltanba/eds/verdict"
)

// A person is what a session keeps of an identity: what the pages show, and no full IIN. A service with accounts
// would look up or make one here, by identity.IIN().Digits(), and keep its number instead.
type person struct {
	Name         string       `json:"name"`
	IIN          string       `json:"iin"` // masked
	Organization string       `json:"organization"`
	BIN          string       `json:"bin"`
	Kind         nca.Kind     `json:"kind"`
	Roles        []nca.Role   `json:"roles"`
	Class        nca.Class    `json:"class"`
	Certificate  certificate  `json:"certificate"`
	Steps        []stepResult `json:"steps"`
	SignedInAt   time.Time    `json:"signed_in_at"`
}

// A certificate is what the page shows of the one that signed.
type certificate struct {
	Serial    string      `json:"serial"`
	Issuer    string      `json:"issuer"`
	Algorithm string      `json:"algorithm"`
	Storage   nca.Storage `json:"storage"`
	NotBefore time.Time   `json:"not_before"`
	NotAfter  time.Time   `json:"not_after"`
}

// A stepResult is one line of the list of what was checked.
type stepResult struct {
	Name    verdict.StepName  `json:"name"`
	Outcome verdict.Outcome   `json:"outcome"`
	By      revocation.Source `json:"by"` // of the step revocation: who answered for the person's certificate
}

func personOf(i *eds.Identity) *person {
	subject := i.Subject()
	return &person{
		Name:         fullName(subject),
		IIN:          i.IIN().String(),
		Organization: Printable(subject.Organization),
		BIN:          Printable(string(subject.BIN)),
		Kind:         i.Kind(),
		Roles:        i.Roles(),
		Class:        i.Class(),
		Certificate:  certificateOf(i.Certificate()),
		Steps:        stepsOf(i.Evidence()),
		SignedInAt:   i.At(),
	}
}

// fullName puts the name together as the identity card has it: surname, name, patronymic.
func fullName(s nca.Subject) string {
	name := strings.TrimSpace(s.CommonName + " " + s.Patronymic)
	return Printable(nca.MaskIINs(name))
}

func certificateOf(c *cert.Certificate) certificate {
	issuer := c.Issuer.First(commonName)
	if issuer == "" {
		issuer = c.Issuer.String()
	}
	return certificate{
		Serial:    c.SerialNumber(),
		Issuer:    Printable(issuer),
		Algorithm: c.PublicKey.Algorithm(),
		Storage:   nca.StorageOf(c),
		NotBefore: c.NotBefore,
		NotAfter:  c.NotAfter,
	}
}

// commonName is id-at-commonName (X.520).
const commonName cert.OID = "2.5.4.3"

func stepsOf(e eds.Evidence) []stepResult {
	results := make([]stepResult, len(e.Steps))
	for i, s := range e.Steps {
		results[i] = stepResult{Name: s.Name, Outcome: s.Outcome}
		if s.Name == verdict.StepRevocation && e.Revocation != nil {
			results[i].By = e.Revocation.Leaf().By
		}
	}
	return results
}
