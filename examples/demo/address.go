package main

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
)

// firstPort is where the demo wants to be; it takes one of the ports after it where that is taken.
const (
	firstPort = 8080
	ports     = 100
)

// An address is where the demo listens: one port on both loopback addresses, since browsers try either for localhost
// and another program on one of them would answer in place of the demo.
type address struct {
	origin    string
	host      string // localhost and the port
	port      int
	listeners []net.Listener
}

func listen(first int) (address, error) {
	var last error
	for port := first; port < first+ports; port++ {
		listeners, err := listenBoth(port)
		if err == nil {
			port := listeners[0].Addr().(*net.TCPAddr).Port
			host := net.JoinHostPort("localhost", strconv.Itoa(port))
			return address{origin: "http://" + host, host: host, port: port, listeners: listeners}, nil
		}
		last = err
	}
	return address{}, fmt.Errorf("no free port from %d to %d: %w", first, first+ports-1, last)
}

// listenBoth listens on 127.0.0.1 and, where the machine has it, on ::1. Port 0 is any that is free.
func listenBoth(port int) ([]net.Listener, error) {
	four, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return nil, err
	}
	port = four.Addr().(*net.TCPAddr).Port
	six, err := net.Listen("tcp", net.JoinHostPort("::1", strconv.Itoa(port)))
	switch {
	case err == nil:
		return []net.Listener{four, six}, nil
	case errors.Is(err, syscall.EADDRINUSE):
		_ = four.Close()
		return nil, err
	}
	return []net.Listener{four}, nil // no IPv6 on this machine
}

func (a address) close() {
	for _, listener := range a.listeners {
		_ = listener.Close() // closed already by the server, if it served
	}
}
