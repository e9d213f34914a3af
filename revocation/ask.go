package revocation

import (
	"errors"
	"fmt"
	"net/url"
	"slices"

	"github.com/qoltanba/eds/cert"
)

// fetch makes one request, within what this Check may ask as a whole: a certificate that names a thousand addresses
// does not make us ask them all.
func (r *run) fetch(request Request) ([]byte, error) {
	if err := r.ctx.Err(); err != nil {
		return nil, err
	}
	if r.left == 0 {
		return nil, fmt.Errorf("the %d requests of a check are used up", r.o.MaxRequests)
	}
	r.left--
	body, err := r.o.Fetcher.Fetch(r.ctx, request)
	if err == nil && len(body) == 0 {
		return nil, errors.New("an empty answer")
	}
	return body, err
}

// addresses cleans what a certificate says: each once, without what stands behind a blank or line break, and nothing
// empty. Some national certificates name their responder twice.
func addresses(written []string) []string {
	var list []string
	for _, text := range written {
		address := cert.GeneralName{Kind: cert.URIName, Text: text}.URI()
		if address != "" && !slices.Contains(list, address) {
			list = append(list, address)
		}
	}
	return list
}

// asked tells whom an error came from, without path and query of the address.
func asked(s Source, address string, err error) error {
	host := "an address"
	if u, parsed := url.Parse(address); parsed == nil && u.Host != "" {
		host = u.Scheme + "://" + u.Host
	}
	return fmt.Errorf("%s of %.100s: %w", s, host, err)
}
