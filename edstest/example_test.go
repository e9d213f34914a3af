package edstest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/qoltanba/eds"
	"github.com/qoltanba/eds/edstest"
)

// greet is a handler of some service: it shows who has signed in.
func greet(id *eds.Identity) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, "Сәлем, %s!", id.Subject().GivenName)
	}
}

// A service's unit test in ten lines.
func ExampleIdentity() {
	aisha := edstest.Identity(edstest.Name("СЫНАҚОВА", "АЙША", "ҮЛГІҚЫЗЫ"))
	w := httptest.NewRecorder()
	greet(aisha)(w, httptest.NewRequest(http.MethodGet, "/", nil))
	fmt.Println(w.Code, w.Body)
	// Output: 200 Сәлем, АЙША!
}
