package crl_test

import (
	"crypto"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/crl"
	"github.com/qoltanba/eds/internal/certtest"
)

var at = certtest.At

// A scene is a list that answers, with the question, for tests to spoil in one thing at a time.
type scene struct {
	t        testing.TB
	key      crypto.Signer
	ca, leaf *cert.Certificate

	template crl.Template
	issuer   *cert.Certificate // whom the list names
	signer   crypto.Signer     // who signs it
	mutate   func(tbs *certtest.Node)
	more     []*crl.List
	query    crl.Query
}

func newScene(t testing.TB, kind string) *scene {
	t.Helper()
	return newSceneOf(t, certtest.Key(t, kind+"/ca"))
}

func newSceneOf(t testing.TB, key crypto.Signer) *scene {
	t.Helper()
	s := &scene{t: t, key: key}
	s.ca = authority("ca", s.key).Parse(t)
	s.subject(certtest.Template{})
	s.template = crl.Template{
		ThisUpdate: at.Add(-time.Hour), NextUpdate: at.Add(time.Hour), Number: big.NewInt(166),
		Entries: []crl.Entry{{Serial: certtest.Serial(5), RevokedAt: at.Add(-48 * time.Hour), Reason: cert.KeyCompromise}},
	}
	s.issuer, s.signer = s.ca, s.key
	s.query.Issuer, s.query.At = s.ca, at
	return s
}

func authority(name string, key crypto.Signer) certtest.Template {
	return certtest.Template{
		Issuer: certtest.CN("root"), Subject: certtest.CN(name), Key: key.Public(),
		Extensions: []cert.Extension{
			certtest.BasicConstraints(true, -1),
			certtest.KeyUsage(cert.UsageKeyCertSign | cert.UsageCRLSign),
			certtest.SubjectKeyID([]byte("key of " + name)),
		},
	}
}

// subject makes the certificate that is asked about.
func (s *scene) subject(c certtest.Template) {
	s.t.Helper()
	c.Serial, c.Issuer, c.Signer = certtest.Serial(0x1234), certtest.CN("ca"), s.key
	s.leaf = c.Parse(s.t)
	s.query.Certificate = s.leaf
}

// revoke puts the certificate on the list.
func (s *scene) revoke(reason cert.RevocationReason) *crl.Entry {
	s.template.Entries = append(s.template.Entries, crl.Entry{
		Serial: certtest.Serial(0x1234), RevokedAt: at.Add(-24 * time.Hour), Reason: reason,
	})
	return &s.template.Entries[len(s.template.Entries)-1]
}

func (s *scene) list() *crl.List {
	s.t.Helper()
	l, err := crl.Parse(s.raw())
	require.NoError(s.t, err)
	return l
}

func (s *scene) raw() []byte {
	s.t.Helper()
	raw, err := crl.Create(s.template, s.issuer, s.signer)
	require.NoError(s.t, err)
	if s.mutate != nil {
		tree := certtest.Tree(raw)
		s.mutate(tree.Children[0])
		raw = certtest.Template{Signer: s.signer}.Wrap(s.t, tree.Children[0].Bytes())
	}
	return raw
}

// another adds the list as it is now to those at hand, and goes on with one that is changed.
func (s *scene) another() { s.more = append(s.more, s.list()) }

func (s *scene) judge() (*crl.Answer, error) {
	s.t.Helper()
	l, err := crl.Parse(s.raw())
	if err != nil {
		return nil, err
	}
	s.query.Lists = append([]*crl.List{l}, s.more...)
	return crl.Judge(s.query)
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
