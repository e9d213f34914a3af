package edstest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/qoltanba/eds/revocation"
)

// patience is how long the services are waited for.
const patience = 5 * time.Second

// Sources has a verifier ask the services of this PKI over HTTP, and nobody else, for [eds.Options].Sources. Answers
// are waited for up to five seconds; a test of [Slow] services makes sources of its own for [PKI.Host].
func (p *PKI) Sources() *revocation.Options {
	return &revocation.Options{Fetcher: must(revocation.NewHTTP(revocation.HTTPOptions{
		Hosts:    []revocation.Host{{Name: p.Host(), Private: true}},
		OCSPTime: patience,
		CRLTime:  patience,
	}))}
}

// A counter asks the services without a connection.
type counter struct{ desk *desk }

// Fetch asks a service at its desk.
func (c counter) Fetch(ctx context.Context, r revocation.Request) (body []byte, err error) {
	method := http.MethodGet
	if r.Source == revocation.OCSP {
		method = http.MethodPost
	}
	request, err := http.NewRequestWithContext(ctx, method, r.Address, bytes.NewReader(r.Body))
	if err != nil {
		return nil, err
	}
	defer func() {
		if caught := recover(); caught == http.ErrAbortHandler { //nolint:errorlint // it is the value that panics
			body, err = nil, errors.New("edstest: the connection was cut")
		} else if caught != nil {
			panic(caught)
		}
	}()
	var s slip
	c.desk.ServeHTTP(&s, request)
	if s.status != http.StatusOK {
		return nil, fmt.Errorf("edstest: status %d", s.status)
	}
	return s.body.Bytes(), nil
}

// A slip is an answer across the counter.
type slip struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// maxSlip bounds the octets of an answer.
const maxSlip = 1 << 20

func (s *slip) Header() http.Header {
	if s.header == nil {
		s.header = make(http.Header)
	}
	return s.header
}

func (s *slip) WriteHeader(status int) { s.status = status }

func (s *slip) Write(b []byte) (int, error) {
	if s.status == 0 {
		s.status = http.StatusOK
	}
	if s.body.Len()+len(b) > maxSlip {
		return 0, errors.New("edstest: an answer too long")
	}
	return s.body.Write(b)
}
