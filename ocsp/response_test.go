package ocsp_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/certtest"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/ocsp"
	"github.com/qoltanba/eds/verdict"
)

// Everything that a responder writes is read back.
func TestParseResponse(t *testing.T) {
	s := newScene(t, "ecdsa-p256")
	singles := []ocsp.SingleResponse{ocsp.Good(s.id(), at), ocsp.Revoked(s.id(), at, at, cert.Superseded), ocsp.Unknown(s.id(), at)}
	singles[1].NextUpdate = at.Add(time.Hour)
	singles[2].Extensions = []cert.Extension{certtest.Ext("1.2.3", []byte{5, 0})}
	s.answer(singles...)
	r, err := ocsp.ParseResponse(s.raw())
	require.NoError(t, err)
	require.Equal(t, ocsp.Successful, r.Status)
	require.Equal(t, singles, r.Responses)
	require.Equal(t, "CN=responder", r.ResponderName.String())
	require.Nil(t, r.ResponderKey)
	require.Equal(t, at, r.ProducedAt)
	require.Equal(t, nonce, r.Nonce)
	require.Len(t, r.Extensions, 2)
	require.Len(t, r.Certificates, 1)
	require.True(t, r.Certificates[0].Equal(s.signer))

	s.responder.ByKey = true
	r, err = ocsp.ParseResponse(s.raw())
	require.NoError(t, err)
	require.Nil(t, r.ResponderName)
	require.Len(t, r.ResponderKey, 20)

	s.answer(ocsp.SingleResponse{CertID: s.id()})
	_, err = s.responder.Sign(s.template)
	require.ErrorIs(t, err, verdict.KindMisuse)
}

// What was parsed does not change with the caller's octets.
func TestParseCopies(t *testing.T) {
	s := newScene(t, "ecdsa-p256")
	raw := s.raw()
	r, err := ocsp.ParseResponse(raw)
	require.NoError(t, err)
	clear(raw)
	_, err = r.Judge(s.query)
	require.NoError(t, err)
}

// T64, T75: what a proxy or a broken server sends in place of a response.
func TestNotAResponse(t *testing.T) {
	good := newScene(t, "ecdsa-p256").raw()
	successful := []byte{0x0a, 1, 0}
	bytesOf := certtest.Tree(good).Children[1].Bytes()
	for name, raw := range map[string][]byte{
		"nothing":                      {},
		"a page":                       []byte("<html><body>captive portal</body></html>"),
		"octets after it":              append(bytes.Clone(good), 0),
		"successful without bytes":     ocsp.ErrorResponse(ocsp.Successful),
		"status 4":                     ocsp.ErrorResponse(4),
		"status 7":                     ocsp.ErrorResponse(7),
		"status of two octets":         certtest.TLV(asn1.SEQUENCE, certtest.TLV(asn1.ENUM, []byte{0, 0}), bytesOf),
		"status as an integer":         certtest.TLV(asn1.SEQUENCE, []byte{2, 1, 0}, bytesOf),
		"an error with a good answer":  certtest.TLV(asn1.SEQUENCE, []byte{0x0a, 1, 6}, bytesOf),
		"a field too many":             certtest.TLV(asn1.SEQUENCE, successful, bytesOf, []byte{5, 0}),
		"a certificate":                newScene(t, "ecdsa-p256").ca.Raw,
		"nested more than anyone goes": []byte(strings.Repeat("\x30\x80", 30000)),
	} {
		t.Run(name, func(t *testing.T) {
			r, err := ocsp.ParseResponse(raw)
			require.ErrorIs(t, err, verdict.Malformed)
			require.Nil(t, r)
		})
	}
	r, err := ocsp.ParseResponse(certtest.TLV(asn1.SEQUENCE, successful, bytesOf))
	require.NoError(t, err, "the near twin")
	require.NotNil(t, r)
}

func TestOtherResponseType(t *testing.T) {
	raw := replaceOnce(newScene(t, "ecdsa-p256").raw(), oid.OCSPBasic.Content(), oid.OCSPNonce.Content())
	r, err := ocsp.ParseResponse(raw)
	require.ErrorIs(t, err, verdict.RevocationUnavailable)
	require.Nil(t, r)
}

// T3: all prefixes of a request and of a response.
func TestPrefixes(t *testing.T) {
	s := newScene(t, "ecdsa-p256")
	request, err := ocsp.NewRequest(s.leaf, s.ca, ocsp.RequestOptions{Nonce: nonce})
	require.NoError(t, err)
	for n := range request.Raw {
		_, err := ocsp.ParseRequest(request.Raw[:n])
		require.ErrorIs(t, err, verdict.Malformed)
	}
	raw := s.raw()
	for n := range raw {
		r, err := ocsp.ParseResponse(raw[:n])
		require.ErrorIs(t, err, verdict.Malformed)
		require.Nil(t, r)
	}
}

// T4, T6: a length written too long or an octet too many at any place, signed anew: never an answer.
func TestStrictEverywhere(t *testing.T) {
	s := newScene(t, "ecdsa-p256")
	s.template.Responses[0].NextUpdate, s.query.NonceRequired = at.Add(time.Hour), true
	parsed, err := ocsp.ParseResponse(s.raw())
	require.NoError(t, err)
	places := 0
	certtest.Tree(parsed.RawTBS).Walk(func(place *certtest.Node) {
		for _, change := range []func(n *certtest.Node){
			func(n *certtest.Node) { n.Long = true },
			func(n *certtest.Node) { n.Extra = []byte{0} },
			func(n *certtest.Node) { n.Tag ^= 0x40 },
		} {
			places++
			tree := certtest.Tree(parsed.RawTBS)
			tree.Walk(func(n *certtest.Node) {
				if n.Path == place.Path {
					change(n)
				}
			})
			if strings.HasPrefix(place.Path, ".0.3.0.1.") {
				continue // extended revocation: its value says nothing and is not looked at
			}
			raw, err := s.responder.SignTBS(tree.Bytes())
			require.NoError(t, err)
			r, err := ocsp.ParseResponse(raw)
			if err == nil {
				_, err = r.Judge(s.query)
			}
			require.Error(t, err, "%s: %x", place.Path, tree.Bytes())
		}
	})
	require.Greater(t, places, 90)
}

// T12: the one form of time.
func TestTimes(t *testing.T) {
	for text, good := range map[string]bool{
		"20260701120000Z": true, "20260701120000": false, "202607011200Z": false, "20260701120000.0Z": false,
		"20260701120000+0000": false, "20260230120000Z": false, "20260701240000Z": false, "00000701120000Z": false,
		"20260701120060Z": false, "2026070112000zZ": false, "": false,
	} {
		s := newScene(t, "ecdsa-p256")
		parsed, err := ocsp.ParseResponse(s.raw())
		require.NoError(t, err)
		tbs := certtest.Tree(parsed.RawTBS)
		tbs.Children[1].Content = []byte(text)
		raw, err := s.responder.SignTBS(tbs.Bytes())
		require.NoError(t, err)
		_, err = ocsp.ParseResponse(raw)
		require.Equal(t, good, err == nil, text)
	}
}

// Limits hold from both sides (T2, T13, T66).
func TestResponseLimits(t *testing.T) {
	s := newScene(t, "ecdsa-p256")
	try := func() error {
		_, err := ocsp.ParseResponse(s.raw())
		return err
	}
	for range 255 {
		s.template.Responses = append(s.template.Responses, s.template.Responses[0])
	}
	require.NoError(t, try())
	s.template.Responses = append(s.template.Responses, s.template.Responses[0])
	require.ErrorIs(t, try(), verdict.LimitExceeded)

	s = newScene(t, "ecdsa-p256")
	for len(s.responder.Embedded) < 16 {
		s.responder.Embedded = append(s.responder.Embedded, s.signer)
	}
	require.NoError(t, try())
	s.responder.Embedded = append(s.responder.Embedded, s.signer)
	require.ErrorIs(t, try(), verdict.LimitExceeded)

	s = newScene(t, "ecdsa-p256")
	s.template.Extensions = []cert.Extension{certtest.Ext("1.2.3", make([]byte, ocsp.MaxSize-len(s.raw())-50))}
	require.NoError(t, try())
	s.template.Extensions[0].Value = make([]byte, ocsp.MaxSize)
	require.ErrorIs(t, try(), verdict.LimitExceeded)
}

// T2: a length that claims more than there is allocates nothing.
func TestLengthBombs(t *testing.T) {
	for _, head := range []string{"\x30\x84\xff\xff\xff\xff", "\x30\x88\x7f\xff\xff\xff\xff\xff\xff\xff", "\x30\x84\x01", "\x30\x80", "\x30\xff", "\x3f\x81"} {
		allocated := testing.AllocsPerRun(10, func() {
			_, err := ocsp.ParseResponse([]byte(head))
			require.ErrorIs(t, err, verdict.Malformed)
		})
		require.Less(t, allocated, 100.0)
	}
}

// A version written out is tolerated as far as it is the default.
func TestResponseVersion(t *testing.T) {
	s := newScene(t, "ecdsa-p256")
	parsed, err := ocsp.ParseResponse(s.raw())
	require.NoError(t, err)
	for version, good := range map[byte]bool{0: true, 1: false} {
		tbs := certtest.Tree(parsed.RawTBS)
		explicit := certtest.Tree(certtest.TLV(der.Explicit(0), []byte{2, 1, version}))
		tbs.Children = append([]*certtest.Node{explicit}, tbs.Children...)
		raw, err := s.responder.SignTBS(tbs.Bytes())
		require.NoError(t, err)
		r, err := ocsp.ParseResponse(raw)
		require.Equal(t, good, err == nil)
		if good {
			_, err = r.Judge(s.query)
			require.NoError(t, err)
		}
	}
}

func TestStatusWords(t *testing.T) {
	require.Equal(t, "successful", ocsp.Successful.String())
	require.Equal(t, "tryLater", ocsp.TryLater.String())
	require.Equal(t, "4", ocsp.Status(4).String())
}
