package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/internal/shared"
	"github.com/qoltanba/eds/nca"
)

// A world is what a run of the program finds around it. The zero value has nothing: no terminal, no variables.
type world struct {
	stdin     string
	env       map[string]string
	now       time.Time // zero: when the samples are valid
	prompt    func(string) (string, error)
	transport http.RoundTripper
	pins      []nca.Pin
	terminal  bool
}

// An outcome is what a run left behind.
type outcome struct {
	status         status
	stdout, stderr string
}

var sampleTime = time.Date(2026, 9, 15, 12, 0, 0, 0, time.UTC)

// runIn runs a command line inside a world. Whatever it does, no IIN may reach stderr.
func runIn(t *testing.T, w world, args ...string) outcome {
	t.Helper()
	if w.now.IsZero() {
		w.now = sampleTime
	}
	if w.pins == nil {
		w.pins = nca.Pins()
	}
	if w.prompt == nil {
		w.prompt = func(string) (string, error) { return "", note{id: "usage.no-password"} }
	}
	var stdout, stderr bytes.Buffer
	a := &app{
		ctx:       t.Context(),
		stdin:     strings.NewReader(w.stdin),
		stdout:    &stdout,
		stderr:    &stderr,
		getenv:    func(name string) (string, bool) { v, ok := w.env[name]; return v, ok },
		now:       func() time.Time { return w.now },
		prompt:    w.prompt,
		transport: w.transport,
		pins:      w.pins,
		terminal:  w.terminal,
	}
	o := outcome{status: a.run(args), stdout: stdout.String(), stderr: stderr.String()}
	require.Equal(t, maskNumbers(o.stderr), o.stderr, "a number on stderr")
	return o
}

func run(t *testing.T, args ...string) outcome {
	t.Helper()
	return runIn(t, world{}, args...)
}

// sample returns the path of a file of the module's own samples.
func sample(elem ...string) string {
	return filepath.Join(append([]string{"..", "..", "testdata"}, elem...)...)
}

// vector returns the path of a file of the shared vectors, or skips the test.
func vector(t *testing.T, elem ...string) string {
	t.Helper()
	return shared.Dir(t, append([]string{"vectors"}, elem...)...)
}

// The numbers in the samples.
const (
	sampleIIN = "991332300012"
	sampleBIN = "991340000017"
)

// trusting are the options that accept the samples of an algorithm.
func trusting(algorithm string) []string {
	return []string{"--trust", sample("pki", algorithm), "--revocation", "off"}
}

// object reads the only line of stdout.
func (o outcome) object(t *testing.T) map[string]any {
	t.Helper()
	objects := o.objects(t)
	require.Len(t, objects, 1, o.stdout)
	return objects[0]
}

// objects reads stdout as JSON contracts it: one object on each line, and nothing else.
func (o outcome) objects(t *testing.T) []map[string]any {
	t.Helper()
	var all []map[string]any
	for line := range strings.Lines(o.stdout) {
		require.True(t, strings.HasSuffix(line, "\n"), line)
		var object map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &object), line)
		require.EqualValues(t, 1, object["schema"])
		all = append(all, object)
	}
	return all
}

// keys returns the names of an object's fields in the order of the text.
func keys(t *testing.T, text string) []string {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	_, err := decoder.Token()
	require.NoError(t, err)
	var names []string
	for decoder.More() {
		name, err := decoder.Token()
		require.NoError(t, err)
		names = append(names, name.(string))
		var skipped json.RawMessage
		require.NoError(t, decoder.Decode(&skipped))
	}
	return names
}

// member returns one field of an object, as text.
func member(t *testing.T, text, name string) string {
	t.Helper()
	var object map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(text), &object))
	require.Contains(t, object, name)
	return string(object[name])
}

// first returns the first element of a list inside an object, as text.
func first(t *testing.T, text, list string) string {
	t.Helper()
	var elements []json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(member(t, text, list)), &elements))
	require.NotEmpty(t, elements)
	return string(elements[0])
}

// file writes a file for a test and returns its path.
func file(t *testing.T, name string, contents []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, contents, 0o600))
	return path
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return b
}

// flipped returns a copy with the last octet changed, which is part of a signature in most structures.
func flipped(b []byte) []byte {
	c := bytes.Clone(b)
	c[len(c)-1] ^= 1
	return c
}
