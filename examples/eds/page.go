package main

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/fatih/color"

	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/verdict"
)

// A page collects what people read: titles, and rows of a label and a value that are aligned at the end.
type page struct {
	words   words
	showIIN bool
	colours bool
	lines   []line
}

type line struct {
	label, value string
	colour       color.Attribute // of the value
}

func (a *app) newPage() *page {
	noColour, _ := a.getenv("NO_COLOR") // no-color.org: any value that is not empty
	kind, _ := a.getenv("TERM")
	return &page{words: a.words, showIIN: a.line.ShowIIN, colours: a.terminal && noColour == "" && kind != "dumb"}
}

func (p *page) gap() { p.lines = append(p.lines, line{}) }

// title begins a part of the page.
func (p *page) title(text string, colour color.Attribute) {
	p.lines = append(p.lines, line{value: p.mask(text), colour: colour})
}

// row adds a labelled value; an empty one is left out.
func (p *page) row(label, value string) { p.paint(label, value, 0) }

func (p *page) paint(label, value string, colour color.Attribute) {
	if value != "" {
		p.lines = append(p.lines, line{label: p.words.text("label." + label), value: value, colour: colour})
	}
}

// listed adds a row of words with commas between them.
func (p *page) listed(label string, values []string) { p.row(label, strings.Join(values, ", ")) }

// mask masks what may hold an IIN beside its place, such as the name of a file or a firm, unless all digits may be
// shown.
func (p *page) mask(text string) string {
	if p.showIIN {
		return text
	}
	return maskNumbers(text)
}

// iin prints a number that an object holds in full.
func (p *page) iin(digits string) string {
	if p.showIIN {
		return digits
	}
	n, _ := nca.ParseIIN(digits)
	return n.String()
}

// moment prints a time of an object: as it is, with a space for the T.
func moment(text string) string { return strings.Replace(text, "T", " ", 1) }

// print writes the page, values aligned.
func (p *page) print(w io.Writer) {
	width := 0
	for _, l := range p.lines {
		width = max(width, utf8.RuneCountInString(l.label))
	}
	var b strings.Builder
	for _, l := range p.lines {
		value := p.dye(safe(l.value), l.colour)
		switch {
		case l.value == "":
		case l.label == "":
			b.WriteString(value)
		default:
			fmt.Fprintf(&b, "  %s%s  %s", l.label, strings.Repeat(" ", width-utf8.RuneCountInString(l.label)), value)
		}
		b.WriteByte('\n')
	}
	_, _ = io.WriteString(w, b.String())
}

func (p *page) dye(text string, colour color.Attribute) string {
	if colour == 0 || !p.colours {
		return text
	}
	c := color.New(colour)
	c.EnableColor()
	return c.Sprint(text)
}

func colourOf(v verdict.Verdict) color.Attribute {
	switch v {
	case verdict.Good:
		return color.FgGreen
	case verdict.Bad:
		return color.FgRed
	}
	return color.FgYellow
}

// verdict is the word for a verdict.
func (p *page) verdict(v verdict.Verdict) string { return p.words.text("verdict." + v.String()) }

// reason says why, first for people and then for operators.
func (p *page) reason(reason verdict.Reason, detail string) {
	if reason == "" {
		return
	}
	p.row("reason", reason.Text(p.words.lang))
	p.row("detail", string(reason)+": "+detail)
}

// marks show how a step ended.
var marks = map[verdict.Outcome]string{
	verdict.Passed:        "✓",
	verdict.Failed:        "✗",
	verdict.UndecidedStep: "?",
	verdict.Skipped:       "–",
}

// steps prints all steps in one row.
func (p *page) steps(steps []verdict.Step) {
	var shown []string
	for _, s := range steps {
		shown = append(shown, marks[s.Outcome]+" "+p.words.text("step."+string(s.Name)))
	}
	p.row("steps", strings.Join(shown, "  "))
}

// stamp writes a time as JSON has it: RFC 3339 in UTC, "" for none.
func stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}
