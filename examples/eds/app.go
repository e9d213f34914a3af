package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"runtime/debug"
	"time"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"github.com/qoltanba/eds/nca"
)

// An app is one run of the program, with all that it takes from outside.
type app struct {
	ctx       context.Context
	stdin     io.Reader
	stdout    io.Writer
	stderr    io.Writer
	getenv    func(string) (string, bool)
	now       func() time.Time
	prompt    func(question string) (string, error) // asks for a password without showing it
	transport http.RoundTripper
	pins      []nca.Pin
	terminal  bool // stdout is one

	line      commandLine
	words     words
	stdinUsed bool
	status    status
}

func newApp(ctx context.Context) *app {
	return &app{
		ctx:       ctx,
		stdin:     os.Stdin,
		stdout:    os.Stdout,
		stderr:    os.Stderr,
		getenv:    os.LookupEnv,
		now:       time.Now,
		prompt:    promptTerminal,
		transport: http.DefaultTransport,
		pins:      nca.Pins(),
		terminal:  term.IsTerminal(int(os.Stdout.Fd())),
	}
}

// left is how help and version, which print and go no further, get out of kong.
type left struct{}

// run runs one command line. What goes to stderr never holds an IIN, not even one that the user typed.
func (a *app) run(args []string) (result status) {
	a.stderr = maskingWriter{a.stderr}
	a.words = wordsFor("", a.getenv)
	defer func() {
		if thrown := recover(); thrown != nil {
			if _, ok := thrown.(left); !ok {
				panic(thrown)
			}
			result = statusGood
		}
	}()
	parsed, err := a.parser().Parse(args)
	if err != nil {
		a.complainUsage(err)
		return statusUnreadable
	}
	a.words = wordsFor(a.line.Lang, a.getenv)
	if err := parsed.Run(a); err != nil {
		a.complain("", err)
		return statusUnreadable
	}
	return a.status
}

func (a *app) parser() *kong.Kong {
	return kong.Must(&a.line,
		kong.Name("eds"),
		kong.Description("Looks into the files of Kazakhstan's electronic digital signature and verifies them.\n\n"+
			"Exit status: 0 good, 1 bad, 2 unreadable input or wrong usage, 3 undecided. FILE may be - for stdin."),
		kong.Vars{"version": "eds " + version()},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: false}),
		kong.Writers(a.stdout, a.stderr),
		kong.Exit(func(int) { panic(left{}) }),
	)
}

// complainUsage tells of a command line that could not be read, and where the help is.
func (a *app) complainUsage(err error) {
	a.complain("", err)
	command := "eds"
	var parse *kong.ParseError
	if errors.As(err, &parse) && parse.Context != nil && parse.Context.Command() != "" {
		for _, step := range parse.Context.Path {
			if step.Command != nil {
				command += " " + step.Command.Name
			}
		}
	}
	a.tell(note{id: "usage.help", data: data{"Command": command}})
}

func (a *app) note(s status) { a.status = worse(a.status, s) }

// version is what the build knows of itself: the module's version, or the revision of a working tree.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	text := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && (text == "" || text == "(devel)") {
			text = "(devel) " + s.Value[:min(12, len(s.Value))]
		}
	}
	return text + " " + info.GoVersion
}
