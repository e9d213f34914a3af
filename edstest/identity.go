package edstest

import (
	"context"
	"sync"

	"github.com/qoltanba/eds"
	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/revocation"
)

// offline is a PKI that is not served, for identities that nobody asks where they come from.
var offline = sync.OnceValue(func() *PKI {
	return must(New(Options{URL: "http://edstest.invalid", Hierarchies: []Hierarchy{GOST512, GOST256, GOST2004, RSA}}))
})

// Identity returns the identity of a made-up person, for the unit test of what works with identities. It comes out of a
// real login against a fake PKI. The options are those of [PKI.Person]; one that makes a person who cannot log in is
// a panic.
func Identity(options ...Option) *eds.Identity { return must(offline().Person(options...).Identity()) }

// Identity logs the holder in and returns the identity. All is asked that a login asks, only that the services of the
// PKI answer without a connection. Persons and those who act for organizations are let in; the error is that of
// [eds.Verifier.Authenticate].
func (h *Holder) Identity() (*eds.Identity, error) {
	v, err := eds.New("https://edstest.invalid", h.pki.Trust(), eds.Options{
		Clock:   h.pki.Now,
		Accept:  []nca.Kind{nca.KindPerson, nca.KindOrganization},
		Sources: &revocation.Options{Fetcher: counter{h.pki.desk}, MaxTime: patience},
	})
	if err != nil {
		return nil, err
	}
	const session = "a session"
	ctx := context.Background()
	challenge, err := v.Challenge(ctx, session)
	if err != nil {
		return nil, err
	}
	return v.Authenticate(ctx, session, h.Answer(challenge))
}
