package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/edstest"
)

func parse(args ...string) (configuration, error) {
	var c configuration
	parser, err := kong.New(&c, parserOptions()...)
	if err != nil {
		return c, err
	}
	_, err = parser.Parse(args)
	return c, err
}

func TestConfiguration(t *testing.T) {
	c, err := parse("--origin=https://cabinet.example.kz", "--trust=anchors")
	require.NoError(t, err)
	require.Equal(t, "127.0.0.1:8080", c.Listen)
	require.Equal(t, "wss://127.0.0.1:13579/", c.NCALayer)
	require.Equal(t, 15*time.Minute, c.Idle)
	require.False(t, c.TestAnchors)
	require.Len(t, c.accept(), 1)
}

func TestConfigurationSources(t *testing.T) {
	file := filepath.Join(t.TempDir(), "loginserver.toml")
	require.NoError(t, os.WriteFile(file, []byte(`
origin = "https://file.example.kz"   # from the file
trust = ["a", "b"]
language = "ru"
idle = "5m"
per-minute = 7
`), 0o600))
	t.Setenv("LOGINSERVER_LANGUAGE", "en")
	c, err := parse("--config="+file, "--idle=6m")
	require.NoError(t, err)
	require.Equal(t, "https://file.example.kz", c.Origin)
	require.Equal(t, []string{"a", "b"}, c.Trust)
	require.Equal(t, 7, c.PerMinute)
	require.Equal(t, "en", c.Language, "the environment wins over the file")
	require.Equal(t, 6*time.Minute, c.Idle, "an option wins over both")
}

func TestConfigurationRefuses(t *testing.T) {
	slip := filepath.Join(t.TempDir(), "slip.toml")
	require.NoError(t, os.WriteFile(slip, []byte("test-anchor = true\n"), 0o600))
	broken := filepath.Join(t.TempDir(), "broken.toml")
	require.NoError(t, os.WriteFile(broken, []byte("origin = \n"), 0o600))
	for name, args := range map[string][]string{
		"no origin":             {"--trust=a"},
		"no trust":              {"--origin=https://a.kz"},
		"name that is no name":  {"--origin=https://a.kz", "--trust=a", "--config=" + slip},
		"file that is no TOML":  {"--origin=https://a.kz", "--trust=a", "--config=" + broken},
		"key without cert":      {"--origin=https://a.kz", "--trust=a", "--tls-key=" + slip},
		"TLS for http":          {"--origin=http://localhost:1", "--trust=a", "--tls-key=" + slip, "--tls-cert=" + slip},
		"http to the network":   {"--origin=http://localhost:8080", "--trust=a", "--listen=:8080"},
		"listen without a port": {"--origin=https://a.kz", "--trust=a", "--listen=localhost"},
		"proxy that is none":    {"--origin=https://a.kz", "--trust=a", "--trusted-proxy=10.0.0.0"},
		"language":              {"--origin=https://a.kz", "--trust=a", "--language=tr"},
		"insecure":              {"--origin=https://a.kz", "--trust=a", "--revocation=off"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parse(args...)
			require.Error(t, err)
		})
	}
}

// No option switches a check off (T98).
func TestNoInsecureOption(t *testing.T) {
	var help bytes.Buffer
	var c configuration
	parser, err := kong.New(&c, append(parserOptions(), kong.Writers(&help, &help), kong.Exit(func(int) {}))...)
	require.NoError(t, err)
	_, _ = parser.Parse([]string{"--help"})
	require.Contains(t, help.String(), "--trust")
	for _, word := range []string{"insecure", "skip", "unsafe", "clock", "mock"} {
		require.NotContains(t, strings.ToLower(help.String()), word)
	}
}

// The server answers, and ends when told to.
func TestServe(t *testing.T) {
	pki, err := edstest.New(edstest.Options{})
	require.NoError(t, err)
	t.Cleanup(pki.Close)
	anchors := t.TempDir()
	require.NoError(t, pki.WriteTrust(anchors))
	c, err := parse("--origin=http://localhost:18999", "--listen=127.0.0.1:0", "--trust="+anchors, "--revocation-host="+pki.Host())
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	logs := new(lockedBuffer)
	done := make(chan error, 1)
	go func() { done <- run(ctx, c, logs) }()
	require.Eventually(t, func() bool { return strings.Contains(logs.String(), `"listen":"127.0.0.1:`) }, 10*time.Second, 5*time.Millisecond)
	_, address, _ := strings.Cut(logs.String(), `"listen":"`)
	address, _, _ = strings.Cut(address, `"`)
	response, err := http.Get("http://" + address + "/healthz")
	require.NoError(t, err)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, "ok\n", string(body))
	cancel()
	require.NoError(t, <-done)
}

// What is wrong is said at the start, not at the first sign-in.
func TestServeRefuses(t *testing.T) {
	c, err := parse("--origin=https://a.kz", "--trust="+t.TempDir())
	require.NoError(t, err)
	require.ErrorContains(t, run(t.Context(), c, io.Discard), "no anchor")
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
