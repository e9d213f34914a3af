package revocation_test

import (
	"context"
	"crypto"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/chain"
	"github.com/qoltanba/eds/crl"
	"github.com/qoltanba/eds/internal/certtest"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/fetch"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/ocsp"
	"github.com/qoltanba/eds/revocation"
)

var now = certtest.At

// authority is a fake CA that can answer for what it issues.
type authority struct {
	cert *cert.Certificate
	key  crypto.Signer
}

// world is a fake hierarchy with the server that its certificates point at: root, below it ca and sibling.
type world struct {
	root, ca, sibling *authority
	server            string

	mu       sync.Mutex
	handlers map[string]http.HandlerFunc // by path
	asked    map[string]int
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{handlers: map[string]http.HandlerFunc{}, asked: map[string]int{}}
	server := httptest.NewServer(w)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	w.server = server.URL
	w.root = w.authority(t, "root", nil)
	w.ca = w.authority(t, "ca", w.root, ocspAt(w.server+"/ca/ocsp"), listsAt(w.server+"/ca/crl"))
	w.sibling = w.authority(t, "sibling", w.root)
	w.handle("/ca/ocsp", ocspHandler(func(q *ocsp.Request) []byte { return w.root.responder().sign(t, q, good) }))
	w.handle("/ca/crl", body(func() []byte { return w.root.list(t, crl.Template{}) }))
	return w
}

func (w *world) handle(path string, h http.HandlerFunc) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.handlers[path] = h
}

func (w *world) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	w.asked[r.URL.Path]++
	h := w.handlers[r.URL.Path]
	w.mu.Unlock()
	if h == nil {
		h = http.NotFound
	}
	h(rw, r)
}

func (w *world) times(path string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.asked[path]
}

func (w *world) authority(t testing.TB, name string, issuer *authority, extensions ...cert.Extension) *authority {
	t.Helper()
	a := &authority{key: certtest.Key(t, "ecdsa-p256/"+name)}
	template := certtest.Template{Subject: certtest.CN(name), Issuer: certtest.CN(name), Key: a.key.Public(), Signer: a.key}
	if issuer != nil {
		template.Issuer, template.Signer = issuer.cert.Subject.Raw, issuer.key
	}
	template.Extensions = append(extensions, certtest.BasicConstraints(true, -1),
		certtest.KeyUsage(cert.UsageKeyCertSign|cert.UsageCRLSign))
	a.cert = template.Parse(t)
	return a
}

// issue makes a certificate of the authority.
func (a *authority) issue(t testing.TB, serial int64, extensions ...cert.Extension) *cert.Certificate {
	t.Helper()
	return a.issueNamed(t, "leaf", serial, extensions...)
}

func (a *authority) issueNamed(t testing.TB, name string, serial int64, extensions ...cert.Extension) *cert.Certificate {
	t.Helper()
	return certtest.Template{
		Serial: certtest.Serial(serial), Subject: certtest.CN(name), Issuer: a.cert.Subject.Raw, Signer: a.key,
		Key: certtest.Key(t, "ecdsa-p256/"+name).Public(), Extensions: extensions,
	}.Parse(t)
}

func (w *world) path(t testing.TB, leaf *cert.Certificate) *chain.Path {
	t.Helper()
	path, err := chain.Build(leaf, chain.Options{
		Anchors: []*cert.Certificate{w.root.cert}, Intermediates: []*cert.Certificate{w.ca.cert}, At: now,
	})
	require.NoError(t, err)
	return path
}

// responder signs OCSP answers in the name of the authority itself, or of a certificate.
type responder struct {
	*authority
	ocsp.Responder
}

func (a *authority) responder() *responder {
	return &responder{a, ocsp.Responder{Certificate: a.cert, Key: a.key}}
}

// delegated is a responder with a certificate of the authority.
func (a *authority) delegated(t testing.TB, extensions ...cert.Extension) *responder {
	t.Helper()
	c := a.issueNamed(t, "responder", 900, append(extensions, certtest.KeyUsage(cert.UsageDigitalSignature))...)
	return &responder{a, ocsp.Responder{
		Certificate: c, Key: certtest.Key(t, "ecdsa-p256/responder"), Embedded: []*cert.Certificate{c},
	}}
}

var (
	ocspSigning = certtest.ExtKeyUsage(oid.OCSPSigning)
	noCheck     = certtest.Ext(oid.OCSPNoCheck, []byte{0x05, 0x00})
)

// an answering changes the template of a good, fresh, nonced answer.
type answering func(*ocsp.Template)

func good(*ocsp.Template) {}

func revokedFor(reason cert.RevocationReason) answering {
	return func(t *ocsp.Template) {
		t.Responses[0] = ocsp.Revoked(t.Responses[0].CertID, t.ProducedAt, now.Add(-48*time.Hour), reason)
	}
}

func unknown(t *ocsp.Template) { t.Responses[0] = ocsp.Unknown(t.Responses[0].CertID, t.ProducedAt) }

func neverIssued(t *ocsp.Template) {
	t.Responses[0] = ocsp.NeverIssued(t.Responses[0].CertID, t.ProducedAt)
	t.ExtendedRevoke = true
}

func noNonce(t *ocsp.Template) { t.Nonce = nil }

// made moves the answer in time.
func made(ago time.Duration) answering {
	return func(t *ocsp.Template) {
		t.ProducedAt = now.Add(-ago)
		t.Responses[0].ThisUpdate = t.ProducedAt
	}
}

func nextUpdate(at time.Time) answering {
	return func(t *ocsp.Template) { t.Responses[0].NextUpdate = at }
}

func (r *responder) sign(t testing.TB, q *ocsp.Request, changes ...answering) []byte {
	template := ocsp.Template{ProducedAt: now, Nonce: q.Nonce, Responses: []ocsp.SingleResponse{ocsp.Good(q.CertIDs[0], now)}}
	for _, change := range changes {
		change(&template)
	}
	raw, err := r.Sign(template)
	if err != nil {
		t.Error(err)
	}
	return raw
}

// list makes a list of the authority; what the template leaves out is in force.
func (a *authority) list(t testing.TB, template crl.Template) []byte {
	if template.ThisUpdate.IsZero() {
		template.ThisUpdate = now.Add(-time.Hour)
	}
	if template.NextUpdate.IsZero() {
		template.NextUpdate = now.Add(26 * time.Hour)
	}
	raw, err := crl.Create(template, a.cert, a.key)
	if err != nil {
		t.Error(err)
	}
	return raw
}

func entries(serial int64, reason cert.RevocationReason) []crl.Entry {
	return []crl.Entry{{Serial: certtest.Serial(serial), RevokedAt: now.Add(-72 * time.Hour), Reason: reason}}
}

func ocspHandler(answer func(*ocsp.Request) []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		q, err := ocsp.ParseRequest(raw)
		if err != nil || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/ocsp-request" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		w.Write(answer(q))
	}
}

func body(make func() []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		w.Write(make())
	}
}

// ocspAt and listsAt make the extensions that point at a service.
func ocspAt(addresses ...string) cert.Extension {
	return certtest.Ext(oid.AuthorityInfoAccess, certtest.DER(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			for _, address := range addresses {
				b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
					der.AddOID(b, oid.AccessOCSP)
					b.AddASN1(der.Implicit(6), func(b *cryptobyte.Builder) { b.AddBytes([]byte(address)) })
				})
			}
		})
	}))
}

// listsAt makes one distribution point with mirrors.
func listsAt(addresses ...string) cert.Extension {
	return certtest.Ext(oid.CRLDistributionPoints, certtest.TLV(asn1.SEQUENCE, point(nil, addresses...)))
}

// point makes a DistributionPoint; reasons are the contents of its reasons field.
func point(reasons []byte, addresses ...string) []byte {
	return certtest.DER(func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(der.Explicit(0), func(b *cryptobyte.Builder) {
				b.AddASN1(der.Explicit(0), func(b *cryptobyte.Builder) {
					for _, address := range addresses {
						b.AddASN1(der.Implicit(6), func(b *cryptobyte.Builder) { b.AddBytes([]byte(address)) })
					}
				})
			})
			if reasons != nil {
				b.AddASN1(der.Implicit(1), func(b *cryptobyte.Builder) { b.AddBytes(reasons) })
			}
		})
	})
}

// nobody is where nobody listens, unresolvable a name that no name server knows.
const unresolvable = "http://nowhere.example/"

func nobody(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	return "http://" + l.Addr().String() + "/"
}

// fetcher may ask the given servers, and resolves no name.
func fetcher(t testing.TB, ocspTime, crlTime time.Duration, addresses ...string) revocation.Fetcher {
	t.Helper()
	o := fetch.Options{
		Limits: map[fetch.Kind]fetch.Limits{fetch.OCSP: {Time: ocspTime}, fetch.CRL: {Time: crlTime}},
		Resolver: &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
			return nil, errors.New("no name server")
		}},
	}
	for _, address := range addresses {
		u, err := url.Parse(address)
		require.NoError(t, err)
		o.Hosts = append(o.Hosts, fetch.Host{Name: u.Host, Private: strings.HasPrefix(u.Host, "127.")})
	}
	client, err := fetch.New(o)
	require.NoError(t, err)
	return revocation.HTTPOf(client)
}

func (w *world) fetcher(t testing.TB) revocation.Fetcher {
	t.Helper()
	return fetcher(t, 5*time.Second, 5*time.Second, w.server)
}

func newChecker(t testing.TB, o revocation.Options) *revocation.Checker {
	t.Helper()
	c, err := revocation.New(o)
	require.NoError(t, err)
	return c
}
