package cert_test

import (
	"fmt"
	"log"
	"os"
	"time"

	"github.com/qoltanba/eds/cert"
)

// Reading a certificate, and one step of deciding about it. Package chain takes all the steps.
func ExampleDecode() {
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
	person, ca := read("person.cer"), read("ca.cer")
	// By object identifier: this one is the common name.
	fmt.Println(person.Subject.First("2.5.4.3"))
	fmt.Println(person.PublicKey.Algorithm(), person.KeyUsage.Names())
	fmt.Println(person.NotBefore.Format(time.DateOnly), person.NotAfter.Format(time.DateOnly))
	fmt.Println(person.CheckSignature(ca.PublicKey))
	// Output:
	// ҮЛГІЛІ АЙДОС
	// gost2015-512 [digitalSignature nonRepudiation keyAgreement]
	// 2020-01-01 2045-01-01
	// <nil>
}
