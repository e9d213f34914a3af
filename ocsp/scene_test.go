package ocsp_test

import (
	"crypto"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/certtest"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/ocsp"
)

var (
	at    = certtest.At
	nonce = []byte("0123456789abcdef0123456789abcdef")
)

// A scene is a response that is good, with the question that it answers, for tests to spoil in one thing at a time.
type scene struct {
	t testing.TB

	caKey, key       crypto.Signer
	ca, leaf, signer *cert.Certificate

	responder ocsp.Responder
	template  ocsp.Template
	query     ocsp.Query
	mutate    func(raw []byte) []byte // of the response
}

// newScene makes an authority with a delegated responder in the shape of the national one: named by name, embedded,
// never to be checked for revocation, no nextUpdate.
func newScene(t testing.TB, kind string) *scene {
	t.Helper()
	return newSceneOf(t, certtest.Key(t, kind+"/ca"), certtest.Key(t, kind+"/responder"))
}

func newSceneOf(t testing.TB, caKey, key crypto.Signer) *scene {
	t.Helper()
	s := &scene{t: t, caKey: caKey, key: key}
	s.ca = authority("ca", s.caKey).Parse(t)
	s.leaf = s.issue(certtest.Template{Serial: certtest.Serial(0x1234), Subject: certtest.CN("leaf")})
	s.delegate(func(*certtest.Template) {})
	s.template = ocsp.Template{
		ProducedAt: at, Nonce: nonce, ExtendedRevoke: true,
		Responses: []ocsp.SingleResponse{ocsp.Good(s.id(), at)},
	}
	s.query = ocsp.Query{
		Certificate: s.leaf, Issuer: s.ca, At: at, Nonce: nonce,
		MaxAge: ocsp.DefaultMaxAge, MaxSkew: ocsp.DefaultMaxSkew,
	}
	return s
}

func authority(name string, key crypto.Signer) certtest.Template {
	return certtest.Template{
		Issuer: certtest.CN("root"), Subject: certtest.CN(name), Key: key.Public(),
		Extensions: []cert.Extension{
			certtest.BasicConstraints(true, -1),
			certtest.KeyUsage(cert.UsageKeyCertSign | cert.UsageCRLSign),
		},
	}
}

// issue makes a certificate of the authority.
func (s *scene) issue(c certtest.Template) *cert.Certificate {
	s.t.Helper()
	if c.Issuer == nil {
		c.Issuer = s.ca.Subject.Raw
	}
	if c.Signer == nil {
		c.Signer = s.caKey
	}
	return c.Parse(s.t)
}

var noCheck = certtest.Ext(oid.OCSPNoCheck, []byte{5, 0})

// delegate makes a new certificate for the responder, changed in something, and has it embedded.
func (s *scene) delegate(change func(c *certtest.Template)) {
	s.t.Helper()
	c := certtest.Template{
		Serial: certtest.Serial(7), Subject: certtest.CN("responder"), Key: s.key.Public(),
		Extensions: []cert.Extension{
			certtest.KeyUsage(cert.UsageDigitalSignature), certtest.ExtKeyUsage(oid.OCSPSigning), noCheck,
		},
	}
	change(&c)
	s.signer = s.issue(c)
	s.responder = ocsp.Responder{Certificate: s.signer, Key: s.key, Embedded: []*cert.Certificate{s.signer}}
}

// direct has the authority sign itself.
func (s *scene) direct() {
	s.responder = ocsp.Responder{Certificate: s.ca, Key: s.caKey}
}

func (s *scene) id() ocsp.CertID { return ocsp.NewCertID(s.leaf, s.ca, cert.SHA256) }

// answer replaces what the response says of the certificate.
func (s *scene) answer(all ...ocsp.SingleResponse) { s.template.Responses = all }

func (s *scene) raw() []byte {
	s.t.Helper()
	raw, err := s.responder.Sign(s.template)
	require.NoError(s.t, err)
	if s.mutate != nil {
		raw = s.mutate(raw)
	}
	return raw
}

func (s *scene) judge() (*ocsp.Answer, error) {
	s.t.Helper()
	response, err := ocsp.ParseResponse(s.raw())
	if err != nil {
		return nil, err
	}
	return response.Judge(s.query)
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
