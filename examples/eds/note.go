package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"strings"

	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/pkcs12"
	"github.com/qoltanba/eds/verdict"
)

type data = map[string]any

// A note is a message for people, by its key in the tables of languages. As an error it speaks English, for the
// field "detail" of an object.
type note struct {
	id   string
	data data
}

func (n note) Error() string { return wordsIn("en").text(n.id, n.data) }

// tell writes a message to stderr.
func (a *app) tell(n note) { fmt.Fprintf(a.stderr, "eds: %s\n", safe(a.noteText(n))) }

// noteText is a note in the user's language, and so is one inside it.
func (a *app) noteText(n note) string {
	fill := maps.Clone(n.data)
	if inside, ok := fill["Error"].(note); ok {
		fill["Error"] = a.noteText(inside)
	}
	return a.words.text(n.id, fill)
}

// complain writes an error to stderr, with the file that it is about if there is one.
func (a *app) complain(file string, err error) {
	text := a.errorText(err)
	if file != "" {
		text = file + ": " + text
	}
	fmt.Fprintf(a.stderr, "eds: %s\n", safe(text))
}

// errorText is the sentence in the user's language where there is one, and the one for operators behind it.
func (a *app) errorText(err error) string {
	var n note
	if errors.As(err, &n) {
		return a.noteText(n)
	}
	if errors.Is(err, pkcs12.ErrPassword) {
		return a.words.text("error.password")
	}
	var e *verdict.Error
	if errors.As(err, &e) && e.Reason != "" {
		return fmt.Sprintf("%s (%s)", e.Text(a.words.lang), err)
	}
	return err.Error()
}

// A maskingWriter masks what could be an IIN: every twelve digits that stand by themselves. File names and mistyped
// arguments hold them, too.
type maskingWriter struct{ w io.Writer }

func (m maskingWriter) Write(b []byte) (int, error) {
	if _, err := io.WriteString(m.w, maskNumbers(string(b))); err != nil {
		return 0, err
	}
	return len(b), nil
}

var digits = regexp.MustCompile(`[0-9]+`)

func maskNumbers(text string) string {
	return digits.ReplaceAllStringFunc(text, func(run string) string {
		n, err := nca.ParseIIN(run)
		if err != nil {
			return run
		}
		return n.String()
	})
}

// safe writes what would move the cursor, turn the direction of writing or break the line as an escape: names,
// aliases and file names come from anybody.
func safe(text string) string {
	var b strings.Builder
	for _, r := range text {
		if printable(r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\u%04X`, r)
		}
	}
	return b.String()
}
