// Package nca knows the profile of the national PKI of Kazakhstan (НУЦ РК, ҰКО): who the subject of a certificate
// is ([SubjectOf]), in which roles ([RolesOf]), what its key is for ([PurposesOf]), where the key lives
// ([StorageOf]); the pinned certificates of the authorities ([Pins]); and the numbers of persons and
// organizations ([IIN], [BIN]).
//
// It decides nothing about trust: everything here is read from a certificate that somebody else has verified,
// or has not. Where no law or standard says so, a fact comes from decoding published certificates.
package nca
