package chain_test

import (
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/chain"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/internal/shared"
)

// A difference is a case of a public suite that ends otherwise here than the suite says, with the reason. One that
// goes away fails: the list is to be kept true.

const (
	ownAnchor       = "an anchor is held to what it says of itself, in every mode"
	waitsPolicies   = "waits: policies are not processed, so a critical extension of them refuses the path"
	waitsNames      = "waits: name constraints are not processed: critical they refuse the path, else they are not looked at"
	waitsRevocation = "waits: revocation is not this package's"
)

var boringDifferences = map[string]string{
	"boringssl/expired-root/not-after-ta-with-constraints":                ownAnchor,
	"boringssl/expired-root/not-after":                                    ownAnchor,
	"boringssl/expired-root/not-before":                                   ownAnchor,
	"boringssl/intermediate-eku-c2pamanifest/any":                         "valid from the year 0 (T12)",
	"boringssl/intermediate-eku-c2patimestamping/any":                     "valid from the year 0 (T12)",
	"boringssl/intermediate-eku-server-gated-crypto/sha1-eku-any":         "weak algorithms are refused (T22)",
	"boringssl/issuer-and-subject-not-byte-for-byte-equal/anchor":         "weak algorithms are refused (T22)",
	"boringssl/issuer-and-subject-not-byte-for-byte-equal/target":         "weak algorithms are refused (T22)",
	"boringssl/many-names/toomany-all-types":                              waitsNames,
	"boringssl/many-names/toomany-dirnames-excluded":                      waitsNames,
	"boringssl/many-names/toomany-dirnames-permitted":                     waitsNames,
	"boringssl/many-names/toomany-dns-excluded":                           waitsNames,
	"boringssl/many-names/toomany-dns-permitted":                          waitsNames,
	"boringssl/many-names/toomany-ips-excluded":                           waitsNames,
	"boringssl/many-names/toomany-ips-permitted":                          waitsNames,
	"boringssl/policies-inhibit-anypolicy-by-root-fail/main":              waitsPolicies,
	"boringssl/policies-inhibit-anypolicy-by-root-ok/main":                waitsPolicies,
	"boringssl/policies-inhibit-anypolicy-by-root-ok/ta-with-constraints": waitsPolicies,
	"boringssl/policies-inhibit-mapping-by-root-fail/main":                waitsPolicies,
	"boringssl/policies-inhibit-mapping-by-root-ok/main":                  waitsPolicies,
	"boringssl/policies-inhibit-mapping-by-root-ok/ta-with-constraints":   waitsPolicies,
	"boringssl/policies-ok/main":                                          waitsPolicies,
	"boringssl/policies-ok/ta-with-constraints":                           waitsPolicies,
	"boringssl/policies-on-root-ok/main":                                  waitsPolicies,
	"boringssl/policies-on-root-ok/ta-with-constraints":                   waitsPolicies,
	"boringssl/policies-on-root-wrong/main":                               waitsPolicies,
	"boringssl/policies-required-by-root-fail/main":                       waitsPolicies,
	"boringssl/policies-required-by-root-ok/main":                         waitsPolicies,
	"boringssl/policies-required-by-root-ok/ta-with-constraints":          waitsPolicies,
	"boringssl/policy-mappings-on-root-fail/main":                         waitsPolicies,
	"boringssl/policy-mappings-on-root-ok/main":                           waitsPolicies,
	"boringssl/policy-mappings-on-root-ok/ta-with-constraints":            waitsPolicies,
	"boringssl/root-basic-constraints-ca-false/main":                      ownAnchor,
	"boringssl/root-eku-clientauth/serverauth-ta-with-expiration":         ownAnchor,
	"boringssl/root-eku-clientauth/serverauth":                            ownAnchor,
	"boringssl/root-lacks-basic-constraints/main":                         ownAnchor,
	"boringssl/root-lacks-basic-constraints/ta-with-constraints":          ownAnchor,
	"boringssl/root-lacks-keycertsign-key-usage/main":                     ownAnchor,
	"boringssl/target-eku-any/clientauth":                                 "anyExtendedKeyUsage of a leaf is no wildcard (T44)",
	"boringssl/target-eku-any/serverauth":                                 "anyExtendedKeyUsage of a leaf is no wildcard (T44)",
	"boringssl/target-msapplicationpolicies-and-eku/main":                 "Microsoft's application policies are an unknown critical extension here",
	"boringssl/target-only/trusted_anchor":                                "a leaf that is an anchor is a path of one",
	"boringssl/target-selfissued/trusted_anchor":                          "a leaf that is an anchor is a path of one",
	"boringssl/violates-pathlen-1-from-root/main":                         ownAnchor,
}

// judgeSuite verifies as the suites ask: usage by purpose, no usage extension allows all.
func judgeSuite(leaf *cert.Certificate, o chain.Options, usage cert.OID) error {
	if usage != "" && len(leaf.ExtKeyUsage) > 0 {
		o.ExtKeyUsage = []cert.OID{usage}
	}
	_, err := chain.Verify(leaf, o)
	return err
}

func pemCertificates(text []byte) ([]*cert.Certificate, error) {
	var all []*cert.Certificate
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		c, err := cert.Parse(block.Bytes)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

var purposes = map[string]cert.OID{"serverAuth": oid.ServerAuth, "clientAuth": oid.ClientAuth, "any": ""}

func TestBoringSSL(t *testing.T) {
	raw, err := os.ReadFile(shared.Dir(t, "suites", "chain", "manifest.json"))
	require.NoError(t, err)
	var suite struct {
		Vectors []struct {
			ID, Bundle, Expect, Why string
			AnchorMode              string    `json:"anchor_mode"`
			KeyPurpose              string    `json:"key_purpose"`
			Time                    time.Time `json:"time"`
		} `json:"vectors"`
	}
	require.NoError(t, json.Unmarshal(raw, &suite))
	require.NotEmpty(t, suite.Vectors)
	differed := make(map[string]bool)
	same := 0
	for _, v := range suite.Vectors {
		text, err := os.ReadFile(shared.Dir(t, "suites", "chain", filepath.FromSlash(v.Bundle)))
		require.NoError(t, err)
		all, err := pemCertificates(text)
		if err == nil {
			o := chain.Options{At: v.Time, Anchors: all[len(all)-1:], Intermediates: all[1:max(1, len(all)-1)]}
			if !strings.HasPrefix(v.AnchorMode, "TRUSTED") { // the last one is trusted for nothing
				o.Anchors, o.Intermediates = list(root.self(t)), all[1:]
			}
			err = judgeSuite(all[0], o, purposes[v.KeyPurpose])
		}
		agrees(t, v.ID, v.Expect == "valid", err, boringDifferences, differed, &same)
	}
	t.Logf("BoringSSL: %d of %d agree", same, len(suite.Vectors))
	allMet(t, boringDifferences, differed)
}

// agrees compares one answer with the suite's, and where they differ looks for the reason.
func agrees(t *testing.T, id string, valid bool, err error, differences map[string]string, differed map[string]bool, same *int) {
	t.Helper()
	if valid == (err == nil) {
		*same++
		return
	}
	if _, listed := differences[id]; !listed {
		t.Errorf("%s: got %v, want valid %v", id, err, valid)
		return
	}
	differed[id] = true
}

func allMet(t *testing.T, differences map[string]string, differed map[string]bool) {
	t.Helper()
	for id, reason := range differences {
		if !differed[id] {
			t.Errorf("%s is listed (%s) and agrees", id, reason)
		}
	}
}

// limboDifferences are those of the groups that must agree: core, names, dos, and of weak-key.
var limboDifferences = map[string]string{
	"crl::revoked-certificate-with-crl":                          waitsRevocation,
	"crl::issuer-missing-crlsign":                                waitsRevocation,
	"pathlen::max-chain-depth-1-self-issued":                     "MaxDepth counts every certificate of a path, self-issued ones too",
	"rfc5280::nc::permitted-dns-match":                           waitsNames,
	"rfc5280::nc::permitted-dns-match-more":                      waitsNames,
	"rfc5280::nc::permitted-ipv4-match":                          waitsNames,
	"rfc5280::nc::permitted-ipv6-match":                          waitsNames,
	"rfc5280::nc::permitted-dn-match":                            waitsNames,
	"rfc5280::nc::permitted-self-issued":                         waitsNames,
	"rfc5280::nc::permitted-different-constraint-type":           waitsNames,
	"rfc5280::nc::excluded-different-constraint-type":            waitsNames,
	"rfc5280::nc::nc-forbids-alternate-chain-ica":                waitsNames,
	"rfc5280::nc::nc-permits-email-exact":                        waitsNames,
	"rfc5280::nc::nc-permits-email-domain":                       waitsNames,
	"rfc5280::nc::nc-permits-email-literal-asterisk-exact-match": waitsNames,
	"rfc5280::nc::nc-permits-email-literal-double-asterisk":      waitsNames,
	"rfc5280::nc::nc-permits-email-literal-mid-asterisk":         waitsNames,
	"rfc5280::nc::nc-forbids-othername-noop":                     waitsNames,
}

func TestLimbo(t *testing.T) {
	for _, file := range []string{"limbo-ec.json", "limbo-rsa.json"} {
		t.Run(file, func(t *testing.T) { limbo(t, file) })
	}
}

func limbo(t *testing.T, file string) {
	raw, err := os.ReadFile(shared.Dir(t, "suites", "limbo", file))
	require.NoError(t, err)
	var suite struct {
		Cases []struct {
			ID            string   `json:"id"`
			Group         string   `json:"group"`
			Trusted       []string `json:"trusted_certs"`
			Intermediates []string `json:"untrusted_intermediates"`
			Peer          string   `json:"peer_certificate"`
			Kind          string   `json:"validation_kind"`
			Expected      string   `json:"expected_result"`
			Time          *string  `json:"validation_time"`
			MaxDepth      *int     `json:"max_chain_depth"`
		} `json:"testcases"`
	}
	require.NoError(t, json.Unmarshal(raw, &suite))
	differed := make(map[string]bool)
	same, score := make(map[string]int), make(map[string]int)
	for _, c := range suite.Cases {
		score[c.Group]++
		start := time.Now()
		err := judgeLimbo(c.Peer, c.Trusted, c.Intermediates, c.Kind, c.Time, c.MaxDepth)
		require.Less(t, time.Since(start), 2*time.Second, c.ID)
		agreed := 0
		if c.Group == "profile" { // implementations differ: reported
			if (c.Expected == "SUCCESS") == (err == nil) {
				same[c.Group]++
			}
			continue
		}
		agrees(t, c.ID, c.Expected == "SUCCESS", err, limboDifferences, differed, &agreed)
		same[c.Group] += agreed
	}
	for group, n := range score {
		t.Logf("%s: %d of %d agree", group, same[group], n)
	}
	allMet(t, limboDifferences, differed)
}

func judgeLimbo(peer string, trusted, intermediates []string, kind string, at *string, depth *int) error {
	o := chain.Options{At: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	if at != nil {
		var err error
		if o.At, err = time.Parse(time.RFC3339, *at); err != nil {
			return err
		}
	}
	if depth != nil && *depth < 100 {
		o.MaxDepth = *depth + 2
	}
	var err error
	if o.Anchors, err = pemCertificates([]byte(strings.Join(trusted, "\n"))); err != nil {
		return err
	}
	if o.Intermediates, err = pemCertificates([]byte(strings.Join(intermediates, "\n"))); err != nil {
		return err
	}
	leaf, err := pemCertificates([]byte(peer))
	if err != nil {
		return err
	}
	return judgeSuite(leaf[0], o, map[string]cert.OID{"SERVER": oid.ServerAuth, "CLIENT": oid.ClientAuth}[kind])
}
