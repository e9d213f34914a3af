package eds

import (
	"container/list"
	"context"
	"sync"
	"time"
)

// Store keeps challenges between [Verifier.Challenge] and [Verifier.Authenticate]. It must be safe for concurrent
// use. Take is the heart of replay protection: of any number of concurrent calls with one key, on any number of
// machines, at most one may find the value. An error of either makes the call of the Verifier undecided.
type Store interface {
	// Put stores value under key for at least the time given, in place of what was there.
	Put(ctx context.Context, key string, value []byte, life time.Duration) error
	// Take removes the value under key and returns it, in one atomic step; found is false if there is none.
	Take(ctx context.Context, key string) (value []byte, found bool, err error)
}

// memoryStoreSize bounds the challenges that a [MemoryStore] holds: about 50 MB.
const memoryStoreSize = 1 << 15

// MemoryStore is a [Store] in the memory of one process. It holds at most 32,768 challenges; when it is full the
// oldest makes room, so that a flood of requests costs others a second try and not the process its memory.
type MemoryStore struct {
	clock func() time.Time

	mu    sync.Mutex
	byKey map[string]*list.Element
	byAge *list.List // of memoryEntry, oldest first
}

type memoryEntry struct {
	key   string
	value []byte
	until time.Time
}

// NewMemoryStore returns an empty store. clock may be nil for time.Now.
func NewMemoryStore(clock func() time.Time) *MemoryStore {
	if clock == nil {
		clock = time.Now
	}
	return &MemoryStore{clock: clock, byKey: make(map[string]*list.Element), byAge: list.New()}
}

// Put implements [Store]. A value is kept for twice its life, so that a late answer can be told from a made-up
// one.
func (s *MemoryStore) Put(_ context.Context, key string, value []byte, life time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock()
	s.remove(key)
	for oldest := s.byAge.Front(); oldest != nil; oldest = s.byAge.Front() {
		if entry := oldest.Value.(memoryEntry); len(s.byKey) < memoryStoreSize && now.Before(entry.until) {
			break
		}
		s.remove(oldest.Value.(memoryEntry).key)
	}
	s.byKey[key] = s.byAge.PushBack(memoryEntry{key, append([]byte(nil), value...), now.Add(2 * life)})
	return nil
}

// Take implements [Store].
func (s *MemoryStore) Take(_ context.Context, key string) ([]byte, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	element, found := s.byKey[key]
	if !found {
		return nil, false, nil
	}
	entry := element.Value.(memoryEntry)
	s.remove(key)
	return entry.value, s.clock().Before(entry.until), nil
}

func (s *MemoryStore) remove(key string) {
	if element, found := s.byKey[key]; found {
		s.byAge.Remove(element)
		delete(s.byKey, key)
	}
}
