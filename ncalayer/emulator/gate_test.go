package emulator_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/ncalayer"
	"github.com/qoltanba/eds/ncalayer/emulator"
	"github.com/qoltanba/eds/verdict"
)

// THREATS T97: the emulator can be reached from this machine alone.
func TestBindAddress(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:0", "example.kz:0", "localhost.example.kz:0", "127.0.0.1", "", "169.254.1.1:0"} {
		if address == "" {
			continue
		}
		e, err := emulator.New(emulator.Options{Listen: address})
		require.ErrorIs(t, err, verdict.KindMisuse, address)
		require.Nil(t, e, address)
	}
	for _, address := range []string{"127.0.0.1:0", "localhost:0", "127.0.0.2:0"} {
		e := plain(t, emulator.Options{Listen: address})
		host, _, err := net.SplitHostPort(e.Addr().String())
		require.NoError(t, err)
		require.True(t, net.ParseIP(host).IsLoopback())
	}
	// The address of the documentation, where it is free: a second program on it fails.
	first, err := emulator.New(emulator.Options{})
	if err != nil {
		t.Skip("Something listens on 127.0.0.1:13579 here.")
	}
	require.Equal(t, ncalayer.DefaultURL, first.URL())
	_, err = emulator.New(emulator.Options{})
	require.Error(t, err)
	require.NotErrorIs(t, err, verdict.KindMisuse)
	require.NoError(t, first.Close())
}

// tryUpgrade returns the status and text that a request for a socket is answered with.
func tryUpgrade(t *testing.T, e *emulator.Emulator, host string, origins ...string) (int, string) {
	t.Helper()
	conn, response, err := websocket.Dial(t.Context(), e.URL(), &websocket.DialOptions{Host: host, HTTPHeader: http.Header{"Origin": origins}})
	if err == nil {
		require.NoError(t, conn.CloseNow())
		return response.StatusCode, ""
	}
	require.NotNil(t, response, "%v", err)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(body)
}

// THREATS T97: foreign Origin, missing Origin.
func TestOrigins(t *testing.T) {
	var log events
	e := plain(t, emulator.Options{Origins: []string{"https://Portal.example.kz", "chrome-extension://abc", "null"}, Observe: log.observe})
	strict := plain(t, emulator.Options{})
	for _, origin := range []string{
		"http://localhost:8080", "https://localhost", "http://127.0.0.1:3000", "http://[::1]:3000", "http://127.1.2.3",
	} {
		status, _ := tryUpgrade(t, strict, "", origin)
		require.Equal(t, http.StatusSwitchingProtocols, status, origin)
	}
	for _, origin := range []string{"https://portal.example.kz", "HTTPS://PORTAL.example.kz", "chrome-extension://abc", "null"} {
		status, _ := tryUpgrade(t, e, "", origin)
		require.Equal(t, http.StatusSwitchingProtocols, status, origin)
		status, body := tryUpgrade(t, strict, "", origin)
		require.Equal(t, http.StatusForbidden, status, origin)
		require.Contains(t, body, "origin")
	}
	for _, origin := range []string{
		"https://evil.kz", "http://portal.example.kz", "https://portal.example.kz:8443", "https://portal.example.kz.evil.kz",
		"http://localhost.evil.kz", "http://127.0.0.1.evil.kz", "http://localhost@evil.kz", "http://evil.kz/localhost",
		"http://localhost/", "http://localhost/x", "file://", "ftp://localhost", "localhost", "https://", "http://2130706433", "%",
	} {
		status, _ := tryUpgrade(t, e, "", origin)
		require.Equal(t, http.StatusForbidden, status, origin)
	}
	status, _ := tryUpgrade(t, e, "") // a program
	require.Equal(t, http.StatusSwitchingProtocols, status)
	status, _ = tryUpgrade(t, e, "", "http://localhost", "https://evil.kz")
	require.Equal(t, http.StatusForbidden, status, "two origins")

	require.Contains(t, log.of(emulator.Refused)[0].Origin, "evil")
	for _, origin := range []string{"*", "https://*.example.kz", "example.kz", "https://example.kz/", "https://example.kz/x", ""} {
		_, err := emulator.New(emulator.Options{Listen: "127.0.0.1:0", Origins: []string{origin}})
		require.ErrorIs(t, err, verdict.KindMisuse, origin)
	}
}

// THREATS T97: foreign Host, by which a page whose name was made to point here gives itself away.
func TestHosts(t *testing.T) {
	e := plain(t, emulator.Options{})
	for _, host := range []string{"127.0.0.1:13579", "localhost:13579", "LOCALHOST", "[::1]:13579", "127.0.0.1"} {
		status, _ := tryUpgrade(t, e, host)
		require.Equal(t, http.StatusSwitchingProtocols, status, host)
	}
	for _, host := range []string{"evil.kz:13579", "evil.kz", "localhost.evil.kz", "127.0.0.1.evil.kz", "192.0.2.1", "0.0.0.0", "[::]:13579", "localhost."} {
		status, body := tryUpgrade(t, e, host)
		require.Equal(t, http.StatusForbidden, status, host)
		require.Contains(t, body, "127.0.0.1")
		status, _ = get(t, e, host, "/")
		require.Equal(t, http.StatusForbidden, status, host)
	}
}

// Peers of other machines do not come in, though nothing lets them as far.
func TestPeers(t *testing.T) {
	e := plain(t, emulator.Options{})
	for peer, want := range map[string]int{"127.0.0.1:40000": http.StatusOK, "[::1]:40000": http.StatusOK, "192.0.2.1:40000": http.StatusForbidden, "pipe": http.StatusForbidden} {
		recorder := httptest.NewRecorder()
		request := httptest.NewRequest(http.MethodGet, "http://127.0.0.1/", nil)
		request.RemoteAddr = peer
		e.ServeHTTP(recorder, request)
		require.Equal(t, want, recorder.Code, peer)
		require.Equal(t, want == http.StatusForbidden, strings.Contains(recorder.Body.String(), "You shall not pass!"))
	}
}

func get(t *testing.T, e *emulator.Emulator, host, path string) (int, string) {
	t.Helper()
	transport := &http.Transport{TLSClientConfig: clientTLS(e)}
	defer transport.CloseIdleConnections()
	request, err := http.NewRequest(http.MethodGet, "http"+strings.TrimPrefix(strings.TrimSuffix(e.URL(), "/"), "ws")+path, nil)
	require.NoError(t, err)
	request.Host = host
	response, err := transport.RoundTrip(request)
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(body)
}

func TestPages(t *testing.T) {
	e := start(t, emulator.Options{})
	status, body := get(t, e, "", "/")
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, body, "emulator")
	status, body = get(t, e, "", "/ca.pem")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, string(e.CA()), body)
	status, _ = get(t, e, "", "/basics/index.html")
	require.Equal(t, http.StatusNotFound, status)
	_, response, err := websocket.Dial(t.Context(), e.URL()+"ca.pem", &websocket.DialOptions{HTTPClient: &http.Client{Transport: &http.Transport{TLSClientConfig: clientTLS(e), DisableKeepAlives: true}}})
	require.Error(t, err)
	require.Equal(t, http.StatusNotFound, response.StatusCode)
}

// THREATS T97: a frame of 64 MiB, and its twin at the limit.
func TestMessageSize(t *testing.T) {
	e := plain(t, emulator.Options{MaxMessage: 1 << 20})
	r := dialRaw(t, e)
	require.JSONEq(t, notJSON, r.ask(strings.Repeat(" ", 1<<20)))
	_ = r.conn.Write(t.Context(), websocket.MessageText, make([]byte, 1<<20+1))
	r.closes(websocket.StatusMessageTooBig)

	_, err := emulator.New(emulator.Options{Listen: "127.0.0.1:0", MaxMessage: ncalayer.MaxMessage + 1})
	require.ErrorIs(t, err, verdict.KindMisuse)
	require.Less(t, ncalayer.MaxMessage, 64<<20)

	frame := upgrade(t, plain(t, emulator.Options{MaxMessage: 1 << 20}))
	frame.header(64 << 20)
	go func() {
		zeros := make([]byte, 1<<20)
		for range 64 {
			if _, err := frame.conn.Write(zeros); err != nil {
				return
			}
		}
	}()
	frame.closes()
}

// A connection is a socket by hand, for what no client does.
type connection struct {
	testing.TB
	conn   net.Conn
	reader *bufio.Reader
}

func upgrade(t testing.TB, e *emulator.Emulator) connection {
	t.Helper()
	conn, err := net.Dial("tcp", e.Addr().String())
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	_, err = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
	require.NoError(t, err)
	reader := bufio.NewReader(conn)
	response, err := http.ReadResponse(reader, nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusSwitchingProtocols, response.StatusCode)
	return connection{t, conn, reader}
}

// header begins a text frame of a length, masked with zeros.
func (c connection) header(length uint64) {
	c.Helper()
	frame := binary.BigEndian.AppendUint64([]byte{0x81, 0xff}, length)
	_, err := c.conn.Write(append(frame, 0, 0, 0, 0))
	require.NoError(c, err)
}

// closes wants the emulator to end the connection soon.
func (c connection) closes() {
	c.Helper()
	require.NoError(c, c.conn.SetReadDeadline(time.Now().Add(8*time.Second)))
	_, err := io.Copy(io.Discard, c.reader)
	require.NotErrorIs(c, err, context.DeadlineExceeded)
	var timeout net.Error
	require.False(c, err != nil && asNet(err, &timeout) && timeout.Timeout(), "the connection is still open")
}

func asNet(err error, out *net.Error) bool {
	n, ok := err.(net.Error)
	*out = n
	return ok
}

// A client that begins a message and does not end it is dropped, one that thinks is not.
func TestSlowClients(t *testing.T) {
	e := plain(t, emulator.Options{Transfer: 300 * time.Millisecond})
	thinking, slow := dialRaw(t, e), upgrade(t, e)
	slow.header(1000)
	_, err := slow.conn.Write([]byte("{"))
	require.NoError(t, err)
	slow.closes()
	require.Equal(t, "--heartbeat--", thinking.ask("--heartbeat--"))

	e = plain(t, emulator.Options{IdleTimeout: 100 * time.Millisecond})
	dialRaw(t, e).closes(websocket.StatusGoingAway)
	e = plain(t, emulator.Options{IdleTimeout: 5 * time.Second})
	idle := dialRaw(t, e)
	time.Sleep(200 * time.Millisecond)
	require.Equal(t, "--heartbeat--", idle.ask("--heartbeat--"))
}

func TestTooManyConnections(t *testing.T) {
	e := plain(t, emulator.Options{MaxConnections: 2})
	first, second := dialRaw(t, e), dialRaw(t, e)
	status, body := tryUpgrade(t, e, "")
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Contains(t, body, "Too many")
	require.Equal(t, "--heartbeat--", first.ask("--heartbeat--"))
	require.NoError(t, second.conn.Close(websocket.StatusNormalClosure, ""))
	require.Eventually(t, func() bool {
		status, _ := tryUpgrade(t, e, "")
		return status == http.StatusSwitchingProtocols
	}, 5*time.Second, 20*time.Millisecond)
	var idle []net.Conn // that do not even ask
	for range 10 {
		conn, err := net.Dial("tcp", e.Addr().String())
		require.NoError(t, err)
		defer conn.Close()
		idle = append(idle, conn)
	}
	require.NoError(t, idle[9].SetReadDeadline(time.Now().Add(5*time.Second)))
	_, err := idle[9].Read(make([]byte, 1))
	require.NotErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorIs(t, err, io.EOF)
}

func TestBinaryMessage(t *testing.T) {
	r := dialRaw(t, plain(t, emulator.Options{}))
	require.NoError(t, r.conn.Write(t.Context(), websocket.MessageBinary, []byte("{}")))
	r.closes(websocket.StatusUnsupportedData)
}

func TestTLS(t *testing.T) {
	e := start(t, emulator.Options{})
	require.True(t, strings.HasPrefix(e.URL(), "wss://127.0.0.1:"))
	require.Len(t, e.TLS().SPKI(), 44)
	dial(t, e)
	client, err := ncalayer.Dial(t.Context(), strings.Replace(e.URL(), "127.0.0.1", "localhost", 1), ncalayer.Options{TLS: clientTLS(e)})
	require.NoError(t, err)
	require.NoError(t, client.Close())

	_, err = ncalayer.Dial(t.Context(), e.URL(), ncalayer.Options{})
	require.Error(t, err, "nobody trusts the certificate yet")
	other := start(t, emulator.Options{})
	require.NotEqual(t, e.TLS().SPKI(), other.TLS().SPKI())
	_, err = ncalayer.Dial(t.Context(), e.URL(), ncalayer.Options{TLS: &tls.Config{RootCAs: other.TLS().Pool()}})
	require.Error(t, err)
	_, err = ncalayer.Dial(t.Context(), e.URL(), ncalayer.Options{TLS: &tls.Config{RootCAs: e.TLS().Pool(), ServerName: "example.kz"}})
	require.Error(t, err, "the certificate is for this machine")

	kept, err := emulator.NewTLS(time.Now())
	require.NoError(t, err)
	again := start(t, emulator.Options{TLS: kept})
	require.Equal(t, kept.CA, again.CA())
	dial(t, again)
}

func TestOptionsRefused(t *testing.T) {
	ask := func(context.Context, emulator.Prompt) (emulator.Choice, error) { return emulator.Choice{}, nil }
	kept, err := emulator.NewTLS(time.Now())
	require.NoError(t, err)
	mixed := person(t, "rsa-2048")
	mixed.Key = person(t, "gost2004").Key
	elsewhere := person(t, "rsa-2048")
	elsewhere.Storage = "USB"
	for name, o := range map[string]emulator.Options{
		"two deciders":     {AutoApprove: true, Ask: ask},
		"plain and TLS":    {Plain: true, TLS: kept},
		"shape":            {Shape: ncalayer.ShapeObject},
		"negative limit":   {MaxConnections: -1},
		"negative time":    {IdleTimeout: -1},
		"no key":           {Keys: []emulator.Key{{}}},
		"another's key":    {Keys: []emulator.Key{mixed}},
		"unknown storage":  {Keys: []emulator.Key{elsewhere}},
		"negative message": {MaxMessage: -1},
	} {
		t.Run(name, func(t *testing.T) {
			o.Listen = "127.0.0.1:0"
			_, err := emulator.New(o)
			require.ErrorIs(t, err, verdict.KindMisuse)
		})
	}
}
