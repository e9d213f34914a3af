package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/internal/peer"
)

// browserPath finds Chromium: the small one without windows, or the whole.
var browserPath = sync.OnceValue(func() string {
	for _, name := range []string{"chromium-headless-shell", "chromium", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
})

// A browser is one window of its own, without what other tests left behind.
type browser struct {
	t   *testing.T
	ctx context.Context
}

// newBrowser starts Chromium, or skips the test where there is none.
func newBrowser(t *testing.T, flags ...chromedp.ExecAllocatorOption) *browser {
	t.Helper()
	path := browserPath()
	peer.Need(t, "Chromium", "apt-get install chromium-headless-shell", path != "")
	dir := t.TempDir() // Chromium leaves folders in TMPDIR
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Env("TMPDIR="+dir), chromedp.UserDataDir(filepath.Join(dir, "profile")))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), append(options, flags...)...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(cancel)
	b := &browser{t: t, ctx: ctx}
	b.watch()
	b.size(1100, 800)
	return b
}

// watch fails the test for whatever the browser complains of, such as something that the pages' policy forbids. What
// a test provokes is no complaint: answers of refusal, and sockets that do not open.
func (b *browser) watch() {
	messages := chromedp.Console(b.ctx)
	go func() {
		for message, err := range messages {
			if err != nil {
				return
			}
			text := message.Text
			if strings.Contains(text, "Content Security Policy") || strings.Contains(text, "Uncaught") {
				b.t.Errorf("the browser complains: %s", text)
			}
		}
	}()
}

func (b *browser) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	require.NoError(b.t, chromedp.Do(b.ctx, actions...))
}

func (b *browser) size(width, height int64) { b.do(chromedp.EmulateViewport(width, height)) }

func (b *browser) text(selector string) string {
	b.t.Helper()
	text, err := chromedp.Run(b.ctx, chromedp.Text(selector))
	require.NoError(b.t, err)
	return text
}

// evaluate runs an expression in the page and returns its value.
func evaluate[T any](b *browser, expression string) T {
	b.t.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	require.NoError(b.t, err)
	return value
}

// screenshots is a folder for pictures of the pages, for people to look at:
//
//	EDS_SCREENSHOTS=/tmp/shots go test ./examples/demo
var screenshots = os.Getenv("EDS_SCREENSHOTS")

func (b *browser) shoot(name string) {
	b.t.Helper()
	if screenshots == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	require.NoError(b.t, err)
	require.NoError(b.t, os.WriteFile(filepath.Join(screenshots, name+".png"), png, 0o600))
}
