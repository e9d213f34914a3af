// Package ocsp makes requests of the Online Certificate Status Protocol (RFC 6960, RFC 9654), reads the responses and
// decides what a response says of one certificate.
//
// [NewRequest] makes the octets to send. [ParseResponse] reads what came back and trusts none of it. [Response.Judge]
// decides: who signed and by what authority, whether it is about this certificate and of this moment, whether it
// answers this request. Only what comes out of Judge is an answer, and only [cert.StatusGood] in it is good:
//
//	request, err := ocsp.NewRequest(leaf, issuer, ocsp.RequestOptions{Nonce: nonce})
//	… send request.Raw, receive body …
//	response, err := ocsp.ParseResponse(body)
//	answer, err := response.Judge(ocsp.Query{Certificate: leaf, Issuer: issuer, At: now, Nonce: nonce, …})
//
// What the package does not check: the certificate asked about and its issuer (package chain does; the issuer must
// have been verified before its word counts), whether a delegated responder is itself revoked (the Query has a
// function for it), whether an older answer was seen before. It opens no connection and looks at no clock.
//
// The national service answers without nextUpdate, and says of a certificate that it never issued that it has been
// revoked since 1970-01-01: see [Answer].
//
// [Responder] signs responses, for fake authorities and private ones.
package ocsp
