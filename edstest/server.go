package edstest

import (
	"fmt"
	"net"
	"net/http"
	"time"
)

// A server serves on a free port of loopback.
type server struct {
	url  string
	http http.Server
	done chan struct{} // closed when Serve has returned
}

func listen(handler http.Handler) (*server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("no port for the services: %w", err)
	}
	s := &server{
		url:  "http://" + listener.Addr().String(),
		http: http.Server{Handler: handler, ReadHeaderTimeout: time.Minute},
		done: make(chan struct{}),
	}
	go func() {
		defer close(s.done)
		_ = s.http.Serve(listener) // returns when it is closed
	}()
	return s, nil
}

func (s *server) close() {
	_ = s.http.Close()
	<-s.done
}
