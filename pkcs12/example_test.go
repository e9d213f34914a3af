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

func ExampleMarshal() {
	data, err := os.ReadFile("testdata/test-only-legacy.p12")
	if err != nil {
		log.Fatal(err)
	}
	old, err := pkcs12.Parse(data, "Qwerty12", pkcs12.Options{})
	if err != nil {
		log.Fatal(err)
	}
	better, err := pkcs12.Marshal(old.Entries, "a longer password", pkcs12.MarshalOptions{Form: pkcs12.Modern})
	if err != nil {
		log.Fatal(err)
	}
	store, err := pkcs12.Parse(better, "a longer password", pkcs12.Options{})
	fmt.Println(store.Entries[0].Alias, err)
	// Output: test only <nil>
}
