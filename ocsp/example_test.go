package ocsp_test

import (
	"crypto"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/ocsp"
)

// Ask about a certificate, and judge what comes back.
func Example() {
	person, ca, key := samples()
	now := time.Date(2026, 7, 20, 9, 0, 0, 0, time.UTC)
	nonce := []byte("32 octets that nobody can foresee")[:32]

	request, err := ocsp.NewRequest(person, ca, ocsp.RequestOptions{Nonce: nonce})
	if err != nil {
		log.Fatal(err)
	}
	body := respond(request.Raw, ca, key, now) // in life: an HTTP POST of application/ocsp-request

	response, err := ocsp.ParseResponse(body)
	if err != nil {
		log.Fatal(err)
	}
	answer, err := response.Judge(ocsp.Query{
		Certificate: person, Issuer: ca, At: now.Add(time.Second), Nonce: nonce,
		MaxAge: ocsp.DefaultMaxAge, MaxSkew: ocsp.DefaultMaxSkew,
	})
	if err != nil {
		log.Fatal(err) // no answer: not good, and not revoked either
	}
	fmt.Println(answer.Status, answer.Reason, answer.RevokedAt.Format(time.DateOnly))
	// Output: revoked keyCompromise 2026-07-01
}

// Answer as a fake or private authority does.
func ExampleResponder() {
	person, ca, key := samples()
	now := time.Date(2026, 7, 20, 9, 0, 0, 0, time.UTC)
	raw, err := ocsp.Responder{Certificate: ca, Key: key}.Sign(ocsp.Template{
		ProducedAt: now, ExtendedRevoke: true,
		Responses: []ocsp.SingleResponse{ocsp.NeverIssued(ocsp.NewCertID(person, ca, cert.SHA256), now)},
	})
	if err != nil {
		log.Fatal(err)
	}
	response, err := ocsp.ParseResponse(raw)
	if err != nil {
		log.Fatal(err)
	}
	answer, err := response.Judge(ocsp.Query{Certificate: person, Issuer: ca, At: now})
	fmt.Println(answer.Status, answer.NeverIssued, err)
	// Output: revoked true <nil>
}

// respond is a responder that holds every certificate for revoked.
func respond(raw []byte, ca *cert.Certificate, key crypto.Signer, now time.Time) []byte {
	request, err := ocsp.ParseRequest(raw)
	if err != nil {
		return ocsp.ErrorResponse(ocsp.MalformedRequest)
	}
	t := ocsp.Template{ProducedAt: now, Nonce: request.Nonce}
	since := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	for _, id := range request.CertIDs {
		t.Responses = append(t.Responses, ocsp.Revoked(id, now, since, cert.KeyCompromise))
	}
	response, err := ocsp.Responder{Certificate: ca, Key: key}.Sign(t)
	if err != nil {
		return ocsp.ErrorResponse(ocsp.InternalError)
	}
	return response
}

// samples are a made-up person, the authority that issued the certificate, and its key, which everybody knows.
func samples() (person, ca *cert.Certificate, key crypto.Signer) {
	var err error
	read := func(name string) []byte {
		b, err := os.ReadFile("../testdata/" + name)
		if err != nil {
			log.Fatal(err)
		}
		return b
	}
	if person, err = cert.Parse(read("pki/rsa-2048/person.cer")); err != nil {
		log.Fatal(err)
	}
	if ca, err = cert.Parse(read("pki/rsa-2048/ca.cer")); err != nil {
		log.Fatal(err)
	}
	if key, err = cert.ParsePrivateKey(read("keys/rsa-2048-for-tests-only.key")); err != nil {
		log.Fatal(err)
	}
	return person, ca, key
}
