package edstest_test

import (
	"bytes"
	"crypto/tls"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/crl"
	"github.com/qoltanba/eds/edstest"
	"github.com/qoltanba/eds/ocsp"
	"github.com/qoltanba/eds/verdict"
)

// client keeps no connections, which would outlive a test.
var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{}}}

func get(t testing.TB, address string) []byte {
	t.Helper()
	response, err := client.Get(address)
	require.NoError(t, err)
	return body(t, response)
}

func body(t testing.TB, response *http.Response) []byte {
	t.Helper()
	defer response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode)
	b, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return b
}

var nonce = bytes.Repeat([]byte{7}, 32)

func request(t testing.TB, h *edstest.Holder) *ocsp.Request {
	t.Helper()
	r, err := ocsp.NewRequest(h.Certificate, h.Path()[1], ocsp.RequestOptions{Nonce: nonce})
	require.NoError(t, err)
	return r
}

// ask asks the OCSP service named in the certificate, and judges the answer.
func ask(t testing.TB, p *edstest.PKI, h *edstest.Holder) (*ocsp.Answer, error) {
	t.Helper()
	response, err := client.Post(h.Certificate.OCSPServers[0], "application/ocsp-request", bytes.NewReader(request(t, h).Raw))
	require.NoError(t, err)
	require.Equal(t, "application/ocsp-response", response.Header.Get("Content-Type"))
	return judge(t, p, h, body(t, response))
}

func judge(t testing.TB, p *edstest.PKI, h *edstest.Holder, raw []byte) (*ocsp.Answer, error) {
	t.Helper()
	parsed, err := ocsp.ParseResponse(raw)
	require.NoError(t, err)
	return parsed.Judge(ocsp.Query{
		Certificate: h.Certificate, Issuer: h.Path()[1], At: p.Now(), Nonce: nonce, NonceRequired: true,
		MaxAge: ocsp.DefaultMaxAge, MaxSkew: ocsp.DefaultMaxSkew,
	})
}

func list(t testing.TB, address string) *crl.List {
	t.Helper()
	l, err := crl.Parse(get(t, address))
	require.NoError(t, err)
	return l
}

// look looks the holder up in the complete list named in the certificate.
func look(t testing.TB, p *edstest.PKI, h *edstest.Holder) (*crl.Answer, error) {
	t.Helper()
	return crl.Judge(crl.Query{
		Certificate: h.Certificate, Issuer: h.Path()[1], At: p.Now(),
		Lists: []*crl.List{list(t, h.Certificate.CRLDistributionPoints[0].URIs()[0])},
	})
}

func TestRevocation(t *testing.T) {
	at := now.Add(-time.Hour)
	for _, direct := range []bool{false, true} {
		for _, h := range all {
			t.Run(h.String()+map[bool]string{true: "/direct", false: "/delegated"}[direct], func(t *testing.T) {
				t.Parallel()
				p := newWith(t, edstest.Options{Hierarchies: []edstest.Hierarchy{h}, DirectOCSP: direct})
				good, revoked, held, released, never := p.Person(), p.Head(), p.System(), p.Person(), p.Person(edstest.NeverIssued())
				p.Revoke(revoked, cert.KeyCompromise, at)
				p.Hold(held, time.Time{})
				p.Hold(released, at)
				p.Release(released)
				for _, c := range []struct {
					holder *edstest.Holder
					ocsp   ocsp.Answer
					crl    crl.Answer
				}{
					{good, ocsp.Answer{Status: cert.StatusGood}, crl.Answer{Status: cert.StatusGood}},
					{
						revoked,
						ocsp.Answer{Status: cert.StatusRevoked, RevokedAt: at, Reason: cert.KeyCompromise},
						crl.Answer{Status: cert.StatusRevoked, RevokedAt: at, Reason: cert.KeyCompromise},
					},
					{
						held,
						ocsp.Answer{Status: cert.StatusRevoked, RevokedAt: now, Reason: cert.CertificateHold},
						crl.Answer{Status: cert.StatusRevoked, RevokedAt: now, Reason: cert.CertificateHold},
					},
					{released, ocsp.Answer{Status: cert.StatusGood}, crl.Answer{Status: cert.StatusGood}},
					{
						never,
						ocsp.Answer{Status: cert.StatusRevoked, RevokedAt: time.Unix(0, 0).UTC(), Reason: cert.CertificateHold, NeverIssued: true},
						crl.Answer{Status: cert.StatusGood},
					},
				} {
					answer, err := ask(t, p, c.holder)
					require.NoError(t, err)
					require.True(t, answer.Nonced)
					require.Equal(t, direct, !answer.Delegated)
					require.Zero(t, answer.NextUpdate, "the national service never sends one")
					require.Equal(t, now, answer.ThisUpdate)
					require.Equal(t, c.ocsp, ocsp.Answer{Status: answer.Status, RevokedAt: answer.RevokedAt, Reason: answer.Reason, NeverIssued: answer.NeverIssued})
					listed, err := look(t, p, c.holder)
					require.NoError(t, err)
					listed.List = nil
					require.Equal(t, c.crl, *listed)
				}
			})
		}
	}
}

func TestOCSPByGET(t *testing.T) {
	p := newPKI(t)
	alice := p.Person()
	in := base64.StdEncoding.EncodeToString(request(t, alice).Raw)
	answer, err := judge(t, p, alice, get(t, alice.Certificate.OCSPServers[0]+url.PathEscape(in)))
	require.NoError(t, err)
	require.Equal(t, cert.StatusGood, answer.Status)
}

func TestOCSPErrors(t *testing.T) {
	p, other := newPKI(t), newPKI(t)
	for name, c := range map[string]struct {
		request []byte
		want    ocsp.Status
	}{
		"junk":               {[]byte("junk"), ocsp.MalformedRequest},
		"of another PKI":     {request(t, other.Person()).Raw, ocsp.Unauthorized},
		"about an authority": {request(t, p.CA(edstest.GOST512)).Raw, ocsp.Unauthorized},
		"about a person":     {request(t, p.Person()).Raw, ocsp.Successful},
	} {
		t.Run(name, func(t *testing.T) {
			response, err := client.Post(p.URL()+"/ocsp/", "application/ocsp-request", bytes.NewReader(c.request))
			require.NoError(t, err)
			parsed, err := ocsp.ParseResponse(body(t, response))
			require.NoError(t, err)
			require.Equal(t, c.want, parsed.Status)
		})
	}
	for method, path := range map[string]string{http.MethodPut: "/ocsp/", http.MethodGet: "/ocsp/%%%"} {
		w := serve(p, method, path)
		require.Equal(t, http.StatusBadRequest, w)
	}
	for _, path := range []string{"/", "/crl/nothing.crl", "/cert/nothing.cer", "/crl/", "/portal"} {
		require.Equal(t, http.StatusNotFound, serve(p, http.MethodGet, path), path)
	}
}

// An authority is revoked by the root, on the root's list.
func TestRevokedAuthority(t *testing.T) {
	p := newPKI(t, edstest.RSA)
	ca := p.CA(edstest.RSA)
	answer, err := look(t, p, ca)
	require.NoError(t, err)
	require.Equal(t, cert.StatusGood, answer.Status)
	p.Revoke(ca, cert.CACompromise, time.Time{})
	answer, err = look(t, p, ca)
	require.NoError(t, err)
	require.Equal(t, cert.CACompromise, answer.Reason)
}

// The lists have the numbers of the national ones: complete and delta counted apart.
func TestDeltas(t *testing.T) {
	p := newPKI(t)
	early, late, back := p.Person(), p.Person(), p.Person()
	p.Revoke(early, cert.Superseded, time.Time{})
	p.Hold(back, time.Time{})
	complete := func() *crl.List { return list(t, early.Certificate.CRLDistributionPoints[0].URIs()[0]) }
	delta := func() *crl.List { return list(t, early.Certificate.FreshestCRL[0].URIs()[0]) }
	require.Equal(t, 2, complete().Len())
	require.False(t, complete().IsDelta())
	require.True(t, delta().IsDelta())
	require.Zero(t, delta().Len(), "the complete list is up to date")
	p.FreezeLists()
	frozen := complete()
	p.Revoke(late, cert.KeyCompromise, time.Time{})
	p.Release(back)
	p.Revoke(early, cert.KeyCompromise, time.Time{})
	require.Equal(t, frozen.Number, complete().Number)
	require.Equal(t, 2, complete().Len())
	d := delta()
	require.NoError(t, d.Verify(p.CA(edstest.GOST512).Certificate))
	require.Equal(t, frozen.Number, d.BaseNumber)
	require.Positive(t, d.Number.Cmp(frozen.Number))
	require.Equal(t, 3, d.Len())
	for h, reason := range map[*edstest.Holder]cert.RevocationReason{late: cert.KeyCompromise, back: cert.RemoveFromCRL, early: cert.KeyCompromise} {
		e, found := d.Find(h.Certificate.RawSerial)
		require.True(t, found)
		require.Equal(t, reason, e.Reason)
	}
	p.ThawLists()
	require.Equal(t, 2, complete().Len())
	require.Positive(t, complete().Number.Cmp(frozen.Number))
	require.Zero(t, delta().Len())
}

// Every fault of what OCSP and lists say is noticed, and mending mends.
func TestFaults(t *testing.T) {
	p := newPKI(t)
	alice := p.Person()
	for _, f := range []edstest.Fault{
		edstest.WrongSigner, edstest.BadSignature, edstest.Stale, edstest.Future, edstest.OtherCertificate,
		edstest.OtherNonce, edstest.NoNonce, edstest.TryLater,
	} {
		t.Run("ocsp/"+string(f), func(t *testing.T) {
			p.Break(edstest.OCSP, f)
			answer, err := ask(t, p, alice)
			require.Nil(t, answer)
			require.ErrorIs(t, err, verdict.RevocationUnavailable)
			p.Mend(edstest.OCSP)
			_, err = ask(t, p, alice)
			require.NoError(t, err)
		})
	}
	p.Break(edstest.OCSP, edstest.SaysUnknown)
	answer, err := ask(t, p, alice)
	require.NoError(t, err)
	require.Equal(t, cert.StatusUnknown, answer.Status)
	for _, f := range []edstest.Fault{edstest.WrongSigner, edstest.BadSignature, edstest.Stale, edstest.Future} {
		t.Run("crl/"+string(f), func(t *testing.T) {
			p.Break(edstest.CRL, f)
			answer, err := look(t, p, alice)
			require.Nil(t, answer)
			require.ErrorIs(t, err, verdict.RevocationUnavailable)
			p.Mend(edstest.CRL)
			_, err = look(t, p, alice)
			require.NoError(t, err)
		})
	}
}

// With answers signed by the authority itself, a wrong signature is wrong too.
func TestFaultsOfDirectAnswers(t *testing.T) {
	p := newWith(t, edstest.Options{DirectOCSP: true})
	for _, f := range []edstest.Fault{edstest.BadSignature, edstest.WrongSigner} {
		p.Break(edstest.OCSP, f)
		_, err := ask(t, p, p.Person())
		require.ErrorIs(t, err, verdict.RevocationUnavailable)
	}
}

func TestTransportFaults(t *testing.T) {
	p := newPKI(t, edstest.RSA)
	address := p.Person().Certificate.CRLDistributionPoints[0].URIs()[0]
	for f, want := range map[edstest.Fault]func(t *testing.T, response *http.Response, err error){
		edstest.Down: func(t *testing.T, _ *http.Response, err error) { require.ErrorIs(t, err, io.EOF) },
		edstest.Slow: func(t *testing.T, _ *http.Response, err error) { require.ErrorContains(t, err, "Timeout") },
		edstest.ServerError: func(t *testing.T, r *http.Response, _ error) {
			require.Equal(t, http.StatusServiceUnavailable, r.StatusCode)
		},
		edstest.Redirect: func(t *testing.T, r *http.Response, _ error) { require.Equal(t, http.StatusSeeOther, r.StatusCode) },
		edstest.Empty:    func(t *testing.T, r *http.Response, _ error) { require.Empty(t, body(t, r)) },
		edstest.Garbage: func(t *testing.T, r *http.Response, _ error) {
			require.Contains(t, string(body(t, r)), "<!DOCTYPE html>")
		},
		edstest.Endless: func(t *testing.T, r *http.Response, err error) {
			require.NoError(t, err)
			n, _ := io.CopyN(io.Discard, r.Body, 10<<20)
			require.EqualValues(t, 10<<20, n)
		},
	} {
		t.Run(string(f), func(t *testing.T) {
			p.Break(edstest.CRL, f)
			c := http.Client{
				Transport:     client.Transport,
				CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			}
			if f == edstest.Slow {
				c.Timeout = 100 * time.Millisecond
			}
			response, err := c.Get(address)
			want(t, response, err)
			if response != nil {
				response.Body.Close()
			}
			p.Mend(edstest.CRL)
			get(t, address)
		})
	}
}

// A test can put whatever it likes before a service.
func TestWrap(t *testing.T) {
	p := newPKI(t, edstest.RSA)
	address := p.Person().Certificate.CRLDistributionPoints[0].URIs()[0]
	p.Wrap(edstest.CRL, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte("before "))
			next.ServeHTTP(w, r)
		})
	})
	require.True(t, bytes.HasPrefix(get(t, address), []byte("before \x30")))
	p.Wrap(edstest.CRL, nil)
	list(t, address)
}
