// Package fetch makes every outgoing HTTP request of the library, so that its limits and host rules stand in one
// place. [New] freezes the rules in a [Client], [Client.Fetch] asks.
//
// Addresses come out of certificates. Whoever gets a certificate issued writes them, so they are treated as an
// attempt to send this machine somewhere (T63):
//
//   - The host must be listed: the national services are, others by [Options.Hosts]. A name stands for itself and not
//     for its subdomains, and for the scheme's own port unless it names another.
//   - The scheme is http or https. There are no redirects, no proxies, no cookies and no credentials.
//   - The address behind the name is looked at when the connection is made, not before, so that a name that resolves
//     differently the second time gains nothing. Loopback, private, link-local and other special addresses are
//     refused unless the host is listed with that permission.
//
// A peer that means harm, or is merely broken, runs into limits (T66): one deadline for everything from the name's
// resolution to the last octet, one cap on the body and one on the header, no decompression at all, HTTP/1.1 only, one
// connection a request. An answer counts only with status 200 and a body that is not empty. What the body says is for
// the parsers: a captive portal's page is not DER.
//
// Every failure is an [*Error] with a [Cause]: a name that does not resolve is the operator's trouble, a 503 is the
// service's, a refused host may be an attack. None of them is an answer.
package fetch
