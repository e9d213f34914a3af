package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"
)

const passwordVariable = "EDS_PASSWORD"

// password returns the password of the containers: out of the file named, or the environment, where a variable that
// is set and empty is the empty password, or the terminal. It is never an argument: those are seen by everybody on
// the machine.
func (a *app) password(container string) (string, error) {
	if a.line.PasswordFile != "" {
		b, err := os.ReadFile(a.line.PasswordFile)
		if err != nil {
			return "", err
		}
		return strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r"), nil
	}
	if password, ok := a.getenv(passwordVariable); ok {
		return password, nil
	}
	return a.prompt(fmt.Sprintf("Password of %q: ", container))
}

// promptTerminal asks on the terminal, without an echo. Without a terminal there is nobody to ask.
func promptTerminal(question string) (string, error) {
	stdin := int(os.Stdin.Fd())
	if !term.IsTerminal(stdin) {
		return "", errors.New("there is no terminal to ask for the password: use --password-file or EDS_PASSWORD")
	}
	fmt.Fprint(os.Stderr, question)
	password, err := term.ReadPassword(stdin)
	fmt.Fprintln(os.Stderr)
	return string(password), err
}
