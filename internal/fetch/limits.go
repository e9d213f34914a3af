package fetch

import "time"

// Kind is what is asked for. It decides the limits and the content type.
type Kind uint8

// The kinds.
const (
	OCSP Kind = iota + 1 // POST of an OCSP request (RFC 6960, Appendix A.1)
	CRL                  // GET of a revocation list (RFC 5280, Section 4.2.1.13)
)

// String returns "ocsp" or "crl".
func (k Kind) String() string {
	switch k {
	case OCSP:
		return "ocsp"
	case CRL:
		return "crl"
	}
	return "unknown"
}

func (k Kind) contentType() string {
	if k == OCSP {
		return "application/ocsp-request"
	}
	return ""
}

// Limits bound one request.
type Limits struct {
	Time time.Duration // from the name's resolution to the last octet
	Body int64         // octets of the body
}

// defaultLimits are those of T66. A national list of today has 22 MB.
func defaultLimits(k Kind) Limits {
	if k == CRL {
		return Limits{Time: 30 * time.Second, Body: 128 << 20}
	}
	return Limits{Time: 5 * time.Second, Body: 64 << 10}
}

const (
	maxHeader  = 16 << 10 // octets of a response header
	maxAddress = 4 << 10  // octets of an address in a certificate
)
