// Package chain builds and checks certification paths (RFC 5280, Section 6) from a certificate to one of the
// anchors that the caller gives, with whatever other certificates are at hand.
//
// [Verify] is the call most people need: a path whose signatures, constraints and dates all hold, or an error.
// [Build] leaves the dates to [Path.CheckValidity], for callers that report the two apart. Being at hand gives a
// certificate no trust: names and key identifiers only propose an issuer, the signature decides.
//
// The package knows nothing national and opens no connection. It does not ask about revocation: it returns a
// [Path], and package revocation walks it. Certificate policies and name constraints are not processed yet: a
// path with such an extension marked critical is refused, as RFC 5280, Section 4.2 demands of whoever cannot
// process it.
package chain
