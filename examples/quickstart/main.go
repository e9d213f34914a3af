// Quickstart logs in the national test person with his published test key: the program of the README.
//
// Run it from the root of the module, beside the folder of test vectors:
//
//	go run ./examples/quickstart
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/qoltanba/eds"
	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/pkcs12"
)

const vectors = "../shared/vectors/nca-test/"

func main() {
	person, err := login(context.Background(), "value of the cookie", eds.Options{
		TestAnchors: true,                      // the key below is a test key
		Revocation:  eds.InsecureRevocationOff, // this program opens no connection
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(person.Subject().CommonName, person.IIN(), person.Class())
}

func login(ctx context.Context, session string, o eds.Options) (*eds.Identity, error) {
	trust, err := eds.LoadTrust(vectors + "ca")
	if err != nil {
		return nil, err
	}
	verifier, err := eds.New("https://cabinet.example.kz", trust, o) // once, at start-up
	if err != nil {
		return nil, err
	}
	challenge, err := verifier.Challenge(ctx, session) // to the browser
	if err != nil {
		return nil, err
	}
	message, err := sign(challenge.Text()) // there NCALayer does this
	if err != nil {
		return nil, err
	}
	return verifier.Authenticate(ctx, session, message) // an Identity or an error
}

// sign does what NCALayer does with a key file.
func sign(text string) ([]byte, error) {
	file, err := os.ReadFile(vectors + "p12/2026-individual-valid.p12")
	if err != nil {
		return nil, err
	}
	store, err := pkcs12.Parse(file, "Qwerty12", pkcs12.Options{})
	if err != nil {
		return nil, err
	}
	key := store.Entries[0]
	return cms.Sign([]byte(text), []cms.Signer{{Certificate: key.Certificate, Key: key.Key}}, cms.SignOptions{})
}
