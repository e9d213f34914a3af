package emulator_test

import (
	"context"
	"crypto/tls"
	"flag"
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/certtest"
	"github.com/qoltanba/eds/internal/mint"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/ncalayer"
	"github.com/qoltanba/eds/ncalayer/emulator"
)

// kinds are the algorithms of the national PKI.
var kinds = []string{"gost2015-512", "gost2015-256", "gost2004", "rsa-2048"}

const (
	iin = "991332300012" // nobody's: the check digit fits, the date does not exist
	bin = "991340000017"

	roleIndividual = "1.2.398.3.3.4.1.1"
	roleHead       = "1.2.398.3.3.4.1.2.1"
)

var now = time.Date(2026, 7, 20, 9, 8, 6, 0, time.UTC)

func personal() []mint.Attribute {
	return []mint.Attribute{
		{Type: oid.CommonName, Value: "ҮЛГІЛІ АЙДОС"},
		{Type: oid.Surname, Value: "ҮЛГІЛІ"},
		{Type: oid.SerialNumber, Value: "IIN" + iin},
		{Type: oid.Country, Value: "KZ"},
		{Type: oid.GivenName, Value: "СЫНАҚҰЛЫ"},
	}
}

func authorityName(name string) []byte {
	return mint.Name(mint.Attribute{Type: oid.CommonName, Value: name}, mint.Attribute{Type: oid.Country, Value: "KZ"})
}

// newKey makes a key of a kind with a certificate under the authority of that name and key identifier.
func newKey(t testing.TB, kind string, issuer string, authorityID []byte, subject []mint.Attribute, usages ...cert.OID) emulator.Key {
	t.Helper()
	key := certtest.Key(t, kind)
	id, err := mint.KeyID(key.Public())
	require.NoError(t, err)
	extensions := []cert.Extension{
		mint.KeyUsage(cert.UsageDigitalSignature | cert.UsageNonRepudiation),
		mint.ExtKeyUsage(false, usages...), mint.SubjectKeyID(id),
	}
	if authorityID != nil {
		extensions = append(extensions, mint.AuthorityKeyID(authorityID))
	}
	raw, err := mint.Issuer{Name: authorityName(issuer), Key: certtest.Key(t, "gost2015-512/ca")}.Certificate(mint.Template{
		Serial: append([]byte{0x40}, id[:19]...), Subject: mint.Name(subject...), NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(1, 0, 0),
		Extensions: extensions,
	}, key.Public())
	require.NoError(t, err)
	c, err := cert.Parse(raw)
	require.NoError(t, err)
	return emulator.Key{Certificate: c, Key: key}
}

// person makes a key that logs in and signs.
func person(t testing.TB, kind string) emulator.Key {
	return newKey(t, kind, "ҮЛГІ CA", []byte{1, 2, 3, 4}, personal(), oid.EmailProtection, roleIndividual)
}

// head makes the key of an organization.
func head(t testing.TB, kind string) emulator.Key {
	subject := append(personal(),
		mint.Attribute{Type: oid.Organization, Value: `ЖШС "ҮЛГІ, ЖӘНЕ"`}, mint.Attribute{Type: oid.OrganizationalUnit, Value: "BIN" + bin})
	return newKey(t, kind, "ҮЛГІ CA", []byte{1, 2, 3, 4}, subject, oid.EmailProtection, "1.2.398.3.3.4.1.2", roleHead)
}

// start runs an emulator on a free port until the test ends.
func start(t testing.TB, o emulator.Options) *emulator.Emulator {
	t.Helper()
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	if o.Clock == nil {
		o.Clock = func() time.Time { return now }
	}
	e, err := emulator.New(o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	return e
}

// plain is [start] over ws://.
func plain(t testing.TB, o emulator.Options) *emulator.Emulator {
	t.Helper()
	o.Plain = true
	return start(t, o)
}

func clientTLS(e *emulator.Emulator) *tls.Config {
	if e.TLS() == nil {
		return nil
	}
	return &tls.Config{RootCAs: e.TLS().Pool()}
}

func dial(t testing.TB, e *emulator.Emulator) *ncalayer.Client {
	t.Helper()
	client, err := ncalayer.Dial(context.Background(), e.URL(), ncalayer.Options{TLS: clientTLS(e)})
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// raw is a socket without our client. The greeting has been read.
type raw struct {
	testing.TB
	conn *websocket.Conn
}

func dialRaw(t testing.TB, e *emulator.Emulator) raw {
	t.Helper()
	conn, _, err := websocket.Dial(context.Background(), e.URL(), nil)
	require.NoError(t, err)
	conn.SetReadLimit(-1)
	t.Cleanup(func() { _ = conn.CloseNow() })
	r := raw{t, conn}
	require.JSONEq(t, `{"result":{"version":"1.4"}}`, r.read())
	return r
}

func (r raw) write(message string) {
	r.Helper()
	require.NoError(r, r.conn.Write(context.Background(), websocket.MessageText, []byte(message)))
}

func (r raw) read() string {
	r.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	kind, message, err := r.conn.Read(ctx)
	require.NoError(r, err)
	require.Equal(r, websocket.MessageText, kind)
	return string(message)
}

func (r raw) ask(message string) string {
	r.Helper()
	r.write(message)
	return r.read()
}

// closes wants the emulator to close the socket with a code.
func (r raw) closes(code websocket.StatusCode) {
	r.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_, _, err := r.conn.Read(ctx)
	require.Equal(r, code, websocket.CloseStatus(err), "%v", err)
}

// A log keeps events.
type events struct {
	mu  sync.Mutex
	all []emulator.Event
}

func (l *events) observe(e emulator.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, e)
}

func (l *events) of(kind emulator.EventKind) []emulator.Event {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []emulator.Event
	for _, e := range l.all {
		if e.Kind == kind {
			found = append(found, e)
		}
	}
	return found
}

// Goroutines that a test leaves behind are counted when all tests are done. Fuzzing has some of its own.
func TestMain(m *testing.M) {
	flag.Parse()
	if flag.Lookup("test.fuzz").Value.String() != "" {
		os.Exit(m.Run())
	}
	before := runtime.NumGoroutine()
	code := m.Run()
	if code == 0 && !settles(before) {
		buffer := make([]byte, 1<<20)
		_, _ = os.Stderr.Write(buffer[:runtime.Stack(buffer, true)])
		_, _ = os.Stderr.WriteString("goroutines are left behind\n")
		code = 1
	}
	os.Exit(code)
}

// settles waits for the number of goroutines to fall to a mark.
func settles(mark int) bool {
	for range 200 {
		if runtime.NumGoroutine() <= mark {
			return true
		}
		time.Sleep(10 * time.Millisecond)
	}
	return false
}
