// Package eds turns electronic digital signatures of the national PKI of Kazakhstan (ЭЦП, ЭЦҚ) into people: it
// verifies a CMS signature made through NCALayer, the certification path to anchors that you give, and what the
// certificate may be used for, and returns an authenticated person with an IIN, or a report on a document.
//
// A login takes three calls:
//
//   - [New] makes a [Verifier] for your site's origin and your anchors ([LoadTrust]); one serves all requests.
//   - [Verifier.Challenge] makes the text that the person signs in the browser, for one session.
//   - [Verifier.Authenticate] takes the CMS that came back and returns an [Identity] or an error, never both.
//
// Documents go through [Verifier.Verify], which returns a [Report] with a verdict per signer.
//
// The zero value of [Options] is the strict choice. Errors are *[Error]: errors.As gives the kind, a stable
// reason word, and sentences in Kazakh, Russian and English; see [Error] for the HTTP status of each kind.
//
// # What a challenge protects from
//
// The signed text names your origin and service, holds a random number that is accepted once, within five
// minutes, from the session that asked for it. So a captured signature cannot be replayed, moved to another
// session or another honest site, nor passed off as a document. It does not stop a phishing page that relays in
// real time: NCALayer shows the person neither the page's origin nor the text, so an attacker who lures somebody
// to a page of his own can have your very challenge signed there, even as a bare digest. Only a second channel
// helps against that.
//
// # Revocation
//
// Every certificate below the anchor must be proven not revoked, by OCSP or by a list; what nobody could tell is
// refused as undecided. The one exception is a pinned national authority whose certificate names nobody who could
// answer for it: see NoPinnedPass in [revocation.Options]. [New] without Options.Sources asks the national services and
// no other host, anew for each call. Weaker modes have Insecure in their names.
//
// # What is not there yet
//
// Time stamps are reported as present and not judged; certificate policies and name constraints refuse a path where
// they are critical; delta lists and LDAP are not read; no answer about revocation is kept for the next call.
package eds

//go:generate go run ./internal/gentestdata
