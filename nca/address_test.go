package nca_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/nca"
)

func TestAddresses(t *testing.T) {
	services := map[nca.Service]int{}
	for _, a := range nca.Addresses() {
		u, err := url.Parse(a.URL)
		require.NoError(t, err)
		require.Contains(t, []string{"http", "https"}, u.Scheme)
		require.Empty(t, u.Port()+u.RawQuery+u.Fragment)
		require.Contains(t, nca.Hosts(), u.Hostname())
		require.Contains(t, []nca.Class{nca.Production, nca.Test}, a.Class)
		services[a.Service]++
	}
	require.Len(t, services, 4)
}

func TestHosts(t *testing.T) {
	hosts := nca.Hosts()
	for _, want := range []string{ // DOMAIN, Sections 2.6 and 11
		"ocsp.pki.gov.kz", "tsp.pki.gov.kz", "crl.pki.gov.kz", "crl1.pki.gov.kz", "pki.gov.kz", "crl.root.gov.kz", "test.pki.gov.kz",
	} {
		require.Contains(t, hosts, want)
	}
	seen := map[string]bool{}
	for _, host := range hosts {
		require.False(t, seen[host], host)
		require.Equal(t, strings.ToLower(host), host)
		seen[host] = true
	}
	hosts[0] = "evil.example"
	require.NotContains(t, nca.Hosts(), "evil.example")
}

// Every place that a pinned certificate is published at is on the list.
func TestHostsCoverPins(t *testing.T) {
	for _, p := range nca.Pins() {
		for _, address := range p.Addresses {
			u, err := url.Parse(address)
			require.NoError(t, err)
			require.Contains(t, nca.Hosts(), u.Hostname())
		}
	}
}
