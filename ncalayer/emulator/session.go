package emulator

import (
	"context"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"github.com/qoltanba/eds/ncalayer"
)

// maxWaiting is how many requests may wait while another is open. Replies carry nothing that tells which request they
// answer, so a client should have one; those that send more get their replies in order.
const maxWaiting = 8

// A session is one socket.
type session struct {
	emulator *Emulator
	origin   string
	socket   net.Conn // below TLS
	locale   string   // set by changeLocale

	mu   sync.Mutex
	conn *websocket.Conn
	gone bool // leave came before start

	waiting chan []byte
	octets  atomic.Int64 // of the waiting messages
}

func (s *session) start(conn *websocket.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conn = conn
	if s.gone {
		_ = conn.CloseNow()
	}
}

// leave closes the socket with a handshake, or without one if the other side does not answer.
func (s *session) leave(code websocket.StatusCode, reason string) {
	s.mu.Lock()
	s.gone = true
	conn := s.conn
	s.mu.Unlock()
	if conn == nil {
		return
	}
	timer := time.AfterFunc(closeTimeout, func() { _ = s.socket.Close() })
	defer timer.Stop()
	_ = conn.Close(code, reason)
}

// serve greets, and answers until the socket closes.
func (s *session) serve(ctx context.Context) {
	observe := s.emulator.options.Observe
	observe(Event{Kind: Connected, Origin: s.origin})
	defer observe(Event{Kind: Disconnected, Origin: s.origin})
	ctx, cancel := context.WithCancel(ctx)
	defer func() { _ = s.conn.CloseNow() }()
	s.waiting = make(chan []byte, maxWaiting)
	var worker sync.WaitGroup
	worker.Go(func() { s.work(ctx) })
	if s.send(ncalayer.Greeting{Version: s.emulator.options.Version}) {
		s.listen()
	}
	cancel() // nobody waits for the answer any more
	close(s.waiting)
	worker.Wait()
}

// work answers the requests, one after another.
func (s *session) work(ctx context.Context) {
	for message := range s.waiting {
		s.octets.Add(-int64(len(message)))
		if ctx.Err() != nil {
			continue
		}
		if reply := s.answer(ctx, message); ctx.Err() == nil {
			s.send(reply)
		}
	}
}

func (s *session) send(r ncalayer.Reply) bool {
	message, err := ncalayer.EncodeReply(r)
	if err != nil {
		s.leave(websocket.StatusInternalError, "the reply cannot be written")
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), s.emulator.options.Transfer)
	defer cancel()
	return s.conn.Write(ctx, websocket.MessageText, message) == nil
}

// listen reads messages until the socket closes, and hands them to work. It reads on while a request is open, and so
// sees the page go away.
func (s *session) listen() {
	for {
		kind, message, err := s.read()
		switch {
		case err != nil:
			return
		case kind != websocket.MessageText:
			s.leave(websocket.StatusUnsupportedData, "text is expected")
			return
		case ncalayer.IsHeartbeat(message):
			if !s.send(ncalayer.Pulse{}) {
				return
			}
		case !s.enqueue(message):
			s.leave(websocket.StatusPolicyViolation, "one request at a time")
			return
		}
	}
}

func (s *session) enqueue(message []byte) bool {
	if s.octets.Add(int64(len(message))) > s.emulator.options.MaxMessage {
		return false
	}
	select {
	case s.waiting <- message:
		return true
	default:
		return false
	}
}

// read waits long for a message to begin, and not so long for it to end.
func (s *session) read() (websocket.MessageType, []byte, error) {
	idle := time.AfterFunc(s.emulator.options.IdleTimeout, func() {
		s.leave(websocket.StatusGoingAway, "idle for too long")
	})
	kind, reader, err := s.conn.Reader(context.Background())
	idle.Stop()
	if err != nil {
		return 0, nil, err
	}
	slow := time.AfterFunc(s.emulator.options.Transfer, func() {
		s.leave(websocket.StatusPolicyViolation, "the message takes too long")
	})
	defer slow.Stop()
	message, err := io.ReadAll(reader)
	if err != nil {
		return 0, nil, err
	}
	return kind, message, nil
}
