package ocsp_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/certtest"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/ocsp"
	"github.com/qoltanba/eds/verdict"
)

func TestRequest(t *testing.T) {
	s := newScene(t, "ecdsa-p256")
	for _, d := range []cert.Digest{0, cert.SHA1, cert.SHA256, cert.GOST34311, cert.Streebog512} {
		made, err := ocsp.NewRequest(s.leaf, s.ca, ocsp.RequestOptions{Digest: d, Nonce: nonce})
		require.NoError(t, err)
		read, err := ocsp.ParseRequest(made.Raw)
		require.NoError(t, err)
		require.Equal(t, made, read)
		require.True(t, read.CertIDs[0].Matches(s.leaf, s.ca))
		if d == 0 {
			require.Equal(t, cert.WithNULL(oid.SHA256), read.CertIDs[0].Hash)
		}
		// RFC 9654, Section 2.1: an OCTET STRING inside the one of the extension.
		require.Equal(t, certtest.TLV(asn1.OCTET_STRING, nonce), read.Extensions[0].Value)
		require.False(t, read.Extensions[0].Critical)
	}
	made, err := ocsp.NewRequest(s.leaf, s.ca, ocsp.RequestOptions{})
	require.NoError(t, err)
	require.Nil(t, made.Extensions)
	require.NotContains(t, string(made.Raw), string(oid.OCSPNonce.Content()))
}

// A nonce is 1 to 128 octets long.
func TestNonceLength(t *testing.T) {
	s := newScene(t, "ecdsa-p256")
	for size, good := range map[int]bool{0: false, 1: true, 128: true, 129: false} {
		_, err := ocsp.NewRequest(s.leaf, s.ca, ocsp.RequestOptions{Nonce: make([]byte, size)})
		if good {
			require.NoError(t, err)
		} else {
			require.ErrorIs(t, err, verdict.KindMisuse)
		}
	}
	_, err := ocsp.NewRequest(nil, s.ca, ocsp.RequestOptions{})
	require.ErrorIs(t, err, verdict.KindMisuse)
	_, err = ocsp.NewRequest(s.leaf, nil, ocsp.RequestOptions{})
	require.ErrorIs(t, err, verdict.KindMisuse)
}

// The caller's nonce is copied: changing it later changes no request.
func TestRequestCopiesNonce(t *testing.T) {
	s := newScene(t, "ecdsa-p256")
	mine := bytes.Clone(nonce)
	made, err := ocsp.NewRequest(s.leaf, s.ca, ocsp.RequestOptions{Nonce: mine})
	require.NoError(t, err)
	mine[0] ^= 1
	require.Equal(t, nonce, made.Nonce)
}

func TestParseRequestForms(t *testing.T) {
	s := newScene(t, "ecdsa-p256")
	made, err := ocsp.NewRequest(s.leaf, s.ca, ocsp.RequestOptions{Nonce: nonce})
	require.NoError(t, err)
	tree := func() *certtest.Node { return certtest.Tree(made.Raw) }
	element := func(b []byte) *certtest.Node { return certtest.Tree(b) }
	for _, c := range []struct {
		name   string
		change func(tree, tbs *certtest.Node)
		good   bool
	}{
		{"unchanged", func(tree, tbs *certtest.Node) {}, true},
		{"version 1 written out", func(tree, tbs *certtest.Node) {
			tbs.Children = append([]*certtest.Node{element(certtest.TLV(der.Explicit(0), []byte{2, 1, 0}))}, tbs.Children...)
		}, true},
		{"version 2", func(tree, tbs *certtest.Node) {
			tbs.Children = append([]*certtest.Node{element(certtest.TLV(der.Explicit(0), []byte{2, 1, 1}))}, tbs.Children...)
		}, false},
		{"requestor", func(tree, tbs *certtest.Node) {
			name := certtest.TLV(der.Explicit(1), certtest.TLV(der.Explicit(4), certtest.CN("me")))
			tbs.Children = append([]*certtest.Node{element(name)}, tbs.Children...)
		}, true},
		{"signature", func(tree, tbs *certtest.Node) {
			tree.Children = append(tree.Children, element(signature([]byte{3, 2, 0, 1})))
		}, true},
		{"signature that is none", func(tree, tbs *certtest.Node) {
			tree.Children = append(tree.Children, element(signature([]byte{4, 2, 0, 1})))
		}, false},
		{"something after the signature", func(tree, tbs *certtest.Node) {
			tree.Children = append(tree.Children, element(signature([]byte{3, 2, 0, 1})), element([]byte{5, 0}))
		}, false},
		{"extensions twice", func(tree, tbs *certtest.Node) {
			tbs.Children = append(tbs.Children, tbs.Children[1])
		}, false},
		{"one extension twice", func(tree, tbs *certtest.Node) {
			list := tbs.Children[1].Children[0]
			list.Children = append(list.Children, list.Children[0])
		}, false},
		{"empty extensions", func(tree, tbs *certtest.Node) { tbs.Children[1].Children[0].Children = nil }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			changed := tree()
			c.change(changed, changed.Children[0])
			r, err := ocsp.ParseRequest(changed.Bytes())
			if !c.good {
				require.ErrorIs(t, err, verdict.Malformed)
				require.Nil(t, r)
				return
			}
			require.NoError(t, err)
			require.True(t, r.CertIDs[0].Matches(s.leaf, s.ca))
			require.Equal(t, len(changed.Children) == 2, r.Signed)
		})
	}
}

func signature(bits []byte) []byte {
	algorithm := certtest.TLV(asn1.SEQUENCE, certtest.OID(oid.SHA256WithRSA))
	return certtest.TLV(der.Explicit(0), certtest.TLV(asn1.SEQUENCE, algorithm, bits))
}

// Limits hold from both sides (T2, T13).
func TestRequestLimits(t *testing.T) {
	s := newScene(t, "ecdsa-p256")
	made, err := ocsp.NewRequest(s.leaf, s.ca, ocsp.RequestOptions{})
	require.NoError(t, err)
	build := func(n int) []byte {
		tree := certtest.Tree(made.Raw)
		list := tree.Children[0].Children[0]
		for len(list.Children) < n {
			list.Children = append(list.Children, list.Children[0])
		}
		return tree.Bytes()
	}
	r, err := ocsp.ParseRequest(build(256))
	require.NoError(t, err)
	require.Len(t, r.CertIDs, 256)
	_, err = ocsp.ParseRequest(build(257))
	require.ErrorIs(t, err, verdict.LimitExceeded)
	_, err = ocsp.ParseRequest(make([]byte, ocsp.MaxSize))
	require.ErrorIs(t, err, verdict.Malformed)
	_, err = ocsp.ParseRequest(make([]byte, ocsp.MaxSize+1))
	require.ErrorIs(t, err, verdict.LimitExceeded)
}
