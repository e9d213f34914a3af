// Command eds looks into the files of Kazakhstan's electronic digital signature and verifies them: certificates,
// signed messages (CMS), key stores. Start with
//
//	eds inspect FILE                                        what a file is and says; verifies nothing
//	eds trust fetch --out anchors                           the national anchors, known by their fingerprints
//	eds verify FILE --trust anchors --online                verdict on a signed message
//
// People read what it prints in Kazakh, Russian or English (--lang, else the locale). Scripts take --json, one
// object per input file on one line, and the exit status: 0 good, 1 bad, 2 unreadable input or usage, 3 undecided.
//
// Nobody is asked over the network but by "trust fetch" and with --online: without it, what is known of revocation is
// what --crl and --ocsp name, and where that does not decide a verdict is undecided. Time stamps are not judged yet.
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
