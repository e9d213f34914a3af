// Package crl reads certificate revocation lists (RFC 5280, Section 5) and decides what they say of one certificate.
//
// [Parse] walks over a list once, strictly, and keeps an index of a few octets for each entry: the national list of
// 400,000 entries takes some 25 MB in all. It trusts nothing. [Judge] decides: whether a list is by the authority that
// issued the certificate, covers it, and is of this moment; the newest one of those counts. Only what comes out of
// Judge is an answer:
//
//	list, err := crl.Parse(octets)
//	answer, err := crl.Judge(crl.Query{Certificate: leaf, Issuer: issuer, At: now, Lists: []*crl.List{list}})
//
// What the package does not check: the certificate asked about and its issuer (package chain does; the issuer must
// have been verified before its word counts), whether a newer list was seen before. It opens no connection and looks
// at no clock.
//
// Judge takes complete lists. It does not yet combine deltas, nor lists that are split by reasons, nor read indirect
// ones: such a list never stands in for a complete one, and where a delta in force might change the answer there is
// none.
//
// [Create] makes lists, for fake authorities and private ones.
package crl
