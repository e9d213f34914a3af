package revocation_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/chain"
	"github.com/qoltanba/eds/crl"
	"github.com/qoltanba/eds/revocation"
	"github.com/qoltanba/eds/verdict"
)

// Decide by a list at hand, and by nothing at all. To ask the services too, set [revocation.Options.Fetcher].
func ExampleChecker_Check() {
	read := func(name string) []byte {
		b, err := os.ReadFile("../testdata/" + name)
		if err != nil {
			log.Fatal(err)
		}
		return b
	}
	var hierarchy []*cert.Certificate
	for _, name := range []string{"person", "ca", "root"} {
		c, err := cert.Decode(read("pki/rsa-2048/" + name + ".cer"))
		if err != nil {
			log.Fatal(err)
		}
		hierarchy = append(hierarchy, c)
	}
	person, ca := hierarchy[0], hierarchy[1]
	now := time.Date(2026, 7, 20, 9, 0, 0, 0, time.UTC)
	path, err := chain.Verify(person, chain.Options{Anchors: hierarchy[2:], Intermediates: hierarchy[1:2], At: now})
	if err != nil {
		log.Fatal(err)
	}
	key, err := cert.ParsePrivateKey(read("keys/rsa-2048-for-tests-only.key"))
	if err != nil {
		log.Fatal(err)
	}
	list, err := crl.Create(crl.Template{
		ThisUpdate: now, NextUpdate: now.Add(24 * time.Hour),
		Entries: []crl.Entry{{Serial: person.RawSerial, RevokedAt: now.Add(-time.Hour), Reason: cert.KeyCompromise}},
	}, ca, key)
	if err != nil {
		log.Fatal(err)
	}

	for _, evidence := range []revocation.Evidence{{CRLs: [][]byte{list}}, {}} {
		checker, err := revocation.New(revocation.Options{Evidence: evidence})
		if err != nil {
			log.Fatal(err)
		}
		result := checker.Check(context.Background(), path, now)
		leaf := result.Leaf()
		fmt.Println(result.Verdict, leaf.Status, leaf.Reason, errors.Is(result.Err(), verdict.Revoked))
	}
	// Output:
	// bad revoked keyCompromise true
	// undecided unavailable unspecified false
}
