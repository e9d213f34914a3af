// Package revocation asks whether the certificates of a verified path have been revoked, and decides.
//
// [New] freezes the choices in a [Checker]; [Checker.Check] takes a [chain.Path] and returns a [Result] with a
// [Finding] for every certificate:
//
//	fetcher, err := revocation.NewHTTP(revocation.HTTPOptions{})
//	checker, err := revocation.New(revocation.Options{Fetcher: fetcher})
//	result := checker.Check(ctx, path, time.Now())
//	if err := result.Err(); err != nil { … } // revoked, unknown, or nobody could tell
//
// # What is asked
//
// The leaf and the authorities below the anchor; the anchor never, since its trust is the operator's word. By default
// OCSP comes first, at the addresses of the certificate's authority information access, then the lists at its
// distribution points. The addresses are the certificate's own and are asked only here, after the path has verified:
// Check takes nothing but a chain.Path. Which hosts may be asked is the [Fetcher]'s to decide.
//
// # Who decides
//
// The first source with a verified, definite answer does: good, revoked or unknown. What was given as [Evidence] counts
// beside it, and of two answers the worse wins: revoked before unknown before good. So an OCSP "unknown" is bad
// even where a list says good, since a list says good of every serial number that it does not hold. A given answer that
// is bad decides before anything is asked; one that is good saves no question, but stands where nobody answers.
// A certificate that the authority says it never issued is revoked, with [Finding.NeverIssued].
//
// # Fail closed
//
// Only an explicit and verified good is good. No address, no connection, an error status, an empty or a foreign
// or a stale answer, one by the wrong signer or about another certificate: each is no answer. The next address, then
// the next source is tried, and where none is left the verdict is undecided, [verdict.RevocationUnavailable], with every
// cause behind Unwrap. Whoever can cut the wire must not be able to use a revoked key, so a caller that lets
// undecided pass does that itself, and says so.
//
// There is one exception, on by default, named and visible: a pinned national authority whose certificate has no
// distribution point, or only such as leave out some of the reasons, passes as [StatusPinned] where nobody says
// otherwise. Nobody could ever answer for it: see [Options.NoPinnedPass].
//
// # What it does not do
//
// It keeps nothing between two checks, reads no delta lists and no LDAP. A revocation counts whenever it happened,
// before or after the moment of judgement: for a sign-in that is what is wanted, a signature with a time stamp needs
// more. It opens no connection itself: a Checker without a Fetcher stays with the evidence it was given.
package revocation
