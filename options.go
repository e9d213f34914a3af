package eds

import (
	"slices"
	"time"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/revocation"
	"github.com/qoltanba/eds/verdict"
)

// DefaultChallengeLife is how long a challenge may be answered.
const DefaultChallengeLife = 5 * time.Minute

// Options are the choices of a [Verifier]. The zero value is the strict one: natural persons only, revocation
// required, five minutes, a store in memory, the system's clock.
type Options struct {
	// Service is the name of your service in the signed text; empty stands for the host of the origin. At most
	// 128 bytes, one line.
	Service string
	// Store keeps the challenges between Challenge and Authenticate. Nil stands for a [MemoryStore], which is
	// right for one process; several processes behind one address need a shared one.
	Store Store
	// ChallengeLife is how long a challenge may be answered; 0 stands for five minutes. At most an hour.
	ChallengeLife time.Duration
	// Clock tells the time; nil stands for time.Now.
	Clock func() time.Time

	// Accept lists the kinds of subject that may log in; empty stands for natural persons only. A head's or an
	// employee's key of an organization holds a personal IIN too: accepting [nca.KindOrganization] for personal
	// accounts lets the employer's key in.
	Accept []nca.Kind
	// RequireSigningCertificate refuses logins without the signed attribute signing-certificate. NCALayer writes
	// it in some of its methods and not in others.
	RequireSigningCertificate bool
	// TestAnchors lets anchors of the national test hierarchy in. Every Identity and Report tells its class.
	TestAnchors bool
	// Revocation says how much is asked for.
	Revocation RevocationMode
	// Sources says whom to ask about revocation, in which order, and what is at hand. Nil asks the national services
	// over HTTP, at the addresses in the certificates: OCSP first, then the lists. Options that are given stand as
	// they are: without a Fetcher nobody is asked, and only the Evidence counts.
	Sources *revocation.Options

	// Documents are the choices of [Verifier.Verify] and [Verifier.VerifyCertificate].
	Documents DocumentPolicy

	// Observe, if not nil, is called after every step, from the goroutine that does the work. Events hold
	// nothing personal.
	Observe func(Event)
}

// RevocationMode says whether a certificate must be proven not revoked.
type RevocationMode uint8

// The modes.
const (
	// RevocationRequired refuses what could not be decided.
	RevocationRequired RevocationMode = iota
	// InsecureRevocationIfAvailable refuses what is known to be revoked and lets pass what nobody could tell.
	// Whoever can block the network can then use a stolen and revoked key.
	InsecureRevocationIfAvailable
	// InsecureRevocationOff asks nobody. Right for tests and for looking at old files, wrong for a login.
	InsecureRevocationOff
)

// DocumentPolicy says what documents and certificates are held to. The zero value asks for a key that may sign
// documents, of any kind of subject.
type DocumentPolicy struct {
	// Purpose is what the key must be for: [nca.Sign] if empty, [nca.Auth], or [AnyPurpose].
	Purpose nca.Purpose
	// Accept lists the kinds of subject that count; empty stands for any.
	Accept []nca.Kind
	// ContentType, if not empty, is the only content type accepted. Without it any but TSTInfo is.
	ContentType cert.OID
}

// AnyPurpose asks for no purpose. Keys whose signatures mean nothing, such as an authority's, are refused still.
const AnyPurpose nca.Purpose = "any"

// Event tells of one step of one call.
type Event struct {
	Call     string // "authenticate", "verify" or "verify-certificate"
	Step     verdict.StepName
	Outcome  verdict.Outcome
	Reason   Reason
	Duration time.Duration
}

func (o Options) withDefaults(host string) (Options, error) {
	o.Accept = slices.Clone(o.Accept)
	o.Documents.Accept = slices.Clone(o.Documents.Accept)
	if o.Service == "" {
		o.Service = host
	}
	if o.ChallengeLife == 0 {
		o.ChallengeLife = DefaultChallengeLife
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Store == nil {
		o.Store = NewMemoryStore(o.Clock)
	}
	if len(o.Accept) == 0 {
		o.Accept = []nca.Kind{nca.KindPerson}
	}
	if o.Documents.Purpose == "" {
		o.Documents.Purpose = nca.Sign
	}
	return o, o.check()
}

// checker makes what asks about revocation, or nil where nobody is to be asked.
func (o Options) checker() (*revocation.Checker, error) {
	if o.Revocation == InsecureRevocationOff {
		return nil, nil
	}
	if o.Sources != nil {
		return revocation.New(*o.Sources)
	}
	national, err := revocation.NewHTTP(revocation.HTTPOptions{})
	if err != nil {
		return nil, err
	}
	return revocation.New(revocation.Options{Fetcher: national})
}

func (o Options) check() error {
	switch {
	case o.ChallengeLife < time.Second || o.ChallengeLife > time.Hour:
		return verdict.Misuse("eds: ChallengeLife of %s is not between a second and an hour", o.ChallengeLife)
	case o.Revocation > InsecureRevocationOff:
		return verdict.Misuse("eds: Revocation %d is no mode", o.Revocation)
	case !slices.Contains([]nca.Purpose{nca.Sign, nca.Auth, AnyPurpose}, o.Documents.Purpose):
		return verdict.Misuse("eds: %q is no purpose", o.Documents.Purpose)
	}
	for _, kind := range slices.Concat(o.Accept, o.Documents.Accept) {
		if !slices.Contains([]nca.Kind{nca.KindPerson, nca.KindOrganization, nca.KindSystem}, kind) {
			return verdict.Misuse("eds: %q is no kind of subject", kind)
		}
	}
	return nil
}
