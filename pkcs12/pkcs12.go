// Package pkcs12 reads and writes key stores in the PKCS #12 format (RFC 7292): the .p12 files in which the national
// PKI of Kazakhstan hands out keys, and those of OpenSSL, Java, Windows and NSS.
//
// [Parse] takes a file and its password and returns a [Store]: an [Entry] for each private key with its
// certificate, and the certificates that belong to no key. It opens the container, and no more: whether a
// certificate is valid, trusted or meant for the use at hand is for packages chain, nca and revocation to say.
// [Marshal] writes, as the national tools do or in a modern form.
//
// A container is a matryoshka. The outer PFX holds an AuthenticatedSafe, and a MAC over it that only the password
// verifies. The AuthenticatedSafe is a list of safes, each in the clear or encrypted. A safe is a list of bags:
// keys, mostly encrypted once more on their own, and certificates. Bags carry attributes; localKeyID ties a key to
// its certificate, friendlyName is for people. The national files are DER outside and BER with indefinite lengths
// inside, which is why the common Go readers refuse them; here BER is taken at every level.
//
// Understood are:
//   - integrity: HMAC with SHA-1, SHA-224, SHA-256, SHA-384 or SHA-512 under the key derivation of RFC 7292,
//     Appendix B, and PBMAC1 (RFC 9579);
//   - encryption: pbeWithSHAAnd3-KeyTripleDES-CBC, …2-KeyTripleDES-CBC, …128BitRC2-CBC and …40BitRC2-CBC
//     (RFC 7292, Appendix C), and PBES2 (RFC 8018) with PBKDF2 and AES-128, AES-192, AES-256 or triple DES in
//     CBC mode.
//
// Public-key modes, scrypt and RC4 are not. The old ciphers are read because keys are stored so; they protect
// little, and a key store is as safe as its file permissions and the length of its password.
//
// A container may come from anybody, so everything that costs time or memory is bounded before it is done: size
// (1 MiB), depth of nesting, bags (64), salts, iterations ([Options]).
package pkcs12

import (
	"errors"
	"unicode/utf8"

	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

// ErrPassword says that the password does not fit, or that the file is damaged: the MAC tells that something is
// wrong, but not which of the two it is. Test for it with errors.Is. What [Parse] returns wraps it in a
// [verdict.Error] of kind misuse: the password is an argument of the call, and only the caller can ask for another.
var ErrPassword = errors.New("pkcs12: wrong password or damaged file")

// DefaultMaxIterations is the limit on iterations that the zero value of [Options] sets. The national files have
// 1,024; OpenSSL writes 2,048, Java 10,000, and careful people some hundred thousand.
const DefaultMaxIterations = 1_000_000

// Limits on what comes from outside.
const (
	maxSize       = 1 << 20 // octets of a container
	maxSafes      = 64      // safes in the AuthenticatedSafe
	maxBags       = 64      // bags in all safes together
	maxSafeDepth  = 4       // SafeContents inside each other
	maxSalt       = 256     // octets of a salt
	maxKeyLength  = 512     // octets that PBKDF2 is asked for; 256 occur
	maxAttribute  = 2048    // octets of a friendlyName or localKeyID
	maxPrivateKey = 16_384  // octets of a PrivateKeyInfo; RSA of 16,384 bits takes 9,300
	stepsPerLimit = 8       // hash steps of all derivations together, in units of MaxIterations
)

// Options says what [Parse] takes. The zero value is the strict choice.
type Options struct {
	// MaxIterations bounds the iteration count of each key derivation. 0 means [DefaultMaxIterations]; negative
	// values are a mistake of the caller. All derivations of a container together may not cost more than eight
	// of one hash output at this count.
	MaxIterations int

	// InsecureSkipMAC reads the container without looking at its MAC, whether it has one or not. Whoever can
	// write to the file can then change what it holds, certificates in particular, without knowing the password.
	// It is right for files without a MAC that come from a trusted place, and for rescuing a damaged file.
	InsecureSkipMAC bool
}

func (o Options) maxIterations() (int, error) {
	switch {
	case o.MaxIterations < 0:
		return 0, verdict.Misuse("pkcs12: negative Options.MaxIterations")
	case o.MaxIterations == 0:
		return DefaultMaxIterations, nil
	}
	return o.MaxIterations, nil
}

// Parse opens the container in data, DER or BER, with the password. It returns a Store or an error, never both;
// the Store shares no memory with data.
//
// The error wraps a [verdict.Error]. It is [ErrPassword] for a password that does not fit,
// [verdict.Malformed] for data that is no container, that has no MAC, or whose keys and certificates do not
// belong together, [verdict.UnsupportedAlgorithm] for algorithms and types beyond those of the package comment,
// and [verdict.LimitExceeded]. It holds nothing of the password or the keys.
//
// The password is UTF-8. An empty password is tried in both spellings that are in use: a terminating zero
// character alone, as the standard says, and no octets at all, as the national tools write. A store without any
// key, such as a list of trusted certificates, is no error: look at the length of [Store.Entries].
func Parse(data []byte, password string, o Options) (*Store, error) {
	if len(data) > maxSize {
		return nil, overLimit("container of %d octets, at most %d are read", len(data), maxSize)
	}
	if !utf8.ValidString(password) {
		return nil, verdict.Misuse("pkcs12: the password is not valid UTF-8")
	}
	maxIterations, err := o.maxIterations()
	if err != nil {
		return nil, err
	}
	outer, err := parsePFX(data, maxIterations)
	if err != nil {
		return nil, err
	}
	var store *Store
	for _, spelling := range spellings(password) {
		store, err = outer.open(newReader(spelling, maxIterations, o.InsecureSkipMAC))
		if !errors.Is(err, ErrPassword) {
			break
		}
	}
	return store, err
}

// reader is one attempt to open a container with one spelling of the password.
type reader struct {
	password      password
	maxIterations int
	skipMAC       bool
	steps         int // hash steps still allowed
	safes, bags   int // still allowed
}

func newReader(p password, maxIterations int, skipMAC bool) *reader {
	return &reader{
		password: p, maxIterations: maxIterations, skipMAC: skipMAC,
		steps: saturatingProduct(stepsPerLimit, maxIterations), safes: maxSafes, bags: maxBags,
	}
}

// spend takes the cost of a derivation from what is left, before the work is done.
func (r *reader) spend(steps int) error {
	if steps > r.steps {
		return overLimit("key derivations take too many steps together")
	}
	r.steps -= steps
	return nil
}

// takeOne counts one of the things called what, of which left many may still come.
func takeOne(left *int, what string) error {
	if *left == 0 {
		return overLimit("too many %s", what)
	}
	*left--
	return nil
}

// notOpened is the error for what decryption has made unreadable. After a good MAC that is the file's fault;
// without one, the password is the likely reason.
func (r *reader) notOpened(what string) error {
	if r.skipMAC {
		return wrongPassword()
	}
	return malformed("%s does not decrypt under the password that the MAC confirms", what)
}

func wrongPassword() error { return verdict.Misuse("%w", ErrPassword) }

func malformed(format string, args ...any) error {
	return verdict.New(verdict.Malformed, "pkcs12: "+format, args...)
}

func overLimit(format string, args ...any) error {
	return verdict.New(verdict.LimitExceeded, "pkcs12: "+format, args...)
}

func unsupported(what string, o oid.OID) error {
	return verdict.New(verdict.UnsupportedAlgorithm, "pkcs12: unsupported %s %s", what, o)
}
