package eds_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds"
	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/internal/budget"
	"github.com/qoltanba/eds/internal/mint"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/internal/vectors"
	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/verdict"
)

func newDocuments(t *testing.T, trust eds.Trust, policy eds.DocumentPolicy, change ...func(*eds.Options)) *eds.Verifier {
	t.Helper()
	o := eds.Options{
		Clock:      func() time.Time { return now },
		Revocation: eds.InsecureRevocationOff,
		Documents:  policy,
	}
	for _, c := range change {
		c(&o)
	}
	v, err := eds.New("", trust, o)
	require.NoError(t, err)
	return v
}

// Steps and verdict of one document after another, with the near twin that is good.
func TestVerify(t *testing.T) {
	g := gost512()
	h := g.issue(g.ca, person())
	const text = "a document"
	for name, c := range map[string]struct {
		message []byte
		content io.Reader
		policy  eds.DocumentPolicy
		option  func(*eds.Options)
		want    verdict.Reason
		step    verdict.StepName // that failed
	}{
		"attached":                       {message: sign(t, text, cms.SignOptions{}, h)},
		"attached with its content":      {message: sign(t, text, cms.SignOptions{}, h), content: strings.NewReader(text)},
		"attached with another":          {message: sign(t, text, cms.SignOptions{}, h), content: strings.NewReader("another"), want: verdict.ContentMismatch, step: verdict.StepContent},
		"attached with nothing":          {message: sign(t, text, cms.SignOptions{}, h), content: strings.NewReader(""), want: verdict.ContentMismatch, step: verdict.StepContent},
		"detached":                       {message: sign(t, text, cms.SignOptions{Detached: true}, h), content: strings.NewReader(text)},
		"detached with another":          {message: sign(t, text, cms.SignOptions{Detached: true}, h), content: strings.NewReader("another"), want: verdict.DigestMismatch, step: verdict.StepSignature},
		"detached without":               {message: sign(t, text, cms.SignOptions{Detached: true}, h), want: verdict.ContentMissing, step: verdict.StepContent},
		"detached, empty":                {message: sign(t, "", cms.SignOptions{Detached: true}, h), content: strings.NewReader("")},
		"attached, empty":                {message: sign(t, "", cms.SignOptions{}, h)},
		"login key":                      {message: sign(t, text, cms.SignOptions{}, g.issue(g.ca, personAuth())), want: verdict.UsageNotAllowed, step: verdict.StepUsage},
		"login key for any purpose":      {message: sign(t, text, cms.SignOptions{}, g.issue(g.ca, personAuth())), policy: eds.DocumentPolicy{Purpose: eds.AnyPurpose}},
		"signing key for a login":        {message: sign(t, text, cms.SignOptions{}, g.issue(g.ca, personSign())), policy: eds.DocumentPolicy{Purpose: nca.Auth}, want: verdict.UsageNotAllowed, step: verdict.StepUsage},
		"signing key":                    {message: sign(t, text, cms.SignOptions{}, g.issue(g.ca, personSign()))},
		"authority for any purpose":      {message: sign(t, text, cms.SignOptions{}, g.ca), policy: eds.DocumentPolicy{Purpose: eds.AnyPurpose}, want: verdict.UsageNotAllowed, step: verdict.StepUsage},
		"head":                           {message: sign(t, text, cms.SignOptions{}, g.issue(g.ca, head()))},
		"head where persons are wanted":  {message: sign(t, text, cms.SignOptions{}, g.issue(g.ca, head())), policy: eds.DocumentPolicy{Accept: []nca.Kind{nca.KindPerson}}, want: verdict.SubjectNotAccepted, step: verdict.StepUsage},
		"head where heads are wanted":    {message: sign(t, text, cms.SignOptions{}, g.issue(g.ca, head())), policy: eds.DocumentPolicy{Accept: []nca.Kind{nca.KindOrganization}}},
		"digital system":                 {message: sign(t, text, cms.SignOptions{}, g.issue(g.ca, system()))},
		"time-stamp token":               {message: sign(t, text, cms.SignOptions{ContentType: oid.TSTInfo}, h), want: verdict.ContentMismatch, step: verdict.StepContent},
		"time-stamp token, asked for":    {message: sign(t, text, cms.SignOptions{ContentType: oid.TSTInfo}, h), policy: eds.DocumentPolicy{ContentType: oid.TSTInfo}},
		"another type":                   {message: sign(t, text, cms.SignOptions{ContentType: "1.2.398.99.1"}, h)},
		"another type than asked for":    {message: sign(t, text, cms.SignOptions{}, h), policy: eds.DocumentPolicy{ContentType: "1.2.398.99.1"}, want: verdict.ContentMismatch, step: verdict.StepContent},
		"revocation required":            {message: sign(t, text, cms.SignOptions{}, h), option: func(o *eds.Options) { o.Revocation = eds.RevocationRequired }, want: verdict.RevocationUnavailable, step: verdict.StepRevocation},
		"revocation if available":        {message: sign(t, text, cms.SignOptions{}, h), option: func(o *eds.Options) { o.Revocation = eds.InsecureRevocationIfAvailable }},
		"no certificate":                 {message: sign(t, text, cms.SignOptions{WithoutCertificates: true}, h), want: verdict.SignerCertificateMissing, step: verdict.StepSignature},
		"claimed time before expiry":     {message: sign(t, text, cms.SignOptions{SigningTime: now.AddDate(-1, 6, 0)}, g.issue(g.ca, expired())), want: verdict.CertExpired, step: verdict.StepValidity},
		"without signed attributes":      {message: sign(t, text, cms.SignOptions{WithoutSignedAttributes: true, WithoutSigningCertificate: true}, h)},
		"test purpose for an old signer": {message: sign(t, text, cms.SignOptions{}, g.issue(g.ca, personSign())), policy: eds.DocumentPolicy{Purpose: nca.Sign}},
	} {
		t.Run(name, func(t *testing.T) {
			var change []func(*eds.Options)
			if c.option != nil {
				change = append(change, c.option)
			}
			v := newDocuments(t, g.trust(), c.policy, change...)
			report, err := v.Verify(t.Context(), bytes.NewReader(c.message), c.content)
			require.NoError(t, err)
			require.Len(t, report.Signers, 1)
			s := report.Signers[0]
			require.Equal(t, report.Verdict, s.Verdict)
			require.Equal(t, c.want, report.Reason, report.Detail)
			require.Equal(t, c.want.Verdict(), report.Verdict)
			require.Len(t, s.Steps, len(verdict.StepNames()))
			if c.want != "" {
				require.NotEqual(t, verdict.Passed, outcome(s.Steps, c.step))
				require.NotContains(t, report.Detail, testIIN)
			}
		})
	}
}

func expired() profile {
	p := person()
	p.notBefore, p.notAfter = now.AddDate(-2, 0, 0), now.AddDate(0, -1, 0)
	return p
}

// T24: the whole is no better than its worst signer, in either order, and each has its own verdict.
func TestVerifySeveralSigners(t *testing.T) {
	g := gost512()
	good, late := g.issue(g.ca, person()), g.issue(g.ca, expired())
	missing := g.issue(g.ca, head())
	v := newDocuments(t, g.trust(), eds.DocumentPolicy{})
	for name, holders := range map[string][]holder{"good first": {good, late}, "good last": {late, good}} {
		t.Run(name, func(t *testing.T) {
			report, err := v.Verify(t.Context(), bytes.NewReader(sign(t, "text", cms.SignOptions{}, holders...)), nil)
			require.NoError(t, err)
			require.Equal(t, verdict.Bad, report.Verdict)
			require.Equal(t, verdict.CertExpired, report.Reason)
			for _, s := range report.Signers {
				want := verdict.Good
				if s.Certificate.Equal(late.cert) {
					want = verdict.Bad
				}
				require.Equal(t, want, s.Verdict)
			}
		})
	}
	report, err := v.Verify(t.Context(), bytes.NewReader(sign(t, "text", cms.SignOptions{}, good, missing)), nil)
	require.NoError(t, err)
	require.Equal(t, verdict.Good, report.Verdict)
}

// T23: a message without signers is bad.
func TestVerifyNoSigners(t *testing.T) {
	g := gost512()
	v := newDocuments(t, g.trust(), eds.DocumentPolicy{})
	report, err := v.Verify(t.Context(), bytes.NewReader(certificatesOnly(g.ca.cert)), nil)
	require.NoError(t, err)
	require.Equal(t, verdict.Bad, report.Verdict)
	require.Equal(t, verdict.NoSigners, report.Reason)
	require.Empty(t, report.Signers)
	require.NotNil(t, report.Signers)
}

func TestVerifyNothingToReportOn(t *testing.T) {
	g := gost512()
	v := newDocuments(t, g.trust(), eds.DocumentPolicy{})
	for name, c := range map[string]struct {
		message io.Reader
		want    verdict.Kind
	}{
		"nil":           {nil, verdict.KindMisuse},
		"empty":         {strings.NewReader(""), verdict.KindMalformed},
		"garbage":       {strings.NewReader("%PDF-1.7"), verdict.KindMalformed},
		"certificate":   {bytes.NewReader(g.ca.cert.Raw), verdict.KindMalformed},
		"broken reader": {iotest.ErrReader(errors.New("disk")), verdict.KindUndecided},
		"too large":     {io.LimitReader(zeros{}, 32<<20+1), verdict.KindLimit},
	} {
		t.Run(name, func(t *testing.T) {
			report, err := v.Verify(t.Context(), c.message, nil)
			require.Nil(t, report)
			require.ErrorIs(t, err, c.want)
		})
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// What is not reached is skipped, and nothing of the person is reported before the path has verified.
func TestReportOfAForeignSigner(t *testing.T) {
	g := gost512()
	rogue := newHierarchy(g.newKey)
	v := newDocuments(t, g.trust(), eds.DocumentPolicy{})
	report, err := v.Verify(t.Context(), bytes.NewReader(sign(t, "text", cms.SignOptions{}, rogue.issue(rogue.ca, person()))), nil)
	require.NoError(t, err)
	s := report.Signers[0]
	require.Equal(t, verdict.Bad, s.Verdict)
	require.NotNil(t, s.Certificate)
	require.True(t, s.Subject.IIN.IsZero())
	require.Empty(t, s.Roles)
	require.Nil(t, s.Path)
	for _, name := range []verdict.StepName{verdict.StepUsage, verdict.StepValidity, verdict.StepRevocation, verdict.StepIdentity} {
		require.Equal(t, verdict.Skipped, outcome(s.Steps, name), name)
	}
}

// Usage, dates and revocation are all reported, not only the first that failed.
func TestReportGoesOnAfterUsage(t *testing.T) {
	g := gost512()
	p := expired()
	p.usage = cert.UsageKeyAgreement
	v := newDocuments(t, g.trust(), eds.DocumentPolicy{}, func(o *eds.Options) { o.Revocation = eds.RevocationRequired })
	report, err := v.Verify(t.Context(), bytes.NewReader(sign(t, "text", cms.SignOptions{}, g.issue(g.ca, p))), nil)
	require.NoError(t, err)
	steps := report.Signers[0].Steps
	require.Equal(t, verdict.UsageNotAllowed, report.Reason)
	require.Equal(t, verdict.Failed, outcome(steps, verdict.StepUsage))
	require.Equal(t, verdict.Failed, outcome(steps, verdict.StepValidity))
	require.Equal(t, verdict.UndecidedStep, outcome(steps, verdict.StepRevocation))
}

func TestVerifyCertificate(t *testing.T) {
	g := gost512()
	for name, c := range map[string]struct {
		cert   *cert.Certificate
		policy eds.DocumentPolicy
		mode   eds.RevocationMode
		want   verdict.Reason
	}{
		"person":                       {g.issue(g.ca, person()).cert, eds.DocumentPolicy{}, eds.InsecureRevocationOff, ""},
		"person, revocation required":  {g.issue(g.ca, person()).cert, eds.DocumentPolicy{}, eds.RevocationRequired, verdict.RevocationUnavailable},
		"authority":                    {g.ca.cert, eds.DocumentPolicy{Purpose: eds.AnyPurpose}, eds.InsecureRevocationOff, ""},
		"authority to sign documents":  {g.ca.cert, eds.DocumentPolicy{}, eds.InsecureRevocationOff, verdict.UsageNotAllowed},
		"anchor, which nobody revokes": {g.root.cert, eds.DocumentPolicy{Purpose: eds.AnyPurpose}, eds.RevocationRequired, ""},
		"expired":                      {g.issue(g.ca, expired()).cert, eds.DocumentPolicy{}, eds.InsecureRevocationOff, verdict.CertExpired},
		"self-signed":                  {g.issue(holder{}, person()).cert, eds.DocumentPolicy{}, eds.InsecureRevocationOff, verdict.UnknownIssuer},
	} {
		t.Run(name, func(t *testing.T) {
			v := newDocuments(t, g.trust(), c.policy, func(o *eds.Options) { o.Revocation = c.mode })
			report, err := v.VerifyCertificate(t.Context(), c.cert)
			require.NoError(t, err)
			require.Equal(t, c.want, report.Reason, report.Detail)
			require.Equal(t, c.want.Verdict(), report.Verdict)
		})
	}
}

// T52: the national test hierarchy needs its own option, and shows in what comes out.
func TestTestHierarchyNeedsItsOption(t *testing.T) {
	root := readCertificates(t, []string{"nca-test/ca/root_test_gost_2022.cer"})
	ca := readCertificates(t, []string{"nca-test/ca/nca_gost2022_test.cer"})
	leaf := readCertificates(t, []string{"nca-test/cert/2026-individual-valid.cer"})[0]
	_, err := eds.New(origin, eds.Trust{Anchors: root, Untrusted: ca}, eds.Options{})
	require.ErrorIs(t, err, verdict.KindMisuse)

	accept := func(o *eds.Options) { o.TestAnchors = true }
	report, err := newDocuments(t, eds.Trust{Anchors: root, Untrusted: ca}, eds.DocumentPolicy{}, accept).VerifyCertificate(t.Context(), leaf)
	require.NoError(t, err)
	require.Equal(t, verdict.Good, report.Verdict)
	require.Equal(t, nca.Test, report.Class)
}

// The genuine signatures of 2020, from the time of two keys: AUTH_RSA, RSA and GOST-2004.
func TestNCALayer2020(t *testing.T) {
	dir := filepath.Join(filepath.Dir(vectors.Dir(t)), "ncalayer-2020")
	trust, err := eds.LoadTrust(filepath.Join(dir, "nca_gost_test.crt"), filepath.Join(dir, "nca_rsa_test.crt"))
	require.NoError(t, err)
	at := time.Date(2020, 9, 10, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		file     string
		purposes []nca.Purpose
		kind     nca.Kind
		key      string
	}{
		"auth-rsa": {"personal_active_AUTH_RSA256_b2c70a9ff7a5dc59de0ccc3c0ddde3437cc1f12d", []nca.Purpose{nca.Auth}, nca.KindPerson, "rsa-2048"},
		"rsa":      {"personal_active_RSA256_11c707bd54cbfcccb3815e39c4eb57b1dc7dfea9", []nca.Purpose{nca.Sign}, nca.KindPerson, "rsa-2048"},
		"gostknca": {"organization_active_GOSTKNCA_13a3741b52d7bf860aab199b56fad1f4652e357b", []nca.Purpose{nca.Sign}, nca.KindOrganization, "gost2004"},
	} {
		t.Run(name, func(t *testing.T) {
			message, err := os.ReadFile(filepath.Join(dir, c.file+".cms"))
			require.NoError(t, err)
			for _, purpose := range []nca.Purpose{nca.Auth, nca.Sign} {
				v := newDocuments(t, trust, eds.DocumentPolicy{Purpose: purpose}, func(o *eds.Options) {
					o.TestAnchors = true
					o.Clock = func() time.Time { return at }
				})
				report, err := v.Verify(t.Context(), bytes.NewReader(message), nil)
				require.NoError(t, err)
				want := verdict.UsageNotAllowed
				if c.purposes[0] == purpose {
					want = ""
				}
				require.Equal(t, want, report.Reason, report.Detail)
				s := report.Signers[0]
				require.Equal(t, "123456789011", s.Subject.IIN.Digits())
				require.Equal(t, c.kind, s.Kind)
				require.Equal(t, c.key, s.KeyAlgorithm)
				require.Equal(t, nca.Test, s.Class)
				require.Equal(t, "base64", report.Encoding)
			}
		})
	}
}

// The production authorities' certificates make paths to their roots, at moments within their dates.
func TestAnchors(t *testing.T) {
	dir := filepath.Join(filepath.Dir(vectors.Dir(t)), "anchors")
	trust, err := eds.LoadTrust(dir)
	require.NoError(t, err)
	require.Len(t, trust.Anchors, 5)
	require.Len(t, trust.Untrusted, 6)
	for _, c := range trust.Untrusted {
		v := newDocuments(t, trust, eds.DocumentPolicy{Purpose: eds.AnyPurpose}, func(o *eds.Options) {
			o.Clock = func() time.Time { return time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC) }
		})
		report, err := v.VerifyCertificate(t.Context(), c)
		require.NoError(t, err)
		require.Equal(t, verdict.Good, report.Verdict, "%s: %s", c.Subject, report.Detail)
		require.Equal(t, nca.Production, report.Class)
		require.Len(t, report.Path, 2)
	}
}

func TestLoadTrust(t *testing.T) {
	g := gost512()
	dir := t.TempDir()
	write := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, content, 0o600))
		return path
	}
	root, ca := write("root.cer", g.root.cert.Raw), write("ca.crt", g.ca.cert.Raw)
	write("README.md", []byte("not a certificate"))

	t.Run("folder", func(t *testing.T) {
		trust, err := eds.LoadTrust(dir)
		require.NoError(t, err)
		require.Len(t, trust.Anchors, 1)
		require.True(t, trust.Anchors[0].Equal(g.root.cert))
		require.Len(t, trust.Untrusted, 1)
	})
	t.Run("file that is no root", func(t *testing.T) {
		trust, err := eds.LoadTrust(ca)
		require.NoError(t, err)
		require.True(t, trust.Anchors[0].Equal(g.ca.cert))
	})
	t.Run("several", func(t *testing.T) {
		trust, err := eds.LoadTrust(root, ca)
		require.NoError(t, err)
		require.Len(t, trust.Anchors, 2)
	})
	t.Run("missing", func(t *testing.T) {
		_, err := eds.LoadTrust(filepath.Join(dir, "missing.cer"))
		require.ErrorIs(t, err, os.ErrNotExist)
		require.ErrorIs(t, err, verdict.KindMisuse)
	})
	t.Run("no anchor", func(t *testing.T) {
		_, err := eds.LoadTrust(t.TempDir())
		require.ErrorIs(t, err, verdict.KindMisuse)
		_, err = eds.LoadTrust()
		require.ErrorIs(t, err, verdict.KindMisuse)
	})
	t.Run("damaged", func(t *testing.T) {
		write("damaged.cer", g.root.cert.Raw[:100])
		_, err := eds.LoadTrust(dir)
		require.ErrorIs(t, err, verdict.KindMalformed)
	})
}

// A Verifier keeps copies: changing what New was given changes nothing.
func TestVerifierIsFrozen(t *testing.T) {
	g := gost512()
	trust := g.trust()
	v := newDocuments(t, trust, eds.DocumentPolicy{})
	trust.Anchors[0], trust.Untrusted[0] = nil, nil
	report, err := v.VerifyCertificate(t.Context(), g.issue(g.ca, person()).cert)
	require.NoError(t, err)
	require.Equal(t, verdict.Good, report.Verdict)
}

// T13, T48: a message with many certificates for its signatures, each of them with many issuers, costs little. Anybody
// can make one, and send it to a login as well: 26 KB took seven seconds.
func TestManyCandidatesCostLittle(t *testing.T) {
	s := newSite(t, gost512().trust())
	newKey := func() crypto.Signer { return must(ecdsa.GenerateKey(elliptic.P521(), rand.Reader)) } // slow to verify
	namesake := mint.Name(mint.Attribute{Type: oid.CommonName, Value: "NAMESAKE"})
	certify := func(by, key crypto.Signer, subject []byte, extensions ...cert.Extension) *cert.Certificate {
		return must(cert.Parse(must(mint.Issuer{Name: namesake, Key: by}.Certificate(mint.Template{
			Serial: []byte{1}, Subject: subject, NotBefore: notBefore, NotAfter: notAfter, Extensions: extensions,
		}, key.Public()))))
	}
	var authorities []crypto.Signer
	for range 12 {
		authorities = append(authorities, newKey())
	}
	var bag []*cert.Certificate
	for i, key := range authorities { // each certifies the one before it
		bag = append(bag, certify(authorities[(i+1)%len(authorities)], key, namesake, mint.CA(-1)))
	}
	key := newKey()
	for i := range 36 {
		subject := mint.Name(mint.Attribute{Type: oid.CommonName, Value: strconv.Itoa(i)})
		bag = append(bag, certify(authorities[0], key, subject))
	}
	signer := holder{bag[12], key}
	for _, c := range []struct{ twins, signers int }{{1, 1}, {8, 1}, {9, 1}, {36, 1}, {1, 16}, {8, 16}, {36, 16}} {
		o := cms.SignOptions{WithoutSigningCertificate: true, Certificates: bag[:12+c.twins]}
		message := sign(t, "a document", o, slices.Repeat([]holder{signer}, c.signers)...)
		budget.Time(t, 2*time.Second, func() {
			report, err := s.Verify(t.Context(), bytes.NewReader(message), nil)
			require.NoError(t, err)
			require.Len(t, report.Signers, c.signers)
			require.NotEqual(t, verdict.Good, report.Verdict)
		})
	}
}
