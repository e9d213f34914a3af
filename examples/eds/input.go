package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/verdict"
)

// Limits of what is held in memory. The library has its own for what it reads by itself.
const (
	maxInput    = 64 << 20  // a message in Base64, a revocation list
	maxDocument = 256 << 20 // a content
	maxPassword = 4 << 10
)

const stdinName = "-"

// open opens a named file, or stdin under the name "-". Stdin can be read once only.
func (a *app) open(name string) (io.ReadCloser, error) {
	if name != stdinName {
		f, err := os.Open(name)
		if err != nil {
			return nil, cannotRead(err)
		}
		return f, nil
	}
	if a.stdinUsed {
		return nil, note{id: "input.stdin-twice"}
	}
	a.stdinUsed = true
	return io.NopCloser(a.stdin), nil
}

// read reads a whole file of at most limit octets.
func (a *app) read(name string, limit int64) ([]byte, error) {
	f, err := a.open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	switch {
	case err != nil:
		return nil, cannotRead(err)
	case int64(len(b)) > limit:
		return nil, verdict.New(verdict.LimitExceeded, "more than %d bytes", limit)
	}
	return b, nil
}

// cannotRead tells of a file that cannot be read at all.
func cannotRead(err error) error {
	return note{id: "input.unreadable", data: data{"Error": reasonOnly(err)}}
}

// reasonOnly takes the file's name out of an error: it is named beside it, and may hold an IIN.
func reasonOnly(err error) error {
	var e *fs.PathError
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}

var certificateEndings = []string{".cer", ".crt", ".der", ".pem"}

// certificatesAt reads all the certificates of files and folders. They are at hand, and no more.
func certificatesAt(paths []string) ([]*cert.Certificate, error) {
	var all []*cert.Certificate
	for _, path := range paths {
		names, err := certificateFiles(path)
		if err != nil {
			return nil, note{id: "input.untrusted", data: data{"Path": path, "Error": reasonOnly(err)}}
		}
		for _, name := range names {
			b, err := os.ReadFile(name)
			if err != nil {
				return nil, note{id: "input.untrusted", data: data{"Path": name, "Error": reasonOnly(err)}}
			}
			found, err := cert.DecodeAll(b)
			if err != nil {
				return nil, note{id: "input.untrusted", data: data{"Path": name, "Error": err}}
			}
			all = append(all, found...)
		}
	}
	return all, nil
}

// certificateFiles returns a file's own name, or a folder's files that end like certificates.
func certificateFiles(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, entry := range entries {
		if !entry.IsDir() && slices.Contains(certificateEndings, strings.ToLower(filepath.Ext(entry.Name()))) {
			names = append(names, filepath.Join(path, entry.Name()))
		}
	}
	return names, nil
}
