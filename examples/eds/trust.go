package main

import (
	"strings"
	"time"

	"github.com/qoltanba/eds/nca"
)

// pinChoice says which of the pinned certificates a command is about.
type pinChoice struct {
	All  bool `help:"The expired ones, too."`
	Test bool `help:"The test hierarchy instead of the real one. It vouches for nobody."`
}

// of returns the chosen pins. The hierarchies do not mix: a folder holds anchors of one of them.
func (c pinChoice) of(pins []nca.Pin, now time.Time) []nca.Pin {
	class := nca.Production
	if c.Test {
		class = nca.Test
	}
	var chosen []nca.Pin
	for _, p := range pins {
		if p.Class == class && (c.All || !p.Expired(now)) {
			chosen = append(chosen, p)
		}
	}
	return chosen
}

type trustListCommand struct{ pinChoice }

// A pinListObject lists pinned certificates.
type pinListObject struct {
	Schema  int         `json:"schema"`
	Anchors []pinObject `json:"anchors"`
}

// A pinObject is one pinned certificate.
type pinObject struct {
	Name       string    `json:"name"`
	CommonName string    `json:"common_name"`
	Class      nca.Class `json:"class"`
	Root       bool      `json:"root"`
	NotBefore  string    `json:"not_before"`
	NotAfter   string    `json:"not_after"`
	Expired    bool      `json:"expired"`
	SHA256     string    `json:"sha256"`
	Addresses  []string  `json:"addresses"`
}

func (c *trustListCommand) Run(a *app) error {
	now := a.now()
	a.print(pinListObject{Schema: schema, Anchors: list(c.of(a.pins, now), func(p nca.Pin) pinObject {
		return pinObject{
			Name:       p.Name,
			CommonName: p.CommonName,
			Class:      p.Class,
			Root:       p.Root,
			NotBefore:  stamp(p.NotBefore),
			NotAfter:   stamp(p.NotAfter),
			Expired:    p.Expired(now),
			SHA256:     p.SHA256Text(),
			Addresses:  list(p.Addresses, func(s string) string { return s }),
		}
	})})
	return nil
}

func (pinListObject) status() status { return statusGood }

func (o pinListObject) show(p *page) {
	for i, pin := range o.Anchors {
		if i > 0 {
			p.gap()
		}
		pin.rows(p)
	}
}

func (o pinObject) rows(p *page) {
	what := "pin.ca"
	if o.Root {
		what = "pin.root"
	}
	validity := o.NotBefore[:len(time.DateOnly)] + " … " + o.NotAfter[:len(time.DateOnly)]
	if o.Expired {
		validity += p.words.text("pin.expired")
	}
	p.title(o.Name+": "+p.words.text(what)+", "+p.words.text("class."+string(o.Class)), 0)
	p.row("subject", o.CommonName)
	p.row("valid", validity)
	p.row("sha256", o.SHA256)
	p.row("addresses", strings.Join(o.Addresses, " "))
}
