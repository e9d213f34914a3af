package eds_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds"
	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/internal/mint"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/verdict"
)

const (
	origin  = "https://cabinet.example.kz"
	session = "cookie of one browser"
)

// A site is a verifier with a clock that the test moves.
type site struct {
	*eds.Verifier
	t      *testing.T
	at     time.Time
	events []eds.Event
}

func newSite(t *testing.T, trust eds.Trust, change ...func(*eds.Options)) *site {
	t.Helper()
	s := &site{t: t, at: now}
	o := eds.Options{
		Clock:      func() time.Time { return s.at },
		Revocation: eds.InsecureRevocationOff,
		Observe:    func(e eds.Event) { s.events = append(s.events, e) },
	}
	for _, c := range change {
		c(&o)
	}
	v, err := eds.New(origin, trust, o)
	require.NoError(t, err)
	s.Verifier = v
	return s
}

func (s *site) challenge(session string) string {
	s.t.Helper()
	c, err := s.Challenge(s.t.Context(), session)
	require.NoError(s.t, err)
	return c.Text()
}

// login asks for a challenge, signs it and sends it back.
func (s *site) login(h holder) (*eds.Identity, error) {
	s.t.Helper()
	return s.Authenticate(s.t.Context(), session, sign(s.t, s.challenge(session), cms.SignOptions{}, h))
}

func refused(t *testing.T, id *eds.Identity, err error, reason verdict.Reason) {
	t.Helper()
	require.Nil(t, id, "an identity or an error, never both")
	require.ErrorIs(t, err, reason)
	var e *eds.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, reason, e.Reason)
	for _, lang := range verdict.Languages() {
		require.NotEmpty(t, e.Text(lang))
	}
	require.NotContains(t, err.Error(), testIIN, "T87: nothing personal in an error")
}

func TestAuthenticate(t *testing.T) {
	for name, c := range map[string]struct {
		h *hierarchy
		p profile
	}{
		"gost2015-512": {gost512(), person()},
		"gost2015-256": {gost256(), person()},
		"gost2004":     {gost2004(), personAuth()},
		"auth-rsa":     {rsa2048(), personAuth()},
		"ecdsa":        {ecP256(), person()},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, c.h.trust())
			h := c.h.issue(c.h.ca, c.p)
			id, err := s.login(h)
			require.NoError(t, err)
			require.Equal(t, testIIN, id.IIN().Digits())
			require.Empty(t, id.BIN())
			require.Equal(t, "СЫНАҚОВА", id.Subject().Surname)
			require.Equal(t, "АЙША", id.Subject().GivenName)
			require.Equal(t, "ҮЛГІҚЫЗЫ", id.Subject().Patronymic)
			require.Equal(t, []nca.Role{nca.Individual}, id.Roles())
			require.Equal(t, nca.KindPerson, id.Kind())
			require.Equal(t, nca.Other, id.Class())
			require.True(t, id.Certificate().Equal(h.cert))
			require.Len(t, id.Path(), 3)
			require.Equal(t, now, id.At())
		})
	}
}

func TestEvidence(t *testing.T) {
	g := gost512()
	s := newSite(t, g.trust())
	text := s.challenge(session)
	message := sign(t, text, cms.SignOptions{}, g.issue(g.ca, person()))
	id, err := s.Authenticate(t.Context(), session, message)
	require.NoError(t, err)
	e := id.Evidence()
	require.Equal(t, message, e.CMS)
	require.Equal(t, text, e.Challenge)
	require.Len(t, e.Path, 3)
	var names []verdict.StepName
	for _, step := range e.Steps {
		names = append(names, step.Name)
		want := verdict.Passed
		if step.Name == verdict.StepTimestamp || step.Name == verdict.StepRevocation {
			want = verdict.Skipped
		}
		require.Equal(t, want, step.Outcome, step.Name)
	}
	require.Equal(t, verdict.StepNames(), names)
}

func TestChallengeText(t *testing.T) {
	s := newSite(t, gost512().trust())
	text := s.challenge(session)
	lines := strings.Split(text, "\n")
	require.Len(t, lines, 10)
	require.Equal(t, "eds-login/1", lines[0])
	require.Equal(t, "origin: "+origin, lines[4])
	require.Equal(t, "service: cabinet.example.kz", lines[5])
	require.Regexp(t, `^nonce: [A-Za-z0-9_-]{43}$`, lines[6])
	require.Equal(t, "issued: 2026-09-15T12:00:00Z", lines[7])
	require.Equal(t, "expires: 2026-09-15T12:05:00Z", lines[8])
	require.Empty(t, lines[9])
	require.NotEqual(t, text, s.challenge(session))
	longest := newSite(t, gost512().trust(), func(o *eds.Options) { o.Service = strings.Repeat("ҚЫЗМЕТ ", 9) })
	require.LessOrEqual(t, len(longest.challenge(session))+256-len(origin), 1024)
}

// T88: a challenge is good for one answer.
func TestReplay(t *testing.T) {
	g := gost512()
	s := newSite(t, g.trust())
	message := sign(t, s.challenge(session), cms.SignOptions{}, g.issue(g.ca, person()))
	_, err := s.Authenticate(t.Context(), session, message)
	require.NoError(t, err)
	id, err := s.Authenticate(t.Context(), session, message)
	refused(t, id, err, verdict.ChallengeUnknown)
}

// T88: of many answers at once, one gets in.
func TestReplayInParallel(t *testing.T) {
	g := gost256()
	s := newSite(t, g.trust(), func(o *eds.Options) { o.Observe = nil })
	message := sign(t, s.challenge(session), cms.SignOptions{}, g.issue(g.ca, person()))
	var in atomic.Int32
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			if _, err := s.Authenticate(context.Background(), session, message); err == nil {
				in.Add(1)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 1, in.Load())
}

// T89: every way to send something else than this session's challenge, and what is said about it.
func TestChallengeAndContent(t *testing.T) {
	g := gost512()
	h := g.issue(g.ca, person())
	for name, c := range map[string]struct {
		message func(s *site) []byte
		want    verdict.Reason
	}{
		"no challenge for the session": {func(s *site) []byte {
			return sign(t, s.challenge("another session"), cms.SignOptions{}, h)
		}, verdict.ChallengeUnknown},
		"another session's challenge": {func(s *site) []byte {
			s.challenge(session)
			return sign(t, s.challenge("another session"), cms.SignOptions{}, h)
		}, verdict.ChallengeUnknown},
		"the last challenge but one": {func(s *site) []byte {
			old := s.challenge(session)
			s.challenge(session)
			return sign(t, old, cms.SignOptions{}, h)
		}, verdict.ChallengeUnknown},
		"another site's challenge": {func(s *site) []byte {
			s.challenge(session)
			other, err := eds.New("https://other.example.kz", g.trust(), eds.Options{})
			require.NoError(t, err)
			c, err := other.Challenge(t.Context(), session)
			require.NoError(t, err)
			return sign(t, c.Text(), cms.SignOptions{}, h)
		}, verdict.OriginMismatch},
		"a document": {func(s *site) []byte {
			s.challenge(session)
			return sign(t, "I owe you a million", cms.SignOptions{}, h)
		}, verdict.ContentMismatch},
		"the challenge in Base64": {func(s *site) []byte {
			c, err := s.Challenge(t.Context(), session)
			require.NoError(t, err)
			return sign(t, c.Base64(), cms.SignOptions{}, h)
		}, verdict.ContentMismatch},
		"nothing": {func(s *site) []byte {
			s.challenge(session)
			return sign(t, "", cms.SignOptions{}, h)
		}, verdict.ContentMismatch},
		"one byte more": {func(s *site) []byte {
			return sign(t, s.challenge(session)+"\n", cms.SignOptions{}, h)
		}, verdict.ChallengeUnknown},
		"one byte less": {func(s *site) []byte {
			return sign(t, strings.TrimSuffix(s.challenge(session), "\n"), cms.SignOptions{}, h)
		}, verdict.ChallengeUnknown},
		"detached": {func(s *site) []byte {
			return sign(t, s.challenge(session), cms.SignOptions{Detached: true}, h)
		}, verdict.ContentMissing},
		"another content type": {func(s *site) []byte {
			return sign(t, s.challenge(session), cms.SignOptions{ContentType: "1.2.398.99.1"}, h)
		}, verdict.ContentMismatch},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, g.trust())
			id, err := s.Authenticate(t.Context(), session, c.message(s))
			refused(t, id, err, c.want)
		})
	}
}

// The challenge is burnt by whatever answer, so that nobody gets a second try at it.
func TestWrongAnswerBurnsTheChallenge(t *testing.T) {
	g := gost512()
	h := g.issue(g.ca, person())
	s := newSite(t, g.trust())
	right := sign(t, s.challenge(session), cms.SignOptions{}, h)
	id, err := s.Authenticate(t.Context(), session, sign(t, "something else", cms.SignOptions{}, h))
	refused(t, id, err, verdict.ContentMismatch)
	id, err = s.Authenticate(t.Context(), session, right)
	refused(t, id, err, verdict.ChallengeUnknown)
}

func TestChallengeLife(t *testing.T) {
	g := gost512()
	h := g.issue(g.ca, person())
	for name, c := range map[string]struct {
		after time.Duration
		want  verdict.Reason
	}{
		"last second":   {5*time.Minute - time.Second, ""},
		"one too late":  {5 * time.Minute, verdict.ChallengeExpired},
		"minutes late":  {9 * time.Minute, verdict.ChallengeExpired},
		"an hour late":  {time.Hour, verdict.ChallengeUnknown}, // forgotten
		"right at once": {0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, g.trust())
			message := sign(t, s.challenge(session), cms.SignOptions{}, h)
			s.at = s.at.Add(c.after)
			id, err := s.Authenticate(t.Context(), session, message)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			refused(t, id, err, c.want)
		})
	}
}

// Every profile that must not log in as a person, and its near twin that may.
func TestWhoMayLogIn(t *testing.T) {
	g, r := gost512(), rsa2048()
	with := func(p profile, change func(*profile)) profile { change(&p); return p }
	accept := func(kinds ...nca.Kind) func(*eds.Options) {
		return func(o *eds.Options) { o.Accept = kinds }
	}
	serialNumber := func(value string) mint.Attribute { return mint.Attribute{Type: oid.SerialNumber, Value: value} }
	year := func(from int) func(*profile) {
		return func(p *profile) { p.notBefore, p.notAfter = now.AddDate(from, 0, 0), now.AddDate(from+1, 0, 0) }
	}
	for name, c := range map[string]struct {
		h      *hierarchy
		p      profile
		option func(*eds.Options)
		want   verdict.Reason
	}{
		"person":                        {g, person(), nil, ""},
		"old login key":                 {r, personAuth(), nil, ""},
		"old signing key":               {r, personSign(), nil, verdict.UsageNotAllowed},
		"old signing key, GOST":         {g, personSign(), nil, verdict.UsageNotAllowed},
		"head of an organization":       {g, head(), nil, verdict.SubjectNotAccepted},
		"head, accepted":                {g, head(), accept(nca.KindOrganization), ""},
		"person where heads are wanted": {g, person(), accept(nca.KindOrganization), verdict.SubjectNotAccepted},
		"digital system":                {g, system(), nil, verdict.SubjectNotAccepted},
		"digital system, accepted":      {g, system(), accept(nca.KindSystem), verdict.NoIIN},
		"authority":                     {g, with(person(), func(p *profile) { p.extra = []cert.Extension{mint.CA(0)} }), nil, verdict.UsageNotAllowed},
		"OCSP responder with an IIN":    {g, with(person(), func(p *profile) { p.extended = []cert.OID{oid.OCSPSigning} }), nil, verdict.UsageNotAllowed},
		"time-stamping authority":       {g, with(person(), func(p *profile) { p.extended = append(p.extended, oid.TimeStamping) }), nil, verdict.UsageNotAllowed},
		"web server":                    {g, with(person(), func(p *profile) { p.extended = []cert.OID{oid.ServerAuth} }), nil, verdict.UsageNotAllowed},
		"no key usage":                  {g, with(person(), func(p *profile) { p.usage = 0 }), nil, verdict.UsageNotAllowed},
		"encryption key":                {g, with(person(), func(p *profile) { p.usage = cert.UsageKeyAgreement }), nil, verdict.UsageNotAllowed},
		"no digitalSignature":           {g, with(person(), func(p *profile) { p.usage = cert.UsageNonRepudiation }), nil, verdict.UsageNotAllowed},
		"no IIN":                        {g, with(person(), func(p *profile) { p.name = p.name[:2] }), nil, verdict.NoIIN},
		"two IINs":                      {g, with(person(), func(p *profile) { p.name = append(p.name, serialNumber("IIN991332300360")) }), nil, verdict.NoIIN},
		"IIN in the common name": {g, with(person(), func(p *profile) {
			p.name = []mint.Attribute{{Type: oid.CommonName, Value: "A,SERIALNUMBER=IIN" + testIIN}}
		}), nil, verdict.NoIIN},
		"IIN of eleven digits": {g, with(person(), func(p *profile) { p.name[2] = serialNumber("IIN" + testIIN[1:]) }), nil, verdict.NoIIN},
		"expired":              {g, with(person(), year(-2)), nil, verdict.CertExpired},
		"not valid yet":        {g, with(person(), year(1)), nil, verdict.CertNotYetValid},
		"first second":         {g, with(person(), func(p *profile) { p.notBefore, p.notAfter = now, now.AddDate(1, 0, 0) }), nil, ""},
		"one second early":     {g, with(person(), func(p *profile) { p.notBefore, p.notAfter = now.Add(time.Second), now.AddDate(1, 0, 0) }), nil, verdict.CertNotYetValid},
		"last second":          {g, with(person(), func(p *profile) { p.notBefore, p.notAfter = now.AddDate(-1, 0, 0), now }), nil, ""},
		"one second late":      {g, with(person(), func(p *profile) { p.notBefore, p.notAfter = now.AddDate(-1, 0, 0), now.Add(-time.Second) }), nil, verdict.CertExpired},
		"unknown critical extension": {g, with(person(), func(p *profile) {
			p.extra = []cert.Extension{{ID: "1.2.398.99.1", Critical: true, Value: []byte{5, 0}}}
		}), nil, verdict.PathInvalid},
		"unknown extension":              {g, with(person(), func(p *profile) { p.extra = []cert.Extension{{ID: "1.2.398.99.1", Value: []byte{5, 0}}} }), nil, ""},
		"revocation required":            {g, person(), func(o *eds.Options) { o.Revocation = eds.RevocationRequired }, verdict.RevocationUnavailable},
		"revocation if available":        {g, person(), func(o *eds.Options) { o.Revocation = eds.InsecureRevocationIfAvailable }, ""},
		"signing-certificate is wanted":  {g, person(), func(o *eds.Options) { o.RequireSigningCertificate = true }, ""},
		"old login key, organizations":   {r, personAuth(), accept(nca.KindOrganization), verdict.SubjectNotAccepted},
		"person and organization wanted": {g, head(), accept(nca.KindPerson, nca.KindOrganization), ""},
	} {
		t.Run(name, func(t *testing.T) {
			var change []func(*eds.Options)
			if c.option != nil {
				change = append(change, c.option)
			}
			s := newSite(t, c.h.trust(), change...)
			id, err := s.login(c.h.issue(c.h.ca, c.p))
			if c.want == "" {
				require.NoError(t, err)
				require.Equal(t, testIIN, id.IIN().Digits())
				return
			}
			refused(t, id, err, c.want)
		})
	}
}

func TestUndecidedIsNotRejected(t *testing.T) {
	g := gost512()
	s := newSite(t, g.trust(), func(o *eds.Options) { o.Revocation = eds.RevocationRequired })
	_, err := s.login(g.issue(g.ca, person()))
	require.ErrorIs(t, err, verdict.KindUndecided)
	require.NotErrorIs(t, err, verdict.KindRejected)
}

func TestSignatureOfALogin(t *testing.T) {
	g := gost512()
	h := g.issue(g.ca, person())
	other := g.issue(g.ca, person())
	for name, c := range map[string]struct {
		message func(text string) []byte
		option  func(*eds.Options)
		want    verdict.Reason
	}{
		"two signers":      {func(text string) []byte { return sign(t, text, cms.SignOptions{}, h, other) }, nil, verdict.TooManySigners},
		"one signer twice": {func(text string) []byte { return sign(t, text, cms.SignOptions{}, h, h) }, nil, verdict.TooManySigners},
		"no signed attributes": {func(text string) []byte {
			return sign(t, text, cms.SignOptions{WithoutSignedAttributes: true, WithoutSigningCertificate: true}, h)
		}, nil, verdict.SignedAttributesInvalid},
		"no certificate": {func(text string) []byte {
			return sign(t, text, cms.SignOptions{WithoutCertificates: true}, h)
		}, nil, verdict.SignerCertificateMissing},
		"no signing-certificate where it is wanted": {func(text string) []byte {
			return sign(t, text, cms.SignOptions{WithoutSigningCertificate: true}, h)
		}, func(o *eds.Options) { o.RequireSigningCertificate = true }, verdict.SigningCertificateMismatch},
		"no signing-certificate": {func(text string) []byte {
			return sign(t, text, cms.SignOptions{WithoutSigningCertificate: true}, h)
		}, nil, ""},
		"claimed time of another year": {func(text string) []byte {
			return sign(t, text, cms.SignOptions{SigningTime: now.AddDate(-9, 0, 0)}, h)
		}, nil, ""}, // T38: a claim changes nothing
		"wrong signature": {func(text string) []byte {
			message := sign(t, text, cms.SignOptions{}, h)
			message[len(message)-1] ^= 1 // the signature stands at the end
			return message
		}, nil, verdict.SignatureInvalid},
		"streamed": {func(text string) []byte { return sign(t, text, cms.SignOptions{Streaming: true, ChunkSize: 7}, h) }, nil, ""},
		"not CMS":  {func(string) []byte { return []byte("{}") }, nil, verdict.Malformed},
		"empty":    {func(string) []byte { return nil }, nil, verdict.Malformed},
		"too large": {func(text string) []byte {
			return append(sign(t, text, cms.SignOptions{}, h), make([]byte, 64<<10)...)
		}, nil, verdict.LimitExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			var change []func(*eds.Options)
			if c.option != nil {
				change = append(change, c.option)
			}
			s := newSite(t, g.trust(), change...)
			id, err := s.Authenticate(t.Context(), session, c.message(s.challenge(session)))
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			refused(t, id, err, c.want)
		})
	}
}

// T33, T50, T52: what comes with the message is at hand, and never trusted.
func TestForeignHierarchies(t *testing.T) {
	g := gost512()
	rogue := newHierarchy(g.newKey) // the same names, other keys
	s := newSite(t, g.trust())
	h := rogue.issue(rogue.ca, person())
	send := func(o cms.SignOptions) error {
		id, err := s.Authenticate(t.Context(), session, sign(t, s.challenge(session), o, h))
		require.Nil(t, id)
		return err
	}
	require.ErrorIs(t, send(cms.SignOptions{}), verdict.PathInvalid)
	whole := cms.SignOptions{Certificates: []*cert.Certificate{rogue.ca.cert, rogue.root.cert}}
	require.Error(t, send(whole))

	self := g.issue(holder{}, person())
	id, err := s.login(self)
	refused(t, id, err, verdict.UnknownIssuer)

	// Near twin: the issuing authority comes with the message alone, and the root is trusted.
	s = newSite(t, eds.Trust{Anchors: []*cert.Certificate{g.root.cert}})
	message := sign(t, s.challenge(session), cms.SignOptions{Certificates: []*cert.Certificate{g.ca.cert}}, g.issue(g.ca, person()))
	_, err = s.Authenticate(t.Context(), session, message)
	require.NoError(t, err)
}

// T30, T31: another certificate for the same key, issuer and serial number, put before the true one, changes
// neither the answer nor the person.
func TestDecoyCertificate(t *testing.T) {
	g := gost512()
	h := g.issue(g.ca, person())
	impostor := person()
	impostor.name[2].Value = "IIN991332300360"
	forged := must(mint.Issuer{Name: g.ca.cert.Subject.Raw, Key: g.newKey()}.Certificate(mint.Template{
		Serial: h.cert.RawSerial, Subject: mint.Name(impostor.name...), NotBefore: notBefore, NotAfter: notAfter,
		Extensions: h.cert.Extensions,
	}, h.key.Public()))
	decoy := must(cert.Parse(forged))
	for name, bag := range map[string][]*cert.Certificate{
		"decoy first": {decoy, h.cert},
		"decoy last":  {h.cert, decoy},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, g.trust())
			o := cms.SignOptions{WithoutCertificates: true, WithoutSigningCertificate: true, Certificates: bag}
			id, err := s.Authenticate(t.Context(), session, sign(t, s.challenge(session), o, h))
			require.NoError(t, err)
			require.Equal(t, testIIN, id.IIN().Digits())
		})
	}
	s := newSite(t, g.trust())
	o := cms.SignOptions{WithoutCertificates: true, WithoutSigningCertificate: true, Certificates: []*cert.Certificate{decoy}}
	id, err := s.Authenticate(t.Context(), session, sign(t, s.challenge(session), o, h))
	refused(t, id, err, verdict.PathInvalid)
}

// Nothing that prints an identity shows the IIN.
func TestIdentityPrintsMasked(t *testing.T) {
	g := gost512()
	id, err := newSite(t, g.trust()).login(g.issue(g.ca, person()))
	require.NoError(t, err)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		for _, value := range []any{id, id.IIN()} {
			text := fmt.Sprintf(verb, value)
			require.NotContains(t, text, testIIN, verb)
			require.Contains(t, text, "0012", verb)
		}
	}
	// Nor where fmt calls no method of it: a copy, and a field of its own that nobody else sees.
	inside := struct{ field eds.Identity }{*id}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		for _, value := range []any{id, *id, inside, &inside} {
			text := fmt.Sprintf(verb, value)
			for _, digits := range []string{"%s", "%x", "%d"} {
				require.NotContains(t, text, strings.Trim(fmt.Sprintf(digits, []byte(testIIN)), "[]"), verb)
			}
			require.NotContains(t, text, "0x39, 0x39, 0x31", verb)
		}
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("signed in", "who", id)
	require.NotContains(t, log.String(), testIIN)
	require.Contains(t, log.String(), "0012")
	encoded, err := json.Marshal(id.Subject())
	require.NoError(t, err)
	require.NotContains(t, string(encoded), testIIN)
}

// Junk is turned away by the cheap steps: nothing after the step that failed has run.
func TestOrderOfSteps(t *testing.T) {
	g := gost512()
	s := newSite(t, g.trust())
	_, err := s.login(g.issue(g.ca, person()))
	require.NoError(t, err)
	var names []verdict.StepName
	for _, e := range s.events {
		require.Equal(t, "authenticate", e.Call)
		names = append(names, e.Step)
	}
	require.Equal(t, []verdict.StepName{
		verdict.StepForm, verdict.StepContent, verdict.StepSignature, verdict.StepPath,
		verdict.StepUsage, verdict.StepValidity, verdict.StepRevocation, verdict.StepIdentity,
	}, names)

	s.events = nil
	_, err = s.login(g.issue(holder{}, person())) // self-signed
	require.Error(t, err)
	last := s.events[len(s.events)-1]
	require.Equal(t, verdict.StepPath, last.Step)
	require.Equal(t, verdict.Failed, last.Outcome)
	require.Equal(t, verdict.UnknownIssuer, last.Reason)
}

type brokenStore struct{}

var errStore = errors.New("connection refused")

func (brokenStore) Put(context.Context, string, []byte, time.Duration) error { return nil }

func (brokenStore) Take(context.Context, string) ([]byte, bool, error) { return nil, false, errStore }

func TestStoreFailureIsUndecided(t *testing.T) {
	g := gost512()
	s := newSite(t, g.trust(), func(o *eds.Options) { o.Store = brokenStore{} })
	id, err := s.login(g.issue(g.ca, person()))
	require.Nil(t, id)
	require.ErrorIs(t, err, verdict.KindUndecided)
	require.ErrorIs(t, err, errStore)
}

// T91: a login is no document and a document is no login.
func TestLoginIsNoDocument(t *testing.T) {
	g := gost512()
	s := newSite(t, g.trust())
	h := g.issue(g.ca, person())
	report, err := s.Verify(t.Context(), bytes.NewReader(sign(t, s.challenge(session), cms.SignOptions{}, h)), nil)
	require.NoError(t, err)
	require.Equal(t, verdict.Bad, report.Verdict)
	require.Equal(t, verdict.ContentMismatch, report.Reason)
	report, err = s.Verify(t.Context(), bytes.NewReader(sign(t, "a document", cms.SignOptions{}, h)), nil)
	require.NoError(t, err)
	require.Equal(t, verdict.Good, report.Verdict)
}

func TestNewRefuses(t *testing.T) {
	trust := gost512().trust()
	for name, c := range map[string]struct {
		origin string
		trust  eds.Trust
		o      eds.Options
	}{
		"no anchors":            {origin, eds.Trust{}, eds.Options{}},
		"nil certificate":       {origin, eds.Trust{Anchors: []*cert.Certificate{nil}}, eds.Options{}},
		"http":                  {"http://cabinet.example.kz", trust, eds.Options{}},
		"path":                  {origin + "/", trust, eds.Options{}},
		"upper case":            {"https://Cabinet.example.kz", trust, eds.Options{}},
		"user":                  {"https://a@cabinet.example.kz", trust, eds.Options{}},
		"no scheme":             {"cabinet.example.kz", trust, eds.Options{}},
		"line break in service": {origin, trust, eds.Options{Service: "a\nnonce: b"}},
		"long service":          {origin, trust, eds.Options{Service: strings.Repeat("a", 129)}},
		"life of a day":         {origin, trust, eds.Options{ChallengeLife: 24 * time.Hour}},
		"negative life":         {origin, trust, eds.Options{ChallengeLife: -time.Minute}},
		"unknown kind":          {origin, trust, eds.Options{Accept: []nca.Kind{"people"}}},
		"unknown purpose":       {origin, trust, eds.Options{Documents: eds.DocumentPolicy{Purpose: "seal"}}},
		"unknown mode":          {origin, trust, eds.Options{Revocation: 9}},
	} {
		t.Run(name, func(t *testing.T) {
			v, err := eds.New(c.origin, c.trust, c.o)
			require.Nil(t, v)
			require.ErrorIs(t, err, verdict.KindMisuse)
		})
	}
	for _, good := range []string{origin, "https://cabinet.example.kz:8443", "http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080", ""} {
		_, err := eds.New(good, trust, eds.Options{})
		require.NoError(t, err, good)
	}
}

func TestMisuse(t *testing.T) {
	s := newSite(t, gost512().trust())
	_, err := s.Challenge(t.Context(), "")
	require.ErrorIs(t, err, verdict.KindMisuse)
	_, err = s.Authenticate(t.Context(), "", nil)
	require.ErrorIs(t, err, verdict.KindMisuse)
	documents, err := eds.New("", gost512().trust(), eds.Options{})
	require.NoError(t, err)
	_, err = documents.Challenge(t.Context(), session)
	require.ErrorIs(t, err, verdict.KindMisuse)
	_, err = documents.Authenticate(t.Context(), session, nil)
	require.ErrorIs(t, err, verdict.KindMisuse)
}
