package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds"
	"github.com/qoltanba/eds/internal/shared"
)

const root = "../.."

// The README's program logs in the national test person, at a fixed moment within the key's year.
func TestLogin(t *testing.T) {
	shared.Dir(t, "vectors", "nca-test")
	t.Chdir(root)
	person, err := login(t.Context(), "cookie", eds.Options{
		TestAnchors: true,
		Revocation:  eds.InsecureRevocationOff,
		Clock:       func() time.Time { return time.Date(2026, 9, 15, 12, 0, 0, 0, time.UTC) },
	})
	require.NoError(t, err)
	require.Equal(t, "123456789011", person.IIN().Digits())
	require.Equal(t, "ТЕСТОВИЧ", person.Subject().Patronymic)
}

// The login function in the README is the one that is compiled here, and has fewer than 20 lines.
func TestReadmeShowsThisProgram(t *testing.T) {
	program, err := os.ReadFile("main.go")
	require.NoError(t, err)
	readme, err := os.ReadFile(root + "/README.md")
	require.NoError(t, err)
	from := strings.Index(string(program), "func login(")
	function := string(program)[from:]
	function = function[:strings.Index(function, "\n}\n")+2]
	require.Contains(t, string(readme), function)
	require.Less(t, strings.Count(function, "\n")+1, 20)
}
