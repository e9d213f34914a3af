package edstest_test

import (
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/edstest"
)

// The README quotes this test: TestReadmeQuotes holds it to that.
func TestGreeting(t *testing.T) {
	aisha := edstest.Identity(edstest.Name("СЫНАҚОВА", "АЙША", "ҮЛГІҚЫЗЫ"))
	w := httptest.NewRecorder()
	greet(w, httptest.NewRequest("GET", "/", nil), aisha)
	if got := w.Body.String(); got != "Сәлем, АЙША!" {
		t.Errorf("got %q", got)
	}
}

func TestReadmeQuotes(t *testing.T) {
	test, err := os.ReadFile("readme_test.go")
	require.NoError(t, err)
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	_, quoted, _ := strings.Cut(string(test), "func TestGreeting(")
	quoted, _, _ = strings.Cut(quoted, "\n}\n")
	require.Contains(t, string(readme), "func TestGreeting("+quoted+"\n}\n")
	require.Less(t, strings.Count(quoted, "\n"), 10)
}
