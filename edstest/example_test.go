package edstest_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/qoltanba/eds"
	"github.com/qoltanba/eds/edstest"
	"github.com/qoltanba/eds/verdict"
)

// A person signs in, loses the key and cannot sign in any more: with a verifier as in production, against a PKI of
// the test's own. In a test, write t.Cleanup(pki.Close).
func Example() {
	pki, err := edstest.New(edstest.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer pki.Close()
	v, err := eds.New("https://cabinet.example.kz", pki.Trust(), eds.Options{Sources: pki.Sources()})
	if err != nil {
		log.Fatal(err)
	}
	signIn := func(h *edstest.Holder) (*eds.Identity, error) {
		challenge, err := v.Challenge(context.Background(), "session")
		if err != nil {
			return nil, err
		}
		return v.Authenticate(context.Background(), "session", h.Answer(challenge))
	}

	aidos := pki.Person(edstest.Name("ҮЛГІЛІ", "АЙДОС", "СЫНАҚҰЛЫ"))
	id, err := signIn(aidos)
	fmt.Println(id, err)

	pki.Hold(aidos, time.Time{})
	_, err = signIn(aidos)
	fmt.Println(errors.Is(err, verdict.Revoked))
	// Output:
	// person ••••••••0012 (other) <nil>
	// true
}

// greet is a handler of some service: it greets who has signed in.
func greet(w http.ResponseWriter, _ *http.Request, id *eds.Identity) {
	fmt.Fprintf(w, "Сәлем, %s!", id.Subject().GivenName)
}

// The unit test of a handler.
func ExampleIdentity() {
	aisha := edstest.Identity(edstest.Name("СЫНАҚОВА", "АЙША", "ҮЛГІҚЫЗЫ"))
	w := httptest.NewRecorder()
	greet(w, httptest.NewRequest(http.MethodGet, "/", nil), aisha)
	fmt.Println(w.Code, w.Body)
	// Output: 200 Сәлем, АЙША!
}
