package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/qoltanba/eds/ncalayer/emulator"
)

// How much of a document is shown.
const (
	maxText = 4000 // characters
	maxHex  = 256  // octets
)

// A clerk asks the person at the terminal.
type clerk struct {
	out   io.Writer
	lines chan string // what the person types; closed at the end of input
}

func newClerk(in io.Reader, out io.Writer) *clerk {
	c := &clerk{out: out, lines: make(chan string)}
	go c.read(in)
	return c
}

// read waits for lines as long as the program runs: there is no way to give up waiting for a terminal.
func (c *clerk) read(in io.Reader) {
	defer close(c.lines)
	for s := bufio.NewScanner(in); s.Scan(); {
		c.lines <- strings.TrimSpace(s.Text())
	}
}

var errCancelled = errors.New("cancelled at the terminal")

// ask shows a request and takes the number of a key. Everything else cancels, and so does a line that was typed before
// the question was there.
func (c *clerk) ask(ctx context.Context, p emulator.Prompt) (emulator.Choice, error) {
	select {
	case <-c.lines:
	default:
	}
	c.show(p)
	select {
	case line := <-c.lines:
		number, err := strconv.Atoi(line)
		if err != nil || number < 1 || number > len(p.Keys) || !p.Keys[number-1].Fits {
			fmt.Fprintln(c.out, "Cancelled.")
			return emulator.Choice{}, errCancelled
		}
		return emulator.Choice{Key: number - 1}, nil
	case <-ctx.Done():
		fmt.Fprintln(c.out, "\nWhoever asked has gone.")
		return emulator.Choice{}, ctx.Err()
	}
}

func (c *clerk) show(p emulator.Prompt) {
	who := "A program on this machine"
	if p.Origin != "" {
		who = fmt.Sprintf("The page %.200q", p.Origin)
	}
	what := "wants to see the certificate of a key."
	if p.Sign {
		what = fmt.Sprintf("wants %d signed:", len(p.Documents))
	}
	fmt.Fprintf(c.out, "\n%s %s\n", who, what)
	for _, d := range p.Documents {
		fmt.Fprint(c.out, preview(d))
	}
	for i, k := range p.Keys {
		why := ""
		if !k.Fits {
			why = " (no: " + k.Why + ")"
		}
		fmt.Fprintf(c.out, "  [%d] %s, valid to %s%s\n", i+1, printable(k.String()), k.Certificate.NotAfter.Format("2006-01-02"), why)
	}
	fmt.Fprint(c.out, "Number of the key, or Enter to cancel: ")
}

// preview shows a document behind bars, so that no text of it passes for one of the program.
func preview(d emulator.Document) string {
	text, ok := d.Text()
	switch {
	case d.Digest:
		text = "the digest of a document that the page does not show: " + hex.EncodeToString(d.Content)
	case !ok:
		text = fmt.Sprintf("%d octets\n%s", len(d.Content), hex.Dump(d.Content[:min(len(d.Content), maxHex)]))
	}
	if runes := []rune(text); len(runes) > maxText {
		text = fmt.Sprintf("%s\n… and %d characters more", string(runes[:maxText]), len(runes)-maxText)
	}
	var out strings.Builder
	for line := range strings.Lines(strings.TrimRight(text, "\n") + "\n") {
		out.WriteString("  | " + strings.TrimRight(line, "\r\n") + "\n")
	}
	return out.String()
}

// printable makes a name fit for the terminal.
func printable(text string) string {
	quoted := strconv.Quote(text)
	return strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`)
}
