package gost_test

import (
	"errors"
	"fmt"
	"log"

	"github.com/qoltanba/eds/gost"
)

func Example() {
	key, err := gost.GenerateKey(gost.KZ512, nil)
	if err != nil {
		log.Fatal(err)
	}
	h := key.Algorithm().Digest().New()
	h.Write([]byte("Қазақстан"))
	digest := h.Sum(nil)
	signature, err := key.Sign(nil, digest, gost.Streebog512)
	if err != nil {
		log.Fatal(err)
	}

	// Elsewhere, with the public key of a certificate.
	public, err := gost.ParsePublicKey(key.Public().(*gost.PublicKey).MarshalSPKI())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(public.Algorithm(), len(signature), "octets")
	fmt.Println(public.Verify(gost.Streebog512, digest, signature))
	digest[0] ^= 1
	fmt.Println(errors.Is(public.Verify(gost.Streebog512, digest, signature), gost.ErrSignature))
	// Output:
	// gost2015-512 128 octets
	// <nil>
	// true
}

func ExampleDigest_New() {
	h := gost.Streebog256.New()
	h.Write([]byte("hello"))
	fmt.Printf("%v %x\n", gost.Streebog256, h.Sum(nil))
	// Output: streebog-256 3fb0700a41ce6e41413ba764f98bf2135ba6ded516bea2fae8429cc5bdd46d6d
}
