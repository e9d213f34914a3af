// Package edstest makes a whole fake national PKI: roots, issuing authorities, people and organizations with keys,
// an OCSP responder and lists of revoked certificates on loopback. It is to package eds what net/http/httptest is to
// net/http: for tests and demonstrations, and for nothing else.
//
// [New] makes a [PKI]. Its methods issue keys: [PKI.Person], [PKI.Head], [PKI.Employee], [PKI.System] and others
// return a [Holder], who can [Holder.Answer] a challenge, [Holder.Sign] a document and save a [Holder.PKCS12]
// file. [PKI.Trust] is what the verifier under test is to believe. [Identity] is for the test of a handler that
// takes an [eds.Identity] and does not care where it came from.
//
// Certificates are in the profile of the national authority: the 2022 hierarchy of GOST R 34.10-2015 by default, and
// [RSA] or [GOST2004] for the pairs of keys, one to log in and one to sign, that were issued until 2024. The names
// of the authorities say FAKE, the people are made up, and their numbers hold impossible dates. The class of such
// an identity is always nca.Other.
//
// Every PKI is a world of its own: one does not trust what another issued. Keys are random. Those of the authorities
// are made once in a process and shared, so that New takes milliseconds, and so are RSA keys of holders: the first
// holder under RSA of one PKI has the key of the first of another. Clean up with [PKI.Close], in a test by
// t.Cleanup(pki.Close).
//
// What is asked of it wrongly in the code of a test, such as a person of a hierarchy that the PKI does not have,
// is a panic with a plain sentence, as in net/http/httptest.
package edstest
