package main

import (
	"fmt"
	"strings"

	"github.com/qoltanba/eds/ncalayer/emulator"
)

// introduce says where the emulator is, how to trust it, and what it does.
func (a *app) introduce(e *emulator.Emulator) {
	fmt.Fprintf(a.stdout, "An emulator of NCALayer, for tests. It listens on %s\n", e.URL())
	if t := e.TLS(); t != nil {
		page := strings.Replace(e.URL(), "wss://", "https://", 1)
		ca := a.line.CA
		if ca == "" {
			ca = "ca.pem"
			fmt.Fprintf(a.stdout, "\nIts certificate is new at every start. To trust it, save it first: curl -k %sca.pem > ca.pem\n", page)
		} else {
			fmt.Fprintf(a.stdout, "\nIts certificate is new at every start. The one to trust is in %s.\n", ca)
		}
		fmt.Fprintf(a.stdout, `  Node      NODE_EXTRA_CA_CERTS=%[1]s node …
  Chromium  certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n eds-emulator -i %[1]s
            or, for tests, --user-data-dir=DIR --ignore-certificate-errors-spki-list=%[2]s
  Firefox   open %[3]s and accept the risk, once for each start
`, ca, t.SPKI(), page)
	}
	if a.line.Yes {
		fmt.Fprint(a.stdout, `
  *** IT SIGNS WITHOUT ASKING: everything that any program or page of this machine wants. ***
  *** Stop it when the test is over.                                                      ***
`)
	} else {
		fmt.Fprintln(a.stdout, "\nIt asks here before it signs. Press Ctrl-C to stop.")
	}
}

// log writes what happens to stderr. Texts from outside are quoted.
func (a *app) log(e emulator.Event) {
	switch e.Kind {
	case emulator.Refused:
		fmt.Fprintf(a.stderr, "refused a connection from origin %.200q: %s\n", e.Origin, e.Detail)
	case emulator.Answered:
		fmt.Fprintf(a.stderr, "%.200q asked for %.100q of %.100q: %s %.300q\n", e.Origin, e.Method, e.Module, e.Outcome, e.Detail)
	}
}
