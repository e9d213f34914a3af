package emulator

// EventKind says what happened.
type EventKind string

// The events.
const (
	Connected    EventKind = "connected"
	Refused      EventKind = "refused" // a connection; Detail says why
	Asked        EventKind = "asked"   // a request came
	Answered     EventKind = "answered"
	Disconnected EventKind = "disconnected"
)

// Event is something that happened, for tests and logs. It tells nothing of the documents or the person. Origin,
// Module and Method are texts from outside.
type Event struct {
	Kind           EventKind
	Origin         string // of the page; "" for a program
	Module, Method string // of a request
	Documents      int    // of a request to sign
	Outcome        string // of an answer: "done", "cancelled", "failed", "no-module"
	Detail         string // of a refusal or failure
}
