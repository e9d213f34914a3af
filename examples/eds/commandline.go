package main

import (
	"github.com/alecthomas/kong"
)

// A commandLine is the whole grammar: kong fills it in and calls the Run method of the command that was named.
// DESIGN.md fixes the names.
type commandLine struct {
	JSON    bool             `help:"Print one JSON object per input file on one line; messages go to stderr."`
	Lang    string           `enum:",kk,ru,en" default:"" placeholder:"kk|ru|en" help:"Language of what people read (default: the locale). JSON is never translated."`
	ShowIIN bool             `name:"show-iin" help:"Show all digits of an IIN where people read it."`
	Version kong.VersionFlag `help:"Print the version and leave."`

	Hash hashCommand `cmd:"" help:"Print the digest of a file."`
	IIN  iinCommand  `cmd:"" name:"iin" help:"Check digit, birth date and sex in an IIN. They are guesses: nothing ties the digits to the person."`
}
