package chain_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/chain"
	"github.com/qoltanba/eds/internal/certtest"
	"github.com/qoltanba/eds/verdict"
)

// authority is a CA of a test: a name, a key, and certificates that say so.
type authority struct {
	name string
	key  string // the name of its key for certtest
}

func ca(name string) authority { return authority{name, "ecdsa-p256/" + name} }

// caExtensions are those of a good CA.
func caExtensions(pathLen int) []cert.Extension {
	return []cert.Extension{
		certtest.BasicConstraints(true, pathLen),
		certtest.KeyUsage(cert.UsageKeyCertSign | cert.UsageCRLSign),
	}
}

// change edits a template before it is signed.
type change func(*certtest.Template)

func extensions(list ...cert.Extension) change {
	return func(c *certtest.Template) { c.Extensions = list }
}

func also(e ...cert.Extension) change {
	return func(c *certtest.Template) { c.Extensions = append(c.Extensions, e...) }
}

func dates(from, to time.Time) change {
	return func(c *certtest.Template) { c.NotBefore, c.NotAfter = from, to }
}

var serial int64

func (a authority) issue(t testing.TB, subject string, key string, base []cert.Extension, changes []change) *cert.Certificate {
	t.Helper()
	serial++
	template := certtest.Template{
		Serial: certtest.Serial(serial), Issuer: certtest.CN(a.name), Subject: certtest.CN(subject),
		Key: certtest.Key(t, key).Public(), Signer: certtest.Key(t, a.key), Extensions: base,
	}
	for _, change := range changes {
		change(&template)
	}
	return template.Parse(t)
}

// certify issues the certificate of another CA.
func (a authority) certify(t testing.TB, other authority, changes ...change) *cert.Certificate {
	t.Helper()
	return a.issue(t, other.name, other.key, caExtensions(-1), changes)
}

// self issues the CA's own certificate.
func (a authority) self(t testing.TB, changes ...change) *cert.Certificate {
	t.Helper()
	return a.certify(t, a, changes...)
}

// leaf issues a certificate of nobody in particular.
func (a authority) leaf(t testing.TB, changes ...change) *cert.Certificate {
	t.Helper()
	return a.issue(t, "leaf", "ecdsa-p256/leaf", []cert.Extension{certtest.KeyUsage(cert.UsageDigitalSignature)}, changes)
}

func list(certificates ...*cert.Certificate) []*cert.Certificate { return certificates }

// verify asks for a path and checks what must hold of any: it begins at the leaf, ends at an anchor, and every
// signature in it is right.
func verify(t testing.TB, leaf *cert.Certificate, o chain.Options) ([]*cert.Certificate, error) {
	t.Helper()
	if o.At.IsZero() {
		o.At = certtest.At
	}
	path, err := chain.Verify(leaf, o)
	if err != nil {
		require.Nil(t, path)
		return nil, err
	}
	all := path.Certificates()
	require.True(t, path.Leaf().Equal(leaf))
	require.Contains(t, o.Anchors, path.Anchor())
	for i := range len(all) - 1 {
		require.NoError(t, all[i].CheckSignature(all[i+1].PublicKey))
		require.True(t, all[i].Issuer.Equal(all[i+1].Subject))
	}
	return all, nil
}

// accepted and refused are a check and its near twin.
func accepted(t testing.TB, leaf *cert.Certificate, anchors, intermediates []*cert.Certificate) {
	t.Helper()
	_, err := verify(t, leaf, chain.Options{Anchors: anchors, Intermediates: intermediates})
	require.NoError(t, err)
}

func refused(t testing.TB, reason verdict.Reason, text string, leaf *cert.Certificate, anchors, intermediates []*cert.Certificate) {
	t.Helper()
	_, err := verify(t, leaf, chain.Options{Anchors: anchors, Intermediates: intermediates})
	require.ErrorIs(t, err, reason)
	require.Contains(t, err.Error(), text)
}

var root, inter, other = ca("root"), ca("intermediate"), ca("other")

func numbered(n int) authority { return ca(fmt.Sprintf("ca %d", n)) }
