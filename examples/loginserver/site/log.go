package site

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// PrintableAttr makes the texts of a log printable: values that came from outside cannot begin a line of their own or
// turn its direction. It is meant for slog.HandlerOptions.
func PrintableAttr(_ []string, a slog.Attr) slog.Attr {
	switch value := a.Value.Any().(type) {
	case string:
		a.Value = slog.StringValue(Printable(value))
	case error:
		a.Value = slog.StringValue(Printable(value.Error()))
	}
	return a
}

type contextKey int

const (
	noteKey contextKey = iota
	wordsKey
)

// A noteBook collects what the handlers of one request want to have logged.
type noteBook struct {
	id string

	mu    sync.Mutex
	attrs []slog.Attr
}

// note adds to the line that is logged for the request. Nothing personal goes in: reasons, kinds, algorithms.
func note(ctx context.Context, attrs ...slog.Attr) {
	if b, ok := ctx.Value(noteKey).(*noteBook); ok {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.attrs = append(b.attrs, attrs...)
	}
}

// requestID returns the number under which the request is logged; the person can tell it to support.
func requestID(ctx context.Context) string {
	if b, ok := ctx.Value(noteKey).(*noteBook); ok {
		return b.id
	}
	return ""
}

// logged logs a line per request: no address, no query, no path but the route's pattern in mux.
func (s *Site) logged(mux *http.ServeMux, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b := &noteBook{id: rand.Text()[:8]}
		r = r.WithContext(context.WithValue(r.Context(), noteKey, b))
		seen := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		start := time.Now()
		defer func() {
			if fault := recover(); fault != nil {
				s.c.Log.Error("panic", "request", b.id, "fault", fault)
				http.Error(seen, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
			}
			_, route := mux.Handler(r)
			s.logLine(r.Context(), b, route, seen.status, time.Since(start))
		}()
		next.ServeHTTP(seen, r)
	})
}

func (s *Site) logLine(ctx context.Context, b *noteBook, route string, status int, took time.Duration) {
	level := slog.LevelInfo
	if status >= 500 {
		level = slog.LevelWarn
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	attrs := append([]slog.Attr{
		slog.String("request", b.id),
		slog.String("route", route),
		slog.Int("status", status),
		slog.Int64("ms", took.Milliseconds()),
	}, b.attrs...)
	s.c.Log.LogAttrs(ctx, level, "request", attrs...)
}

// A statusWriter remembers the status that was written.
type statusWriter struct {
	http.ResponseWriter
	status int
	wrote  bool
}

func (w *statusWriter) WriteHeader(status int) {
	if !w.wrote {
		w.status, w.wrote = status, true
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(b []byte) (int, error) {
	w.wrote = true
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the writer below.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
