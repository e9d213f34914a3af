package emulator

import (
	"crypto"
	"fmt"
	"slices"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/ncalayer"
	"github.com/qoltanba/eds/pkcs12"
	"github.com/qoltanba/eds/verdict"
)

// Key is a key that the emulator signs with.
type Key struct {
	Certificate *cert.Certificate
	Key         crypto.Signer
	Storage     string // where it pretends to live; "": [ncalayer.StoragePKCS12]
	Alias       string // "": the subject key identifier
	// Authorities are certificates that came with the key. No message includes them, as NCALayer includes none; they
	// help to tell a key of the production authorities.
	Authorities []*cert.Certificate
}

// KeysFromPKCS12 takes the keys out of a container, a .p12 file. The error is that of [pkcs12.Parse].
func KeysFromPKCS12(data []byte, password string) ([]Key, error) {
	store, err := pkcs12.Parse(data, password, pkcs12.Options{})
	if err != nil {
		return nil, err
	}
	var keys []Key
	for _, e := range store.Entries {
		keys = append(keys, Key{Certificate: e.Certificate, Key: e.Key, Alias: e.Alias, Authorities: store.Certificates})
	}
	return keys, nil
}

// Format keeps the private key out of what is printed.
func (k Key) Format(f fmt.State, _ rune) { fmt.Fprint(f, k.String()) }

// String names the key by the subject of its certificate, the person's number masked.
func (k Key) String() string {
	if k.Certificate == nil {
		return "no key"
	}
	return nca.PrintName(k.Certificate.Subject, false)
}

func (k *Key) check() error {
	if k.Certificate == nil || k.Key == nil {
		return verdict.Misuse("emulator: a key without certificate or private key")
	}
	public, ok := k.Key.Public().(interface{ Equal(crypto.PublicKey) bool })
	if !ok || !public.Equal(k.Certificate.PublicKey.Crypto()) {
		return verdict.Misuse("emulator: %s: the private key is not that of the certificate", k)
	}
	setDefault(&k.Storage, ncalayer.StoragePKCS12)
	if !slices.Contains(ncalayer.Storages(), k.Storage) {
		return verdict.Misuse("emulator: storage %q is none that NCALayer knows", k.Storage)
	}
	if pin, real := k.production(); real {
		return verdict.Misuse("emulator: %s is a key of the national authority %s: real keys do not belong here", k, pin)
	}
	return nil
}
