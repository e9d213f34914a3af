package ncalayer

import "github.com/qoltanba/eds/verdict"

// Limits on what is read. No number for NCALayer itself is known.
const (
	MaxMessage   = 48 << 20 // octets of one message: Base64 of what package cms takes, and some room
	MaxDocuments = 100      // to sign with one request
	MaxLogo      = 50_000   // characters of a logo for the dialog; NCALayer has the same limit
	maxShort     = 4 << 10  // octets of a text that is no document: a name, a code, a message
)

func malformed(format string, args ...any) error {
	return verdict.New(verdict.Malformed, "ncalayer: "+format, args...)
}

func tooMuch(format string, args ...any) error {
	return verdict.New(verdict.LimitExceeded, "ncalayer: "+format, args...)
}
