package site

import (
	"bytes"
	"sync"
	"time"
)

// sweepEvery is how often sessions that have ended are thrown away.
const sweepEvery = time.Minute

// A memory is an scs.Store in the memory of the process. The one that comes with scs sweeps in a goroutine, which
// cannot be stopped without a data race; this one sweeps when a session is written.
type memory struct {
	mu       sync.Mutex
	sessions map[string]stored
	swept    time.Time
}

type stored struct {
	data  []byte
	until time.Time
}

func newMemory() *memory { return &memory{sessions: map[string]stored{}} }

// Find implements scs.Store.
func (m *memory) Find(token string) ([]byte, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.sessions[token]
	if !ok || !time.Now().Before(s.until) {
		return nil, false, nil
	}
	return bytes.Clone(s.data), true, nil
}

// Commit implements scs.Store.
func (m *memory) Commit(token string, data []byte, until time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sweep(time.Now())
	m.sessions[token] = stored{bytes.Clone(data), until}
	return nil
}

// Delete implements scs.Store.
func (m *memory) Delete(token string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.sessions, token)
	return nil
}

func (m *memory) sweep(now time.Time) {
	if now.Sub(m.swept) < sweepEvery {
		return
	}
	m.swept = now
	for token, s := range m.sessions {
		if !now.Before(s.until) {
			delete(m.sessions, token)
		}
	}
}
