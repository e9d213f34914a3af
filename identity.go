package eds

import (
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/chain"
	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/revocation"
)

// Identity is an authenticated person. Only [Verifier.Authenticate] makes one. It is immutable and prints without
// the full IIN.
type Identity struct {
	person   person
	class    nca.Class
	path     *chain.Path
	at       time.Time
	evidence func() Evidence // a function, into which fmt does not look: the octets of evidence spell the IIN
}

// Evidence is what an application may archive to show later how a login was decided.
type Evidence struct {
	CMS       []byte   // as received
	Challenge string   // the text that was signed
	Path      [][]byte // certificates in DER, leaf first, anchor last
	// Revocation is what was found out about each certificate, with the OCSP answer or list that said so; nil if
	// revocation was off.
	Revocation *revocation.Result
	At         time.Time // the moment of judgement
	Steps      []Step
}

// IIN returns the person's number. It prints masked; Digits is the explicit way to all of it. Accounts belong to
// the IIN, or to IIN and BIN: never to a serial number, a name or a key, of which one person has many.
func (i *Identity) IIN() nca.IIN { return i.person.subject.IIN }

// BIN returns the number of the organization in the certificate, or "".
func (i *Identity) BIN() nca.BIN { return i.person.subject.BIN }

// Subject returns the name of the person, part by part, and of the organization.
func (i *Identity) Subject() nca.Subject { return i.person.subject }

// Roles returns what the issuer says the subject is or may do, in the order of the certificate.
func (i *Identity) Roles() []nca.Role { return slices.Clone(i.person.roles) }

// Kind tells a person's own key from one held for an organization.
func (i *Identity) Kind() nca.Kind { return i.person.kind }

// Class tells which hierarchy vouches for the identity: refuse [nca.Test] wherever something real happens.
func (i *Identity) Class() nca.Class { return i.class }

// Certificate returns the certificate that signed.
func (i *Identity) Certificate() *cert.Certificate { return i.path.Leaf() }

// Path returns the verified path, leaf first, anchor last.
func (i *Identity) Path() []*cert.Certificate { return i.path.Certificates() }

// At returns the moment at which the identity was authenticated.
func (i *Identity) At() time.Time { return i.at }

// Evidence returns what an application may archive. It holds personal data.
func (i *Identity) Evidence() Evidence { return i.evidence() }

// String prints the identity for logs: the kind, the class and the last digits of the IIN.
func (i *Identity) String() string { return fmt.Sprintf("%s %s (%s)", i.person.kind, i.IIN(), i.class) }

// LogValue makes log/slog print what String does, in every handler.
func (i *Identity) LogValue() slog.Value { return slog.StringValue(i.String()) }

// GoString prints like String, so that %#v shows no more.
func (i *Identity) GoString() string { return "eds.Identity(" + i.String() + ")" }
