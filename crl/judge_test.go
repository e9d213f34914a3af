package crl_test

import (
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/crl"
	"github.com/qoltanba/eds/internal/certtest"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

func TestJudge(t *testing.T) {
	for _, kind := range certtest.Kinds {
		t.Run(kind, func(t *testing.T) {
			s := newScene(t, kind)
			answer, err := s.judge()
			require.NoError(t, err)
			require.Equal(t, &crl.Answer{Status: cert.StatusGood, List: s.query.Lists[0]}, answer)

			s.revoke(cert.Superseded).InvalidityDate = at.Add(-72 * time.Hour)
			answer, err = s.judge()
			require.NoError(t, err)
			require.Equal(t, &crl.Answer{
				Status: cert.StatusRevoked, RevokedAt: at.Add(-24 * time.Hour), Reason: cert.Superseded,
				InvalidityDate: at.Add(-72 * time.Hour), List: s.query.Lists[0],
			}, answer)
		})
	}
}

func uri(text string) []cert.GeneralName {
	return []cert.GeneralName{{Kind: cert.URIName, Raw: []byte(text)}}
}

func directory(name []byte) []cert.GeneralName {
	return []cert.GeneralName{{Kind: cert.DirectoryName, Raw: name}}
}

// points makes distribution points, each given by the elements inside its SEQUENCE.
func points(elements ...[]byte) certtest.Template {
	var list [][]byte
	for _, e := range elements {
		list = append(list, certtest.TLV(0x30, e))
	}
	return certtest.Template{Extensions: []cert.Extension{
		certtest.Ext(oid.CRLDistributionPoints, certtest.TLV(0x30, list...)),
	}}
}

// named is the name of a distribution point with addresses.
func named(uris ...string) []byte {
	var names [][]byte
	for _, u := range uris {
		names = append(names, certtest.TLV(der.Implicit(6), []byte(u)))
	}
	return certtest.TLV(der.Explicit(0), certtest.TLV(der.Explicit(0), names...))
}

// relative is the name of a distribution point behind the issuer's.
func relative(cn string) []byte {
	return certtest.TLV(der.Explicit(0), certtest.TLV(der.Explicit(1), rdn(cn)))
}

// rdn is the contents of a relative distinguished name.
func rdn(cn string) []byte {
	return certtest.Tree(certtest.CN(cn)).Children[0].Children[0].Bytes()
}

// Every check has a list that it refuses and a near twin, the scene itself where there is no other, that answers. The
// numbers are those of ../shared/THREATS.md.
func TestJudgeRefuses(t *testing.T) {
	other := certtest.Key(t, "ecdsa-p256/other")
	scope := func(p crl.IssuingDistributionPoint) func(s *scene) {
		return func(s *scene) { s.template.Scope = &p }
	}
	user, ca := crl.IssuingDistributionPoint{OnlyUserCerts: true}, crl.IssuingDistributionPoint{OnlyCACerts: true}
	isCA := func(s *scene) {
		s.subject(certtest.Template{Extensions: []cert.Extension{certtest.BasicConstraints(true, -1)}})
	}
	for _, c := range []struct {
		name      string
		twin, bad func(s *scene)
		want      string
	}{
		{ // T68
			name: "another issuer", want: "another issuer",
			bad: func(s *scene) { s.issuer, s.signer = authority("other", other).Parse(s.t), other },
		},
		{ // T68
			name: "a namesake of the issuer", want: "does not verify",
			bad: func(s *scene) { s.issuer, s.signer = authority("ca", other).Parse(s.t), other },
		},
		{ // T68
			name: "issuer that may not sign lists", want: "may not sign lists",
			bad: func(s *scene) {
				c := authority("ca", s.key)
				c.Extensions[1] = certtest.KeyUsage(cert.UsageKeyCertSign)
				s.query.Issuer = c.Parse(s.t)
			},
			twin: func(s *scene) { // no key usage at all
				c := authority("ca", s.key)
				c.Extensions = c.Extensions[:1]
				s.query.Issuer = c.Parse(s.t)
			},
		},
		{ // T68
			name: "certificate of another issuer", want: "another issuer",
			bad: func(s *scene) {
				s.query.Certificate = certtest.Template{Serial: certtest.Serial(1), Issuer: certtest.CN("other")}.Parse(s.t)
			},
		},
		{ // T69
			name: "for end entities alone", want: "end entities alone",
			bad:  func(s *scene) { isCA(s); scope(user)(s) },
			twin: scope(user),
		},
		{ // T69: who has no extensions cannot say what he is
			name: "for end entities alone, certificate of version 1", want: "end entities alone",
			bad:  func(s *scene) { s.subject(certtest.Template{Version: 1}); scope(user)(s) },
			twin: func(s *scene) { s.subject(certtest.Template{Version: 1}) },
		},
		{ // T69
			name: "for authorities alone", want: "authorities alone",
			bad:  scope(ca),
			twin: func(s *scene) { isCA(s); scope(ca)(s) },
		},
		{ // T69
			name: "for attribute certificates alone", want: "attribute certificates alone",
			bad: scope(crl.IssuingDistributionPoint{OnlyAttributeCerts: true}),
		},
		{ // T69
			name: "for some reasons alone", want: "some reasons",
			bad: scope(crl.IssuingDistributionPoint{HasReasons: true, Reasons: 1 << 1}),
		},
		{ // T71
			name: "indirect", want: "indirect lists",
			bad: scope(crl.IssuingDistributionPoint{Indirect: true}),
		},
		{ // T71
			name: "an issuer named in an entry", want: "not indirect",
			bad: func(s *scene) {
				value := certtest.TLV(0x30, certtest.TLV(der.Explicit(4), certtest.CN("other")))
				s.template.Entries[0].Extensions = []cert.Extension{certtest.Critical(certtest.Ext(oid.CertificateIssuer, value))}
			},
		},
		{ // T70
			name: "of a point that is not named", want: "distribution point",
			bad: func(s *scene) {
				s.subject(points(named("http://a/"), named("http://b/", "http://c/")))
				scope(crl.IssuingDistributionPoint{FullName: uri("http://d/")})(s)
			},
			twin: func(s *scene) { // the second name of the second point
				s.subject(points(named("http://a/"), named("http://b/", "http://c/")))
				scope(crl.IssuingDistributionPoint{FullName: uri("http://c/")})(s)
			},
		},
		{ // T70
			name: "of a point, for a certificate without", want: "distribution point",
			bad:  scope(crl.IssuingDistributionPoint{FullName: uri("http://d/")}),
			twin: scope(crl.IssuingDistributionPoint{FullName: append(uri("http://d/"), directory(certtest.CN("CA"))...)}),
		},
		{ // T10
			name: "of a point with a name of another kind", want: "distribution point",
			bad: func(s *scene) {
				s.subject(points(named("http://a/")))
				name := cert.GeneralName{Kind: cert.DNSName, Raw: []byte("http://a/")}
				scope(crl.IssuingDistributionPoint{FullName: []cert.GeneralName{name}})(s)
			},
			twin: func(s *scene) {
				s.subject(points(named("http://a/")))
				scope(crl.IssuingDistributionPoint{FullName: uri("http://a/")})(s)
			},
		},
		{ // T70: a point for some reasons does not make its list complete
			name: "of a point for some reasons", want: "distribution point",
			bad: func(s *scene) {
				s.subject(points(append(named("http://a/"), 0x81, 2, 6, 0x40)))
				scope(crl.IssuingDistributionPoint{FullName: uri("http://a/")})(s)
			},
			twin: func(s *scene) {
				s.subject(points(append(named("http://a/"), 0x81, 2, 6, 0x40), named("http://a/")))
				scope(crl.IssuingDistributionPoint{FullName: uri("http://a/")})(s)
			},
		},
		{ // T71: a point of another list's issuer
			name: "of a point with an issuer of its own", want: "distribution point",
			bad: func(s *scene) {
				issuer := certtest.TLV(der.Explicit(2), certtest.TLV(der.Explicit(4), certtest.CN("other")))
				s.subject(points(append(named("http://a/"), issuer...)))
				scope(crl.IssuingDistributionPoint{FullName: uri("http://a/")})(s)
			},
			twin: func(s *scene) {
				s.subject(points(named("http://a/")))
				scope(crl.IssuingDistributionPoint{FullName: uri("http://a/")})(s)
			},
		},
		{ // T70
			name: "of a point by a relative name", want: "distribution point",
			bad: func(s *scene) {
				s.subject(points(relative("list 1")))
				scope(crl.IssuingDistributionPoint{RelativeName: rdn("list 2")})(s)
			},
			twin: func(s *scene) {
				s.subject(points(relative("list 1")))
				scope(crl.IssuingDistributionPoint{RelativeName: rdn("list 1")})(s)
			},
		},
		{ // T70: the whole name on one side, the relative one on the other
			name: "of a point by a relative name against the whole", want: "distribution point",
			bad: func(s *scene) {
				s.subject(points(relative("list 1")))
				scope(crl.IssuingDistributionPoint{FullName: directory(certtest.CN("list 1"))})(s)
			},
			twin: func(s *scene) {
				whole := certtest.Name(
					certtest.Attribute{Type: oid.CommonName, Value: "ca"}, certtest.Attribute{Type: oid.CommonName, Value: "list 1"},
				)
				s.subject(points(relative("list 1")))
				scope(crl.IssuingDistributionPoint{FullName: directory(whole)})(s)
			},
		},
		{ // T72
			name: "a delta alone", want: "proves nothing alone",
			bad: func(s *scene) { s.template.BaseNumber = big.NewInt(1) },
		},
		{ // T72: the national profile of 2026 marks its deltas so
			name: "a delta by a critical freshestCRL", want: "proves nothing alone",
			bad: func(s *scene) {
				s.template.Extensions = []cert.Extension{certtest.Critical(certtest.Ext(oid.FreshestCRL, certtest.TLV(0x30, certtest.TLV(0x30, named("http://d/")))))}
			},
			twin: func(s *scene) {
				s.template.Extensions = []cert.Extension{certtest.Ext(oid.FreshestCRL, certtest.TLV(0x30, certtest.TLV(0x30, named("http://d/"))))}
			},
		},
		{ // T72: never by its number, never passed over
			name: "a delta beside", want: "not combined",
			bad: func(s *scene) {
				s.another()
				s.template.BaseNumber, s.template.Number = big.NewInt(166), big.NewInt(57725)
				s.template.Entries = nil
			},
			twin: func(s *scene) { // one that has run out
				s.another()
				s.template.BaseNumber, s.template.NextUpdate = big.NewInt(166), at
			},
		},
		{ // T72: older than the list it would add to
			name: "a delta beside, on hold", want: "not combined",
			bad: func(s *scene) {
				s.revoke(cert.CertificateHold)
				s.another()
				s.template.BaseNumber = big.NewInt(166)
			},
			twin: func(s *scene) {
				s.revoke(cert.CertificateHold)
				s.another()
				s.template.BaseNumber, s.template.ThisUpdate = big.NewInt(166), s.template.ThisUpdate.Add(seconds(-1))
			},
		},
		{ // T72: and not if its signature is broken
			name: "a delta beside that does not verify", want: "not combined",
			bad: func(s *scene) {
				s.another()
				s.template.BaseNumber, s.signer = big.NewInt(166), other
			},
			twin: func(s *scene) { // what is revoked for good stays so
				s.revoke(cert.Superseded)
				s.another()
				s.template.BaseNumber, s.signer = big.NewInt(166), other
			},
		},
		{ // T73
			name: "of the future", want: "of the future",
			bad:  func(s *scene) { s.template.ThisUpdate = at.Add(seconds(1)) },
			twin: func(s *scene) { s.template.ThisUpdate = at },
		},
		{ // T73
			name: "expired", want: "expired",
			bad:  func(s *scene) { s.template.NextUpdate = at },
			twin: func(s *scene) { s.template.NextUpdate = at.Add(seconds(1)) },
		},
		{ // T73
			name: "for ever", want: "without nextUpdate",
			bad: func(s *scene) { s.template.NextUpdate = time.Time{} },
		},
		{
			name: "unknown critical extension", want: "1.2.3.4 in the list",
			bad: func(s *scene) {
				s.template.Extensions = []cert.Extension{certtest.Critical(certtest.Ext("1.2.3.4", nil))}
			},
			twin: func(s *scene) { s.template.Extensions = []cert.Extension{certtest.Ext("1.2.3.4", nil)} },
		},
		{ // T77: in the entry of another certificate
			name: "unknown critical extension in an entry", want: "1.2.3.4 in an entry",
			bad: func(s *scene) {
				s.template.Entries[0].Extensions = []cert.Extension{certtest.Critical(certtest.Ext("1.2.3.4", nil))}
			},
			twin: func(s *scene) {
				s.template.Entries[0].Extensions = []cert.Extension{certtest.Ext("1.2.3.4", nil)}
			},
		},
		{ // T77
			name: "removeFromCRL in a complete list", want: "removeFromCRL",
			bad:  func(s *scene) { s.revoke(cert.RemoveFromCRL) },
			twin: func(s *scene) { s.revoke(cert.RemoveFromCRL); s.revoke(cert.CertificateHold) },
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

// T77: an entry revokes, whatever it says beside.
func TestEntries(t *testing.T) {
	early, late := at.Add(-24*time.Hour), at.Add(24*time.Hour)
	for _, c := range []struct {
		name    string
		entries []crl.Entry
		want    crl.Answer
	}{
		{"without a reason", []crl.Entry{{RevokedAt: early}}, crl.Answer{RevokedAt: early}},
		{"on hold", []crl.Entry{{RevokedAt: early, Reason: cert.CertificateHold}}, crl.Answer{RevokedAt: early, Reason: cert.CertificateHold}},
		{"reason unknown", []crl.Entry{{RevokedAt: early, Reason: 7}}, crl.Answer{RevokedAt: early, Reason: 7}},
		{"in the future", []crl.Entry{{RevokedAt: late}}, crl.Answer{RevokedAt: late}},
		{"twice, earlier first", []crl.Entry{{RevokedAt: early}, {RevokedAt: late}}, crl.Answer{RevokedAt: early}},
		{"twice, earlier last", []crl.Entry{{RevokedAt: late}, {RevokedAt: early}}, crl.Answer{RevokedAt: early}},
		{
			"twice, hold last",
			[]crl.Entry{{RevokedAt: early, Reason: cert.KeyCompromise}, {RevokedAt: early, Reason: cert.CertificateHold}},
			crl.Answer{RevokedAt: early, Reason: cert.KeyCompromise},
		},
		{
			"twice, hold first",
			[]crl.Entry{{RevokedAt: early, Reason: cert.CertificateHold}, {RevokedAt: early, Reason: cert.KeyCompromise}},
			crl.Answer{RevokedAt: early, Reason: cert.KeyCompromise},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(t, "ecdsa-p256")
			for i := range c.entries {
				c.entries[i].Serial = certtest.Serial(0x1234)
			}
			s.template.Entries = append(s.template.Entries, c.entries...)
			answer, err := s.judge()
			require.NoError(t, err)
			c.want.Status, c.want.List = cert.StatusRevoked, answer.List
			require.Equal(t, &c.want, answer)
		})
	}
}

// Serial numbers are compared as octets: no prefix, no sign lost, no octet more.
func TestSerialNumbers(t *testing.T) {
	for _, near := range [][]byte{{0x12}, {0x12, 0x34, 0}, {0x34, 0x12}, {0x12, 0x35}, {0x92, 0x34}, {0, 0x92, 0x34}} {
		s := newScene(t, "ecdsa-p256")
		s.template.Entries = []crl.Entry{{Serial: near, RevokedAt: at}}
		answer, err := s.judge()
		require.NoError(t, err)
		require.Equal(t, cert.StatusGood, answer.Status, "%x", near)
	}
}

// T74: of several lists in force the newest counts, whatever their order; one that cannot be used is passed over.
func TestNewestCounts(t *testing.T) {
	older := func(s *scene) { // on hold on the older list
		s.template.ThisUpdate = s.template.ThisUpdate.Add(seconds(-1))
		s.revoke(cert.CertificateHold)
	}
	t.Run("older beside", func(t *testing.T) {
		s := newScene(t, "ecdsa-p256")
		s.another()
		older(s)
		answer, err := s.judge()
		require.NoError(t, err)
		require.Equal(t, cert.StatusGood, answer.Status)
		require.Same(t, s.more[0], answer.List)
	})
	t.Run("newer does not verify", func(t *testing.T) {
		s := newScene(t, "ecdsa-p256")
		s.signer = certtest.Key(t, "ecdsa-p256/other")
		s.another()
		s.signer = s.key
		older(s)
		answer, err := s.judge()
		require.NoError(t, err)
		require.Equal(t, cert.StatusRevoked, answer.Status)
	})
	t.Run("by number where the time is one", func(t *testing.T) {
		s := newScene(t, "ecdsa-p256")
		s.another()
		s.template.Number = big.NewInt(165)
		s.revoke(cert.CertificateHold)
		answer, err := s.judge()
		require.NoError(t, err)
		require.Equal(t, cert.StatusGood, answer.Status)
	})
	// T62: lists of one age that contradict each other.
	t.Run("worse where all is one", func(t *testing.T) {
		s := newScene(t, "ecdsa-p256")
		s.another()
		s.revoke(cert.CertificateHold)
		answer, err := s.judge()
		require.NoError(t, err)
		require.Equal(t, cert.StatusRevoked, answer.Status)
		s.query.Lists[0], s.query.Lists[1] = s.query.Lists[1], s.query.Lists[0]
		answer, err = crl.Judge(s.query)
		require.NoError(t, err)
		require.Equal(t, cert.StatusRevoked, answer.Status)
	})
	t.Run("earlier where both revoke", func(t *testing.T) {
		s := newScene(t, "ecdsa-p256")
		s.revoke(cert.CertificateHold)
		s.another()
		s.template.Entries[1].RevokedAt = at.Add(-25 * time.Hour)
		answer, err := s.judge()
		require.NoError(t, err)
		require.Equal(t, at.Add(-25*time.Hour), answer.RevokedAt)
		s.query.Lists[0], s.query.Lists[1] = s.query.Lists[1], s.query.Lists[0]
		answer, err = crl.Judge(s.query)
		require.NoError(t, err)
		require.Equal(t, at.Add(-25*time.Hour), answer.RevokedAt)
	})
	t.Run("others are no matter", func(t *testing.T) {
		s := newScene(t, "ecdsa-p256")
		key := certtest.Key(t, "ecdsa-p256/other")
		s.issuer, s.signer = authority("other", key).Parse(t), key
		s.revoke(cert.KeyCompromise)
		s.another()
		s.issuer, s.signer, s.template.Entries = s.ca, s.key, nil
		answer, err := s.judge()
		require.NoError(t, err)
		require.Equal(t, cert.StatusGood, answer.Status)
	})
}

// The error is about the list that came nearest.
func TestErrorTellsNearest(t *testing.T) {
	s := newScene(t, "ecdsa-p256")
	key := certtest.Key(t, "ecdsa-p256/other")
	s.issuer, s.signer = authority("other", key).Parse(t), key
	s.another()
	s.issuer, s.signer, s.template.NextUpdate = s.ca, s.key, at
	s.template.ThisUpdate = s.template.ThisUpdate.Add(seconds(-1)) // so that it is looked at last
	_, err := s.judge()
	require.ErrorContains(t, err, "expired")
	s.query.Lists = s.more
	_, err = crl.Judge(s.query)
	require.ErrorContains(t, err, "another issuer")
	s.query.Lists = nil
	_, err = crl.Judge(s.query)
	require.ErrorContains(t, err, "no list at hand")
	require.ErrorIs(t, err, verdict.RevocationUnavailable)
}

// What was verified with one issuer is not taken for verified with another.
func TestVerifyRemembersWhom(t *testing.T) {
	s := newScene(t, "ecdsa-p256")
	l := s.list()
	require.NoError(t, l.Verify(s.ca))
	require.NoError(t, l.Verify(s.ca))
	namesake := authority("ca", certtest.Key(t, "ecdsa-p256/other")).Parse(t)
	require.ErrorIs(t, l.Verify(namesake), verdict.SignatureInvalid)
	renamed := authority("other", s.key).Parse(t) // the very key under another name (T68)
	require.ErrorContains(t, l.Verify(renamed), "another issuer")
	require.ErrorIs(t, l.Verify(nil), verdict.KindMisuse)
}

func TestMisuse(t *testing.T) {
	s := newScene(t, "ecdsa-p256")
	_, err := s.judge()
	require.NoError(t, err)
	for _, change := range []func(q *crl.Query){
		func(q *crl.Query) { q.Certificate = nil },
		func(q *crl.Query) { q.Issuer = nil },
		func(q *crl.Query) { q.At = time.Time{} },
		func(q *crl.Query) { q.Lists = []*crl.List{nil} },
	} {
		q := s.query
		change(&q)
		answer, err := crl.Judge(q)
		require.ErrorIs(t, err, verdict.KindMisuse)
		require.Nil(t, answer)
	}
}
