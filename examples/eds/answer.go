package main

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/qoltanba/eds/verdict"
)

const schema = 1

// A head is what the object of every judged file begins with.
type head struct {
	Schema  int             `json:"schema"`
	File    string          `json:"file"`
	Verdict verdict.Verdict `json:"verdict"`
	Reason  verdict.Reason  `json:"reason"`
	Detail  string          `json:"detail"`
}

// unreadable is the head for a file on which there is nothing to say.
func unreadable(file string, err error) head {
	return head{Schema: schema, File: file, Verdict: verdict.Undecided, Reason: verdict.Malformed, Detail: maskNumbers(err.Error())}
}

// An answer is what a command found out about a file: as JSON an object, on a page what people read.
type answer interface {
	status() status
	show(p *page)
}

// A job is a command's work on its input files. blank makes the object for a file that could not be judged.
type job struct {
	files []string
	judge func(file string) (answer, error)
	blank func(head) any
}

// do answers for each file, one after another.
func (a *app) do(j job) {
	for i, file := range j.files {
		found, err := j.judge(file)
		switch {
		case err != nil:
			a.complain(file, err)
			a.fail(j, file, err)
		case a.line.JSON:
			a.printJSON(found)
			a.note(found.status())
		default:
			p := a.newPage()
			found.show(p)
			if i > 0 && len(p.lines) > 1 {
				fmt.Fprintln(a.stdout)
			}
			p.print(a.stdout)
			a.note(found.status())
		}
	}
}

// refuse is for what goes wrong before any file is looked at: each gets its object all the same.
func (a *app) refuse(j job, err error) {
	a.complain("", err)
	a.note(statusUnreadable)
	for _, file := range j.files {
		a.fail(j, file, err)
	}
}

func (a *app) fail(j job, file string, err error) {
	a.note(statusUnreadable)
	if a.line.JSON {
		a.printJSON(j.blank(unreadable(file, err)))
	}
}

func (a *app) printJSON(object any) {
	encoder := json.NewEncoder(a.stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(object); err != nil {
		a.complain("", fmt.Errorf("writing the answer: %w", err))
		a.note(statusUnreadable)
	}
}

// print prints the one answer of a command without input files.
func (a *app) print(found answer) {
	a.note(found.status())
	if a.line.JSON {
		a.printJSON(found)
		return
	}
	p := a.newPage()
	found.show(p)
	p.print(a.stdout)
}

// list makes a list that is never nil, so that JSON has [] for an empty one.
func list[T, U any](from []T, convert func(T) U) []U {
	to := make([]U, 0, len(from))
	for _, v := range from {
		to = append(to, convert(v))
	}
	return slices.Clip(to)
}
