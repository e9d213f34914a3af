package revocation

import (
	"slices"
	"time"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/verdict"
)

// Source is where an answer comes from.
type Source string

// The sources.
const (
	OCSP Source = "ocsp"
	CRL  Source = "crl"
)

// Order says which sources are asked, and which is asked first.
type Order uint8

// The orders. A source that is left out is not asked, and what it is given to say counts only if it is bad.
const (
	OCSPThenCRL Order = iota
	CRLThenOCSP
	OnlyOCSP
	OnlyCRL
)

func (o Order) sources() []Source {
	switch o {
	case OCSPThenCRL:
		return []Source{OCSP, CRL}
	case CRLThenOCSP:
		return []Source{CRL, OCSP}
	case OnlyOCSP:
		return []Source{OCSP}
	case OnlyCRL:
		return []Source{CRL}
	}
	return nil
}

// Scope says which certificates of a path are asked about.
type Scope uint8

// The scopes. The anchor is in none.
const (
	Chain Scope = iota // the leaf and the authorities below the anchor
	Leaf               // the leaf alone
)

// Defaults of [Options].
const (
	DefaultMaxAge       = 24 * time.Hour
	DefaultMaxOnlineAge = 15 * time.Minute
	DefaultMaxSkew      = 5 * time.Minute
	DefaultMaxTime      = time.Minute
	DefaultMaxRequests  = 16
	DefaultNonceSize    = 32
)

// Options are the choices of a [Checker]. The zero value asks nobody and knows nothing, so that every certificate below
// an anchor is undecided: what it needs is a Fetcher or Evidence.
type Options struct {
	// Fetcher asks. Nil asks nobody.
	Fetcher Fetcher
	// Evidence is what is at hand for every check; [Checker.With] adds to it for some.
	Evidence Evidence
	// Order says which source is asked first.
	Order Order
	// Scope says which certificates are asked about.
	Scope Scope

	// MaxAge is how old an OCSP answer without nextUpdate may be; 0 stands for 24 hours.
	MaxAge time.Duration
	// MaxOnlineAge is the same for an answer that was asked for and does not repeat the nonce, so that it may be an
	// older one which somebody on the wire has kept; 0 stands for 15 minutes.
	MaxOnlineAge time.Duration
	// MaxSkew is how far the clocks of the responder and of this machine may be apart; 0 stands for 5 minutes.
	MaxSkew time.Duration

	// NonceSize is how many random octets an OCSP request carries; 0 stands for 32 (RFC 9654), the least is 8, which
	// the national clients send, the most 128. NoNonce sends none.
	NonceSize int
	NoNonce   bool
	// RequireNonce refuses answers that do not repeat it.
	RequireNonce bool
	// CertIDDigest makes the hashes that name the certificate in an OCSP request; 0 stands for SHA-256.
	CertIDDigest cert.Digest

	// NoPinnedPass leaves a pinned national authority undecided where its certificate has no distribution point, or
	// only such as leave out some of the reasons. Without it such an authority passes as StatusPinned, unless
	// somebody says that it is revoked: BTSD's certificate has no distribution point and that of УЦГО is silent about
	// compromised keys, so that everybody below them would stay undecided for ever.
	NoPinnedPass bool

	// MaxTime and MaxRequests bound one Check as a whole; 0 stands for a minute and 16.
	MaxTime     time.Duration
	MaxRequests int
}

func (o Options) withDefaults() (Options, error) {
	if err := o.check(); err != nil {
		return Options{}, err
	}
	o.MaxAge = orDefault(o.MaxAge, DefaultMaxAge)
	o.MaxOnlineAge = min(orDefault(o.MaxOnlineAge, DefaultMaxOnlineAge), o.MaxAge)
	o.MaxSkew = orDefault(o.MaxSkew, DefaultMaxSkew)
	o.MaxTime = orDefault(o.MaxTime, DefaultMaxTime)
	o.MaxRequests = orDefault(o.MaxRequests, DefaultMaxRequests)
	o.NonceSize = orDefault(o.NonceSize, DefaultNonceSize)
	return o, nil
}

func orDefault[T comparable](value, instead T) T {
	var zero T
	if value == zero {
		return instead
	}
	return value
}

func (o Options) check() error {
	switch {
	case o.Order.sources() == nil:
		return verdict.Misuse("revocation: Order %d is none", o.Order)
	case o.Scope > Leaf:
		return verdict.Misuse("revocation: Scope %d is none", o.Scope)
	case slices.Min([]time.Duration{o.MaxAge, o.MaxOnlineAge, o.MaxSkew, o.MaxTime}) < 0 || o.MaxRequests < 0:
		return verdict.Misuse("revocation: a negative limit")
	case o.NonceSize != 0 && (o.NonceSize < 8 || o.NonceSize > 128):
		return verdict.Misuse("revocation: a nonce of %d octets, want 8 to 128", o.NonceSize)
	case o.NoNonce && (o.RequireNonce || o.NonceSize != 0):
		return verdict.Misuse("revocation: no nonce, and yet one")
	}
	return nil
}
