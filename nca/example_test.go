package nca_test

import (
	"fmt"
	"log"
	"os"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/nca"
)

// What a certificate says of its subject and key. Whether it is to be believed is not said here.
func Example() {
	b, err := os.ReadFile("../testdata/pki/gost2015-512/head.cer")
	if err != nil {
		log.Fatal(err)
	}
	c, err := cert.Decode(b)
	if err != nil {
		log.Fatal(err)
	}
	subject := nca.SubjectOf(c)
	fmt.Println(subject.Surname, subject.GivenName, subject.IIN)
	fmt.Println(subject.Organization, subject.BIN)
	fmt.Println(nca.KindOf(c), nca.RolesOf(c), nca.PurposesOf(c), nca.StorageOf(c))
	// Output:
	// ҮЛГІЛІ АЙДОС ••••••••0012
	// ЖШС "ҮЛГІ" 991340000017
	// organization [organization head] [auth sign] pkcs12
}

// A number is masked wherever it is printed, and the digits suggest things that nothing may depend on.
func ExampleIIN() {
	number, err := nca.ParseIIN("123456789011")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%v %+v %s\n", number, number, number.Digits())
	guess := number.Guess() // the number of a test person: a wrong check digit, and 12-34-56 is no date
	fmt.Println(guess.Checksum, guess.BirthDate.IsZero())
	// Output:
	// ••••••••9011 ••••••••9011 123456789011
	// false true
}
