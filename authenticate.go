package eds

import (
	"bytes"
	"context"

	"github.com/qoltanba/eds/chain"
	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/revocation"
	"github.com/qoltanba/eds/verdict"
)

// maxLogin bounds a login message: a challenge, a signature and a few certificates need less than 10 KB.
const maxLogin = 64 << 10

// Authenticate takes the CMS that the browser sent for a session and returns the person who signed the session's
// challenge. message is an attached CMS in DER, BER, PEM or Base64, at most 64 KiB.
//
// A message that can be read as CMS burns the challenge, whatever follows. The checks come in this order, the cheap
// ones first, so that junk never reaches the network: size and outer form, challenge, content, one signer, signature, certification path,
// usage and kind of subject, dates, revocation, identity. The first that fails decides the error, which wraps
// the [Reason] of its step.
func (v *Verifier) Authenticate(ctx context.Context, session string, message []byte) (*Identity, error) {
	if v.origin == "" {
		return nil, verdict.Misuse("eds: this verifier was made without an origin")
	}
	if session == "" {
		return nil, verdict.Misuse("eds: empty session")
	}
	l := &login{run: v.begin("authenticate"), ctx: ctx, session: session, message: bytes.Clone(message)}
	for _, step := range []struct {
		name  verdict.StepName
		check func() error
	}{
		{verdict.StepForm, l.checkForm},
		{verdict.StepContent, l.checkContent},
		{verdict.StepSignature, l.checkSignature},
		{verdict.StepPath, l.checkPath},
		{verdict.StepUsage, l.checkUsage},
		{verdict.StepValidity, l.checkValidity},
	} {
		if err := l.step(step.name, step.check); err != nil {
			return nil, verdict.From(err)
		}
	}
	var err error
	if l.revocation, err = l.checkRevocation(ctx, l.path); err != nil {
		return nil, verdict.From(err)
	}
	if err := l.step(verdict.StepIdentity, l.checkIdentity); err != nil {
		return nil, verdict.From(err)
	}
	return l.identity(), nil
}

// A login is one call of Authenticate in progress: each check leaves what the next one needs.
type login struct {
	*run
	ctx     context.Context
	session string
	message []byte

	challenge  string
	signed     *cms.SignedData
	signer     *cms.VerifiedSigner
	path       *chain.Path
	revocation *revocation.Result
	person     person
}

func (l *login) checkForm() error {
	if len(l.message) > maxLogin {
		return verdict.New(verdict.LimitExceeded, "eds: a login of %d bytes, at most %d are read", len(l.message), maxLogin)
	}
	var err error
	l.signed, _, err = cms.Decode(l.message)
	return err
}

// checkContent burns the challenge before it looks at the content.
func (l *login) checkContent() error {
	var err error
	if l.challenge, err = l.v.take(l.ctx, l.session, l.at); err != nil {
		return err
	}
	if l.signed.Detached {
		return verdict.New(verdict.ContentMissing, "eds: a login must be an attached signature")
	}
	if l.signed.ContentType != oid.Data {
		return verdict.New(verdict.ContentMismatch, "eds: content type %s is not that of a challenge", l.signed.ContentType)
	}
	return l.v.checkContent(l.signed.Content, l.challenge)
}

// checkSignature wants exactly one signer, with signed attributes (T25).
func (l *login) checkSignature() error {
	switch n := len(l.signed.Signers); {
	case n == 0:
		return verdict.New(verdict.NoSigners, "eds: no signer")
	case n > 1:
		return verdict.New(verdict.TooManySigners, "eds: %d signers, want one", n)
	case len(l.signed.Signers[0].SignedAttributes) == 0:
		return verdict.New(verdict.SignedAttributesInvalid, "eds: a login without signed attributes")
	}
	var err error
	if l.signer, err = l.signed.VerifySigner(0, nil, l.v.atHand()); err != nil {
		return err
	}
	if l.v.o.RequireSigningCertificate && !l.signer.HasSigningCertificate() {
		return verdict.New(verdict.SigningCertificateMismatch, "eds: a login without the attribute signing-certificate")
	}
	return nil
}

func (l *login) checkPath() error {
	var err error
	l.path, err = l.buildPath(l.signer.Certificates(), l.signed.Certificates)
	return err
}

func (l *login) checkUsage() error {
	return usage{purpose: nca.Auth, accept: l.v.o.Accept}.check(l.path.Leaf())
}

func (l *login) checkValidity() error { return l.path.CheckValidity(l.at) }

func (l *login) checkIdentity() error {
	l.person = personOf(l.path.Leaf())
	return l.person.checkIIN()
}

func (l *login) identity() *Identity {
	certificates := l.path.Certificates()
	raw := make([][]byte, len(certificates))
	for i, c := range certificates {
		raw[i] = c.Raw
	}
	evidence := Evidence{
		CMS:        l.message,
		Challenge:  l.challenge,
		Path:       raw,
		Revocation: l.revocation,
		At:         l.at,
		Steps:      l.finish(),
	}
	return &Identity{
		person:   l.person,
		class:    nca.ClassOf(certificates),
		path:     l.path,
		at:       l.at,
		evidence: func() Evidence { return evidence },
	}
}
