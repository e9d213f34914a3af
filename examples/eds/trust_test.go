package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/nca"
)

func names(t *testing.T, o outcome) []string {
	t.Helper()
	var all []string
	for _, anchor := range o.object(t)["anchors"].([]any) {
		all = append(all, anchor.(map[string]any)["name"].(string))
	}
	return all
}

func TestTrustList(t *testing.T) {
	o := run(t, "trust", "list", "--json")
	require.Equal(t, statusGood, o.status)
	require.Equal(t, []string{"schema", "anchors"}, keys(t, o.stdout))
	require.Equal(t, []string{
		"name", "common_name", "class", "root", "not_before", "not_after", "expired", "sha256", "addresses",
	}, keys(t, first(t, o.stdout, "anchors")))
	require.NotContains(t, o.stdout, "null")
	require.Contains(t, names(t, o), "root_gost_2022")
	require.NotContains(t, names(t, o), "root_gost", "expired")
	require.NotContains(t, names(t, o), "root_test_gost_2022")

	all := names(t, run(t, "trust", "list", "--json", "--all"))
	require.Contains(t, all, "root_gost")
	require.Contains(t, all, "root_gost_2022")
	require.NotContains(t, all, "root_test_gost_2022")
	require.Equal(t, []string{"root_test_gost_2022", "nca_gost2022_test"}, names(t, run(t, "trust", "list", "--json", "--test")))
	require.Contains(t, names(t, run(t, "trust", "list", "--json", "--test", "--all")), "nca_rsa_test")
}

func TestTrustListForPeople(t *testing.T) {
	o := run(t, "trust", "list", "--all", "--lang", "ru")
	require.Equal(t, statusGood, o.status)
	require.Contains(t, o.stdout, "af77725f8328bb24f89d81da3acdf7cee4324248538b7ba2cd2a860517fb9dca")
	require.Contains(t, o.stdout, "НЕГІЗГІ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (GOST) 2022")
	require.Contains(t, o.stdout, "истёк")
}

// An authority is a site with certificates, and the pins that fit them.
type authority struct {
	server *httptest.Server
	files  map[string][]byte // by path
	agents []string
	asked  []string
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	s := &authority{files: map[string][]byte{}}
	s.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.agents, s.asked = append(s.agents, r.UserAgent()), append(s.asked, r.Host+r.URL.Path)
		if r.URL.Path == "/moved" {
			http.Redirect(w, r, "/root", http.StatusFound)
			return
		}
		b, ok := s.files[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(b)
	}))
	t.Cleanup(s.server.Close)
	return s
}

// RoundTrip brings whatever is asked for, under any host, to the site.
func (s *authority) RoundTrip(r *http.Request) (*http.Response, error) {
	to, err := url.Parse(s.server.URL)
	if err != nil {
		return nil, err
	}
	moved := r.Clone(r.Context())
	moved.Host = r.URL.Host
	moved.URL.Scheme, moved.URL.Host = to.Scheme, to.Host
	return http.DefaultTransport.RoundTrip(moved)
}

func selfSigned(t *testing.T, name string) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: sampleTime.Add(-time.Hour), NotAfter: sampleTime.Add(time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	return der
}

func pinned(name string, der []byte, addresses ...string) nca.Pin {
	return nca.Pin{
		Name: name, SHA256: sha256.Sum256(der), Class: nca.Production, Root: true,
		NotBefore: sampleTime.Add(-time.Hour), NotAfter: sampleTime.Add(time.Hour), Addresses: addresses,
	}
}

func TestTrustFetch(t *testing.T) {
	root, other := selfSigned(t, "root"), selfSigned(t, "other")
	site := newAuthority(t)
	site.files["/root"] = root
	site.files["/base64"] = []byte(base64.StdEncoding.EncodeToString(root))
	site.files["/other"] = other
	site.files["/page"] = []byte("<html>")
	site.files["/huge"] = bytes.Repeat([]byte{0x30}, fetchSize+1)
	const base = "https://pki.example"
	for _, c := range []struct {
		name      string
		addresses []string
		outcome   string
	}{
		{"as pinned", []string{base + "/root"}, outcomeFetched},
		{"in Base64", []string{"http://pki.example/base64"}, outcomeFetched},
		{"second address", []string{base + "/absent", base + "/root"}, outcomeFetched},
		{"another certificate", []string{base + "/other"}, outcomeFailed},
		{"no certificate", []string{base + "/page"}, outcomeFailed},
		{"absent", []string{base + "/absent"}, outcomeFailed},
		{"redirect", []string{base + "/moved"}, outcomeFailed},
		{"too much", []string{base + "/huge"}, outcomeFailed},
		{"no address", nil, outcomeSkipped},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "new", "anchors")
			w := world{transport: site, pins: []nca.Pin{pinned("a_root", root, c.addresses...)}}
			o := runIn(t, w, "trust", "fetch", "--json", "--out", dir)
			want := statusGood
			if c.outcome == outcomeFailed {
				want = statusUnreadable
			}
			require.Equal(t, want, o.status, o.stdout)
			require.Equal(t, []string{"schema", "out", "anchors"}, keys(t, o.stdout))
			anchor := first(t, o.stdout, "anchors")
			require.Equal(t, []string{"name", "class", "root", "outcome", "file", "address", "sha256", "detail"}, keys(t, anchor))
			require.Contains(t, anchor, `"outcome":"`+c.outcome+`"`)
			file := filepath.Join(dir, "a_root.cer")
			if c.outcome != outcomeFetched {
				entries, err := os.ReadDir(dir)
				require.NoError(t, err)
				require.Empty(t, entries, "nothing may be kept")
				return
			}
			require.Equal(t, root, readFile(t, file))
		})
	}
	require.NotContains(t, site.agents, "")
	require.True(t, slices.ContainsFunc(site.asked, func(s string) bool { return strings.HasPrefix(s, "pki.example/") }))
}

func TestTrustFetchReplacesAndGoesOn(t *testing.T) {
	root := selfSigned(t, "root")
	site := newAuthority(t)
	site.files["/root"] = root
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "b.cer"), []byte("old"), 0o600))
	w := world{transport: site, pins: []nca.Pin{
		pinned("a", root, "http://x/absent"),
		pinned("b", root, "http://x/root"),
	}}
	o := runIn(t, w, "trust", "fetch", "--out", dir)
	require.Equal(t, statusUnreadable, o.status)
	require.Contains(t, o.stdout, "a: FAILED")
	require.Contains(t, o.stdout, "404")
	require.Equal(t, root, readFile(t, filepath.Join(dir, "b.cer")))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1)
}

// The real pins, against the certificates that the authorities published: what was fetched is a folder that --trust
// takes.
func TestTrustFetchOfTheRealAnchors(t *testing.T) {
	site := newAuthority(t)
	for _, pin := range nca.Pins() {
		for _, address := range pin.Addresses {
			path := filepath.Join(vector(t), "..", "anchors", pin.Name+".der")
			if pin.Class == nca.Test {
				path = vector(t, "nca-test", "ca", pin.Name+".cer")
			}
			u, err := url.Parse(address)
			require.NoError(t, err)
			site.files[u.Path] = readFile(t, path)
		}
	}
	for _, args := range [][]string{nil, {"--all"}, {"--test"}} {
		dir := t.TempDir()
		o := runIn(t, world{transport: site}, append([]string{"trust", "fetch", "--out", dir}, args...)...)
		require.Equal(t, statusGood, o.status, o.stdout)
		entries, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(entries), 2)
		v := run(t, "cert", "verify", filepath.Join(dir, entries[0].Name()), "--trust", dir, "--revocation", "off", "--at", "2024-01-01T00:00:00Z")
		require.Equal(t, statusGood, v.status, v.stdout)
	}
}

func TestTrustFetchIntoAFile(t *testing.T) {
	o := run(t, "trust", "fetch", "--out", file(t, "x", nil))
	require.Equal(t, statusUnreadable, o.status)
	require.Empty(t, o.stdout)
}
