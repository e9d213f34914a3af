package shared

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
)

// Archive calls visit for each file of a .tar.gz inside the shared folder, in the archive's order. An archive without
// files fails t.
func Archive(t testing.TB, elem []string, visit func(name string, content []byte)) {
	t.Helper()
	file, err := os.Open(Dir(t, elem...))
	must(t, err)
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	must(t, err)
	files := 0
	for archive := tar.NewReader(unzipped); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		must(t, err)
		if header.Typeflag != tar.TypeReg {
			continue
		}
		content, err := io.ReadAll(archive)
		must(t, err)
		files++
		visit(header.Name, content)
	}
	if files == 0 {
		t.Fatalf("no files in %s", elem)
	}
}

// Corpora are the archives of fuzz inputs.
func Corpora() []string {
	return []string{"openssl-cms.tar.gz", "openssl-crl.tar.gz", "openssl-x509.tar.gz", "boringssl-pki.tar.gz", "gnutls.tar.gz"}
}

// Corpus is [Archive] for one of [Corpora].
func Corpus(t testing.TB, name string, visit func(name string, content []byte)) {
	t.Helper()
	Archive(t, []string{"suites", "fuzz", name}, visit)
}

// Inputs calls visit for each file of all [Corpora] whose name has part in it, and returns how many there were.
func Inputs(t testing.TB, part string, visit func(name string, content []byte)) (count int) {
	t.Helper()
	for _, archive := range Corpora() {
		Corpus(t, archive, func(name string, content []byte) {
			if strings.Contains(name, part) {
				visit(name, content)
				count++
			}
		})
	}
	return count
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
