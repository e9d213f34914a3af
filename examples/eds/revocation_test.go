package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/crl"
	"github.com/qoltanba/eds/edstest"
	"github.com/qoltanba/eds/internal/shared"
	"github.com/qoltanba/eds/ocsp"
	"github.com/qoltanba/eds/revocation"
	"github.com/qoltanba/eds/verdict"
)

// A fake is a fake PKI, its clock fixed at sampleTime, and the folder with its authorities.
type fake struct {
	*edstest.PKI
	trust string
}

func newFake(t *testing.T) fake {
	t.Helper()
	pki, err := edstest.New(edstest.Options{Clock: func() time.Time { return sampleTime }})
	require.NoError(t, err)
	t.Cleanup(pki.Close)
	f := fake{pki, t.TempDir()}
	require.NoError(t, pki.WriteTrust(f.trust))
	return f
}

// judge is a command line about a holder's certificate.
func (f fake) judge(t *testing.T, h *edstest.Holder, more ...string) []string {
	t.Helper()
	return append([]string{
		"cert", "verify", file(t, "holder.cer", h.Certificate.Raw), "--trust", f.trust, "--at", sampleTime.Format(time.RFC3339),
	}, more...)
}

// online are the options that let the fake services be asked.
func (f fake) online() []string { return []string{"--online", "--allow-private-host", f.Host()} }

func (f fake) requests() int { return f.Requests(edstest.OCSP) + f.Requests(edstest.CRL) }

// publishedList returns the list at the distribution point of a certificate.
func publishedList(t *testing.T, c *cert.Certificate) []byte {
	t.Helper()
	response, err := http.Get(c.CRLDistributionPoints[0].URIs()[0])
	require.NoError(t, err)
	return body(t, response)
}

// answerAbout returns what the responder says of a certificate.
func answerAbout(t *testing.T, h *edstest.Holder, nonce []byte) []byte {
	t.Helper()
	request, err := ocsp.NewRequest(h.Certificate, h.Path()[1], ocsp.RequestOptions{Nonce: nonce})
	require.NoError(t, err)
	response, err := http.Post(h.Certificate.OCSPServers[0], "application/ocsp-request", bytes.NewReader(request.Raw))
	require.NoError(t, err)
	return body(t, response)
}

func body(t *testing.T, response *http.Response) []byte {
	t.Helper()
	defer response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode)
	b, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return b
}

// requireOutcome checks what a status of the leaf comes to as a whole.
func requireOutcome(t *testing.T, r result, revocation string) {
	t.Helper()
	want := map[string]struct {
		status          status
		verdict, reason string
	}{
		"good":        {statusGood, "good", ""},
		"revoked":     {statusBad, "bad", "revoked"},
		"unknown":     {statusBad, "bad", "revocation-unknown"},
		"unavailable": {statusUndecided, "undecided", "revocation-unavailable"},
	}[revocation]
	if strings.Contains(r.line, `{"name":"validity","outcome":"failed"`) { // the dates are told first
		want.status, want.verdict, want.reason = statusBad, "bad", "cert-expired"
	}
	require.Equal(t, want.status, r.status, r.line)
	require.Equal(t, want.verdict, r.object["verdict"])
	require.Equal(t, want.reason, r.object["reason"])
	require.Equal(t, want.reason == "", r.object["detail"] == "")
}

// The built program asks the services that the certificates name.
func TestBinaryOnline(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	good, bad, never := f.Person(), f.Person(), f.Person(edstest.NeverIssued())
	f.Revoke(bad, cert.KeyCompromise, sampleTime.Add(-time.Hour))
	message, err := bad.Sign([]byte("content"), cms.SignOptions{})
	require.NoError(t, err)
	require.Zero(t, f.requests())

	ask := func(h *edstest.Holder, want, by string, more ...string) map[string]any {
		t.Helper()
		r := script(t, nil, nil, f.judge(t, h, append(f.online(), more...)...)...)
		requireOutcome(t, r, want)
		found := r.object["revocation"].(map[string]any)
		require.Equal(t, want, found["status"])
		require.Equal(t, by, found["by"])
		require.Equal(t, by != "", found["produced_at"] != "")
		return found
	}
	ask(good, "good", "ocsp")
	found := ask(bad, "revoked", "ocsp")
	require.Equal(t, "keyCompromise", found["reason"])
	require.Equal(t, "2026-09-15T11:00:00Z", found["time"])
	found = ask(never, "revoked", "ocsp")
	require.Equal(t, []any{"1970-01-01T00:00:00Z", "certificateHold", true}, []any{found["time"], found["reason"], found["never_issued"]})

	args := append([]string{file(t, "m.cms", message), "--trust", f.trust, "--at", sampleTime.Format(time.RFC3339)}, f.online()...)
	requireOutcome(t, script(t, nil, nil, append([]string{"verify"}, args...)...), "revoked")
	out := filepath.Join(t.TempDir(), "out")
	requireOutcome(t, script(t, nil, nil, append([]string{"extract", "--out", out}, args...)...), "revoked")
	require.NoFileExists(t, out)

	f.Break(edstest.OCSP, edstest.SaysUnknown)
	ask(good, "unknown", "ocsp")
	f.Break(edstest.OCSP, edstest.Down)
	ask(good, "good", "crl")
	ask(bad, "revoked", "crl")
	f.Break(edstest.CRL, edstest.Down)
	ask(good, "unavailable", "")
	ask(bad, "unavailable", "")
	r := script(t, nil, nil, f.judge(t, good, append(f.online(), "--revocation", "if-available")...)...)
	require.Equal(t, statusGood, r.status)
	require.Equal(t, "unavailable", r.object["revocation"].(map[string]any)["status"])
}

// Nobody is asked but who may be.
func TestOnlineHosts(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	person := f.Person()
	for _, options := range [][]string{
		nil, // offline
		{"--online"},
		{"--online", "--allow-host", f.Host()}, // which has no public address
		{"--online", "--allow-private-host", "127.0.0.1:1"},
		append(f.online(), "--revocation", "off"),
	} {
		o := run(t, f.judge(t, person, append(options, "--json")...)...)
		require.Equal(t, slices.Contains(options, "off"), o.status == statusGood, options)
		require.Zero(t, f.requests(), options)
	}
	foreign := stranger(t, f)
	require.Equal(t, statusBad, run(t, append([]string{"cert", "verify", foreign, "--trust", f.trust}, f.online()...)...).status)
	require.Zero(t, f.requests(), "addresses of a certificate whose path has not verified")
	require.Equal(t, statusGood, run(t, f.judge(t, person, f.online()...)...).status)
	require.NotZero(t, f.requests())
}

// stranger returns a certificate that names the services of f, and is signed by nobody.
func stranger(t *testing.T, f fake) string {
	t.Helper()
	other, err := edstest.New(edstest.Options{URL: f.URL(), Clock: func() time.Time { return sampleTime }})
	require.NoError(t, err)
	t.Cleanup(other.Close)
	return file(t, "stranger.cer", flipped(other.Person().Certificate.Raw)) // authorities' keys are shared in a process
}

func TestEvidenceForms(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	bad := f.Person()
	f.Revoke(bad, cert.Superseded, sampleTime.Add(-time.Hour))
	for _, e := range []struct {
		option, label, ending string
		der                   []byte
	}{
		{"--crl", "X509 CRL", ".crl", publishedList(t, bad.Certificate)},
		{"--ocsp", "OCSP RESPONSE", ".ors", answerAbout(t, bad, nil)},
	} {
		by := e.option[2:]
		text := base64.StdEncoding.EncodeToString(e.der)
		inPEM := pem.EncodeToMemory(&pem.Block{Type: e.label, Bytes: e.der})
		check := func(o outcome) {
			t.Helper()
			require.Equal(t, statusBad, o.status, o.stderr)
			require.Empty(t, o.stderr)
			require.Equal(t, map[string]any{
				"status": "revoked", "by": by, "time": "2026-09-15T11:00:00Z", "reason": "superseded",
				"produced_at": o.object(t)["revocation"].(map[string]any)["produced_at"], "never_issued": false,
			}, o.object(t)["revocation"])
		}
		for _, contents := range [][]byte{e.der, []byte(text), inPEM} {
			check(run(t, f.judge(t, bad, "--json", e.option, file(t, "x.anything", contents))...))
		}
		check(runIn(t, world{stdin: text}, f.judge(t, bad, "--json", e.option, "-")...))
		for _, ending := range []string{e.ending, ".DER", ".pem"} {
			folder := t.TempDir()
			for name, contents := range map[string][]byte{
				"x" + ending: inPEM, "holder.der": bad.Certificate.Raw, "README": []byte("text"), "note.b64": []byte("text"),
			} {
				require.NoError(t, os.WriteFile(filepath.Join(folder, name), contents, 0o600))
			}
			require.NoError(t, os.Mkdir(filepath.Join(folder, "folder"+e.ending), 0o700))
			check(run(t, f.judge(t, bad, "--json", e.option, folder)...))
		}
		o := run(t, f.judge(t, bad, "--json", e.option, f.trust)...)
		require.Equal(t, statusUndecided, o.status)
		require.Contains(t, o.stderr, "no such file in the folder")
	}
}

// What is no evidence decides nothing, is told of, and does not stand in the way of what is.
func TestEvidenceUnreadable(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	person := f.Person()
	list, said := publishedList(t, person.Certificate), answerAbout(t, person, nil)
	for option, contents := range map[string][][]byte{
		"--crl":  {nil, []byte("<html>"), list[:len(list)-1], append(slices.Clone(list), 0), said, person.Certificate.Raw},
		"--ocsp": {nil, []byte("<html>"), said[:len(said)-1], append(slices.Clone(said), 0), list, bytes.Repeat([]byte{0x30}, maxResponse+1)},
	} {
		for _, b := range contents {
			name := file(t, "991332300012.crl", b)
			o := run(t, f.judge(t, person, "--json", option, name)...)
			require.Equal(t, statusUndecided, o.status, o.stdout)
			require.Equal(t, "revocation-unavailable", o.object(t)["reason"])
			require.Contains(t, o.stderr, "••••••••0012.crl: unreadable, so it decides nothing")
		}
	}
	name := file(t, "991332300012.crl", said)
	args := f.judge(t, person, "--revocation-scope", "leaf", "--crl", filepath.Dir(name)) // its ending is that of lists
	for want, more := range map[status][]string{statusUndecided: nil, statusGood: {"--ocsp", name}} {
		o := run(t, append(args, more...)...)
		require.Equal(t, want, o.status, o.stdout)
		require.Contains(t, o.stderr, "••••••••0012.crl: unreadable, so it decides nothing")
	}
}

// The messages about files speak the user's language, and name no number.
func TestEvidenceThatCannotBeOpened(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	o := run(t, f.judge(t, f.Person(), "--crl", "991332300012.crl", "--lang", "ru")...)
	require.Equal(t, statusUnreadable, o.status)
	require.Contains(t, o.stderr, "--crl ••••••••0012.crl: не удалось прочитать")
	o = run(t, f.judge(t, f.Person(), "--json", "--crl", "-", "--ocsp", "-")...)
	require.Equal(t, statusUnreadable, o.status)
	require.Contains(t, o.object(t)["detail"], "stdin can be read once only")
}

func TestRevocationScope(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	person := f.Person()
	ofPeople := file(t, "ca.crl", publishedList(t, person.Certificate))
	ofAuthorities := file(t, "root.crl", publishedList(t, f.CA(edstest.GOST512).Certificate))
	check := func(want string, args ...string) {
		t.Helper()
		r := script(t, nil, nil, f.judge(t, person, args...)...)
		requireOutcome(t, r, want)
		require.Equal(t, "good", r.object["revocation"].(map[string]any)["status"], "of the leaf")
	}
	check("good", "--crl", ofPeople, "--revocation-scope", "leaf")
	check("unavailable", "--crl", ofPeople)
	check("good", "--crl", ofPeople, "--crl", ofAuthorities)
	f.Revoke(f.CA(edstest.GOST512), cert.CACompromise, sampleTime.Add(-time.Hour))
	now := file(t, "root.crl", publishedList(t, f.CA(edstest.GOST512).Certificate))
	check("revoked", "--crl", ofPeople, "--crl", now)
	check("good", "--crl", ofPeople, "--crl", now, "--revocation-scope", "leaf")
	people := run(t, f.judge(t, person, "--crl", ofPeople, "--crl", now)...).stdout
	require.Contains(t, people, "not revoked (CRL of ")
	require.Contains(t, people, ": REVOKED since 2026-09-15 11:00:00Z: the authority's key is compromised (CRL of ")
}

func TestOCSPFreshness(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	person := f.Person()
	raw := answerAbout(t, person, nil)
	response, err := ocsp.ParseResponse(raw)
	require.NoError(t, err)
	since := response.Responses[0].ThisUpdate
	for _, c := range []struct {
		later   time.Duration
		options []string
		good    bool
	}{
		{0, nil, true},
		{24 * time.Hour, nil, true},
		{24*time.Hour + time.Second, nil, false},
		{-5 * time.Minute, nil, true},
		{-5*time.Minute - time.Second, nil, false},
		{48 * time.Hour, []string{"--max-age", "48h"}, true},
		{time.Hour, []string{"--max-age", "59m"}, false},
		{0, []string{"--max-age", "0"}, true},
		{time.Second, []string{"--max-age", "0"}, false},
		{0, []string{"--max-skew", "0"}, true},
		{-time.Second, []string{"--max-skew", "0"}, false},
		{-time.Hour, []string{"--max-skew", "1h"}, true},
	} {
		args := append([]string{
			"cert", "verify", file(t, "x", person.Certificate.Raw), "--trust", f.trust, "--ocsp", file(t, "y", raw),
			"--revocation-scope", "leaf", "--at", since.Add(c.later).Format(time.RFC3339),
		}, c.options...)
		want := map[bool]status{true: statusGood, false: statusUndecided}[c.good]
		require.Equal(t, want, run(t, args...).status, c)
	}
}

func TestOCSPNonce(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	person := f.Person()
	nonce := bytes.Repeat([]byte{0xA5}, 32)
	with, without := file(t, "with", answerAbout(t, person, nonce)), file(t, "without", answerAbout(t, person, nil))
	for _, c := range []struct {
		args []string
		want status
	}{
		{[]string{with, "--ocsp-nonce", hex.EncodeToString(nonce)}, statusGood},
		{[]string{with, "--ocsp-nonce", strings.ToUpper(hex.EncodeToString(nonce))}, statusGood},
		{[]string{with, "--ocsp-nonce", hex.EncodeToString(nonce[1:])}, statusUndecided},
		{[]string{with, "--ocsp-nonce", "0420" + hex.EncodeToString(nonce)}, statusUndecided}, // with its OCTET STRING
		{[]string{without, "--ocsp-nonce", hex.EncodeToString(nonce)}, statusUndecided},
		{[]string{with}, statusGood},
		{[]string{without}, statusGood},
	} {
		o := run(t, f.judge(t, person, append([]string{"--revocation-scope", "leaf", "--ocsp"}, c.args...)...)...)
		require.Equal(t, c.want, o.status, c.args)
	}
}

// A given answer is judged and shown when dates or usage have failed, and the revocation is not hidden by them.
func TestRevocationBesideOtherFailures(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	expired, head := f.Person(edstest.Expired()), f.Head()
	f.Revoke(expired, cert.CessationOfOperation, sampleTime.Add(-72*time.Hour))
	f.Revoke(head, cert.PrivilegeWithdrawn, sampleTime.Add(-time.Hour))
	for reason, args := range map[verdict.Reason][]string{
		verdict.CertExpired:        f.judge(t, expired, f.online()...),
		verdict.SubjectNotAccepted: f.judge(t, head, append(f.online(), "--subject", "person")...),
	} {
		o := run(t, append(args, "--json")...)
		require.Equal(t, statusBad, o.status)
		require.Equal(t, string(reason), o.object(t)["reason"])
		require.Equal(t, "revoked", o.object(t)["revocation"].(map[string]any)["status"])
	}
	o := run(t, append([]string{"cert", "verify", "--json", stranger(t, f), "--trust", f.trust}, f.online()...)...)
	require.Nil(t, o.object(t)["revocation"])
}

// Of a pinned authority without a distribution point nobody could tell. Nobody says "good" of it either.
func TestRevocationOfPinnedAuthority(t *testing.T) {
	t.Parallel()
	anchors := shared.Dir(t, "anchors")
	args := []string{
		"cert", "verify", filepath.Join(anchors, "btsd_gost.der"), "--trust", filepath.Join(anchors, "root_gost.der"),
		"--trust", filepath.Join(anchors, "root_gost_2020.der"), "--at", "2024-01-01T00:00:00Z",
	}
	o := run(t, append(args, "--json")...)
	require.Equal(t, statusGood, o.status, o.stdout)
	require.Len(t, o.object(t)["path"], 2)
	require.Equal(t, "off", o.object(t)["revocation"].(map[string]any)["status"])
	require.Contains(t, run(t, args...).stdout, "a pinned national authority")
}

func TestRevocationForPeople(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	good, bad, never := f.Person(), f.Person(), f.Person(edstest.NeverIssued())
	f.Revoke(bad, cert.KeyCompromise, sampleTime.Add(-time.Hour))
	message, err := bad.Sign([]byte("content"), cms.SignOptions{})
	require.NoError(t, err)
	verify := append([]string{"verify", file(t, "m", message), "--trust", f.trust, "--at", sampleTime.Format(time.RFC3339)}, f.online()...)
	for lang, want := range map[string]struct{ good, since, why, never, unknown, hint string }{
		"en": {"not revoked (OCSP, 2026-", "REVOKED since 2026-09-15 11:00:00Z", "the key is compromised (OCSP", "NEVER ISSUED", "UNKNOWN", "--online"},
		"ru": {"не отозван (OCSP, 2026-", "ОТОЗВАН с 2026-09-15 11:00:00Z", "ключ скомпрометирован (OCSP", "НЕ ВЫПУСКАЛСЯ", "НЕИЗВЕСТЕН", "--online"},
		"kk": {"кері қайтарылмаған (OCSP, 2026-", "КЕРІ ҚАЙТАРЫЛҒАН 2026-09-15 11:00:00Z", "құпиялылығы бұзылған (OCSP", "БЕРІЛМЕГЕН", "БЕЛГІСІЗ", "--online"},
	} {
		ask := func(args []string) string { return run(t, append(args, "--lang", lang)...).stdout }
		require.Contains(t, ask(f.judge(t, good, f.online()...)), want.good)
		for _, args := range [][]string{f.judge(t, bad, f.online()...), verify} {
			shown := ask(args)
			require.Contains(t, shown, want.since)
			require.Contains(t, shown, want.why)
		}
		shown := ask(f.judge(t, never, f.online()...))
		require.Contains(t, shown, want.never)
		require.NotContains(t, shown, "1970")
		f.Break(edstest.OCSP, edstest.SaysUnknown)
		require.Contains(t, ask(f.judge(t, good, f.online()...)), want.unknown)
		f.Mend(edstest.OCSP)
		require.Contains(t, ask(f.judge(t, good)), want.hint)
	}
}

// A reason that no standard names is shown by its number.
func TestRevocationReasonWithoutName(t *testing.T) {
	p := &page{words: wordsIn("en")}
	p.revocation([]inquiry{{revocationObject: revocationOf(revocation.Finding{
		Status: revocation.StatusRevoked,
		Answer: revocation.Answer{By: revocation.CRL, RevokedAt: sampleTime, Reason: 77, ProducedAt: sampleTime},
	})}})
	require.Equal(t, "REVOKED since 2026-09-15 12:00:00Z: 77 (CRL of 2026-09-15 12:00:00Z)", p.lines[0].value)
}

// The largest list that is read has its Base64 read too.
func TestEvidenceLimits(t *testing.T) {
	require.GreaterOrEqual(t, maxList, base64.StdEncoding.EncodedLen(crl.MaxSize))
	require.GreaterOrEqual(t, maxResponse, 2*base64.StdEncoding.EncodedLen(ocsp.MaxSize))
}
