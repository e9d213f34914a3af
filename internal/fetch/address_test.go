package fetch

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPublic(t *testing.T) {
	for text, want := range map[string]bool{
		"8.8.8.8": true, "9.255.255.255": true, "10.0.0.0": false, "10.255.255.255": false, "11.0.0.0": true,
		"100.63.255.255": true, "100.64.0.0": false, "100.127.255.255": false, "100.128.0.0": true,
		"126.255.255.255": true, "127.0.0.1": false, "127.255.255.255": false, "128.0.0.0": true,
		"169.253.255.255": true, "169.254.169.254": false, "169.255.0.0": true,
		"172.15.255.255": true, "172.16.0.0": false, "172.31.255.255": false, "172.32.0.0": true,
		"192.0.0.170": false, "192.0.2.1": false, "192.88.99.1": false, "192.168.0.1": false, "198.18.0.1": false, "198.51.100.1": false, "203.0.113.1": false,
		"223.255.255.255": true, "224.0.0.1": false, "239.1.2.3": false, "240.0.0.1": false, "255.255.255.255": false,
		"0.0.0.0": false, "0.1.2.3": false, "1.0.0.0": true,
		"::": false, "::1": false, "::8.8.8.8": false, "64:ff9b::808:808": false, "64:ff9b:1::1": false, "100::1": false,
		"2001::1": false, "2001:1ff:ffff::": false, "2001:200::1": true, "2001:db8::1": false, "2002:808:808::": false, "2003::1": true,
		"2a00:1450::1": true, "3ffe::1": true, "3fff::1": false, "4000::1": false, "fc00::1": false, "fd12::1": false, "fe80::1": false,
		"fec0::1": false, "ff02::1": false,
	} {
		require.Equal(t, want, public(netip.MustParseAddr(text)), text)
	}
}

func TestCheckAddress(t *testing.T) {
	for text, want := range map[string]bool{
		"8.8.8.8:80": true, "[2a00:1450::1]:80": true, "[::ffff:8.8.8.8]:80": true,
		"127.0.0.1:80": false, "[::ffff:127.0.0.1]:80": false, "[fe80::1%eth0]:80": false, "localhost:80": false, "": false,
	} {
		require.Equal(t, want, checkAddress(text) == nil, text)
	}
}
