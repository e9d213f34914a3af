package nca

import (
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
)

// Storage is where the private key of a certificate lives, as the issuer noted it (extension 1.2.398.3.3.5).
type Storage string

// The storages. What is on a token or card has not been a file.
const (
	StorageUnknown    Storage = ""
	StoragePKCS12     Storage = "pkcs12"
	StorageJKS        Storage = "jks"
	StorageIDCard     Storage = "id-card"
	StorageKaztoken   Storage = "kaztoken"
	StorageEToken     Storage = "etoken-java"
	StorageEToken5110 Storage = "etoken-5110"
	StorageJaCarta    Storage = "jacarta"
	StorageAKey       Storage = "akey"
	StorageCloud      Storage = "digital-id" // cloud storage
)

var storages = map[cert.OID]Storage{
	"1.2.398.3.3.5.1.1": StoragePKCS12,
	"1.2.398.3.3.5.1.2": StorageJKS,
	"1.2.398.3.3.5.2.1": StorageIDCard,
	"1.2.398.3.3.5.2.2": StorageKaztoken,
	"1.2.398.3.3.5.2.3": StorageEToken,
	"1.2.398.3.3.5.2.4": StorageEToken5110,
	"1.2.398.3.3.5.2.5": StorageJaCarta,
	"1.2.398.3.3.5.2.6": StorageAKey,
	"1.2.398.3.3.5.3.1": StorageCloud,
}

// StorageOf reads the key storage extension, SEQUENCE { OBJECT IDENTIFIER }. Absent, damaged or new values are
// StorageUnknown: it is a hint, not a guarantee.
func StorageOf(c *cert.Certificate) Storage {
	e := c.Extension(oid.KeyStorage)
	if e == nil {
		return StorageUnknown
	}
	var sequence cryptobyte.String
	var where cert.OID
	value := cryptobyte.String(e.Value)
	if !value.ReadASN1(&sequence, asn1.SEQUENCE) || !value.Empty() || !der.ReadOID(&sequence, &where) || !sequence.Empty() {
		return StorageUnknown
	}
	return storages[where]
}
