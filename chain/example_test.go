package chain_test

import (
	"errors"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/chain"
	"github.com/qoltanba/eds/verdict"
)

// A path from a person's certificate to the anchor.
func ExampleVerify() {
	read := func(name string) *cert.Certificate {
		b, err := os.ReadFile("../testdata/pki/gost2015-512/" + name)
		if err != nil {
			log.Fatal(err)
		}
		c, err := cert.Decode(b)
		if err != nil {
			log.Fatal(err)
		}
		return c
	}
	person := read("person.cer")
	o := chain.Options{
		Anchors:       []*cert.Certificate{read("root.cer")},
		Intermediates: []*cert.Certificate{read("ca.cer")},
		At:            time.Date(2026, 7, 20, 0, 0, 0, 0, time.UTC),
	}
	path, err := chain.Verify(person, o)
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range path.Certificates()[1:] {
		fmt.Println(c.Subject)
	}

	o.Intermediates = nil
	_, err = chain.Verify(person, o)
	fmt.Println(errors.Is(err, verdict.UnknownIssuer))
	// Output:
	// CN=ҮЛГІ CA gost2015-512,C=KZ
	// CN=ҮЛГІ ROOT gost2015-512,C=KZ
	// true
}
