package main

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// graceTime is how long requests may go on after the signal to stop.
const graceTime = 40 * time.Second

// serve answers on the listener until ctx ends, and then lets the open requests finish.
func serve(ctx context.Context, listener net.Listener, handler http.Handler, c configuration, log *slog.Logger) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      45 * time.Second, // a sign-in waits for the authority's answers
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
		TLSConfig:         &tls.Config{MinVersion: tls.VersionTLS12},
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		log.Info("stopping")
		grace, cancel := context.WithTimeout(context.Background(), graceTime)
		defer cancel()
		stopped <- server.Shutdown(grace)
	}()
	err := listen(server, listener, c)
	if !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}

func listen(server *http.Server, listener net.Listener, c configuration) error {
	if c.TLSCert != "" {
		return server.ServeTLS(listener, c.TLSCert, c.TLSKey)
	}
	return server.Serve(listener)
}
