package main

import (
	"strings"
	"time"

	"github.com/qoltanba/eds/nca"
)

type iinCommand struct {
	Number string `arg:"" help:"Twelve digits; - to read them from stdin, where nobody sees them among the processes."`
}

// An iinObject is what the digits of an IIN suggest.
type iinObject struct {
	Schema       int     `json:"schema"`
	IIN          string  `json:"iin"`
	Checksum     bool    `json:"checksum"`
	BirthDate    string  `json:"birth_date"` // "" if the digits hold no date
	Sex          nca.Sex `json:"sex"`        // "" if the digits hold none
	LooksLikeBIN bool    `json:"looks_like_bin"`
}

// Run answers with guesses: a wrong check digit is told, and is no error.
func (c *iinCommand) Run(a *app) error {
	number := c.Number
	if number == stdinName {
		b, err := a.read(stdinName, maxPassword)
		if err != nil {
			return err
		}
		number = strings.TrimSpace(string(b))
	}
	n, err := nca.ParseIIN(number)
	if err != nil {
		return note{id: "iin.malformed"}
	}
	guess := n.Guess()
	o := iinObject{
		Schema:       schema,
		IIN:          n.Digits(),
		Checksum:     guess.Checksum,
		Sex:          guess.Sex,
		LooksLikeBIN: nca.LooksLikeBIN(number),
	}
	if !guess.BirthDate.IsZero() {
		o.BirthDate = guess.BirthDate.Format(time.DateOnly)
	}
	a.print(o)
	return nil
}

func (iinObject) status() status { return statusGood }

func (o iinObject) show(p *page) {
	p.title(p.iin(o.IIN), 0)
	checksum := "checksum.wrong"
	if o.Checksum {
		checksum = "checksum.right"
	}
	p.row("checksum", p.words.text(checksum))
	p.row("birth_date", o.BirthDate)
	if o.Sex != nca.SexUnknown {
		p.row("sex", p.words.text("sex."+string(o.Sex)))
	}
	if o.LooksLikeBIN {
		p.row("hint", p.words.text("hint.looks-like-bin"))
	}
	p.row("hint", p.words.text("hint.guesses"))
}
