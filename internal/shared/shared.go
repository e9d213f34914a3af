// Package shared finds the folder of vectors and public suites that tests read beside the module ("../shared" from
// its root). The folder is no part of the module: whoever has only a clone gets a skip, and the samples in testdata
// still run.
//
// The package is for tests only; the floors test refuses it anywhere else.
package shared

import (
	"os"
	"path/filepath"
	"testing"
)

// mark is a file that tells the folder from another of the same name.
const mark = "vectors/manifest.json"

// Dir returns the path of the file or folder elem inside the shared folder. Where there is no shared folder, t is
// skipped; where there is one without elem, t fails: a test that finds no vectors must not pass.
func Dir(t testing.TB, elem ...string) string {
	t.Helper()
	root, ok := Find()
	if !ok {
		t.Skip("no shared folder beside the module: its vectors and suites are not published")
	}
	path := filepath.Join(append([]string{root}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("the shared folder lacks what the test reads: %v", err)
	}
	return path
}

// Find returns the shared folder, if there is one, for a fuzz target that has seeds of its own too.
func Find() (string, bool) {
	dir, err := os.Getwd()
	if err != nil {
		return "", false
	}
	return find(dir)
}

// find walks up from dir and looks beside every folder with a go.mod: examples has one of its own below the root's.
func find(dir string) (string, bool) {
	for {
		if isFile(filepath.Join(dir, "go.mod")) {
			root := filepath.Join(filepath.Dir(dir), "shared")
			if isFile(filepath.Join(root, filepath.FromSlash(mark))) {
				return root, true
			}
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", false
		}
		dir = up
	}
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
