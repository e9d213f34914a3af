package site

import (
	"strings"
	"unicode"
)

// replacement stands for what must not reach a screen or a log as it is.
const replacement = '\uFFFD'

// Printable returns text with every rune that is not printed replaced by U+FFFD: line breaks and other controls, and
// the marks that turn the direction of writing, with which a name could show something that it is not. Escaping for
// HTML or JSON comes on top of it, and does not replace it: to those, U+202E is a letter like any other.
//
// A slog handler applies it to texts by
//
//	slog.HandlerOptions{ReplaceAttr: site.PrintableAttr}
func Printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || unicode.IsPrint(r) {
			return r
		}
		return replacement
	}, text)
}
