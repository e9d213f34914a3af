package main

import (
	"errors"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/alecthomas/kong"

	"github.com/qoltanba/eds"
	"github.com/qoltanba/eds/examples/loginserver/site"
	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/revocation"
)

// A configuration is everything that can be chosen, by options, environment or file; options win over the
// environment, and that over the file. Kong fills it in.
//
// There is no option for the cookies' flags: the origin decides them. There is none that weakens a check either.
type configuration struct {
	Config kong.ConfigFlag `placeholder:"FILE" help:"TOML file with these options by their names, as in: origin = \"https://…\"."`

	Origin  string   `required:"" placeholder:"URL" help:"The site's address in browsers: https://host, or http on a loopback host."`
	Listen  string   `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where to listen (default ${default})."`
	TLSCert string   `name:"tls-cert" type:"existingfile" placeholder:"FILE" help:"Certificate chain of the server, PEM. Without it, a proxy in front must do TLS."`
	TLSKey  string   `name:"tls-key" type:"existingfile" placeholder:"FILE" help:"Its private key, PEM."`
	Trust   []string `required:"" sep:"none" placeholder:"PATH" help:"Certificates of the authorities: a folder or file, as 'eds trust fetch' makes it. Repeatable."`

	TestAnchors    bool     `help:"Let the national test hierarchy in. Its people are nobody: the page says so."`
	Organizations  bool     `help:"Let keys of organizations in, beside those of persons."`
	RevocationHost []string `sep:"none" placeholder:"HOST[:PORT]" help:"Hosts that may be asked about revocation beside the national services, inside your network too. Repeatable."`
	Service        string   `placeholder:"NAME" help:"Name of the service in the signed text (default: the origin's host)."`
	NCALayer       string   `name:"ncalayer" default:"${ncalayer}" placeholder:"URL" help:"Where the page looks for NCALayer (default ${default})."`
	Language       string   `enum:"kk,ru,en" default:"kk" help:"Language where the browser names none of ${enum}."`
	TrustedProxy   []string `sep:"none" placeholder:"CIDR" help:"Proxies whose X-Forwarded-For is believed, for the limits. Repeatable."`

	PerMinute int           `default:"60" help:"Challenges, and apart from them sign-ins, of one address in a minute."`
	Idle      time.Duration `default:"15m" help:"A session ends when nothing happens for so long."`
	Lifetime  time.Duration `default:"8h" help:"A session ends after so long."`
	LogLevel  slog.Level    `default:"INFO" help:"DEBUG, INFO, WARN or ERROR."`
}

// readConfiguration reads the command line, and leaves with a message where it cannot be meant.
func readConfiguration(args []string) configuration {
	var c configuration
	parser := kong.Must(&c, parserOptions()...)
	_, err := parser.Parse(args)
	parser.FatalIfErrorf(err)
	return c
}

func parserOptions() []kong.Option {
	return []kong.Option{
		kong.Name("loginserver"),
		kong.Description("Sign-in by electronic digital signature of Kazakhstan."),
		kong.DefaultEnvars("LOGINSERVER"),
		kong.Configuration(readTOML),
		kong.Vars{"ncalayer": site.DefaultNCALayer},
	}
}

// readTOML makes a file's values options. Names that are no option are refused: a slip of the pen in a file must not
// leave a default in force unseen.
func readTOML(r io.Reader) (kong.Resolver, error) {
	values := map[string]any{}
	if _, err := toml.NewDecoder(r).Decode(&values); err != nil {
		return nil, err
	}
	return tomlValues(values), nil
}

type tomlValues map[string]any

// Resolve implements [kong.Resolver]. To kong a resolver wins over the environment; here it does not.
func (t tomlValues) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, name := range flag.Envs {
		if _, set := os.LookupEnv(name); set {
			return nil, nil
		}
	}
	return t[flag.Name], nil
}

// Validate implements [kong.Resolver].
func (t tomlValues) Validate(app *kong.Application) error {
	known := map[string]bool{}
	for _, flag := range app.Flags {
		known[flag.Name] = true
	}
	for name := range t {
		if !known[name] {
			return errors.New("the configuration file sets " + name + ", which is no option")
		}
	}
	return nil
}

// Validate is called by kong. What it does not look at, [site.New] does.
func (c *configuration) Validate() error {
	origin, err := url.Parse(c.Origin)
	host, _, errListen := net.SplitHostPort(c.Listen)
	switch {
	case err != nil:
		return err
	case errListen != nil:
		return errListen
	case (c.TLSCert == "") != (c.TLSKey == ""):
		return errors.New("--tls-cert and --tls-key belong together")
	case c.TLSCert != "" && origin.Scheme != "https":
		return errors.New("with --tls-cert the --origin is https://…")
	case origin.Scheme == "http" && !isLoopback(host):
		return errors.New("without TLS in browsers, --listen is a loopback address")
	}
	_, err = c.proxies()
	return err
}

func isLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

func (c *configuration) proxies() ([]netip.Prefix, error) {
	prefixes := make([]netip.Prefix, len(c.TrustedProxy))
	for i, text := range c.TrustedProxy {
		var err error
		if prefixes[i], err = netip.ParsePrefix(text); err != nil {
			return nil, err
		}
	}
	return prefixes, nil
}

// site puts the choices into the form of package site.
func (c *configuration) site(log *slog.Logger) (site.Config, error) {
	trust, err := eds.LoadTrust(c.Trust...)
	if err != nil {
		return site.Config{}, err
	}
	proxies, err := c.proxies()
	if err != nil {
		return site.Config{}, err
	}
	sources, err := c.sources()
	if err != nil {
		return site.Config{}, err
	}
	return site.Config{
		Origin:         c.Origin,
		Trust:          trust,
		EDS:            eds.Options{Service: c.Service, Accept: c.accept(), TestAnchors: c.TestAnchors, Sources: sources},
		NCALayer:       c.NCALayer,
		Language:       c.Language,
		TrustedProxies: proxies,
		PerMinute:      c.PerMinute,
		Idle:           c.Idle,
		Lifetime:       c.Lifetime,
		Log:            log,
	}, nil
}

func (c *configuration) accept() []nca.Kind {
	if c.Organizations {
		return []nca.Kind{nca.KindPerson, nca.KindOrganization}
	}
	return []nca.Kind{nca.KindPerson}
}

// sources are the national services, and those of the hosts that were named.
func (c *configuration) sources() (*revocation.Options, error) {
	hosts := make([]revocation.Host, len(c.RevocationHost))
	for i, name := range c.RevocationHost {
		hosts[i] = revocation.Host{Name: name, Private: true}
	}
	fetcher, err := revocation.NewHTTP(revocation.HTTPOptions{Hosts: hosts})
	if err != nil {
		return nil, err
	}
	return &revocation.Options{Fetcher: fetcher}, nil
}
