package emulator

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/qoltanba/eds/ncalayer"
	"github.com/qoltanba/eds/verdict"
)

// DefaultListen is where NCALayer listens.
const DefaultListen = "127.0.0.1:13579"

// Defaults of [Options].
const (
	DefaultVersion     = "1.4"
	DefaultConnections = 64
	DefaultIdle        = 30 * time.Minute // a person may think for long
	DefaultTransfer    = time.Minute
)

// Options say how the emulator behaves. The zero value listens where NCALayer does, has no keys and cancels
// everything.
type Options struct {
	Listen string // address and port; "": [DefaultListen]. Port 0 is any that is free
	Plain  bool   // ws:// in place of wss://
	TLS    *TLS   // nil: made by New

	Keys []Key // offered in this order

	// AutoApprove signs every request with the first key that fits, and asks nobody. It excludes Ask.
	AutoApprove bool
	// Ask decides on a request. The context ends when the page goes away or the emulator is closed. One request is
	// asked for at a time. An error cancels the request; a [*ncalayer.Failure] in it is answered as such.
	Ask func(ctx context.Context, p Prompt) (Choice, error)

	// Origins of pages that may connect beside those on this machine, "https://portal.example.kz". "null" stands for
	// pages that have none, such as files, and lets in every sandboxed frame on the web, too.
	Origins []string

	Version string         // of the greeting; "": [DefaultVersion]
	Shape   ncalayer.Shape // of the results of sign: ShapeList (""), or ShapeText, as before 1.4

	// SkipTimestamps answers requests for a time stamp with a message that has none. They fail otherwise: there is
	// no time-stamping authority here.
	SkipTimestamps bool

	Clock   func() time.Time // for the signing time; nil: the system's
	Observe func(Event)      // called at once, by several goroutines

	MaxMessage     int64         // octets; 0: [ncalayer.MaxMessage]
	MaxConnections int           // 0: [DefaultConnections]
	IdleTimeout    time.Duration // between two messages; 0: [DefaultIdle]
	Transfer       time.Duration // for one message or reply to arrive whole; 0: [DefaultTransfer]
}

// withDefaults checks the options and fills in what was left out, in a copy.
func (o Options) withDefaults() (Options, error) {
	o.Keys, o.Origins = slices.Clone(o.Keys), slices.Clone(o.Origins)
	setDefault(&o.Listen, DefaultListen)
	setDefault(&o.Version, DefaultVersion)
	setDefault(&o.Shape, ncalayer.ShapeList)
	setDefault(&o.MaxMessage, ncalayer.MaxMessage)
	setDefault(&o.MaxConnections, DefaultConnections)
	setDefault(&o.IdleTimeout, DefaultIdle)
	setDefault(&o.Transfer, DefaultTransfer)
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Observe == nil {
		o.Observe = func(Event) {}
	}
	for _, check := range []func(*Options) error{(*Options).checkChoices, (*Options).checkListen, (*Options).checkOrigins, (*Options).checkKeys} {
		if err := check(&o); err != nil {
			return Options{}, err
		}
	}
	return o, nil
}

func setDefault[T comparable](value *T, standard T) {
	var zero T
	if *value == zero {
		*value = standard
	}
}

func (o *Options) checkChoices() error {
	switch {
	case o.AutoApprove && o.Ask != nil:
		return verdict.Misuse("emulator: AutoApprove and Ask exclude each other")
	case o.Plain && o.TLS != nil:
		return verdict.Misuse("emulator: Plain and TLS exclude each other")
	case o.Shape != ncalayer.ShapeList && o.Shape != ncalayer.ShapeText:
		return verdict.Misuse("emulator: shape %q: want ShapeList or ShapeText; ShapeObject comes with outputCert", o.Shape)
	case o.MaxMessage < 0 || o.MaxMessage > ncalayer.MaxMessage:
		return verdict.Misuse("emulator: messages of %d octets, at most %d", o.MaxMessage, ncalayer.MaxMessage)
	case o.MaxConnections < 0 || o.IdleTimeout < 0 || o.Transfer < 0:
		return verdict.Misuse("emulator: a limit is negative")
	}
	return nil
}

// checkListen refuses every address that others can reach. A name is none: what it stands for is decided elsewhere.
func (o *Options) checkListen() error {
	host, port, err := net.SplitHostPort(o.Listen)
	if err != nil {
		return verdict.Misuse("emulator: address %q: want host:port", o.Listen)
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	ip, err := netip.ParseAddr(host)
	if err != nil || !ip.IsLoopback() {
		return verdict.Misuse("emulator: address %q is not a loopback address: the emulator signs, and others could reach it", o.Listen)
	}
	o.Listen = net.JoinHostPort(host, port)
	return nil
}

func (o *Options) checkOrigins() error {
	for i, origin := range o.Origins {
		origin = strings.ToLower(origin)
		u, err := url.Parse(origin)
		whole := err == nil && u.Scheme != "" && u.Host != "" && origin == u.Scheme+"://"+u.Host && !strings.Contains(origin, "*")
		if !whole && origin != "null" {
			return verdict.Misuse("emulator: origin %q: want scheme://host[:port] and nothing else", o.Origins[i])
		}
		o.Origins[i] = origin
	}
	return nil
}

func (o *Options) checkKeys() error {
	for i := range o.Keys {
		if err := o.Keys[i].check(); err != nil {
			return err
		}
	}
	return nil
}
