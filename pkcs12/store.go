package pkcs12

import (
	"bytes"
	"crypto"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/qoltanba/eds/cert"
)

// Store is an opened container.
type Store struct {
	// Entries are the private keys with their certificates, in the order of the keys in the container.
	Entries []Entry
	// Certificates are those that belong to no key, in their order: CA certificates, mostly. They are as found;
	// being in a key store makes no certificate trusted.
	Certificates []*cert.Certificate
}

// Entry is a private key and its certificate, which is known to hold the public key of that private key.
//
// An Entry prints without its key, through package fmt, log/slog and encoding/json alike. The key on its own does
// not: do not print Entry.Key.
type Entry struct {
	// Alias is the friendlyName of the key, else of its certificate, else KeyID in hex, else empty. The national
	// files have the key identifier in hex. It is text from outside: escape it before showing it.
	Alias string
	// KeyID is the localKeyID of the key, else of its certificate, else nil.
	KeyID []byte
	// Key is of one of the types that [cert.ParsePrivateKey] returns.
	Key         crypto.Signer
	Certificate *cert.Certificate

	pkcs8 []byte
}

// PKCS8 returns a copy of the private key's PKCS #8 PrivateKeyInfo (RFC 5208), unencrypted DER, as the container
// has it; [cert.MarshalPrivateKey] of Entry.Key writes it in the profile of its algorithm.
func (e Entry) PKCS8() []byte { return bytes.Clone(e.pkcs8) }

// String names the entry by its key identifier.
func (e Entry) String() string { return "pkcs12.Entry{KeyID: " + hex.EncodeToString(e.KeyID) + "}" }

// GoString is String: %#v shows no key either.
func (e Entry) GoString() string { return e.String() }

// Format writes String for every verb.
func (e Entry) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, e.String()) }

// MarshalText returns String, so that encoding/json and log/slog write no key.
func (e Entry) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// pair makes an entry of each key. A key without its certificate is refused, and so is a certificate that claims
// a key it does not hold.
func (c *contents) pair() (*Store, error) {
	store := new(Store)
	taken := make(map[string]bool)
	for i, bag := range c.keys {
		entry, err := c.entry(bag, i+1)
		if err != nil {
			return nil, err
		}
		taken[string(entry.Certificate.Raw)] = true
		store.Entries = append(store.Entries, entry)
	}
	for _, bag := range c.certificates {
		if !taken[string(bag.certificate.Raw)] {
			store.Certificates = append(store.Certificates, bag.certificate)
		}
	}
	return store, nil
}

// entry makes the entry of the nth key.
func (c *contents) entry(bag keyBag, n int) (Entry, error) {
	key, err := cert.ParsePrivateKey(bag.pkcs8)
	if err != nil {
		return Entry{}, fmt.Errorf("pkcs12: private key %d: %w", n, err)
	}
	own, err := c.certificateOf(bag.localKeyID, key)
	if err != nil {
		return Entry{}, malformed("private key %d: %w", n, err)
	}
	e := Entry{
		Alias: bag.friendlyName, KeyID: bag.localKeyID,
		Key: key, Certificate: own.certificate, pkcs8: bytes.Clone(bag.pkcs8),
	}
	if len(e.KeyID) == 0 {
		e.KeyID = own.localKeyID
	}
	if e.Alias == "" {
		e.Alias = own.friendlyName
	}
	if e.Alias == "" {
		e.Alias = hex.EncodeToString(e.KeyID)
	}
	return e, nil
}

var (
	errOtherKey      = errors.New("the certificate with its localKeyID holds another key")
	errNoCertificate = errors.New("no certificate holds its public key")
)

// certificateOf finds the certificate of a key: among those with its localKeyID, or if there are none, among all.
// Either way it must hold the public key.
func (c *contents) certificateOf(localKeyID []byte, key crypto.Signer) (certBag, error) {
	claimed := false
	for _, bag := range c.certificates {
		if len(localKeyID) > 0 && bytes.Equal(bag.localKeyID, localKeyID) {
			if holds(bag.certificate, key) {
				return bag, nil
			}
			claimed = true
		}
	}
	if claimed {
		return certBag{}, errOtherKey
	}
	for _, bag := range c.certificates {
		if holds(bag.certificate, key) {
			return bag, nil
		}
	}
	return certBag{}, errNoCertificate
}

// holds reports whether the public key in the certificate is that of the private key.
func holds(certificate *cert.Certificate, key crypto.Signer) bool {
	public, ok := certificate.PublicKey.Crypto().(interface{ Equal(crypto.PublicKey) bool })
	return ok && public.Equal(key.Public())
}
