package edstest_test

import (
	"net/http/httptest"
	"testing"

	"github.com/qoltanba/eds/edstest"
)

// The README quotes this test.
func TestGreeting(t *testing.T) {
	aisha := edstest.Identity(edstest.Name("СЫНАҚОВА", "АЙША", "ҮЛГІҚЫЗЫ"))
	w := httptest.NewRecorder()
	greet(w, httptest.NewRequest("GET", "/", nil), aisha)
	if got := w.Body.String(); got != "Сәлем, АЙША!" {
		t.Errorf("got %q", got)
	}
}
