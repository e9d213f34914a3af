package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/qoltanba/eds/crl"
	"github.com/qoltanba/eds/internal/armor"
	"github.com/qoltanba/eds/ocsp"
	"github.com/qoltanba/eds/revocation"
	"github.com/qoltanba/eds/verdict"
)

// Limits of one file of evidence: a list may be the largest that package crl reads, in Base64.
const (
	maxList     = crl.MaxSize/3*4 + 8<<20
	maxResponse = 1 << 20
)

// An evidenceKind is what one option names.
type evidenceKind struct {
	option  string
	kind    kind
	own     []string // endings of files in a folder that nothing else has
	limit   int64
	collect func(*revocation.Evidence, []byte) error
}

var evidenceKinds = []evidenceKind{
	{"--crl", kindCRL, []string{".crl"}, maxList, collectList},
	{"--ocsp", kindOCSPResponse, []string{".ocsp", ".ors"}, maxResponse, collectResponse},
}

// sharedEndings are those of files that may be anything: the octets tell.
var sharedEndings = []string{".der", ".pem", ".b64"}

// collectList keeps what cannot be read as well: as a cause where nothing else decides.
func collectList(e *revocation.Evidence, b []byte) error {
	list, err := crl.Decode(b)
	if err != nil {
		e.CRLs = append(e.CRLs, b)
		return err
	}
	e.Lists = append(e.Lists, list)
	return nil
}

func collectResponse(e *revocation.Evidence, b []byte) error {
	raw, _, err := armor.Decode(b)
	if err != nil {
		e.OCSP = append(e.OCSP, b)
		return verdict.New(verdict.Malformed, "ocsp: %w", err)
	}
	e.OCSP = append(e.OCSP, raw)
	_, err = ocsp.ParseResponse(raw)
	return err
}

// evidence reads what --crl and --ocsp name. A file that cannot be opened is an error; one that holds something else
// is told of, and decides nothing.
func (a *app) evidence(j judgement) (revocation.Evidence, error) {
	var e revocation.Evidence
	for _, k := range evidenceKinds {
		paths := j.CRL
		if k.kind == kindOCSPResponse {
			paths = j.OCSP
		}
		for _, path := range paths {
			if err := a.evidenceAt(&e, k, path); err != nil {
				return revocation.Evidence{}, err
			}
		}
	}
	return e, nil
}

// evidenceAt reads a file, or the files of a folder that are of the kind.
func (a *app) evidenceAt(e *revocation.Evidence, k evidenceKind, path string) error {
	if info, err := os.Stat(path); path == stdinName || err != nil || !info.IsDir() {
		_, err := a.evidenceFile(e, k, path, true)
		return err
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return evidenceError(k, path, cannotRead(err))
	}
	files := 0
	for _, entry := range entries {
		ending := strings.ToLower(filepath.Ext(entry.Name()))
		own := slices.Contains(k.own, ending)
		if entry.IsDir() || !own && !slices.Contains(sharedEndings, ending) {
			continue
		}
		taken, err := a.evidenceFile(e, k, filepath.Join(path, entry.Name()), own)
		if err != nil {
			return err
		}
		if taken {
			files++
		}
	}
	if files == 0 {
		a.tell(note{id: "input.evidence-none", data: data{"Option": k.option, "Path": path}})
	}
	return nil
}

// evidenceFile reads one file. Unless it was meant by the user or by its ending, it is passed over if it is of another
// kind, and not taken.
func (a *app) evidenceFile(e *revocation.Evidence, k evidenceKind, name string, meant bool) (taken bool, err error) {
	b, err := a.read(name, k.limit)
	tooLong := errors.Is(err, verdict.LimitExceeded)
	if err != nil && !tooLong {
		return false, evidenceError(k, name, err)
	}
	if !meant {
		if s, err := recognise(b); tooLong || err != nil || s.kind != k.kind {
			return false, nil
		}
	}
	if !tooLong {
		err = k.collect(e, b)
	}
	if err != nil {
		a.tell(note{id: "input.evidence-unreadable", data: data{"Option": k.option, "Path": name, "Error": err}})
	}
	return true, nil
}

func evidenceError(k evidenceKind, path string, err error) error {
	return note{id: "input.evidence", data: data{"Option": k.option, "Path": path, "Error": err}}
}
