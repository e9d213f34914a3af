package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/verdict"
)

// Messages are found in the source by the ways in which they are asked for, so that a key that is in no table, or
// one that nobody asks for any more, does not stay.
func TestEveryMessageIsUsed(t *testing.T) {
	used := map[string]bool{}
	for _, name := range sources(t) {
		b, err := os.ReadFile(name)
		require.NoError(t, err)
		for _, found := range regexp.MustCompile(`"([a-z0-9_]+\.[a-z0-9_-]+)"`).FindAllSubmatch(b, -1) {
			used[string(found[1])] = true
		}
		for _, found := range regexp.MustCompile(`p\.(?:row|listed|paint)\("([a-z0-9_]+)"`).FindAllSubmatch(b, -1) {
			used["label."+string(found[1])] = true
		}
	}
	for _, step := range verdict.StepNames() {
		used["step."+string(step)] = true
	}
	for _, v := range []verdict.Verdict{verdict.Good, verdict.Bad, verdict.Undecided} {
		used["verdict."+v.String()] = true
	}
	for _, class := range []nca.Class{nca.Production, nca.Test, nca.Other} {
		used["class."+string(class)] = true
	}
	for _, s := range shapes {
		used["kind."+string(s.kind)] = true
	}
	for _, id := range []string{
		"sex.male", "sex.female", "level.plain", "level.cms", "level.bes", "level.t", "revocation.off", "revocation.unavailable",
		"revocation.good", "revocation.revoked", "revocation.unknown",
		"fetch.fetched", "fetch.failed", "fetch.skipped",
	} {
		used[id] = true
	}
	for reason := range cert.AACompromise + 1 {
		if reason.Known() {
			used["revocation-reason."+reason.String()] = true
		}
	}
	messages := table(t, "en")
	for id := range messages {
		require.True(t, used[id], "%s: nobody asks for it", id)
	}
	for id := range used {
		group, _, _ := strings.Cut(id, ".")
		if slices.Contains([]string{"usage", "input", "output", "label", "title", "hint", "warn", "step", "kind", "class", "revocation", "revocation-reason"}, group) {
			require.Contains(t, messages, id)
		}
	}
}

func sources(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	var names []string
	for _, entry := range entries {
		if name := entry.Name(); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			names = append(names, name)
		}
	}
	require.NotEmpty(t, names)
	return names
}
