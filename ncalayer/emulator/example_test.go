package emulator_test

import (
	"context"
	"fmt"
	"log"

	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/edstest"
	"github.com/qoltanba/eds/ncalayer"
	"github.com/qoltanba/eds/ncalayer/emulator"
)

// An NCALayer with the key of a made-up person, and a program that asks it for a signature.
func Example() {
	ctx := context.Background()
	pki, err := edstest.New(edstest.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer pki.Close()
	person := pki.Person()

	e, err := emulator.New(emulator.Options{
		Listen: "127.0.0.1:0", Plain: true, // a free port, without TLS
		Keys:        []emulator.Key{{Certificate: person.Certificate, Key: person.Key}},
		AutoApprove: true,
	})
	if err != nil {
		log.Fatal(err)
	}
	defer e.Close()

	client, err := ncalayer.Dial(ctx, e.URL(), ncalayer.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	signed, err := client.Sign(ctx, ncalayer.Attached([]byte("Сынақ")))
	if err != nil {
		log.Fatal(err)
	}
	messages, err := signed.CMS()
	if err != nil {
		log.Fatal(err)
	}
	message, err := cms.Parse(messages[0])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(client.Version(), len(messages), string(message.Content))
	// Output: 1.4 1 Сынақ
}
