package edstest

import (
	"crypto"
	"fmt"
	"time"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/nca"
)

// Option says what a holder is to be like, beside the defaults.
type Option func(*order)

// An order is a certificate about to be issued.
type order struct {
	person
	kind       *kind
	hierarchy  Hierarchy
	signing    bool // of a pair, the key to sign with
	from, to   time.Time
	now        time.Time
	unknown    bool // never issued, as far as the authority knows
	storage    nca.Storage
	extensions []cert.Extension
	key        crypto.Signer
}

// Under places the holder in a hierarchy of the PKI; by default it is the first of [Options].Hierarchies.
func Under(h Hierarchy) Option { return func(o *order) { o.hierarchy = h } }

// ForSigning asks a hierarchy of pairs, [RSA] or [GOST2004], for the key to sign documents with. By default it issues
// the one to log in with. The keys of the other hierarchies do both.
func ForSigning() Option { return func(o *order) { o.signing = true } }

// IIN gives the holder this number, in place of one that is nobody's. It need not be a right one.
func IIN(digits string) Option { return func(o *order) { o.iin = digits } }

// BIN gives the organization this number. Given to [PKI.Person], it makes a certificate that is no longer a person's
// own.
func BIN(digits string) Option { return func(o *order) { o.bin = digits } }

// Name names the holder. Any part may be empty.
func Name(surname, given, patronymic string) Option {
	return func(o *order) { o.surname, o.given, o.patronymic = surname, given, patronymic }
}

// Organization names the holder's organization.
func Organization(name string) Option { return func(o *order) { o.organization = name } }

// CommonName puts any text where surname and given name stand, or the name of a digital system.
func CommonName(text string) Option { return func(o *order) { o.commonName = text } }

// Email puts an address into the name, as old certificates have it.
func Email(address string) Option { return func(o *order) { o.email = address } }

// SamePerson issues one more key to somebody: the name and the numbers are those of other.
func SamePerson(other *Holder) Option { return func(o *order) { o.person = other.person } }

// Validity sets the first and the last second of the certificate. By default it began a day ago and lasts a year.
func Validity(from, to time.Time) Option { return func(o *order) { o.from, o.to = from, to } }

// Expired makes a certificate that ended a day ago.
func Expired() Option {
	return func(o *order) { o.from, o.to = o.now.AddDate(-1, 0, -1), o.now.AddDate(0, 0, -1) }
}

// NotYetValid makes a certificate that begins tomorrow.
func NotYetValid() Option {
	return func(o *order) { o.from, o.to = o.now.AddDate(0, 0, 1), o.now.AddDate(1, 0, 1) }
}

// NeverIssued makes a certificate that the authority has signed and does not have in its books, as a thief of its key
// would. The OCSP service calls it revoked since 1970, the national way; the lists know nothing of it.
func NeverIssued() Option { return func(o *order) { o.unknown = true } }

// Storage says where the key lives, in hierarchies whose certificates say so; by default in a PKCS #12 file.
func Storage(s nca.Storage) Option {
	if _, ok := storages[s]; !ok {
		panic(fmt.Sprintf("edstest: %q is no storage of keys", s))
	}
	return func(o *order) { o.storage = s }
}

// Extension puts an extension into the certificate, in the place of the one with the same identifier, if there is
// one. An extension without a value takes that one out.
func Extension(e cert.Extension) Option {
	return func(o *order) { o.extensions = append(o.extensions, e) }
}

// Key certifies this key in place of a new one.
func Key(key crypto.Signer) Option { return func(o *order) { o.key = key } }

const storagePKCS12 cert.OID = "1.2.398.3.3.5.1.1"

// storages are the values of the extension that tells where the key lives.
var storages = map[nca.Storage]cert.OID{
	nca.StoragePKCS12:     storagePKCS12,
	nca.StorageJKS:        "1.2.398.3.3.5.1.2",
	nca.StorageIDCard:     "1.2.398.3.3.5.2.1",
	nca.StorageKaztoken:   "1.2.398.3.3.5.2.2",
	nca.StorageEToken:     "1.2.398.3.3.5.2.3",
	nca.StorageEToken5110: "1.2.398.3.3.5.2.4",
	nca.StorageJaCarta:    "1.2.398.3.3.5.2.5",
	nca.StorageAKey:       "1.2.398.3.3.5.2.6",
	nca.StorageCloud:      "1.2.398.3.3.5.3.1",
}
