package crl_test

import (
	"fmt"
	"log"
	"math/big"
	"os"
	"time"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/crl"
)

// Make a list as a fake or private authority does, read it, and ask it about a certificate.
func Example() {
	read := func(name string) []byte {
		b, err := os.ReadFile("../testdata/" + name)
		if err != nil {
			log.Fatal(err)
		}
		return b
	}
	person, err := cert.Parse(read("pki/rsa-2048/person.cer"))
	if err != nil {
		log.Fatal(err)
	}
	ca, err := cert.Parse(read("pki/rsa-2048/ca.cer"))
	if err != nil {
		log.Fatal(err)
	}
	key, err := cert.ParsePrivateKey(read("keys/rsa-2048-for-tests-only.key"))
	if err != nil {
		log.Fatal(err)
	}
	now := time.Date(2026, 7, 20, 9, 0, 0, 0, time.UTC)
	raw, err := crl.Create(crl.Template{
		ThisUpdate: now, NextUpdate: now.Add(27 * time.Hour), Number: big.NewInt(1346),
		Entries: []crl.Entry{{Serial: person.RawSerial, RevokedAt: now.Add(-time.Hour), Reason: cert.CertificateHold}},
	}, ca, key)
	if err != nil {
		log.Fatal(err)
	}

	list, err := crl.Parse(raw)
	if err != nil {
		log.Fatal(err)
	}
	for _, at := range []time.Time{now, now.Add(27 * time.Hour)} {
		answer, err := crl.Judge(crl.Query{Certificate: person, Issuer: ca, At: at, Lists: []*crl.List{list}})
		if err != nil {
			fmt.Println("no answer:", err)
			continue
		}
		fmt.Println(answer.Status, answer.Reason)
	}
	// Output:
	// revoked certificateHold
	// no answer: crl: an expired list: nextUpdate is 2026-07-21T12:00:00Z
}
