// Package cms reads, verifies and makes signed messages: SignedData of the Cryptographic Message Syntax (RFC 5652),
// the form in which NCALayer and every other signing program of the country hands out a signature.
//
// [Decode] takes a message in DER, BER, PEM or Base64. A parsed message is a claim: anybody can write one.
// [SignedData.VerifySigners] decides, for each signer by itself, whether the signature was made over this content
// with the key of a certificate at hand, and hands out a [VerifiedSigner] where it was:
//
//	message, _, err := cms.Decode(input)
//	…
//	results, err := message.VerifySigners(nil, certificatesAtHand) // nil: the content is in the message
//
// [Sign] makes messages, attached or detached, by one signer or several.
//
// What a VerifiedSigner does not say: that its certificate was issued by anybody trusted, was valid or unrevoked, or
// that its key may sign documents. A message brings its own certificates, and a forger's message brings a forger's.
// Packages chain and revocation go on from [VerifiedSigner.Certificates]; package eds does it all. The signing time
// in a message is what the signer's clock said. Time stamps and counter-signatures stand in the unsigned
// attributes, which are handed out raw and prove nothing: nothing here or in the other packages verifies them yet.
//
// Everything here works on octets in memory, without clock and network; the limits are [MaxSize], [MaxSigners],
// [MaxCertificates] and the like. A message is safe for concurrent use once parsed, if nobody writes to it.
package cms
