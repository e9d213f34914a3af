package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	"github.com/stretchr/testify/require"
)

// A layer is an NCALayer that answers what a test wants, which the emulator would not: it signs other texts, with two
// keys, or what it signed before.
type layer struct {
	url string

	mu   sync.Mutex
	sign func(challenge []byte) []byte
}

// newLayer serves until the test ends.
func newLayer(t *testing.T) *layer {
	t.Helper()
	l := new(layer)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		socket, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true}) // any page, on loopback
		if err != nil {
			return
		}
		defer socket.CloseNow()
		l.talk(r.Context(), socket)
	}))
	t.Cleanup(server.Close)
	l.url = "ws" + strings.TrimPrefix(server.URL, "http") + "/"
	return l
}

func (l *layer) signs(by func(challenge []byte) []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sign = by
}

// talk greets, and answers every request as the module basics does.
func (l *layer) talk(ctx context.Context, socket *websocket.Conn) {
	greeting := map[string]any{"result": map[string]string{"version": "1.4"}}
	for answer := any(greeting); wsjson.Write(ctx, socket, answer) == nil; {
		var request struct {
			Args struct {
				Data json.RawMessage `json:"data"`
			} `json:"args"`
		}
		if wsjson.Read(ctx, socket, &request) != nil {
			return
		}
		l.mu.Lock()
		message := l.sign(dataOf(request.Args.Data))
		l.mu.Unlock()
		text := string(pem.EncodeToMemory(&pem.Block{Type: "CMS", Bytes: message}))
		answer = map[string]any{"status": true, "body": map[string]any{"result": []string{text}}}
	}
}

// dataOf decodes what is to be signed: a text in Base64, or a list of one.
func dataOf(raw json.RawMessage) []byte {
	var one string
	if json.Unmarshal(raw, &one) != nil {
		var list []string
		if json.Unmarshal(raw, &list) != nil || len(list) != 1 {
			return nil
		}
		one = list[0]
	}
	data, err := base64.StdEncoding.DecodeString(one)
	if err != nil {
		return nil
	}
	return data
}

func TestLayerReadsData(t *testing.T) {
	for _, raw := range []string{`"YWI="`, `["YWI="]`} {
		require.Equal(t, "ab", string(dataOf(json.RawMessage(raw))))
	}
}
