// Command eds looks into the files of Kazakhstan's electronic digital signature and verifies them: certificates,
// signed messages (CMS), key stores. Start with
//
//	eds inspect FILE                                        what a file is and says; verifies nothing
//	eds trust fetch --out anchors                           the national anchors, known by their fingerprints
//	eds verify FILE --trust anchors --revocation off        verdict on a signed message
//
// People read what it prints in Kazakh, Russian or English (--lang, else the locale). Scripts take --json, one
// object per input file on one line, and the exit status: 0 good, 1 bad, 2 unreadable input or usage, 3 undecided.
//
// It asks nobody over the network, but for "trust fetch". Revocation and time stamps are not judged yet: as long as
// revocation is required, which is the default, a signature ends undecided.
package main

import (
	"context"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	status := newApp(ctx).run(os.Args[1:])
	stop()
	os.Exit(int(status))
}
