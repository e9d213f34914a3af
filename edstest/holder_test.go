package edstest_test

import (
	"encoding/hex"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds"
	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/edstest"
	"github.com/qoltanba/eds/internal/mint"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/pkcs12"
	"github.com/qoltanba/eds/verdict"
)

// login has a holder sign in at a site that trusts p and accepts the kinds of subject; none stands for persons.
func login(t testing.TB, p *edstest.PKI, h *edstest.Holder, accept ...nca.Kind) (*eds.Identity, error) {
	t.Helper()
	v, err := eds.New("https://cabinet.example.kz", p.Trust(), eds.Options{
		Clock: p.Now, Accept: accept, Sources: p.Sources(),
	})
	require.NoError(t, err)
	challenge, err := v.Challenge(t.Context(), "session")
	require.NoError(t, err)
	return v.Authenticate(t.Context(), "session", h.Answer(challenge))
}

var everybody = []nca.Kind{nca.KindPerson, nca.KindOrganization, nca.KindSystem}

// Every kind of holder in every hierarchy gets in where it should, and is refused for the right reason elsewhere.
func TestKinds(t *testing.T) {
	p := newPKI(t, all...)
	type make = func(...edstest.Option) *edstest.Holder
	for name, c := range map[string]struct {
		issue      make
		role       nca.Role
		kind       nca.Kind
		asPerson   verdict.Reason // where only persons are let in
		asAnybody  verdict.Reason // where all kinds are
		withoutIIN bool
	}{
		"person":           {issue: p.Person, role: nca.Individual, kind: nca.KindPerson},
		"head":             {issue: p.Head, role: nca.Head, kind: nca.KindOrganization, asPerson: verdict.SubjectNotAccepted},
		"can-sign":         {issue: p.CanSign, role: nca.CanSign, kind: nca.KindOrganization, asPerson: verdict.SubjectNotAccepted},
		"can-sign-finance": {issue: p.CanSignFinancial, role: nca.CanSignFinancial, kind: nca.KindOrganization, asPerson: verdict.SubjectNotAccepted},
		"hr":               {issue: p.HR, role: nca.HR, kind: nca.KindOrganization, asPerson: verdict.SubjectNotAccepted},
		"employee":         {issue: p.Employee, role: nca.Employee, kind: nca.KindOrganization, asPerson: verdict.SubjectNotAccepted},
		"treasury":         {issue: p.Treasury, role: nca.TreasuryClient, kind: nca.KindOrganization, asPerson: verdict.SubjectNotAccepted},
		"system":           {issue: p.System, role: nca.DigitalSystem, kind: nca.KindSystem, asPerson: verdict.SubjectNotAccepted, asAnybody: verdict.NoIIN, withoutIIN: true},
	} {
		for _, h := range all {
			t.Run(name+"/"+h.String(), func(t *testing.T) {
				t.Parallel()
				holder := c.issue(edstest.Under(h))
				require.Contains(t, nca.RolesOf(holder.Certificate), c.role)
				require.Equal(t, c.kind, nca.KindOf(holder.Certificate))
				require.Equal(t, c.withoutIIN, holder.IIN() == "")
				require.Equal(t, c.kind == nca.KindPerson, holder.BIN() == "")
				require.Equal(t, h.String(), holder.Certificate.PublicKey.Algorithm())
				requireLogin(t, p, holder, c.asPerson)
				requireLogin(t, p, holder, c.asAnybody, everybody...)
			})
		}
	}
}

// requireLogin wants the holder in, or refused for a reason.
func requireLogin(t testing.TB, p *edstest.PKI, h *edstest.Holder, reason verdict.Reason, accept ...nca.Kind) {
	t.Helper()
	id, err := login(t, p, h, accept...)
	if reason != "" {
		require.Nil(t, id)
		require.ErrorIs(t, err, reason)
		return
	}
	require.NoError(t, err)
	require.Equal(t, h.IIN(), id.IIN().Digits())
	require.Equal(t, h.BIN(), string(id.BIN()))
	require.Equal(t, nca.Other, id.Class(), "a fake identity is neither of the national PKI nor of its tests")
}

// The old generations have a key to log in and a key to sign; those of today do both.
func TestPairs(t *testing.T) {
	p := newPKI(t, all...)
	for _, h := range all {
		t.Run(h.String(), func(t *testing.T) {
			auth := p.Person(edstest.Under(h))
			sign := p.Person(edstest.Under(h), edstest.SamePerson(auth), edstest.ForSigning())
			require.Equal(t, auth.IIN(), sign.IIN())
			require.Equal(t, auth.Certificate.Subject.Raw, sign.Certificate.Subject.Raw)
			paired := h == edstest.RSA || h == edstest.GOST2004
			if !paired {
				require.Equal(t, []nca.Purpose{nca.Auth, nca.Sign}, nca.PurposesOf(auth.Certificate))
				requireLogin(t, p, sign, "")
				return
			}
			require.Equal(t, []nca.Purpose{nca.Auth}, nca.PurposesOf(auth.Certificate))
			require.Equal(t, []nca.Purpose{nca.Sign}, nca.PurposesOf(sign.Certificate))
			requireLogin(t, p, auth, "")
			requireLogin(t, p, sign, verdict.UsageNotAllowed)
		})
	}
}

// Time goes on between the moment at which a login is judged and the answers about revocation.
func TestClockThatGoesOn(t *testing.T) {
	var seconds atomic.Int64
	p := newWith(t, edstest.Options{
		Hierarchies: []edstest.Hierarchy{edstest.RSA},
		Clock:       func() time.Time { return now.Add(time.Duration(seconds.Add(1)) * time.Second) },
	})
	requireLogin(t, p, p.Person(), "")
}

func TestFileName(t *testing.T) {
	p := newPKI(t, all...)
	for want, h := range map[string]*edstest.Holder{
		"GOST512_":     p.Person(),
		"GOST256_":     p.Head(edstest.Under(edstest.GOST256)),
		"AUTH_RSA256_": p.Person(edstest.Under(edstest.RSA)),
		"RSA256_":      p.Person(edstest.Under(edstest.RSA), edstest.ForSigning()),
		"GOSTKNCA_":    p.Head(edstest.Under(edstest.GOST2004), edstest.ForSigning()),
	} {
		require.Equal(t, want+hex.EncodeToString(h.Certificate.SubjectKeyID)+".p12", h.FileName())
	}
}

func TestOptionsOfHolders(t *testing.T) {
	p := newPKI(t)
	other := edstest.Key(p.Person().Key)
	for name, c := range map[string]struct {
		options []edstest.Option
		want    func(t *testing.T, s nca.Subject, h *edstest.Holder)
		refused verdict.Reason
	}{
		"name": {options: []edstest.Option{edstest.Name("А", "Б В", "Г")}, want: func(t *testing.T, s nca.Subject, _ *edstest.Holder) {
			require.Equal(t, []string{"А Б В", "А", "Б В", "Г"}, []string{s.CommonName, s.Surname, s.GivenName, s.Patronymic})
		}},
		"surname alone": {options: []edstest.Option{edstest.Name("А", "", "")}, want: func(t *testing.T, s nca.Subject, _ *edstest.Holder) {
			require.Equal(t, []string{"А", ""}, []string{s.CommonName, s.Patronymic})
		}},
		"iin": {options: []edstest.Option{edstest.IIN("123456789011")}, want: func(t *testing.T, _ nca.Subject, h *edstest.Holder) {
			require.Equal(t, "123456789011", h.IIN())
			require.NotContains(t, h.String(), "123456789011")
		}},
		"bin": {options: []edstest.Option{edstest.BIN("123456789021"), edstest.Organization("О")}, want: func(t *testing.T, s nca.Subject, h *edstest.Holder) {
			require.Equal(t, "123456789021", h.BIN())
			require.Equal(t, "О", s.Organization)
		}, refused: verdict.SubjectNotAccepted},
		"wrong iin": {options: []edstest.Option{edstest.IIN("12345")}, refused: verdict.NoIIN},
		"common name": {options: []edstest.Option{edstest.CommonName("SERIALNUMBER=IIN991332300012")}, want: func(t *testing.T, s nca.Subject, _ *edstest.Holder) {
			require.Equal(t, "SERIALNUMBER=IIN991332300012", s.CommonName)
		}},
		"email": {options: []edstest.Option{edstest.Email("a@example.kz")}, want: func(t *testing.T, s nca.Subject, _ *edstest.Holder) {
			require.Equal(t, "a@example.kz", s.Email)
		}},
		"storage": {options: []edstest.Option{edstest.Storage(nca.StorageKaztoken)}, want: func(t *testing.T, _ nca.Subject, h *edstest.Holder) {
			require.Equal(t, nca.StorageKaztoken, nca.StorageOf(h.Certificate))
		}},
		"key": {options: []edstest.Option{other}, want: func(t *testing.T, _ nca.Subject, h *edstest.Holder) {
			require.NotNil(t, h.Key)
		}},
		"expired":       {options: []edstest.Option{edstest.Expired()}, refused: verdict.CertExpired},
		"not yet valid": {options: []edstest.Option{edstest.NotYetValid()}, refused: verdict.CertNotYetValid},
		"validity":      {options: []edstest.Option{edstest.Validity(now, now)}},
		"past":          {options: []edstest.Option{edstest.Validity(now.AddDate(0, 0, -2), now.AddDate(0, 0, -1))}, refused: verdict.CertExpired},
		"never issued":  {options: []edstest.Option{edstest.NeverIssued()}, refused: verdict.Revoked},
		"another usage": {options: []edstest.Option{edstest.Extension(mint.KeyUsage(cert.UsageKeyAgreement))}, refused: verdict.UsageNotAllowed},
		"no usage": {options: []edstest.Option{edstest.Extension(cert.Extension{ID: oid.KeyUsage})}, want: func(t *testing.T, _ nca.Subject, h *edstest.Holder) {
			require.Nil(t, h.Certificate.Extension(oid.KeyUsage))
		}, refused: verdict.UsageNotAllowed},
		"one more extension": {options: []edstest.Option{edstest.Extension(mint.OCSPNoCheck())}, want: func(t *testing.T, _ nca.Subject, h *edstest.Holder) {
			require.NotNil(t, h.Certificate.Extension(oid.OCSPNoCheck))
		}},
		"taking out what is not there": {options: []edstest.Option{edstest.Extension(cert.Extension{ID: oid.OCSPNoCheck})}},
	} {
		t.Run(name, func(t *testing.T) {
			h := p.Person(c.options...)
			if c.want != nil {
				c.want(t, nca.SubjectOf(h.Certificate), h)
			}
			requireLogin(t, p, h, c.refused)
		})
	}
}

func TestMadeUpPeople(t *testing.T) {
	p := newPKI(t, edstest.RSA)
	seen := make(map[string]bool)
	for range 8 {
		h := p.Person()
		iin, err := nca.ParseIIN(h.IIN())
		require.NoError(t, err)
		require.False(t, seen[h.IIN()])
		seen[h.IIN()] = true
		require.True(t, iin.Guess().Checksum, h.IIN())
		require.True(t, iin.Guess().BirthDate.IsZero(), "nobody's number")
	}
	require.True(t, seen["991332300012"])
	require.True(t, nca.BIN(p.Head().BIN()).Checksum())
}

func TestPKCS12(t *testing.T) {
	p := newPKI(t, all...)
	for _, h := range all {
		t.Run(h.String(), func(t *testing.T) {
			alice := p.Person(edstest.Under(h))
			b, err := alice.PKCS12("Qwerty12")
			require.NoError(t, err)
			store, err := pkcs12.Parse(b, "Qwerty12", pkcs12.Options{})
			require.NoError(t, err)
			require.Len(t, store.Entries, 1)
			require.True(t, alice.Certificate.Equal(store.Entries[0].Certificate))
			require.Equal(t, hex.EncodeToString(alice.Certificate.SubjectKeyID), store.Entries[0].Alias)
			message, err := cms.Sign([]byte("x"), []cms.Signer{{Certificate: store.Entries[0].Certificate, Key: store.Entries[0].Key}}, cms.SignOptions{})
			require.NoError(t, err)
			signed, _, err := cms.Decode(message)
			require.NoError(t, err)
			_, err = signed.VerifySigner(0, nil, nil)
			require.NoError(t, err)
		})
	}
	_, err := p.Person().PKCS12("\xff")
	require.ErrorIs(t, err, verdict.KindMisuse)
}

func TestSign(t *testing.T) {
	p := newPKI(t)
	alice, boss := p.Person(), p.Head()
	message, err := cms.Sign([]byte("act"), []cms.Signer{alice.Signer(), boss.Signer()}, cms.SignOptions{})
	require.NoError(t, err)
	signed, _, err := cms.Decode(message)
	require.NoError(t, err)
	require.Len(t, signed.Signers, 2)
	_, err = alice.Sign([]byte("act"), cms.SignOptions{ChunkSize: -1})
	require.ErrorIs(t, err, verdict.KindMisuse)
}

func TestPath(t *testing.T) {
	p := newPKI(t)
	path := p.Person().Path()
	require.Len(t, path, 3)
	for i, c := range path {
		issuer := path[min(i+1, 2)]
		require.NoError(t, c.CheckSignature(issuer.PublicKey))
		require.Equal(t, issuer.Subject.Raw, c.Issuer.Raw)
	}
	require.Equal(t, p.CA(edstest.GOST512).Certificate, path[1])
	require.Equal(t, p.Root(edstest.GOST512).Certificate, path[2])
}

func TestIdentity(t *testing.T) {
	id := edstest.Identity()
	require.Equal(t, nca.KindPerson, id.Kind())
	require.Equal(t, nca.Other, id.Class())
	require.NotEqual(t, id.IIN(), edstest.Identity().IIN())
	id = edstest.Identity(edstest.IIN("991332300012"), edstest.Under(edstest.RSA))
	require.Equal(t, "991332300012", id.IIN().Digits())
	require.Panics(t, func() { edstest.Identity(edstest.Expired()) })
	p := newPKI(t)
	boss, err := p.Head().Identity()
	require.NoError(t, err)
	require.Equal(t, []nca.Role{nca.Organization, nca.Head}, boss.Roles())
	_, err = p.System().Identity()
	require.ErrorIs(t, err, verdict.SubjectNotAccepted)
}

// The identity of a holder comes out of a login with all its steps, revocation among them.
func TestIdentityAsksAboutRevocation(t *testing.T) {
	p := newPKI(t, edstest.RSA)
	alice := p.Person()
	id, err := alice.Identity()
	require.NoError(t, err)
	for _, step := range id.Evidence().Steps {
		require.Equal(t, step.Name == verdict.StepTimestamp, step.Outcome == verdict.Skipped, step.Name)
	}
	p.Hold(alice, now)
	_, err = alice.Identity()
	require.ErrorIs(t, err, verdict.Revoked)
	p.Release(alice)
	for _, f := range []edstest.Fault{edstest.Down, edstest.ServerError, edstest.Endless, edstest.Empty} {
		p.Break(edstest.OCSP, f)
		p.Break(edstest.CRL, f)
		_, err = alice.Identity()
		require.ErrorIs(t, err, verdict.RevocationUnavailable, f)
	}
	p.Mend(edstest.OCSP)
	p.Mend(edstest.CRL)
	p.Wrap(edstest.CRL, func(http.Handler) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("x") })
	})
	require.Panics(t, func() { _, _ = alice.Identity() }, "a mistake of the test is not hidden")
}

// A folder of the authorities' certificates is a trust for other programs.
func TestWriteTrust(t *testing.T) {
	p := newPKI(t, all...)
	dir := t.TempDir()
	require.NoError(t, p.WriteTrust(dir))
	trust, err := eds.LoadTrust(dir)
	require.NoError(t, err)
	require.Len(t, trust.Anchors, 4)
	require.Len(t, trust.Untrusted, 4)
	for _, c := range p.Roots() {
		require.True(t, containsCertificate(trust.Anchors, c))
	}
	require.Error(t, p.WriteTrust(filepath.Join(dir, "nothing")))
}

func containsCertificate(list []*cert.Certificate, c *cert.Certificate) bool {
	for _, other := range list {
		if other.Equal(c) {
			return true
		}
	}
	return false
}
