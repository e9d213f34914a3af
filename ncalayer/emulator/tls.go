package emulator

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"net"
	"time"
)

const validity = 90 * 24 * time.Hour

// TLS is the certificate of the server and the authority that issued it.
type TLS struct {
	CA          []byte // certificate of the authority, PEM: what a browser must trust
	Certificate tls.Certificate
}

// NewTLS makes an authority and a certificate for localhost and the loopback addresses, valid for 90 days from at.
// The authority's key is forgotten at once: whoever trusts the authority trusts this certificate and no other.
func NewTLS(at time.Time) (*TLS, error) {
	authorityKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serverKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	authority, server := templates(at)
	ca, err := x509.CreateCertificate(rand.Reader, authority, authority, authorityKey.Public(), authorityKey)
	if err != nil {
		return nil, err
	}
	leaf, err := x509.CreateCertificate(rand.Reader, server, authority, serverKey.Public(), authorityKey)
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParseCertificate(leaf)
	if err != nil {
		return nil, err
	}
	return &TLS{
		CA:          pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca}),
		Certificate: tls.Certificate{Certificate: [][]byte{leaf, ca}, PrivateKey: serverKey, Leaf: parsed},
	}, nil
}

// templates describe the two certificates. The authority may speak for nothing but this machine.
func templates(at time.Time) (authority, server *x509.Certificate) {
	names := []string{"localhost"}
	addresses := []net.IP{net.IPv4(127, 0, 0, 1).To4(), net.IPv6loopback}
	authority = &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "eds emulator of NCALayer, for tests only"},
		NotBefore: at.Add(-time.Hour), NotAfter: at.Add(validity),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign,
		PermittedDNSDomainsCritical: true, PermittedDNSDomains: names,
		PermittedIPRanges: []*net.IPNet{{IP: addresses[0], Mask: net.CIDRMask(32, 32)}, {IP: addresses[1], Mask: net.CIDRMask(128, 128)}},
	}
	server = &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "127.0.0.1"},
		NotBefore: authority.NotBefore, NotAfter: authority.NotAfter, DNSNames: names, IPAddresses: addresses,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	return authority, server
}

func serial() *big.Int {
	octets := make([]byte, 16)
	_, _ = rand.Read(octets) // never fails
	octets[0] = 0x40 | octets[0]&0x3f
	return new(big.Int).SetBytes(octets)
}

// SPKI returns the Base64 of the SHA-256 of the server's public key, which Chromium takes in
// --ignore-certificate-errors-spki-list to excuse this certificate and no other.
func (t *TLS) SPKI() string {
	sum := sha256.Sum256(t.Certificate.Leaf.RawSubjectPublicKeyInfo)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// Pool returns the authority as the only root, for [crypto/tls.Config.RootCAs].
func (t *TLS) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(t.CA)
	return pool
}
