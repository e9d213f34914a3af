package eds_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/qoltanba/eds"
	"github.com/qoltanba/eds/edstest"
	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/verdict"
)

// Log somebody in. The person comes from a fake PKI here; in production the anchors come from "eds trust fetch", there
// are no Sources, and NCALayer signs.
func Example() {
	ctx := context.Background()
	pki, err := edstest.New(edstest.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer pki.Close()

	// Once, at start-up.
	v, err := eds.New("https://cabinet.example.kz", pki.Trust(), eds.Options{Sources: pki.Sources()})
	if err != nil {
		log.Fatal(err)
	}

	// The page asks for a challenge, and NCALayer signs its text.
	const session = "value of the cookie"
	challenge, err := v.Challenge(ctx, session)
	if err != nil {
		log.Fatal(err)
	}
	message := pki.Person(edstest.Name("ҮЛГІЛІ", "АЙДОС", "СЫНАҚҰЛЫ")).Answer(challenge)

	// The page sends the message back.
	person, err := v.Authenticate(ctx, session, message)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(person.Subject().GivenName, person.IIN(), person.Class())

	// Whoever sends it again gets nowhere.
	_, err = v.Authenticate(ctx, session, message)
	fmt.Println(errors.Is(err, verdict.ChallengeUnknown))
	// Output:
	// АЙДОС ••••••••0012 other
	// true
}

// Verify a signed document. Revocation is off because the sample's authority has no services: leave it on.
func ExampleVerifier_Verify() {
	trust, err := eds.LoadTrust("testdata/pki/gost2015-512")
	if err != nil {
		log.Fatal(err)
	}
	v, err := eds.New("", trust, eds.Options{ // no origin: documents only
		Revocation: eds.InsecureRevocationOff,
		Clock:      func() time.Time { return time.Date(2026, 7, 21, 0, 0, 0, 0, time.UTC) },
	})
	if err != nil {
		log.Fatal(err)
	}
	message, err := os.ReadFile("testdata/cms/gost2015-512/detached.p7s")
	if err != nil {
		log.Fatal(err)
	}
	document, err := os.ReadFile("testdata/content.txt")
	if err != nil {
		log.Fatal(err)
	}
	for _, content := range [][]byte{document, []byte("another document")} {
		report, err := v.Verify(context.Background(), bytes.NewReader(message), bytes.NewReader(content))
		if err != nil {
			log.Fatal(err) // there is nothing to report on
		}
		for _, s := range report.Signers {
			if s.Verdict == verdict.Good {
				fmt.Println(s.Verdict, s.Subject.CommonName, s.Subject.IIN, s.Roles)
			} else {
				fmt.Println(s.Verdict, string(s.Reason))
			}
		}
	}
	// Output:
	// good ҮЛГІЛІ АЙДОС ••••••••0012 [individual]
	// bad digest-mismatch
}

// Judge a certificate by itself.
func ExampleVerifier_VerifyCertificate() {
	pki, err := edstest.New(edstest.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer pki.Close()
	v, err := eds.New("", pki.Trust(), eds.Options{
		Sources:   pki.Sources(),
		Documents: eds.DocumentPolicy{Purpose: nca.Sign},
	})
	if err != nil {
		log.Fatal(err)
	}
	report, err := v.VerifyCertificate(context.Background(), pki.Head(edstest.Organization("ЖШС ҮЛГІ")).Certificate)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(report.Verdict, report.Subject.Organization, report.Roles)
	fmt.Println(report.Revocation.Leaf().Status, report.Revocation.Leaf().By)
	// Output:
	// good ЖШС ҮЛГІ [organization head]
	// good ocsp
}

// What a handler does with an error.
func ExampleError() {
	pki, err := edstest.New(edstest.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer pki.Close()
	v, err := eds.New("https://cabinet.example.kz", pki.Trust(), eds.Options{Sources: pki.Sources()})
	if err != nil {
		log.Fatal(err)
	}
	challenge, err := v.Challenge(context.Background(), "session")
	if err != nil {
		log.Fatal(err)
	}
	_, err = v.Authenticate(context.Background(), "session", pki.Person(edstest.Expired()).Answer(challenge))

	var e *eds.Error
	if errors.As(err, &e) {
		fmt.Println(e.Kind.HTTPStatus()) // for the response
		fmt.Println(string(e.Reason))    // for logs and metrics
		fmt.Println(e.Text("kk"))        // for the person
	}
	// Output:
	// 403
	// cert-expired
	// Сертификаттың қолданылу мерзімі аяқталған.
}
