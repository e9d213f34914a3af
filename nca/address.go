package nca

import (
	"net/url"
	"slices"
)

// Service says what an address of the national PKI is asked for.
type Service string

// The services.
const (
	ServiceOCSP         Service = "ocsp"         // the status of one certificate (RFC 6960)
	ServiceTSP          Service = "tsp"          // time stamps (RFC 3161)
	ServiceCRL          Service = "crl"          // revocation lists, whole and delta
	ServiceCertificates Service = "certificates" // certificates of authorities
)

// Address is one published address of a service. Those of revocation lists and certificates are the folders that
// the files lie in.
type Address struct {
	Service Service
	URL     string
	Class   Class // of the hierarchy that the service answers for
}

// addresses is what certificates of the national PKI point at (DOMAIN, Sections 1, 2.6 and 11). All of them speak
// plain HTTP: what comes back is signed, or checked against a pin.
var addresses = []Address{
	{ServiceOCSP, "http://ocsp.pki.gov.kz/", Production},
	{ServiceOCSP, "http://ocsp1.pki.gov.kz/", Production}, // the second responder of order 522/НҚ
	{ServiceTSP, "http://tsp.pki.gov.kz/", Production},
	{ServiceCRL, "http://crl.pki.gov.kz/", Production},
	{ServiceCRL, "http://crl1.pki.gov.kz/", Production},
	{ServiceCRL, "http://crl.root.gov.kz/", Production}, // of the root; the test CA points here too
	{ServiceCRL, "http://crl1.root.gov.kz/", Production},
	{ServiceCertificates, "http://pki.gov.kz/cert/", Production},
	{ServiceCertificates, "http://root.gov.kz/cert/", Production},
	{ServiceCertificates, "http://ucgo.gov.kz/cert/", Production},
	{ServiceOCSP, "https://passport.aitu.io/pki/ocsp", Production}, // BTS Digital
	{ServiceTSP, "https://passport.aitu.io/pki/tsp", Production},
	{ServiceOCSP, "http://test.pki.gov.kz/ocsp/", Test},
	{ServiceTSP, "http://test.pki.gov.kz/tsp/", Test},
	{ServiceCRL, "http://test.pki.gov.kz/crl/", Test},
	{ServiceCertificates, "http://test.pki.gov.kz/cert/", Test},
}

// Addresses returns the published addresses of the national services, production first.
func Addresses() []Address { return slices.Clone(addresses) }

// Hosts returns the names of the hosts behind [Addresses], each once: the list of those that a certificate may send
// us to without anybody's permission. None stands for its subdomains.
func Hosts() []string {
	var hosts []string
	for _, a := range addresses {
		u, err := url.Parse(a.URL)
		if err != nil {
			panic("nca: the table of addresses is broken at " + a.URL)
		}
		if !slices.Contains(hosts, u.Hostname()) {
			hosts = append(hosts, u.Hostname())
		}
	}
	return hosts
}
