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

// A tab is a browser with one page, without what other tests left behind.
type tab struct {
	t   *testing.T
	ctx context.Context
}

// newTab starts Chromium, or skips the test where there is none.
func newTab(t *testing.T, flags ...chromedp.ExecAllocatorOption) *tab {
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
	b := &tab{t: t, ctx: ctx}
	b.watch()
	b.size(1100, 800)
	return b
}

// watch fails the test in the end for what the browser complained of: something that the pages' policy forbids, or a
// script that failed. Answers of refusal and sockets that do not open are no complaint: tests provoke them.
func (b *tab) watch() {
	var mu sync.Mutex
	var complaints []string
	messages := chromedp.Console(b.ctx)
	go func() {
		for message, err := range messages {
			if err != nil {
				return
			}
			if text := message.Text; strings.Contains(text, "Content Security Policy") || strings.Contains(text, "Uncaught") {
				mu.Lock()
				complaints = append(complaints, text)
				mu.Unlock()
			}
		}
	}()
	b.t.Cleanup(func() {
		mu.Lock()
		defer mu.Unlock()
		require.Empty(b.t, complaints)
	})
}

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	require.NoError(b.t, chromedp.Do(b.ctx, actions...))
}

func (b *tab) size(width, height int64) { b.do(chromedp.EmulateViewport(width, height)) }

func (b *tab) text(selector string) string {
	b.t.Helper()
	text, err := chromedp.Run(b.ctx, chromedp.Text(selector))
	require.NoError(b.t, err)
	return text
}

// evaluate runs an expression in the page and returns its value.
func evaluate[T any](b *tab, expression string) T {
	b.t.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	require.NoError(b.t, err)
	return value
}

// screenshots is a folder for pictures of the pages, for people to look at:
//
//	EDS_SCREENSHOTS=/tmp/shots go test ./examples/demo
var screenshots = os.Getenv("EDS_SCREENSHOTS")

func (b *tab) shoot(name string) {
	b.t.Helper()
	if screenshots == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	require.NoError(b.t, err)
	require.NoError(b.t, os.WriteFile(filepath.Join(screenshots, name+".png"), png, 0o600))
}
