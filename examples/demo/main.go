// Demo is a sign-in by electronic digital signature on one machine, with nothing to install: the site of
// examples/loginserver, a fake national PKI with people in it, and an emulator of NCALayer that really signs with
// their keys.
//
//	go run ./examples/demo
//
// Open the address that it prints and press the button. Where a person would see NCALayer's window, the page shows one
// of the demo's: it names who asks, what is to be signed, and keys to choose from. Some let in; the others are there
// to be refused, and so is everybody while the authority's services are broken, which can be chosen there too.
//
// The window stands in the page, in the notice that the site lets its operator show, and talks to the demo by
// /demo/…: the site knows nothing of it. Keys are made anew at every start. Everything listens on loopback only.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	logs := flag.Bool("log", false, "log every request to standard error")
	flag.Usage = usage
	flag.Parse()
	if flag.NArg() > 0 {
		usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	out := io.Discard
	if *logs {
		out = os.Stderr
	}
	if err := run(ctx, os.Stdout, out); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func usage() {
	fmt.Fprint(flag.CommandLine.Output(), `A sign-in by electronic digital signature on one machine: a site, a fake national PKI and an NCALayer that really
signs. It takes no arguments and prints the address to open.

`)
	flag.PrintDefaults()
}

// run serves until ctx ends.
func run(ctx context.Context, say, logs io.Writer) error {
	d, err := start(firstPort, logs)
	if err != nil {
		return err
	}
	defer d.close()
	if d.port != firstPort {
		fmt.Fprintf(say, "Port %d is taken, so this is on port %d.\n\n", firstPort, d.port)
	}
	fmt.Fprintf(say, `A demonstration: the people, their authority and NCALayer are made up, and no real key is accepted.

  Open %s

NCALayer is emulated on %s, the authority's services are on %s.
Press Ctrl-C to stop.
`, d.origin, d.emulator.URL(), d.pki.URL())
	return d.serve(ctx)
}
