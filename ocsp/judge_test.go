package ocsp_test

import (
	"bytes"
	"errors"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/certtest"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/ocsp"
	"github.com/qoltanba/eds/verdict"
)

func TestJudge(t *testing.T) {
	for _, kind := range certtest.Kinds {
		t.Run(kind, func(t *testing.T) {
			s := newScene(t, kind)
			answer, err := s.judge()
			require.NoError(t, err)
			require.Equal(t, &ocsp.Answer{
				Status: cert.StatusGood, ThisUpdate: at, ProducedAt: at, Responder: answer.Responder, Delegated: true, Nonced: true,
			}, answer)
			require.True(t, answer.Responder.Equal(s.signer))

			s.direct()
			answer, err = s.judge()
			require.NoError(t, err)
			require.False(t, answer.Delegated)
			require.True(t, answer.Responder.Equal(s.ca))
		})
	}
}

// Every check has a response that it refuses and a near twin, the scene itself where there is no other, that passes.
// The numbers are those of ../shared/THREATS.md.
func TestJudgeRefuses(t *testing.T) {
	nobody := certtest.Key(t, "ecdsa-p256/nobody")
	sibling := certtest.Key(t, "ecdsa-p256/sibling")
	root := certtest.Key(t, "ecdsa-p256/root")
	for _, c := range []struct {
		name      string
		twin, bad func(s *scene)
		want      string
	}{
		{ // T55
			name: "signature with a bit flipped", want: "signature",
			bad: func(s *scene) {
				s.responder.Embedded = nil
				s.query.Others = []*cert.Certificate{s.signer}
				s.mutate = func(raw []byte) []byte {
					raw[len(raw)-1] ^= 1
					return raw
				}
			},
			twin: func(s *scene) {
				s.responder.Embedded = nil
				s.query.Others = []*cert.Certificate{s.signer}
			},
		},
		{ // T55
			name: "answer changed after signing", want: "signature",
			bad: func(s *scene) {
				s.answer(ocsp.Unknown(s.id(), at))
				s.mutate = func(raw []byte) []byte { return replaceOnce(raw, []byte{0x82, 0, 0x18}, []byte{0x80, 0, 0x18}) }
			},
			twin: func(s *scene) { s.answer(ocsp.Unknown(s.id(), at)) },
		},
		{ // T55
			name: "signed by another key", want: "signature",
			bad: func(s *scene) { s.responder.Key = nobody },
		},
		{ // T55
			name: "not signed", want: "signature",
			bad: func(s *scene) {
				s.mutate = func(raw []byte) []byte {
					response, err := ocsp.ParseResponse(raw)
					require.NoError(s.t, err)
					empty := certtest.TLV(asn1.BIT_STRING, []byte{0})
					full := certtest.TLV(asn1.BIT_STRING, []byte{0}, response.Signature)
					tree := certtest.Tree(raw)
					tree.Walk(func(n *certtest.Node) {
						if bytes.Equal(n.Bytes(), full) {
							*n = *certtest.Tree(empty)
						}
					})
					return tree.Bytes()
				}
			},
		},
		{ // T22
			name: "signed over SHA-1", want: "sha-1",
			bad: func(s *scene) { signSHA1(s) },
		},
		{
			name: "signed with an algorithm of nobody", want: "unsupported signature algorithm",
			bad: func(s *scene) {
				s.responder.Embedded, s.query.Others = nil, []*cert.Certificate{s.signer}
				s.mutate = func(raw []byte) []byte {
					return replaceOnce(raw, oid.ECDSAWithSHA256.Content(), oid.OID("1.2.840.10045.4.3.1").Content())
				}
			},
		},
		{ // T56
			name: "responder without OCSPSigning", want: "not for signing OCSP",
			bad: func(s *scene) {
				s.delegate(func(c *certtest.Template) { c.Extensions = []cert.Extension{noCheck} })
			},
		},
		{ // T56
			name: "responder with any usage", want: "not for signing OCSP",
			bad: func(s *scene) {
				s.delegate(func(c *certtest.Template) {
					c.Extensions = []cert.Extension{certtest.ExtKeyUsage(oid.AnyExtKeyUsage), noCheck}
				})
			},
			twin: func(s *scene) {
				s.delegate(func(c *certtest.Template) {
					c.Extensions = []cert.Extension{certtest.ExtKeyUsage(oid.AnyExtKeyUsage, oid.OCSPSigning), noCheck}
				})
			},
		},
		{ // T56
			name: "responder that may not sign", want: "not for signing",
			bad: func(s *scene) {
				s.delegate(func(c *certtest.Template) { c.Extensions[0] = certtest.KeyUsage(cert.UsageKeyAgreement) })
			},
			twin: func(s *scene) {
				s.delegate(func(c *certtest.Template) { c.Extensions[0] = certtest.KeyUsage(cert.UsageNonRepudiation) })
			},
		},
		{ // T56: what the certificate is for is not inherited from above
			name: "OCSPSigning in the authority alone", want: "not for signing OCSP",
			bad: func(s *scene) {
				template := authority("ca", s.caKey)
				template.Extensions = append(template.Extensions, certtest.ExtKeyUsage(oid.OCSPSigning))
				s.ca = template.Parse(s.t)
				s.query.Issuer = s.ca
				s.delegate(func(c *certtest.Template) { c.Extensions = []cert.Extension{noCheck} })
			},
		},
		{ // T56
			name: "responder that is an authority", want: "that of an authority",
			bad: func(s *scene) {
				s.delegate(func(c *certtest.Template) {
					c.Extensions = append(c.Extensions, certtest.BasicConstraints(true, 0))
				})
			},
			twin: func(s *scene) {
				s.delegate(func(c *certtest.Template) {
					c.Extensions = append(c.Extensions, certtest.BasicConstraints(false, -1))
				})
			},
		},
		{ // T56
			name: "responder not yet valid when it signed", want: "was not valid",
			bad:  func(s *scene) { s.delegate(func(c *certtest.Template) { c.NotBefore = at.Add(seconds(1)) }) },
			twin: func(s *scene) { s.delegate(func(c *certtest.Template) { c.NotBefore = at }) },
		},
		{ // T56
			name: "responder expired when it signed", want: "was not valid",
			bad:  func(s *scene) { s.delegate(func(c *certtest.Template) { c.NotAfter = at.Add(seconds(-1)) }) },
			twin: func(s *scene) { s.delegate(func(c *certtest.Template) { c.NotAfter = at }) },
		},
		{ // T56
			name: "nobody to ask about the responder", want: "nobody can tell",
			bad: func(s *scene) { s.delegate(func(c *certtest.Template) { c.Extensions = c.Extensions[:2] }) },
			twin: func(s *scene) {
				s.delegate(func(c *certtest.Template) { c.Extensions = c.Extensions[:2] })
				s.query.CheckResponder = func(c *cert.Certificate) error {
					require.True(s.t, c.Equal(s.signer))
					return nil
				}
			},
		},
		{ // T56
			name: "responder revoked", want: "on the list",
			bad: func(s *scene) {
				s.delegate(func(c *certtest.Template) { c.Extensions = c.Extensions[:2] })
				s.query.CheckResponder = func(*cert.Certificate) error { return errors.New("on the list") }
			},
			twin: func(s *scene) { // who says nocheck is not asked about
				s.query.CheckResponder = func(*cert.Certificate) error { return errors.New("on the list") }
			},
		},
		{
			name: "unknown critical extension of the responder", want: "unknown critical extension 1.2.3.4",
			bad: func(s *scene) {
				s.delegate(func(c *certtest.Template) {
					c.Extensions = append(c.Extensions, certtest.Critical(certtest.Ext("1.2.3.4", []byte{5, 0})))
				})
			},
			twin: func(s *scene) {
				s.delegate(func(c *certtest.Template) {
					c.Extensions = append(c.Extensions, certtest.Ext("1.2.3.4", []byte{5, 0}))
				})
			},
		},
		{ // T57
			name: "responder of a sibling", want: "not of the authority",
			bad: func(s *scene) {
				s.delegate(func(c *certtest.Template) { c.Issuer, c.Signer = certtest.CN("sibling"), sibling })
			},
		},
		{ // T57
			name: "responder of the root", want: "not of the authority",
			bad: func(s *scene) {
				s.delegate(func(c *certtest.Template) { c.Issuer, c.Signer = certtest.CN("root"), root })
			},
		},
		{ // T57
			name: "responder of a namesake of the authority", want: "does not verify",
			bad: func(s *scene) { s.delegate(func(c *certtest.Template) { c.Signer = sibling }) },
		},
		{ // T57
			name: "a namesake of the authority itself", want: "not of the authority",
			bad: func(s *scene) {
				s.responder = ocsp.Responder{Certificate: s.ca, Key: sibling}
				s.responder.Embedded = []*cert.Certificate{authority("ca", sibling).Parse(s.t)}
				s.query.Issuer = authority("other", s.caKey).Parse(s.t)
				s.leaf = s.issue(certtest.Template{Serial: certtest.Serial(0x1234), Issuer: certtest.CN("other")})
				s.query.Certificate = s.leaf
				s.answer(ocsp.Good(ocsp.NewCertID(s.leaf, s.query.Issuer, cert.SHA256), at))
			},
			twin: func(s *scene) { s.direct() },
		},
		{ // T57
			name: "the root", want: "not of the authority",
			bad: func(s *scene) {
				top := authority("root", root).Parse(s.t)
				s.responder = ocsp.Responder{Certificate: top, Key: root, Embedded: []*cert.Certificate{top}}
			},
			twin: func(s *scene) { s.direct() },
		},
		{
			name: "responder below the responder", want: "not of the authority",
			bad: func(s *scene) {
				first := s.signer
				key := s.key
				s.key = nobody
				s.delegate(func(c *certtest.Template) {
					c.Subject, c.Issuer, c.Signer = certtest.CN("second"), first.Subject.Raw, key
				})
				s.responder.Embedded = append(s.responder.Embedded, first)
			},
		},
		{
			name: "responder not at hand", want: "not at hand",
			bad:  func(s *scene) { s.responder.Embedded = nil },
			twin: func(s *scene) { s.responder.Embedded, s.query.Others = nil, []*cert.Certificate{s.signer} },
		},
		{
			name: "responder named otherwise", want: "not at hand",
			bad: func(s *scene) { s.responder.Certificate = s.leaf },
		},
		{
			name: "responder named by another key", want: "not at hand",
			bad:  func(s *scene) { s.responder.Certificate, s.responder.ByKey = s.leaf, true },
			twin: func(s *scene) { s.responder.ByKey = true },
		},
		{ // T58
			name: "no nonce", want: "repeats no nonce",
			bad:  func(s *scene) { s.template.Nonce, s.query.NonceRequired = nil, true },
			twin: func(s *scene) { s.template.Nonce = nil },
		},
		{ // T58
			name: "another nonce", want: "the nonce is not",
			bad:  func(s *scene) { s.template.Nonce = []byte("0123456789abcdef0123456789abcdeF") },
			twin: func(s *scene) { s.query.NonceRequired = true },
		},
		{ // T58
			name: "nonce cut short", want: "the nonce is not",
			bad:  func(s *scene) { s.template.Nonce = nonce[:31] },
			twin: func(s *scene) { s.template.Nonce, s.query.Nonce = nonce[:31], nonce[:31] },
		},
		{ // T58
			name: "nonce wrapped twice", want: "the nonce is not",
			bad:  func(s *scene) { s.template.Nonce = certtest.TLV(asn1.OCTET_STRING, nonce) },
			twin: func(s *scene) { s.query.Nonce = nil }, // none was asked for
		},
		{ // T58
			name: "nonce not wrapped", want: "the nonce is not",
			bad: func(s *scene) {
				s.template.Nonce, s.template.Extensions = nil, []cert.Extension{certtest.Ext(oid.OCSPNonce, nonce)}
			},
			twin: func(s *scene) {
				value := certtest.TLV(asn1.OCTET_STRING, nonce)
				s.template.Nonce, s.template.Extensions = nil, []cert.Extension{certtest.Ext(oid.OCSPNonce, value)}
			},
		},
		{ // T59
			name: "thisUpdate in the future", want: "lies after",
			bad:  func(s *scene) { s.template.Responses[0].ThisUpdate = at.Add(seconds(301)) },
			twin: func(s *scene) { s.template.Responses[0].ThisUpdate = at.Add(seconds(300)) },
		},
		{ // T59
			name: "thisUpdate in the future, no skew", want: "lies after",
			bad: func(s *scene) {
				s.query.MaxSkew = 0
				s.template.Responses[0].ThisUpdate = at.Add(seconds(1))
			},
			twin: func(s *scene) { s.query.MaxSkew = 0 },
		},
		{ // T59
			name: "stale without nextUpdate", want: "stale: thisUpdate",
			bad:  func(s *scene) { s.template.Responses[0].ThisUpdate = at.Add(-24*time.Hour - time.Second) },
			twin: func(s *scene) { s.template.Responses[0].ThisUpdate = at.Add(-24 * time.Hour) },
		},
		{ // T59: the strict choice
			name: "stale without nextUpdate and age", want: "stale: thisUpdate",
			bad: func(s *scene) {
				s.query.MaxAge = 0
				s.template.Responses[0].ThisUpdate = at.Add(seconds(-1))
			},
			twin: func(s *scene) { s.query.MaxAge = 0 },
		},
		{ // T59
			name: "stale by nextUpdate", want: "stale: nextUpdate",
			bad:  func(s *scene) { setNext(s, -1000*time.Hour, -301*time.Second) },
			twin: func(s *scene) { setNext(s, -1000*time.Hour, -300*time.Second) },
		},
		{ // T59
			name: "nextUpdate before thisUpdate", want: "lies before thisUpdate",
			bad:  func(s *scene) { setNext(s, 0, -time.Second) },
			twin: func(s *scene) { setNext(s, 0, 0) },
		},
		{ // T59
			name: "produced in the future", want: "produced at",
			bad:  func(s *scene) { s.template.ProducedAt = at.Add(seconds(301)) },
			twin: func(s *scene) { s.template.ProducedAt = at.Add(seconds(300)) },
		},
		{ // T59
			name: "produced before what it tells", want: "with thisUpdate",
			bad:  func(s *scene) { s.template.ProducedAt = at.Add(seconds(-301)) },
			twin: func(s *scene) { s.template.ProducedAt = at.Add(seconds(-300)) },
		},
		{ // T59
			name: "produced before the certificate", want: "before the certificate",
			bad:  func(s *scene) { bornAfter(s, seconds(301)) },
			twin: func(s *scene) { bornAfter(s, seconds(300)) },
		},
		{ // T61
			name: "another serial number", want: "none of the 1 answers",
			bad: func(s *scene) { s.template.Responses[0].CertID.Serial = certtest.Serial(0x1235) },
		},
		{ // T61
			name: "another issuer by name", want: "none of the 1 answers",
			bad: func(s *scene) { s.template.Responses[0].CertID.IssuerNameHash[31] ^= 1 },
		},
		{ // T61
			name: "another issuer by key", want: "none of the 1 answers",
			bad: func(s *scene) { s.template.Responses[0].CertID.IssuerKeyHash[0] ^= 1 },
		},
		{ // T61
			name: "hashes of another function", want: "none of the 1 answers",
			bad:  func(s *scene) { s.template.Responses[0].CertID.Hash = cert.WithNULL(oid.SHA384) },
			twin: func(s *scene) { s.template.Responses[0].CertID = ocsp.NewCertID(s.leaf, s.ca, cert.SHA384) },
		},
		{ // T61
			name: "unknown hash function", want: "none of the 1 answers",
			bad:  func(s *scene) { s.template.Responses[0].CertID.Hash = cert.WithNULL("1.2.3.4") },
			twin: func(s *scene) { s.template.Responses[0].CertID = ocsp.NewCertID(s.leaf, s.ca, cert.SHA1) },
		},
		{ // T61
			name: "hash function with odd parameters", want: "none of the 1 answers",
			bad: func(s *scene) {
				s.template.Responses[0].CertID.Hash.Parameters = []byte{0x30, 0}
			},
			twin: func(s *scene) { s.template.Responses[0].CertID.Hash.Parameters = nil },
		},
		{ // T61
			name: "no answer at all", want: "none of the 0 answers",
			bad: func(s *scene) { s.answer() },
			twin: func(s *scene) {
				other := s.id()
				other.Serial = certtest.Serial(5)
				s.answer(ocsp.Revoked(other, at, at, cert.KeyCompromise), ocsp.Good(s.id(), at))
			},
		},
		{ // T62: one of the two cannot be used
			name: "a stale answer beside a fresh one", want: "stale",
			bad: func(s *scene) { s.answer(ocsp.Good(s.id(), at), ocsp.Good(s.id(), at.Add(-48*time.Hour))) },
			twin: func(s *scene) {
				s.answer(ocsp.Good(s.id(), at), ocsp.Good(s.id(), at.Add(-4*time.Hour)))
			},
		},
		{
			name: "unknown critical extension of the response", want: "1.2.3.4 in the response",
			bad: func(s *scene) {
				s.template.Extensions = []cert.Extension{certtest.Critical(certtest.Ext("1.2.3.4", nil))}
			},
			twin: func(s *scene) { s.template.Extensions = []cert.Extension{certtest.Ext("1.2.3.4", nil)} },
		},
		{
			name: "unknown critical extension of the answer", want: "1.2.3.4 in the answer",
			bad: func(s *scene) {
				s.template.Responses[0].Extensions = []cert.Extension{certtest.Critical(certtest.Ext("1.2.3.4", nil))}
			},
			twin: func(s *scene) {
				s.template.Responses[0].Extensions = []cert.Extension{certtest.Ext("1.2.3.4", nil)}
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(t, "ecdsa-p256")
			c.bad(s)
			answer, err := s.judge()
			require.ErrorIs(t, err, verdict.RevocationUnavailable)
			require.ErrorContains(t, err, c.want)
			require.Nil(t, answer)

			s = newScene(t, "ecdsa-p256")
			if c.twin != nil {
				c.twin(s)
			}
			answer, err = s.judge()
			require.NoError(t, err, "the near twin")
			require.NotEqual(t, cert.StatusUnavailable, answer.Status)
		})
	}
}

func setNext(s *scene, this, next time.Duration) {
	s.template.Responses[0].ThisUpdate = at.Add(this)
	s.template.Responses[0].NextUpdate = at.Add(next)
}

// bornAfter makes the certificate valid from some time after the response.
func bornAfter(s *scene, d time.Duration) {
	s.leaf = s.issue(certtest.Template{Serial: certtest.Serial(0x1234), NotBefore: at.Add(d)})
	s.query.Certificate = s.leaf
}

func replaceOnce(b, old, new []byte) []byte { return bytes.Replace(b, old, new, 1) }

// signSHA1 has an RSA responder sign over SHA-1, which no encoder of ours does.
func signSHA1(s *scene) {
	s.t.Helper()
	*s = *newScene(s.t, "rsa-2048")
	s.responder.Embedded, s.query.Others = nil, []*cert.Certificate{s.signer}
	s.mutate = func(raw []byte) []byte {
		return replaceOnce(raw, oid.SHA256WithRSA.Content(), oid.SHA1WithRSA.Content())
	}
}

// What a response says comes out unchanged.
func TestStatuses(t *testing.T) {
	when := time.Date(2026, 5, 8, 14, 57, 29, 0, time.UTC)
	for _, c := range []struct {
		name   string
		change func(s *scene)
		want   ocsp.Answer
	}{
		{"revoked", func(s *scene) { s.answer(ocsp.Revoked(s.id(), at, when, cert.KeyCompromise)) }, ocsp.Answer{
			Status: cert.StatusRevoked, RevokedAt: when, Reason: cert.KeyCompromise,
		}},
		{"revoked without a reason", func(s *scene) { s.answer(ocsp.Revoked(s.id(), at, when, cert.Unspecified)) }, ocsp.Answer{
			Status: cert.StatusRevoked, RevokedAt: when, Reason: cert.Unspecified,
		}},
		{"on hold", func(s *scene) { s.answer(ocsp.Revoked(s.id(), at, when, cert.CertificateHold)) }, ocsp.Answer{
			Status: cert.StatusRevoked, RevokedAt: when, Reason: cert.CertificateHold,
		}},
		// T77: no reason of the standard, and a date to come.
		{"revoked for a reason unknown", func(s *scene) { s.answer(ocsp.Revoked(s.id(), at, when, 77)) }, ocsp.Answer{
			Status: cert.StatusRevoked, RevokedAt: when, Reason: 77,
		}},
		{"revoked tomorrow", func(s *scene) { s.answer(ocsp.Revoked(s.id(), at, at.Add(24*time.Hour), cert.Superseded)) }, ocsp.Answer{
			Status: cert.StatusRevoked, RevokedAt: at.Add(24 * time.Hour), Reason: cert.Superseded,
		}},
		{"unknown", func(s *scene) { s.answer(ocsp.Unknown(s.id(), at)) }, ocsp.Answer{Status: cert.StatusUnknown}},
		// T64: never issued is revoked, and told apart by all three marks together.
		{"never issued", func(s *scene) { s.answer(ocsp.NeverIssued(s.id(), at)) }, ocsp.Answer{
			Status: cert.StatusRevoked, RevokedAt: time.Unix(0, 0).UTC(), Reason: cert.CertificateHold, NeverIssued: true,
		}},
		{"never issued without the extension", func(s *scene) {
			s.template.ExtendedRevoke = false
			s.answer(ocsp.NeverIssued(s.id(), at))
		}, ocsp.Answer{Status: cert.StatusRevoked, RevokedAt: time.Unix(0, 0).UTC(), Reason: cert.CertificateHold}},
		{"compromised since 1970", func(s *scene) {
			s.answer(ocsp.Revoked(s.id(), at, time.Unix(0, 0), cert.KeyCompromise))
		}, ocsp.Answer{Status: cert.StatusRevoked, RevokedAt: time.Unix(0, 0).UTC(), Reason: cert.KeyCompromise}},
		{"on hold since a second later", func(s *scene) {
			s.answer(ocsp.Revoked(s.id(), at, time.Unix(1, 0), cert.CertificateHold))
		}, ocsp.Answer{Status: cert.StatusRevoked, RevokedAt: time.Unix(1, 0).UTC(), Reason: cert.CertificateHold}},
		// T62: the worse of two wins, in either order.
		{"good and revoked", func(s *scene) {
			s.answer(ocsp.Good(s.id(), at), ocsp.Revoked(s.id(), at, when, cert.KeyCompromise))
		}, ocsp.Answer{Status: cert.StatusRevoked, RevokedAt: when, Reason: cert.KeyCompromise}},
		{"revoked and good", func(s *scene) {
			s.answer(ocsp.Revoked(s.id(), at, when, cert.KeyCompromise), ocsp.Good(s.id(), at))
		}, ocsp.Answer{Status: cert.StatusRevoked, RevokedAt: when, Reason: cert.KeyCompromise}},
		{"good and unknown", func(s *scene) {
			s.answer(ocsp.Good(s.id(), at), ocsp.Unknown(s.id(), at))
		}, ocsp.Answer{Status: cert.StatusUnknown}},
		{"revoked and unknown", func(s *scene) {
			s.answer(ocsp.Revoked(s.id(), at, when, cert.KeyCompromise), ocsp.Unknown(s.id(), at))
		}, ocsp.Answer{Status: cert.StatusRevoked, RevokedAt: when, Reason: cert.KeyCompromise}},
		{"revoked twice", func(s *scene) {
			s.answer(ocsp.Revoked(s.id(), at, at, cert.Superseded), ocsp.Revoked(s.id(), at, when, cert.KeyCompromise))
		}, ocsp.Answer{Status: cert.StatusRevoked, RevokedAt: when, Reason: cert.KeyCompromise}},
		// T61: good under one hash and revoked under another are about one certificate.
		{"good and revoked by different hashes", func(s *scene) {
			s.answer(ocsp.Good(s.id(), at), ocsp.Revoked(ocsp.NewCertID(s.leaf, s.ca, cert.SHA1), at, when, cert.KeyCompromise))
		}, ocsp.Answer{Status: cert.StatusRevoked, RevokedAt: when, Reason: cert.KeyCompromise}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(t, "ecdsa-p256")
			c.change(s)
			answer, err := s.judge()
			require.NoError(t, err)
			c.want.ThisUpdate, c.want.ProducedAt, c.want.Responder, c.want.Delegated, c.want.Nonced = at, at, answer.Responder, true, true
			require.Equal(t, &c.want, answer)
		})
	}
}

// Two responders share name and key, each certified by another authority: the right certificate is found among them.
func TestNamesakeResponders(t *testing.T) {
	s := newScene(t, "ecdsa-p256")
	right := s.signer
	sibling := certtest.Key(t, "ecdsa-p256/sibling")
	s.delegate(func(c *certtest.Template) { c.Issuer, c.Signer = certtest.CN("sibling"), sibling })
	wrong := s.signer
	s.responder.Embedded = []*cert.Certificate{wrong, right}
	answer, err := s.judge()
	require.NoError(t, err)
	require.True(t, answer.Responder.Equal(right))
}

// T56: that the responder is revoked says nothing of the certificate asked about.
func TestRevokedResponderIsNoRevocation(t *testing.T) {
	s := newScene(t, "ecdsa-p256")
	s.delegate(func(c *certtest.Template) { c.Extensions = c.Extensions[:2] })
	cause := errors.New("the network is down")
	for _, told := range []error{verdict.New(verdict.Revoked, "since May"), cause} {
		s.query.CheckResponder = func(*cert.Certificate) error { return told }
		_, err := s.judge()
		require.ErrorIs(t, err, verdict.RevocationUnavailable)
		require.NotErrorIs(t, err, verdict.Revoked)
		require.ErrorContains(t, err, told.Error())
		require.Equal(t, told == cause, errors.Is(err, cause))
	}
}

// T66: a bound on the certificates of the responder's name that are tried.
func TestManyNamesakes(t *testing.T) {
	s := newScene(t, "ecdsa-p256")
	s.responder.Embedded = nil
	right := s.signer
	wrong := certtest.Key(t, "ecdsa-p256/nobody")
	for n, good := range map[int64]bool{31: true, 32: false} {
		s.query.Others = nil
		for i := range n {
			s.query.Others = append(s.query.Others, s.issue(certtest.Template{
				Serial: certtest.Serial(1000 + i), Subject: right.Subject.Raw, Key: wrong.Public(), Extensions: right.Extensions,
			}))
		}
		s.query.Others = append(s.query.Others, right)
		_, err := s.judge()
		require.Equal(t, good, err == nil, "%d: %v", n, err)
	}
}

// T64: what is no answer is neither good nor revoked.
func TestErrorStatuses(t *testing.T) {
	s := newScene(t, "ecdsa-p256")
	for _, status := range []ocsp.Status{
		ocsp.MalformedRequest, ocsp.InternalError, ocsp.TryLater, ocsp.SigRequired, ocsp.Unauthorized,
	} {
		response, err := ocsp.ParseResponse(ocsp.ErrorResponse(status))
		require.NoError(t, err)
		require.Equal(t, status, response.Status)
		answer, err := response.Judge(s.query)
		require.Nil(t, answer)
		require.ErrorIs(t, err, status)
		require.ErrorIs(t, err, verdict.RevocationUnavailable)
		require.Equal(t, "ocsp: the responder answers "+status.String(), err.Error())
	}
}

func TestMisuse(t *testing.T) {
	s := newScene(t, "ecdsa-p256")
	response, err := ocsp.ParseResponse(s.raw())
	require.NoError(t, err)
	for _, change := range []func(q *ocsp.Query){
		func(q *ocsp.Query) { q.Certificate = nil },
		func(q *ocsp.Query) { q.Issuer = nil },
		func(q *ocsp.Query) { q.At = time.Time{} },
		func(q *ocsp.Query) { q.MaxAge = -1 },
		func(q *ocsp.Query) { q.MaxSkew = -1 },
		func(q *ocsp.Query) { q.Nonce, q.NonceRequired = nil, true },
		func(q *ocsp.Query) { q.Others = []*cert.Certificate{nil} },
	} {
		q := s.query
		change(&q)
		answer, err := response.Judge(q)
		require.ErrorIs(t, err, verdict.KindMisuse)
		require.Nil(t, answer)
	}
	require.Equal(t, "unavailable", new(ocsp.Answer).Status.String())
	require.Equal(t, big.NewInt(0x1234).Text(16), s.id().SerialNumber())
}
