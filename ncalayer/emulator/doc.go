// Package emulator is an NCALayer that really signs: a server on 127.0.0.1 that answers the requests of a page as the
// program of the national certification authority does, with keys given to it. It is for tests and demonstrations, on
// machines without NCALayer, a key and a mouse.
//
//	e, err := emulator.New(emulator.Options{Keys: keys, AutoApprove: true, Listen: "127.0.0.1:0"})
//	…
//	defer e.Close()
//	connectTo(e.URL()) // wss://127.0.0.1:port/, with the certificate of e.CA()
//
// What it answers, in the shapes of version 1.4 or of earlier ones: sign of the module basics with the format CMS;
// getActiveTokens, getKeyInfo and createCAdESFromBase64 of commonUtils. What it cannot do it says, instead of giving
// something that looks like an answer: XML and bare signatures, time stamps (but see [Options.SkipTimestamps]),
// co-signatures, the deprecated methods of commonUtils. It refuses those that read files, since they let a page name
// any path on the machine. Other modules, the old applet among them, it does not have.
//
// It differs from NCALayer where that would stand in the way: its keys stand in for those of the national authority,
// so that a page which asks for these alone can be tried; and it does not look at validity or revocation, so that a
// server can be shown what it must refuse.
//
// # What keeps others out
//
// A program that signs for whoever connects is a gift to every web page that the developer opens. So it binds to
// loopback addresses only, and answers only peers on them; refuses requests with another name than its own in Host
// (DNS rebinding); lets in pages from loopback and programs without an Origin, and other pages only by
// [Options.Origins]; bounds messages, connections and time. It signs without asking only with [Options.AutoApprove];
// else [Options.Ask] decides, and where there is neither, every request is answered as cancelled. Keys whose
// certificates come from the production authorities are refused by [New]: nobody should hand a real key to a test
// tool.
//
// Other programs on the same machine can connect, as they can to NCALayer.
package emulator
