package main

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"
)

// passwordOptions say where the password of a key store comes from. It is never an argument: those are seen by
// everybody on the machine.
type passwordOptions struct {
	PasswordFile string `placeholder:"FILE" help:"File with the password of a PKCS #12 store (else the environment variable EDS_PASSWORD, else a prompt)."`
}

const passwordVariable = "EDS_PASSWORD"

// password returns the password for a store: out of the file named, or the environment, where a variable that is set
// and empty is the empty password, or the terminal.
func (a *app) password(store string, o passwordOptions) (string, error) {
	if o.PasswordFile != "" {
		b, err := a.read(o.PasswordFile, maxPassword)
		if err != nil {
			return "", fmt.Errorf("--password-file: %w", err)
		}
		line := strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r")
		return line, nil
	}
	if password, ok := a.getenv(passwordVariable); ok {
		return password, nil
	}
	return a.prompt(maskNumbers(a.words.text("prompt.password", data{"File": store})))
}

// promptTerminal asks on the terminal, without an echo. Without a terminal there is nobody to ask.
func promptTerminal(question string) (string, error) {
	stdin := int(os.Stdin.Fd())
	if !term.IsTerminal(stdin) {
		return "", note{id: "usage.no-password"}
	}
	fmt.Fprint(os.Stderr, safe(question)+" ")
	password, err := term.ReadPassword(stdin)
	fmt.Fprintln(os.Stderr)
	return string(password), err
}
