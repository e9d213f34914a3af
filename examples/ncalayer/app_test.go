package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/edstest"
	"github.com/qoltanba/eds/ncalayer"
	"github.com/qoltanba/eds/ncalayer/emulator"
)

const password = "Test-Only-1"

// container writes a key of a made-up person to a file.
func container(t *testing.T) string {
	t.Helper()
	pki, err := edstest.New(edstest.Options{})
	require.NoError(t, err)
	t.Cleanup(pki.Close)
	data, err := pki.Person().PKCS12(password)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "key.p12")
	require.NoError(t, os.WriteFile(file, data, 0o600))
	return file
}

// A screen is an output that grows while it is read.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// waitFor waits for a pattern and returns its first group.
func (s *screen) waitFor(t *testing.T, pattern string) string {
	t.Helper()
	expression := regexp.MustCompile(pattern)
	var found []string
	require.Eventually(t, func() bool {
		found = expression.FindStringSubmatch(s.String())
		return found != nil
	}, 10*time.Second, 5*time.Millisecond, "no %s", pattern)
	return found[len(found)-1]
}

// start runs the program until the test ends, and returns its screens, what types on its keyboard, and its address.
func start(t *testing.T, args ...string) (stdout, stderr *screen, keyboard io.Writer, address string) {
	t.Helper()
	in, keyboard := io.Pipe()
	stdout, stderr = &screen{}, &screen{}
	a := &app{stdin: in, stdout: stdout, stderr: stderr, getenv: environment(password)}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan int, 1)
	go func() { done <- a.run(ctx, append([]string{"--listen", "127.0.0.1:0"}, args...)) }()
	t.Cleanup(func() {
		stop()
		require.Equal(t, statusGood, <-done)
		require.NoError(t, in.Close())
	})
	return stdout, stderr, keyboard, stdout.waitFor(t, `listens on (wss?://\S+)`)
}

func environment(value string) func(string) (string, bool) {
	return func(name string) (string, bool) { return value, name == passwordVariable }
}

func TestSignsWithoutAsking(t *testing.T) {
	ca := filepath.Join(t.TempDir(), "ca.pem")
	stdout, stderr, _, address := start(t, "--p12", container(t), "--yes", "--ca", ca)
	require.Contains(t, stdout.String(), "IT SIGNS WITHOUT ASKING")
	require.Contains(t, stdout.String(), "NODE_EXTRA_CA_CERTS="+ca)
	require.Contains(t, stdout.String(), "--ignore-certificate-errors-spki-list=")
	authority, err := os.ReadFile(ca)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	require.True(t, pool.AppendCertsFromPEM(authority))
	client, err := ncalayer.Dial(t.Context(), address, ncalayer.Options{TLS: &tls.Config{RootCAs: pool}})
	require.NoError(t, err)
	defer client.Close()
	signed, err := client.Sign(t.Context(), ncalayer.Attached([]byte("login")))
	require.NoError(t, err)
	messages, err := signed.CMS()
	require.NoError(t, err)
	message, err := cms.Parse(messages[0])
	require.NoError(t, err)
	results, err := message.VerifySigners(nil, nil)
	require.NoError(t, err)
	require.NoError(t, results[0].Err)
	require.Equal(t, "login", string(message.Content))
	stderr.waitFor(t, `asked for "sign" of "kz.gov.pki.knca.basics": done`)
	for _, text := range []string{stdout.String(), stderr.String()} {
		require.NotContains(t, text, password)
	}
}

func TestAsksOnTheTerminal(t *testing.T) {
	stdout, _, keyboard, address := start(t, "--p12", container(t), "--ws")
	require.NotContains(t, stdout.String(), "WITHOUT ASKING")
	client, err := ncalayer.Dial(t.Context(), address, ncalayer.Options{Origin: "http://localhost:8080"})
	require.NoError(t, err)
	defer client.Close()
	type answer struct {
		signed ncalayer.Signed
		err    error
	}
	ask := func(a ncalayer.SignArgs, typed string) answer {
		t.Helper()
		before := strings.Count(stdout.String(), "Number of the key")
		got := make(chan answer, 1)
		go func() {
			signed, err := client.Sign(t.Context(), a)
			got <- answer{signed, err}
		}()
		require.Eventually(t, func() bool { return strings.Count(stdout.String(), "Number of the key") > before }, 10*time.Second, time.Millisecond)
		_, err := io.WriteString(keyboard, typed+"\n")
		require.NoError(t, err)
		return <-got
	}
	require.NoError(t, ask(ncalayer.Attached([]byte("Қол қою\nsecond")), "1").err)
	require.Contains(t, stdout.String(), `The page "http://localhost:8080" wants 1 signed:`)
	require.Contains(t, stdout.String(), "  | Қол қою\n  | second\n")
	for _, typed := range []string{"", "no", "2", "0", "-1"} {
		require.ErrorIs(t, ask(ncalayer.Attached([]byte("x")), typed).err, ncalayer.ErrCancelled, typed)
	}
	another := ncalayer.Attached([]byte("\x1b[2J"))
	another.SignerParams.IIN = "000000000000"
	require.ErrorIs(t, ask(another, "1").err, ncalayer.ErrCancelled, "the key does not fit")
	require.Contains(t, stdout.String(), "(no: another person is asked for)")
	require.Contains(t, stdout.String(), "1b 5b 32 4a")
	require.NotContains(t, stdout.String(), "\x1b")
}

// Without anybody at the terminal, everything is cancelled.
func TestEndOfInput(t *testing.T) {
	c := newClerk(strings.NewReader(""), io.Discard)
	_, err := c.ask(t.Context(), emulator.Prompt{})
	require.ErrorIs(t, err, errCancelled)
}

func TestPreview(t *testing.T) {
	require.Equal(t, "  | a\n  | b\n", preview(emulator.Document{Content: []byte("a\r\nb")}))
	long := preview(emulator.Document{Content: bytes.Repeat([]byte("ә"), maxText+7)})
	require.Contains(t, long, "… and 7 characters more")
	require.Contains(t, preview(emulator.Document{Content: []byte{0xab}, Digest: true}), "digest of a document that the page does not show: ab")
	binary := preview(emulator.Document{Content: make([]byte, 1000)})
	require.Contains(t, binary, "1000 octets")
	require.Less(t, len(binary), 2000)
}

func TestRefusals(t *testing.T) {
	key := container(t)
	wrong := filepath.Join(t.TempDir(), "password")
	require.NoError(t, os.WriteFile(wrong, []byte("wrong\n"), 0o600))
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"no key":         {nil, "--p12"},
		"no such file":   {[]string{"--p12", "missing.p12"}, "missing.p12"},
		"no container":   {[]string{"--p12", wrong}, "pkcs12"},
		"wrong password": {[]string{"--p12", key, "--password-file", wrong}, "wrong password"},
		"everybody":      {[]string{"--p12", key, "--listen", "0.0.0.0:0"}, "loopback"},
		"any origin":     {[]string{"--p12", key, "--listen", "127.0.0.1:0", "--origin", "*"}, "origin"},
		"unknown option": {[]string{"--p12", key, "--password", "x"}, "--password"},
	} {
		t.Run(name, func(t *testing.T) {
			stderr := &screen{}
			a := &app{stdin: strings.NewReader(""), stdout: io.Discard, stderr: stderr, getenv: environment(password)}
			ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
			defer stop()
			require.Equal(t, statusUsage, a.run(ctx, c.args))
			require.Contains(t, stderr.String(), c.want)
			require.NotContains(t, stderr.String(), password)
		})
	}
	a := &app{stdin: strings.NewReader(""), stdout: &screen{}, stderr: &screen{}}
	require.Equal(t, statusGood, a.run(t.Context(), []string{"--help"}))
}

func TestPassword(t *testing.T) {
	file := filepath.Join(t.TempDir(), "password")
	require.NoError(t, os.WriteFile(file, []byte("from file\r\n"), 0o600))
	nothing := func(string) (string, bool) { return "", false }
	for want, a := range map[string]*app{
		"from file":   {line: commandLine{PasswordFile: file}, getenv: environment("x")},
		"environment": {getenv: environment("environment")},
		"":            {getenv: environment("")},
		"typed":       {getenv: nothing, prompt: func(string) (string, error) { return "typed", nil }},
	} {
		got, err := a.password("key.p12")
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}
