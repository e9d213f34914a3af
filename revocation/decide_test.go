package revocation_test

import (
	"context"
	"io"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/chain"
	"github.com/qoltanba/eds/crl"
	"github.com/qoltanba/eds/internal/certtest"
	"github.com/qoltanba/eds/internal/fetch"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/internal/shared"
	"github.com/qoltanba/eds/ocsp"
	"github.com/qoltanba/eds/revocation"
	"github.com/qoltanba/eds/verdict"
)

var background = context.Background()

func statuses(r *revocation.Result) (list []revocation.Status) {
	for _, f := range r.Findings {
		list = append(list, f.Status)
	}
	return list
}

// answerOCSP lets a path of the server answer for the CA as the changes say.
func (w *world) answerOCSP(t testing.TB, path string, changes ...answering) string {
	w.handle(path, ocspHandler(func(q *ocsp.Request) []byte { return w.ca.responder().sign(t, q, changes...) }))
	return w.server + path
}

// serveList lets a path of the server give a list of an authority.
func (w *world) serveList(t testing.TB, path string, a *authority, template crl.Template) string {
	raw := a.list(t, template)
	w.handle(path, body(func() []byte { return raw }))
	return w.server + path
}

func TestChain(t *testing.T) {
	w := newWorld(t)
	leaf := w.ca.issue(t, 1, ocspAt(w.answerOCSP(t, "/leaf", good)))
	path := w.path(t, leaf)
	whole := newChecker(t, revocation.Options{Fetcher: w.fetcher(t)})
	one := newChecker(t, revocation.Options{Fetcher: w.fetcher(t), Scope: revocation.Leaf})

	t.Run("leaf and authority asked, anchor not", func(t *testing.T) {
		result := whole.Check(background, path, now)
		require.NoError(t, result.Err())
		require.Equal(t, verdict.Good, result.Verdict)
		require.Equal(t, []revocation.Status{revocation.StatusGood, revocation.StatusGood, revocation.StatusOff}, statuses(result))
		require.True(t, result.Findings[0].Certificate.Equal(leaf))
		require.True(t, result.Findings[1].Certificate.Equal(w.ca.cert))
		require.Equal(t, 1, w.times("/ca/ocsp"))
	})
	t.Run("leaf alone", func(t *testing.T) {
		result := one.Check(background, path, now)
		require.NoError(t, result.Err())
		require.Equal(t, []revocation.Status{revocation.StatusGood, revocation.StatusOff, revocation.StatusOff}, statuses(result))
		require.Equal(t, 1, w.times("/ca/ocsp"), "still")
	})
	t.Run("authority revoked", func(t *testing.T) {
		w.handle("/ca/ocsp", ocspHandler(func(q *ocsp.Request) []byte { return w.root.responder().sign(t, q, revokedFor(cert.CACompromise)) }))
		result := whole.Check(background, path, now)
		require.Equal(t, verdict.Bad, result.Verdict)
		require.ErrorIs(t, result.Err(), verdict.Revoked)
		require.ErrorContains(t, result.Err(), "cACompromise")
		require.Equal(t, cert.CACompromise, result.Findings[1].Reason)
		require.NoError(t, one.Check(background, path, now).Err())
	})
	t.Run("authority undecided, leaf revoked: bad", func(t *testing.T) {
		w.handle("/ca/ocsp", http.NotFound)
		w.handle("/ca/crl", http.NotFound)
		require.ErrorIs(t, whole.Check(background, path, now).Err(), verdict.RevocationUnavailable)
		w.answerOCSP(t, "/leaf", unknown)
		result := whole.Check(background, path, now)
		require.Equal(t, verdict.Bad, result.Verdict)
		require.ErrorIs(t, result.Err(), verdict.RevocationUnknown)
		require.Equal(t, []revocation.Status{revocation.StatusUnknown, revocation.StatusUnavailable, revocation.StatusOff}, statuses(result))
	})
	t.Run("anchor alone", func(t *testing.T) {
		result := whole.Check(background, w.path(t, w.root.cert), now)
		require.NoError(t, result.Err())
		require.Equal(t, []revocation.Status{revocation.StatusOff}, statuses(result))
	})
}

// Two issuers, one serial number: what one says of its certificate is nothing about the other's (T53, T67).
func TestEqualSerials(t *testing.T) {
	w := newWorld(t)
	serial := new(big.Int).SetBytes(w.ca.cert.RawSerial).Int64()
	leaf := w.ca.issue(t, serial, listsAt(w.serveList(t, "/leaf/crl", w.ca, crl.Template{})))
	w.serveList(t, "/ca/crl", w.root, crl.Template{Entries: entries(serial, cert.CACompromise)})
	result := newChecker(t, revocation.Options{Fetcher: w.fetcher(t), Order: revocation.OnlyCRL}).Check(background, w.path(t, leaf), now)
	require.Equal(t, []revocation.Status{revocation.StatusGood, revocation.StatusRevoked, revocation.StatusOff}, statuses(result))
}

func TestPinned(t *testing.T) {
	w := newWorld(t)
	ocspOfLeaf := ocspAt(w.answerOCSP(t, "/leaf", good))
	partial := func(path string) cert.Extension { // superseded, cessationOfOperation, certificateHold, as УЦГО's
		return certtest.Ext(oid.CRLDistributionPoints, certtest.TLV(asn1.SEQUENCE, point([]byte{1, 0x0E}, w.server+path)))
	}
	full := listsAt(w.server + "/404")
	w.serveList(t, "/revoked", w.root, crl.Template{Entries: entries(1, cert.CACompromise)})
	w.serveList(t, "/good", w.root, crl.Template{})
	cases := map[string]struct {
		points   []cert.Extension // of the CA
		unpinned bool
		options  revocation.Options
		want     revocation.Status
	}{
		"no point":                        {want: revocation.StatusPinned},
		"no point, policy off":            {options: revocation.Options{NoPinnedPass: true}, want: revocation.StatusUnavailable},
		"no point, not pinned":            {unpinned: true, want: revocation.StatusUnavailable},
		"some reasons, list missing":      {points: []cert.Extension{partial("/404")}, want: revocation.StatusPinned},
		"some reasons, revoked":           {points: []cert.Extension{partial("/revoked")}, want: revocation.StatusRevoked},
		"some reasons, list of all":       {points: []cert.Extension{partial("/good")}, want: revocation.StatusGood},
		"some reasons, not pinned":        {points: []cert.Extension{partial("/404")}, unpinned: true, want: revocation.StatusUnavailable},
		"all reasons, list missing":       {points: []cert.Extension{full}, want: revocation.StatusUnavailable},
		"no point, responder is silent":   {points: []cert.Extension{ocspAt(w.server + "/404")}, want: revocation.StatusUnavailable},
		"all reasons, asked by OCSP only": {points: []cert.Extension{full}, options: revocation.Options{Order: revocation.OnlyOCSP}, want: revocation.StatusUnavailable},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			ca := w.authority(t, "ca", w.root, c.points...)
			leaf := ca.issue(t, 2, ocspOfLeaf)
			path, err := chain.Build(leaf, chain.Options{Anchors: []*cert.Certificate{w.root.cert}, Intermediates: []*cert.Certificate{ca.cert}, At: now})
			require.NoError(t, err)
			c.options.Fetcher = w.fetcher(t)
			checker := newChecker(t, c.options)
			if !c.unpinned {
				checker = checker.WithPin(ca.cert)
			}
			result := checker.Check(background, path, now)
			require.Equal(t, c.want, result.Findings[1].Status, "%v", result.Err())
			require.Equal(t, c.want == revocation.StatusPinned || c.want == revocation.StatusGood, result.Err() == nil)
		})
	}
	t.Run("given evidence against it", func(t *testing.T) {
		ca := w.authority(t, "ca", w.root)
		path, err := chain.Build(ca.cert, chain.Options{Anchors: []*cert.Certificate{w.root.cert}, At: now})
		require.NoError(t, err)
		given := revocation.Evidence{CRLs: [][]byte{w.root.list(t, crl.Template{Entries: entries(1, cert.CACompromise)})}}
		result := newChecker(t, revocation.Options{Evidence: given}).WithPin(ca.cert).Check(background, path, now)
		require.ErrorIs(t, result.Err(), verdict.Revoked)
	})
}

// The real ones: BTSD's certificate has no distribution point, that of УЦГО one for some reasons (DOMAIN, Section 2.6);
// that of the НУЦ has a whole one, and gains nothing by its pin.
func TestPinnedNational(t *testing.T) {
	read := func(name string) *cert.Certificate {
		raw, err := os.ReadFile(filepath.Join(shared.Dir(t, "anchors"), name))
		require.NoError(t, err)
		c, err := cert.Decode(raw)
		require.NoError(t, err)
		return c
	}
	checker := newChecker(t, revocation.Options{})
	for name, want := range map[string]struct {
		root   string
		status revocation.Status
	}{
		"btsd_gost.der":     {"root_gost_2020.der", revocation.StatusPinned},
		"ucgo_gost.der":     {"root_gost_2020.der", revocation.StatusPinned},
		"nca_gost_2022.der": {"root_gost_2022.der", revocation.StatusUnavailable},
		"nca_rsa_2022.der":  {"root_rsa_2020.der", revocation.StatusUnavailable},
	} {
		path, err := chain.Build(read(name), chain.Options{Anchors: []*cert.Certificate{read(want.root)}, At: now})
		require.NoError(t, err)
		require.Equal(t, want.status, checker.Check(background, path, now).Leaf().Status, name)
	}
}

// failing is a Fetcher that nobody may ask.
type failing struct{ t testing.TB }

func (f failing) Fetch(_ context.Context, r revocation.Request) ([]byte, error) {
	f.t.Errorf("asked %s", r.Address)
	return nil, io.EOF
}

func TestEvidence(t *testing.T) {
	w := newWorld(t)
	leaf := w.ca.issue(t, leafSerial, ocspAt(w.server+"/ocsp"), listsAt(w.server+"/crl"))
	path := w.path(t, leaf)
	nonce := []byte("12345678")
	request, err := ocsp.NewRequest(leaf, w.ca.cert, ocsp.RequestOptions{Nonce: nonce})
	require.NoError(t, err)
	says := func(changes ...answering) [][]byte { return [][]byte{w.ca.responder().sign(t, request, changes...)} }
	list := func(e ...crl.Entry) [][]byte { return [][]byte{w.ca.list(t, crl.Template{Entries: e})} }
	revokedEntry := entries(leafSerial, cert.KeyCompromise)[0]
	afterwards := crl.Entry{Serial: leaf.RawSerial, RevokedAt: now.Add(time.Hour)}
	delegated := w.ca.delegated(t, ocspSigning, noCheck)
	notSent := *delegated
	notSent.Embedded = nil
	parsed, err := crl.Parse(list()[0])
	require.NoError(t, err)

	cases := map[string]struct {
		evidence revocation.Evidence
		order    revocation.Order
		want     revocation.Status
		by       revocation.Source
	}{
		"nothing":                        {},
		"good":                           {evidence: revocation.Evidence{OCSP: says()}, want: revocation.StatusGood, by: revocation.OCSP},
		"good, its nonce":                {evidence: revocation.Evidence{OCSP: says(), Nonce: nonce}, want: revocation.StatusGood, by: revocation.OCSP},
		"good, another nonce":            {evidence: revocation.Evidence{OCSP: says(), Nonce: []byte("87654321")}},
		"good, a day old":                {evidence: revocation.Evidence{OCSP: says(made(24 * time.Hour))}, want: revocation.StatusGood, by: revocation.OCSP},
		"good, older":                    {evidence: revocation.Evidence{OCSP: says(made(24*time.Hour + time.Second))}},
		"revoked":                        {evidence: revocation.Evidence{OCSP: says(revokedFor(0))}, want: revocation.StatusRevoked, by: revocation.OCSP},
		"unknown":                        {evidence: revocation.Evidence{OCSP: says(unknown)}, want: revocation.StatusUnknown, by: revocation.OCSP},
		"list good":                      {evidence: revocation.Evidence{CRLs: list()}, want: revocation.StatusGood, by: revocation.CRL},
		"list parsed":                    {evidence: revocation.Evidence{Lists: []*crl.List{parsed}}, want: revocation.StatusGood, by: revocation.CRL},
		"list revoked":                   {evidence: revocation.Evidence{CRLs: list(revokedEntry)}, want: revocation.StatusRevoked, by: revocation.CRL},
		"list revoked afterwards":        {evidence: revocation.Evidence{CRLs: list(afterwards)}, want: revocation.StatusRevoked, by: revocation.CRL},
		"list of the root":               {evidence: revocation.Evidence{CRLs: [][]byte{w.root.list(t, crl.Template{})}}},
		"unreadable":                     {evidence: revocation.Evidence{OCSP: [][]byte{[]byte("<html>"), nil}, CRLs: [][]byte{{}, []byte("<html>")}}},
		"unreadable and good":            {evidence: revocation.Evidence{OCSP: append(says(), []byte("x")), CRLs: [][]byte{{}}}, want: revocation.StatusGood, by: revocation.OCSP},
		"good, list revoked":             {evidence: revocation.Evidence{OCSP: says(), CRLs: list(revokedEntry)}, want: revocation.StatusRevoked, by: revocation.CRL},
		"revoked, list good":             {evidence: revocation.Evidence{OCSP: says(revokedFor(0)), CRLs: list()}, want: revocation.StatusRevoked, by: revocation.OCSP},
		"revoked, list good, list first": {evidence: revocation.Evidence{OCSP: says(revokedFor(0)), CRLs: list()}, order: revocation.CRLThenOCSP, want: revocation.StatusRevoked, by: revocation.OCSP},
		"unknown, list good":             {evidence: revocation.Evidence{OCSP: says(unknown), CRLs: list()}, want: revocation.StatusUnknown, by: revocation.OCSP},
		"unknown, list revoked":          {evidence: revocation.Evidence{OCSP: says(unknown), CRLs: list(revokedEntry)}, want: revocation.StatusRevoked, by: revocation.CRL},
		"good and revoked":               {evidence: revocation.Evidence{OCSP: slices.Concat(says(), says(revokedFor(0)))}, want: revocation.StatusRevoked, by: revocation.OCSP},
		"revoked and good":               {evidence: revocation.Evidence{OCSP: slices.Concat(says(revokedFor(0)), says())}, want: revocation.StatusRevoked, by: revocation.OCSP},
		"only OCSP, list good":           {evidence: revocation.Evidence{CRLs: list()}, order: revocation.OnlyOCSP},
		"only OCSP, list revoked":        {evidence: revocation.Evidence{CRLs: list(revokedEntry)}, order: revocation.OnlyOCSP, want: revocation.StatusRevoked, by: revocation.CRL},
		"only lists, OCSP good":          {evidence: revocation.Evidence{OCSP: says()}, order: revocation.OnlyCRL},
		"only lists, OCSP unknown":       {evidence: revocation.Evidence{OCSP: says(unknown)}, order: revocation.OnlyCRL, want: revocation.StatusUnknown, by: revocation.OCSP},
		"responder at hand": {evidence: revocation.Evidence{
			OCSP: [][]byte{notSent.sign(t, request)}, Certificates: []*cert.Certificate{leaf, delegated.Certificate},
		}, want: revocation.StatusGood, by: revocation.OCSP},
		"responder not at hand": {evidence: revocation.Evidence{OCSP: [][]byte{notSent.sign(t, request)}}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			o := revocation.Options{Order: c.order, Scope: revocation.Leaf}
			checker, err := newChecker(t, o).With(c.evidence)
			require.NoError(t, err)
			f := checker.Check(background, path, now).Leaf()
			require.Equal(t, c.want, f.Status, "%v", f.Err())
			require.Equal(t, c.by, f.By)
			require.Equal(t, c.want != revocation.StatusUnavailable, f.Given)
			if c.want == revocation.StatusUnavailable {
				require.ErrorIs(t, f.Err(), verdict.RevocationUnavailable)
			}
			o.Evidence = c.evidence
			require.Equal(t, f.Status, newChecker(t, o).Check(background, path, now).Leaf().Status)
			if c.want == revocation.StatusRevoked || c.want == revocation.StatusUnknown {
				o.Fetcher = failing{t} // what is bad already needs no question
				require.Equal(t, f.Status, newChecker(t, o).Check(background, path, now).Leaf().Status)
			}
		})
	}
	require.Zero(t, w.times("/ocsp")+w.times("/crl"), "nobody was asked")
}

// A given good saves no question, and stands where nobody answers.
func TestEvidenceAndAnswers(t *testing.T) {
	w := newWorld(t)
	leaf := w.ca.issue(t, leafSerial, ocspAt(w.server+"/ocsp"))
	path := w.path(t, leaf)
	given := revocation.Evidence{CRLs: [][]byte{w.ca.list(t, crl.Template{})}}
	checker := newChecker(t, revocation.Options{Fetcher: w.fetcher(t), Evidence: given, Scope: revocation.Leaf})

	f := checker.Check(background, path, now).Leaf()
	require.NoError(t, f.Err())
	require.True(t, f.Given)
	require.Equal(t, revocation.CRL, f.By)
	require.NotEmpty(t, f.Failures, "the responder that did not answer is visible")

	for want, change := range map[revocation.Status]answering{
		revocation.StatusGood: good, revocation.StatusRevoked: revokedFor(0), revocation.StatusUnknown: unknown,
	} {
		w.answerOCSP(t, "/ocsp", change)
		f = checker.Check(background, path, now).Leaf()
		require.Equal(t, want, f.Status)
		require.False(t, f.Given)
		require.Equal(t, revocation.OCSP, f.By)
	}
}

// An older list from the wire does not push a given one aside (T74).
func TestOlderListFromTheWire(t *testing.T) {
	w := newWorld(t)
	address := w.serveList(t, "/crl", w.ca, crl.Template{ThisUpdate: now.Add(-2 * time.Hour)})
	leaf := w.ca.issue(t, leafSerial, listsAt(address))
	newer := w.ca.list(t, crl.Template{ThisUpdate: now.Add(-time.Hour), Entries: entries(leafSerial, cert.KeyCompromise)})
	checker := newChecker(t, revocation.Options{
		Fetcher: w.fetcher(t), Evidence: revocation.Evidence{CRLs: [][]byte{newer}}, Scope: revocation.Leaf,
	})
	require.Equal(t, revocation.StatusRevoked, checker.Check(background, w.path(t, leaf), now).Leaf().Status)
}

// The names of one point are mirrors; what cannot be used is passed over, and every point is tried (T70, T75).
func TestMirrors(t *testing.T) {
	w := newWorld(t)
	w.handle("/empty", func(http.ResponseWriter, *http.Request) {})
	w.handle("/html", func(rw http.ResponseWriter, _ *http.Request) { io.WriteString(rw, "<html>") })
	works := w.serveList(t, "/works", w.ca, crl.Template{Entries: entries(leafSerial, cert.Superseded)})
	again := w.serveList(t, "/again", w.ca, crl.Template{})
	expired := w.serveList(t, "/expired", w.ca, crl.Template{NextUpdate: now.Add(-time.Minute)})
	responder := w.answerOCSP(t, "/responder", good)
	check := func(extensions ...cert.Extension) revocation.Finding {
		leaf := w.ca.issue(t, leafSerial, extensions...)
		o := revocation.Options{Fetcher: w.fetcher(t), Scope: revocation.Leaf}
		return newChecker(t, o).Check(background, w.path(t, leaf), now).Leaf()
	}

	f := check(listsAt(w.server+"/empty", w.server+"/html", expired, works, again))
	require.Equal(t, revocation.StatusRevoked, f.Status)
	require.Zero(t, w.times("/again"))
	require.Len(t, f.Failures, 4) // and no responder

	f = check(certtest.Ext(oid.CRLDistributionPoints, certtest.TLV(asn1.SEQUENCE, point(nil, w.server+"/empty"), point(nil, works))))
	require.Equal(t, revocation.StatusRevoked, f.Status)

	// DOMAIN, Section 2.6: two addresses glued together with a line break.
	f = check(listsAt(works + "\n      URL=" + w.server + "/again"))
	require.Equal(t, revocation.StatusRevoked, f.Status)
	require.Zero(t, w.times("/again"))

	// The profile of heads names the responder twice.
	w.handle("/silent", http.NotFound)
	f = check(ocspAt(w.server+"/silent", w.server+"/silent", responder))
	require.NoError(t, f.Err())
	require.Equal(t, 1, w.times("/silent"))
}

// T56: a delegated responder without nocheck is looked up on a list; there is no OCSP about OCSP.
func TestDelegatedResponder(t *testing.T) {
	w := newWorld(t)
	check := func(entry []crl.Entry, extensions ...cert.Extension) revocation.Finding {
		w.serveList(t, "/crl", w.ca, crl.Template{Entries: entry})
		responder := w.ca.delegated(t, append(extensions, ocspSigning, listsAt(w.server+"/crl"), ocspAt(w.server+"/loop"))...)
		w.handle("/ocsp", ocspHandler(func(q *ocsp.Request) []byte { return responder.sign(t, q) }))
		leaf := w.ca.issue(t, leafSerial, ocspAt(w.server+"/ocsp"))
		o := revocation.Options{Fetcher: w.fetcher(t), Scope: revocation.Leaf}
		return newChecker(t, o).Check(background, w.path(t, leaf), now).Leaf()
	}
	require.NoError(t, check(nil).Err())
	require.NoError(t, check(entries(900, cert.KeyCompromise), noCheck).Err(), "the authority vouches for it")
	f := check(entries(900, cert.KeyCompromise))
	require.Equal(t, revocation.StatusUnavailable, f.Status)
	require.ErrorContains(t, f.Err(), "revoked since")
	require.NotErrorIs(t, f.Err(), verdict.Revoked, "it is not the leaf that is revoked")
	require.Zero(t, w.times("/loop"))
}

// A list is got once in a Check, however many points and responders lead to it.
func TestListOnce(t *testing.T) {
	w := newWorld(t)
	o := revocation.Options{Fetcher: w.fetcher(t), Scope: revocation.Leaf}
	twice := certtest.Ext(oid.CRLDistributionPoints, certtest.TLV(asn1.SEQUENCE, point(nil, w.server+"/404"), point(nil, w.server+"/404")))
	leaf := w.ca.issue(t, leafSerial, twice)
	require.Error(t, newChecker(t, o).Check(background, w.path(t, leaf), now).Err())
	require.Equal(t, 1, w.times("/404"))

	address := w.serveList(t, "/crl", w.ca, crl.Template{Entries: entries(900, cert.KeyCompromise)})
	responder := w.ca.delegated(t, ocspSigning, listsAt(address))
	w.handle("/ocsp", ocspHandler(func(q *ocsp.Request) []byte { return responder.sign(t, q) }))
	leaf = w.ca.issue(t, leafSerial, ocspAt(w.server+"/ocsp"), listsAt(address))
	require.NoError(t, newChecker(t, o).Check(background, w.path(t, leaf), now).Err())
	require.Equal(t, 1, w.times("/ocsp"))
	require.Equal(t, 1, w.times("/crl"))
}

// What a certificate names does not decide how much is asked, nor how long.
func TestBudget(t *testing.T) {
	w := newWorld(t)
	var many []string
	for i := range 100 {
		many = append(many, w.server+"/"+string(rune('a'+i%26))+string(rune('a'+i/26)))
	}
	path := w.path(t, w.ca.issue(t, leafSerial, ocspAt(many...), listsAt(many...)))
	result := newChecker(t, revocation.Options{Fetcher: w.fetcher(t), MaxRequests: 5}).Check(background, path, now)
	require.ErrorIs(t, result.Err(), verdict.RevocationUnavailable)
	require.ErrorContains(t, result.Err(), "used up")
	total := 0
	for _, address := range many {
		total += w.times(address[len(w.server):])
	}
	require.Equal(t, 5, total)
	require.Zero(t, w.times("/ca/ocsp"))

	for _, address := range many {
		w.handle(address[len(w.server):], hang)
	}
	start := time.Now()
	result = newChecker(t, revocation.Options{Fetcher: w.fetcher(t), MaxTime: 100 * time.Millisecond}).Check(background, path, now)
	require.ErrorIs(t, result.Err(), verdict.RevocationUnavailable)
	require.ErrorIs(t, result.Err(), context.DeadlineExceeded)
	require.Less(t, time.Since(start), 2*time.Second)
}

func TestCanceled(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithCancel(background)
	w.handle("/ocsp", func(rw http.ResponseWriter, r *http.Request) {
		cancel()
		hang(rw, r)
	})
	path := w.path(t, w.ca.issue(t, leafSerial, ocspAt(w.server+"/ocsp")))
	result := newChecker(t, revocation.Options{Fetcher: w.fetcher(t)}).Check(ctx, path, now)
	require.Equal(t, verdict.Undecided, result.Verdict)
	require.Contains(t, causesOf(fetchErrors(result.Err())), fetch.Canceled)
	require.ErrorIs(t, result.Err(), context.Canceled)

	result = newChecker(t, revocation.Options{Fetcher: failing{t}}).Check(ctx, path, now) // which knows no context
	require.ErrorIs(t, result.Err(), context.Canceled)
}

func TestNonce(t *testing.T) {
	w := newWorld(t)
	path := w.path(t, w.ca.issue(t, leafSerial, ocspAt(w.server+"/ocsp")))
	check := func(o revocation.Options, changes ...answering) ([]byte, revocation.Finding) {
		var nonce []byte
		w.handle("/ocsp", ocspHandler(func(q *ocsp.Request) []byte {
			nonce = q.Nonce
			return w.ca.responder().sign(t, q, changes...)
		}))
		o.Fetcher, o.Scope = w.fetcher(t), revocation.Leaf
		f := newChecker(t, o).Check(background, path, now).Leaf()
		return nonce, f
	}
	first, f := check(revocation.Options{})
	require.Len(t, first, 32)
	require.True(t, f.Nonced)
	second, _ := check(revocation.Options{})
	require.NotEqual(t, first, second)
	short, _ := check(revocation.Options{NonceSize: 8})
	require.Len(t, short, 8)
	none, f := check(revocation.Options{NoNonce: true})
	require.Nil(t, none)
	require.NoError(t, f.Err())
	require.False(t, f.Nonced)

	_, f = check(revocation.Options{RequireNonce: true})
	require.NoError(t, f.Err())
	_, f = check(revocation.Options{RequireNonce: true}, noNonce)
	require.ErrorIs(t, f.Err(), verdict.RevocationUnavailable)
	_, f = check(revocation.Options{}, noNonce, made(time.Hour))
	require.ErrorIs(t, f.Err(), verdict.RevocationUnavailable, "an hour old, and nothing ties it to the request")
	_, f = check(revocation.Options{MaxOnlineAge: time.Hour}, noNonce, made(time.Hour))
	require.NoError(t, f.Err())
	_, f = check(revocation.Options{MaxOnlineAge: time.Hour, MaxAge: time.Minute}, noNonce, made(time.Hour))
	require.ErrorIs(t, f.Err(), verdict.RevocationUnavailable)
}

// One Checker, many goroutines, and none left behind (T99).
func TestConcurrency(t *testing.T) {
	w := newWorld(t)
	paths := map[revocation.Status]*chain.Path{
		revocation.StatusGood:        w.path(t, w.ca.issue(t, 1, ocspAt(w.answerOCSP(t, "/good", good)))),
		revocation.StatusRevoked:     w.path(t, w.ca.issue(t, 2, listsAt(w.serveList(t, "/revoked", w.ca, crl.Template{Entries: entries(2, 1)})))),
		revocation.StatusUnknown:     w.path(t, w.ca.issue(t, 3, ocspAt(w.answerOCSP(t, "/unknown", unknown)))),
		revocation.StatusUnavailable: w.path(t, w.ca.issue(t, 4, ocspAt(w.server+"/404"))),
	}
	checker := newChecker(t, revocation.Options{
		Fetcher: w.fetcher(t), Evidence: revocation.Evidence{CRLs: [][]byte{w.root.list(t, crl.Template{})}},
	})
	before := runtime.NumGoroutine()
	var group sync.WaitGroup
	for range 15 {
		for want, path := range paths {
			group.Go(func() {
				if got := checker.Check(background, path, now).Leaf().Status; got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			})
		}
	}
	group.Wait()
	require.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+2 }, 5*time.Second, 10*time.Millisecond)
}

func TestMisuse(t *testing.T) {
	for name, o := range map[string]revocation.Options{
		"order":               {Order: 4},
		"scope":               {Scope: 2},
		"negative age":        {MaxAge: -1},
		"negative online age": {MaxOnlineAge: -1},
		"negative skew":       {MaxSkew: -1},
		"negative time":       {MaxTime: -1},
		"negative requests":   {MaxRequests: -1},
		"short nonce":         {NonceSize: 7},
		"long nonce":          {NonceSize: 129},
		"nonce and none":      {NonceSize: 8, NoNonce: true},
		"none required":       {NoNonce: true, RequireNonce: true},
		"nil list":            {Evidence: revocation.Evidence{Lists: []*crl.List{nil}}},
		"nil certificate":     {Evidence: revocation.Evidence{Certificates: []*cert.Certificate{nil}}},
	} {
		_, err := revocation.New(o)
		require.ErrorIs(t, err, verdict.KindMisuse, name)
	}
	_, err := revocation.New(revocation.Options{Evidence: revocation.Evidence{OCSP: make([][]byte, 257)}})
	require.ErrorIs(t, err, verdict.LimitExceeded)
	_, err = revocation.New(revocation.Options{Evidence: revocation.Evidence{OCSP: make([][]byte, 256)}})
	require.NoError(t, err)
	_, err = revocation.NewHTTP(revocation.HTTPOptions{Hosts: []revocation.Host{{Name: "http://x"}}})
	require.ErrorIs(t, err, verdict.KindMisuse)

	w := newWorld(t)
	checker := newChecker(t, revocation.Options{})
	path := w.path(t, w.ca.cert)
	for _, result := range []*revocation.Result{checker.Check(background, nil, now), checker.Check(background, path, time.Time{})} {
		require.ErrorIs(t, result.Err(), verdict.KindMisuse)
		require.Equal(t, verdict.Undecided, result.Verdict)
	}
}

// What nobody has checked is not good.
func TestZeroValues(t *testing.T) {
	var result revocation.Result
	require.ErrorIs(t, result.Err(), verdict.RevocationUnavailable)
	require.Equal(t, verdict.Undecided, result.Verdict)
	finding := result.Leaf()
	require.ErrorIs(t, finding.Err(), verdict.RevocationUnavailable)
	require.Equal(t, "unavailable", finding.Status.String())
	require.Equal(t, "unavailable", revocation.Status(99).String())
	text, err := revocation.StatusPinned.MarshalText()
	require.NoError(t, err)
	require.Equal(t, "pinned", string(text))
}

// The usual Fetcher asks over loopback only where it may.
func TestHTTP(t *testing.T) {
	w := newWorld(t)
	path := w.path(t, w.ca.issue(t, leafSerial, ocspAt(w.answerOCSP(t, "/ocsp", good))))
	for name, c := range map[string]struct {
		hosts []revocation.Host
		want  revocation.Status
	}{
		"not listed":                 {nil, revocation.StatusUnavailable},
		"listed, without permission": {[]revocation.Host{{Name: w.server[len("http://"):]}}, revocation.StatusUnavailable},
		"listed with permission":     {[]revocation.Host{{Name: w.server[len("http://"):], Private: true}}, revocation.StatusGood},
	} {
		t.Run(name, func(t *testing.T) {
			fetcher, err := revocation.NewHTTP(revocation.HTTPOptions{Hosts: c.hosts})
			require.NoError(t, err)
			f := newChecker(t, revocation.Options{Fetcher: fetcher, Scope: revocation.Leaf}).Check(background, path, now).Leaf()
			require.Equal(t, c.want, f.Status)
			if c.want == revocation.StatusUnavailable {
				require.Contains(t, causesOf(fetchErrors(f.Err())), fetch.Policy)
			}
		})
	}
}
