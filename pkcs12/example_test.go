package pkcs12_test

import (
	"errors"
	"fmt"
	"log"
	"os"

	"github.com/qoltanba/eds/pkcs12"
)

func ExampleParse() {
	data, err := os.ReadFile("testdata/test-only-pbes2.p12")
	if err != nil {
		log.Fatal(err)
	}
	store, err := pkcs12.Parse(data, "Qwerty12", pkcs12.Options{})
	if errors.Is(err, pkcs12.ErrPassword) {
		fmt.Println("Try another password.")
		return
	}
	if err != nil {
		log.Fatal(err)
	}
	for _, e := range store.Entries {
		fmt.Println(e.Alias, e.Certificate.PublicKey.Algorithm(), e.Certificate.SerialNumber())
	}
	// Output: test only ecdsa-p256 2a
}
