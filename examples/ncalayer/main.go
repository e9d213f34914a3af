// Command ncalayer is an emulator of NCALayer that really signs, with keys out of PKCS #12 files: for trying pages on a
// machine without NCALayer, and for tests in any language.
//
//	go run ./examples/ncalayer --p12 test-key.p12           asks on the terminal before it signs
//	go run ./examples/ncalayer --p12 test-key.p12 --yes     signs whatever anybody asks for
//
// It listens where NCALayer does, on wss://127.0.0.1:13579/, with a certificate made at every start; it says how to
// trust it. Pages of this machine may connect, others by --origin. Keys of the national authority's production
// hierarchy are refused: use test keys.
//
// The password comes from --password-file, the environment variable EDS_PASSWORD or a prompt. The program ends with
// status 0 when it is interrupted, and with 2 when it cannot start.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := newApp().run(ctx, os.Args[1:])
	stop()
	os.Exit(status)
}
