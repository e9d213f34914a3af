package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"

	"github.com/alecthomas/kong"

	"github.com/qoltanba/eds/ncalayer/emulator"
)

const (
	statusGood  = 0
	statusUsage = 2
)

// A commandLine is what the program is told.
type commandLine struct {
	P12            []string `name:"p12" placeholder:"FILE" required:"" help:"PKCS #12 container with a test key; repeatable."`
	PasswordFile   string   `placeholder:"FILE" help:"File with the password of the containers (else the environment variable EDS_PASSWORD, else a prompt)."`
	Listen         string   `default:"127.0.0.1:13579" placeholder:"ADDRESS" help:"Loopback address and port (${default}). Port 0 is any that is free."`
	WS             bool     `name:"ws" help:"Serve ws:// without TLS."`
	CA             string   `name:"ca" placeholder:"FILE" help:"Write the certificate to trust to FILE."`
	Origin         []string `placeholder:"ORIGIN" help:"Let pages of ORIGIN connect, https://portal.example.kz, beside those of this machine; repeatable."`
	SkipTimestamps bool     `help:"Answer requests for a time stamp with a signature that has none, instead of failing."`
	Yes            bool     `help:"Sign everything without asking, for tests."`
}

// An app is one run of the program, with all that it takes from outside.
type app struct {
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	getenv func(string) (string, bool)
	prompt func(question string) (string, error) // asks for a password without showing it
	line   commandLine
}

func newApp() *app {
	return &app{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, getenv: os.LookupEnv, prompt: promptTerminal}
}

// left is how --help, which prints and goes no further, gets out of kong.
type left struct{}

func (a *app) run(ctx context.Context, args []string) (status int) {
	defer func() {
		if thrown := recover(); thrown != nil {
			if _, ok := thrown.(left); !ok {
				panic(thrown)
			}
			status = statusGood
		}
	}()
	parser, err := kong.New(&a.line, kong.Name("ncalayer"), kong.Description("An emulator of NCALayer that really signs, for tests."),
		kong.Writers(a.stdout, a.stderr), kong.Exit(func(int) { panic(left{}) }))
	if err == nil {
		_, err = parser.Parse(args)
	}
	if err == nil {
		err = a.serve(ctx)
	}
	if err != nil {
		fmt.Fprintln(a.stderr, "ncalayer:", err)
		return statusUsage
	}
	return statusGood
}

// serve runs the emulator until the context ends.
func (a *app) serve(ctx context.Context) (err error) {
	keys, err := a.keys()
	if err != nil {
		return err
	}
	o := emulator.Options{
		Listen: a.line.Listen, Plain: a.line.WS, Keys: keys, Origins: a.line.Origin,
		SkipTimestamps: a.line.SkipTimestamps, AutoApprove: a.line.Yes, Observe: a.log,
	}
	if !a.line.Yes {
		o.Ask = newClerk(a.stdin, a.stdout).ask
	}
	e, err := emulator.New(o)
	var taken *net.OpError
	if errors.As(err, &taken) {
		return fmt.Errorf("%w (NCALayer itself may be running: close it, or choose another port with --listen)", err)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	if err := a.saveCA(e); err != nil {
		return err
	}
	a.introduce(e)
	<-ctx.Done()
	return nil
}

func (a *app) keys() ([]emulator.Key, error) {
	var all []emulator.Key
	for _, file := range a.line.P12 {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		password, err := a.password(file)
		if err != nil {
			return nil, err
		}
		keys, err := emulator.KeysFromPKCS12(data, password)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, keys...)
	}
	return all, nil
}

func (a *app) saveCA(e *emulator.Emulator) error {
	if a.line.CA == "" || e.CA() == nil {
		return nil
	}
	return os.WriteFile(a.line.CA, e.CA(), 0o644) //nolint:gosec // a certificate is public
}
