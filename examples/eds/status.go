package main

import (
	"slices"

	"github.com/qoltanba/eds/verdict"
)

// A status is the exit status of the program.
type status int

const (
	statusGood       status = 0
	statusBad        status = 1
	statusUnreadable status = 2 // or wrong usage
	statusUndecided  status = 3
)

// severity is the order in which one file's status outweighs another's.
var severity = []status{statusGood, statusUndecided, statusBad, statusUnreadable}

// worse returns the one of two statuses that counts for both together.
func worse(a, b status) status {
	if slices.Index(severity, a) > slices.Index(severity, b) {
		return a
	}
	return b
}

func statusOf(v verdict.Verdict) status {
	switch v {
	case verdict.Good:
		return statusGood
	case verdict.Bad:
		return statusBad
	}
	return statusUndecided
}
