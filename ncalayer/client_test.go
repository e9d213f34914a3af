package ncalayer_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/ncalayer"
	"github.com/qoltanba/eds/verdict"
)

const greeting = `{"result":{"version":"1.4"}}`

// serve is a server that greets and then says what script wants, one message for each request. An empty message is
// no reply, and the end of the script closes the connection.
func serve(t *testing.T, script ...string) (url string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer func() { _ = conn.CloseNow() }()
		for i, message := range script {
			if i > 0 {
				if _, _, err := conn.Read(r.Context()); err != nil {
					return
				}
			}
			for part := range strings.SplitSeq(message, "\x00") {
				if part != "" && conn.Write(r.Context(), websocket.MessageText, []byte(part)) != nil {
					return
				}
			}
		}
		_, _, _ = conn.Read(r.Context())
	}))
	t.Cleanup(server.Close)
	return "ws" + strings.TrimPrefix(server.URL, "http")
}

func dial(t *testing.T, script ...string) *ncalayer.Client {
	t.Helper()
	client, err := ncalayer.Dial(t.Context(), serve(t, append([]string{greeting}, script...)...), ncalayer.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func TestClient(t *testing.T) {
	client := dial(t,
		`{"status":true,"body":{"result":["-----BEGIN CMS-----\nMAA=\n-----END CMS-----\n","MAA="]}}`,
		`{"code":"200","responseObject":["AKKaztokenStore"]}`,
		`{"code":"200","responseObject":{"serialNumber":"1a"}}`,
		"--heartbeat--\x00"+`{"code":"200","responseObject":"MAA="}`,
		`--heartbeat--`)
	require.Equal(t, "1.4", client.Version())

	signed, err := client.Sign(t.Context(), ncalayer.Attached([]byte("a"), []byte("b")))
	require.NoError(t, err)
	messages, err := signed.CMS()
	require.NoError(t, err)
	require.Equal(t, [][]byte{{0x30, 0}, {0x30, 0}}, messages)

	tokens, err := client.ActiveTokens(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{ncalayer.StorageKaztoken}, tokens)

	key, err := client.KeyInfo(t.Context(), ncalayer.StoragePKCS12)
	require.NoError(t, err)
	require.Equal(t, "1a", key.SerialNumber)

	message, err := client.CreateCAdES(t.Context(), ncalayer.StoragePKCS12, ncalayer.KeyTypeSignature, []byte("a"), true)
	require.NoError(t, err)
	require.Equal(t, []byte{0x30, 0}, message)

	require.NoError(t, client.Ping(t.Context()))
	require.NoError(t, client.Close())
	require.ErrorIs(t, client.Ping(t.Context()), ncalayer.ErrClosed)
	require.ErrorIs(t, client.Ping(t.Context()), ncalayer.ErrClosed)
}

func TestClientErrors(t *testing.T) {
	for name, c := range map[string]struct {
		reply string
		want  error
	}{
		"cancelled":             {`{"status":true,"body":{}}`, ncalayer.ErrCancelled},
		"no module":             {`{"success":false,"errorCode":"MODULE_NOT_FOUND"}`, ncalayer.ErrModuleNotFound},
		"unreadable":            {`{}`, verdict.Malformed},
		"too few signatures":    {`{"status":true,"body":{"result":[]}}`, verdict.Malformed},
		"too many signatures":   {`{"status":true,"body":{"result":["a","b"]}}`, verdict.Malformed},
		"a reply of the others": {`{"code":"200","responseObject":"MAA="}`, verdict.Malformed},
		"a greeting":            {greeting, verdict.Malformed},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := dial(t, c.reply).Sign(t.Context(), ncalayer.Attached([]byte("a")))
			require.ErrorIs(t, err, c.want)
		})
	}
	t.Run("failure", func(t *testing.T) {
		_, err := dial(t, `{"status":false,"code":"SIGNING_FAILURE","message":"m\n`+strings.Repeat("x", 3000)+`"}`).Sign(t.Context(), ncalayer.Attached([]byte("a")))
		var failure *ncalayer.Failure
		require.ErrorAs(t, err, &failure)
		require.Equal(t, ncalayer.CodeSigningFailure, failure.Code)
		require.Less(t, len(err.Error()), 1000)
		require.NotContains(t, err.Error(), "\n")
	})
	t.Run("another type", func(t *testing.T) {
		_, err := dial(t, `{"code":"200","responseObject":"text"}`).ActiveTokens(t.Context())
		require.ErrorIs(t, err, verdict.Malformed)
		_, err = dial(t, `{"code":"200"}`).ActiveTokens(t.Context())
		require.ErrorIs(t, err, verdict.Malformed)
	})
	t.Run("closed in the middle", func(t *testing.T) {
		client := dial(t)
		require.ErrorIs(t, client.Ping(t.Context()), ncalayer.ErrClosed)
	})
}

func TestDialErrors(t *testing.T) {
	for name, first := range map[string]string{"another program": `hello`, "another reply": `{"code":"200"}`, "silence and goodbye": ""} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
			defer cancel()
			client, err := ncalayer.Dial(ctx, serve(t, first), ncalayer.Options{})
			require.ErrorIs(t, err, ncalayer.ErrNotNCALayer)
			require.Nil(t, client)
		})
	}
	for name, address := range map[string]string{
		"another machine": "wss://192.0.2.1:13579/", "a name": "wss://example.kz/", "like localhost": "wss://localhost.example.kz/",
		"no socket": "https://127.0.0.1:13579/", "nothing": "",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ncalayer.Dial(t.Context(), address, ncalayer.Options{})
			require.ErrorIs(t, err, verdict.KindMisuse)
		})
	}
	_, err := ncalayer.Dial(t.Context(), "ws://127.0.0.1:1/", ncalayer.Options{})
	require.ErrorContains(t, err, "ncalayer: not connected")
}

// A context that ends leaves no connection on which a late reply could answer the next request.
// What listens here cannot send us elsewhere, with the documents that are to be signed.
func TestDialFollowsNoRedirects(t *testing.T) {
	var asked atomic.Bool
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Store(true) }))
	defer elsewhere.Close()
	redirects := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect))
	defer redirects.Close()
	client, err := ncalayer.Dial(t.Context(), "ws"+strings.TrimPrefix(redirects.URL, "http"), ncalayer.Options{})
	require.Nil(t, client)
	require.ErrorContains(t, err, "status 307")
	require.False(t, asked.Load())
}

func TestContextClosesConnection(t *testing.T) {
	client := dial(t, "", `{"status":true,"body":{"result":["late"]}}`)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	_, err := client.Sign(ctx, ncalayer.Attached([]byte("a")))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	_, err = client.Sign(t.Context(), ncalayer.Attached([]byte("b")))
	require.ErrorIs(t, err, ncalayer.ErrClosed)
}

func TestClientTakesTurns(t *testing.T) {
	client := dial(t, `{"code":"200","responseObject":["0"]}`, `{"code":"200","responseObject":["1"]}`, `{"code":"200","responseObject":["2"]}`)
	var group sync.WaitGroup
	var mu sync.Mutex
	got := map[string]bool{}
	for range 3 {
		group.Go(func() {
			tokens, err := client.ActiveTokens(t.Context())
			mu.Lock()
			defer mu.Unlock()
			if err == nil && len(tokens) == 1 {
				got[tokens[0]] = true
			}
		})
	}
	group.Wait()
	require.Len(t, got, 3)
}

func TestScript(t *testing.T) {
	want, err := os.ReadFile("web/ncalayer.js")
	require.NoError(t, err)
	got := ncalayer.Script()
	require.Equal(t, want, got)
	got[0]++
	require.Equal(t, want, ncalayer.Script(), "the caller may write to its copy")

	recorder := httptest.NewRecorder()
	http.FileServerFS(ncalayer.Files()).ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/ncalayer.js", nil))
	require.Equal(t, http.StatusOK, recorder.Code)
	require.Contains(t, recorder.Header().Get("Content-Type"), "javascript")
	require.Equal(t, want, recorder.Body.Bytes())
}
