// Package cert reads X.509 certificates (RFC 5280) and the keys in them: GOST R 34.10-2015 and GOST 34.310-2004
// under the national identifiers, GOST R 34.10-2012 as in RFC 9215, RSA, ECDSA and Ed25519.
//
// [Parse] takes strict DER and checks form only. It neither verifies a signature nor looks at the clock: a
// parsed certificate is a claim. Package chain decides whether the claim holds, package nca what the subject is
// in the national PKI. [Decode] takes PEM and Base64 as well.
//
// The package exists beside crypto/x509 because that one knows no GOST key, and refuses some certificates that
// RFC 5280 allows. [Certificate.X509] converts.
package cert

import "github.com/qoltanba/eds/internal/oid"

// OID is an object identifier in dotted decimal form, comparable with ==.
type OID = oid.OID
