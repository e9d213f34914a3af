// Package ncalayer speaks the protocol of NCALayer, the program with which people in Kazakhstan sign from a browser.
// It runs on the person's own computer and listens for WebSockets on 127.0.0.1; a page sends it a request, it shows a
// dialog, the person chooses a key, and the page gets a signature.
//
// There are three things here. [Script] is the module for the page itself: one file of JavaScript, described at its
// top. A server that logs people in needs this and package eds, and nothing else from here. [Dial] is a client in Go,
// for tests and for programs on the person's computer:
//
//	client, err := ncalayer.Dial(ctx, ncalayer.DefaultURL, ncalayer.Options{})
//	…
//	signed, err := client.Sign(ctx, ncalayer.Attached(challenge))
//	…
//	messages, err := signed.CMS()
//
// And there are the messages as types: [Request], [SignArgs] and what a [Reply] may be. Package emulator answers with
// them.
//
// Reading is tolerant, because versions differ: a result is a string, a list or an object; booleans come as strings;
// dates as milliseconds or as text; there are fields that nobody documented. Writing is strict, and sends what every
// version understands. Everything read is bounded ([MaxMessage], [MaxDocuments]).
//
// Nothing that NCALayer says is trusted here. Any program can listen on the port, its TLS key is in every copy of
// NCALayer, and a [KeyInfo] is public data. What counts is a CMS that package eds has verified.
package ncalayer
