// Loginserver is the sign-in of a personal cabinet by electronic digital signature, as a server to start from. The
// pages and their handlers are in package site; here are its configuration, its listener and its end.
//
//	go run ./examples/eds trust fetch --out anchors
//	go run ./examples/loginserver --origin https://cabinet.example.kz --trust anchors --tls-cert cert.pem --tls-key key.pem
//
// Every option can also stand in a TOML file (--config) or in the environment (LOGINSERVER_ORIGIN and so on). For a
// look at it without NCALayer, a key or a certificate, run ./examples/demo.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/qoltanba/eds/examples/loginserver/site"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	c := readConfiguration(os.Args[1:])
	if err := run(ctx, c, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "loginserver:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends.
func run(ctx context.Context, c configuration, logs io.Writer) error {
	log := slog.New(slog.NewJSONHandler(logs, &slog.HandlerOptions{Level: c.LogLevel, ReplaceAttr: site.PrintableAttr}))
	siteConfig, err := c.site(log)
	if err != nil {
		return err
	}
	s, err := site.New(siteConfig)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return err
	}
	log.Info("serving", "origin", c.Origin, "listen", listener.Addr().String(), "tls", c.TLSCert != "")
	return serve(ctx, listener, s, c, log)
}
