package cms_test

import (
	"fmt"
	"os"

	"github.com/qoltanba/eds/cms"
)

// Reading a message and verifying its signers. Whether a verified certificate is to be believed is not said here.
func ExampleSignedData_VerifySigners() {
	input, err := os.ReadFile("testdata/gost2015-512-attached.p7s")
	if err != nil {
		fmt.Println(err)
		return
	}
	message, encoding, err := cms.Decode(input)
	if err != nil {
		fmt.Println(err)
		return
	}
	results, err := message.VerifySigners(nil, nil) // the content is in the message, the certificate too
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range results {
		if r.Err != nil {
			fmt.Println(r.Err)
			continue
		}
		key := r.Signer.Certificates()[0].PublicKey
		at, _ := r.Signer.SigningTime()
		fmt.Printf("%s, %s, %s, claims %s\n", encoding, key.Algorithm(), r.Signer.Digest(), at)
		fmt.Printf("%s", r.Signer.Content())
	}
	// Output:
	// der, gost2015-512, streebog-512, claims 2026-09-15 10:00:00 +0000 UTC
	// Алматы, 2026. The quick brown fox signs.
}
