// Package examples is a module of its own for programs that are built on the library, so that what they need does
// not become a need of the library's users. Each program has a folder; run one as
//
//	go run ./examples/eds
//
// from the root of the repository.
package examples
