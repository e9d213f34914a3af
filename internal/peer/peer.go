// Package peer lets a test lean on a program that not every machine has (OpenSSL with the GOST engine, a browser,
// an LDAP server): where it is missing the test is skipped in one plain sentence, and where EDS_REQUIRE_PEERS=1 is
// set, as in CI, it fails, so that nothing is skipped there unseen.
//
// The package is for tests only; the floors test refuses it anywhere else.
package peer

import (
	"os"
	"testing"
)

// Need goes on if ok, and else skips t, or fails it under EDS_REQUIRE_PEERS=1. The message reads "needs WHAT;
// INSTALL".
//
//	_, err := exec.LookPath("openssl")
//	peer.Need(t, "openssl", "apt-get install openssl", err == nil)
func Need(t testing.TB, what, install string, ok bool) {
	t.Helper()
	switch {
	case ok:
	case os.Getenv("EDS_REQUIRE_PEERS") == "1":
		t.Fatalf("needs %s; %s (EDS_REQUIRE_PEERS=1 makes this a failure)", what, install)
	default:
		t.Skipf("needs %s; %s", what, install)
	}
}
