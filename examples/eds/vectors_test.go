package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/internal/shared"
	"github.com/qoltanba/eds/internal/vectors"
)

// The tests of this file run the built program over a sample of the shared vectors, as a script would. The library's
// own tests run all of them.

var (
	binaryDir string // made by binary, removed by TestMain
	binary    = sync.OnceValues(buildBinary)
)

func TestMain(m *testing.M) {
	code := m.Run()
	if binaryDir != "" {
		_ = os.RemoveAll(binaryDir)
	}
	os.Exit(code)
}

func buildBinary() (string, error) {
	var err error
	if binaryDir, err = os.MkdirTemp("", "eds-test-*"); err != nil {
		return "", err
	}
	name := filepath.Join(binaryDir, "eds.exe") // the ending is Windows', and does no harm elsewhere
	out, err := exec.Command("go", "build", "-o", name, ".").CombinedOutput()
	if err != nil {
		return "", errors.New(string(out))
	}
	return name, nil
}

// A result is what a script sees: the one object, and the exit status.
type result struct {
	status  status
	line    string
	object  map[string]any
	message string // on stderr
}

// script runs the built program with --json.
func script(t *testing.T, stdin []byte, env []string, args ...string) result {
	t.Helper()
	name, err := binary()
	require.NoError(t, err)
	command := exec.Command(name, append([]string{"--json"}, args...)...)
	command.Stdin = bytes.NewReader(stdin)
	command.Env = append([]string{"PATH=" + os.Getenv("PATH"), "LANG=kk_KZ.UTF-8"}, env...)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	err = command.Run()
	var exit *exec.ExitError
	if err != nil {
		require.ErrorAs(t, err, &exit)
	}
	r := result{status: status(command.ProcessState.ExitCode()), line: stdout.String(), message: stderr.String()}
	require.Equal(t, 1, strings.Count(r.line, "\n"), "%s%s", r.line, r.message)
	require.True(t, strings.HasSuffix(r.line, "\n"))
	require.NoError(t, json.Unmarshal([]byte(r.line), &r.object), r.line)
	require.EqualValues(t, 1, r.object["schema"])
	require.Equal(t, maskNumbers(r.message), r.message, "a number on stderr")
	return r
}

// some picks up to n cases, spread over all of them.
func some(cases []vectors.Case, n int) []vectors.Case {
	var picked []vectors.Case
	for i := range min(n, len(cases)) {
		picked = append(picked, cases[i*len(cases)/min(n, len(cases))])
	}
	return picked
}

// perExpectation is how many cases of a kind are run for each expectation.
const perExpectation = 12

// each runs check for a sample of the cases of a kind: some valid ones, and some invalid ones that must be refused.
func each(t *testing.T, kinds []string, fits func(vectors.Case) bool, check func(*testing.T, vectors.Case)) {
	t.Helper()
	all := vectors.Load(t, kinds...)
	count := 0
	for _, expect := range []string{"valid", "invalid"} {
		fitting := slices.DeleteFunc(slices.Clone(all), func(c vectors.Case) bool {
			return c.Expect != expect || expect == "invalid" && c.Severity != "must" || fits != nil && !fits(c)
		})
		for _, c := range some(fitting, perExpectation) {
			count++
			t.Run(c.ID, func(t *testing.T) { check(t, c) })
		}
	}
	require.GreaterOrEqual(t, count, 10)
}

func TestBinaryHash(t *testing.T) {
	each(t, []string{"hash"}, nil, func(t *testing.T, c vectors.Case) {
		r := script(t, message(t, c), nil, "hash", "--alg", c.Alg, "-")
		require.Equal(t, statusGood, r.status)
		require.Equal(t, `{"schema":1,"file":"-","digest":"`+c.DigestHex+`"}`+"\n", r.line)
	})
}

// message returns the octets of a case: written out, or by pattern and length.
func message(t *testing.T, c vectors.Case) []byte {
	t.Helper()
	if c.MessageHex != nil {
		b, err := hex.DecodeString(*c.MessageHex)
		require.NoError(t, err)
		return b
	}
	b := make([]byte, c.Length)
	for i := range b {
		b[i] = byte(i % 251)
	}
	if c.Pattern != "i%251" {
		constant, err := strconv.ParseUint(c.Pattern, 0, 8)
		require.NoError(t, err, c.Pattern)
		b = bytes.Repeat([]byte{byte(constant)}, c.Length)
	}
	return b
}

func TestBinarySig(t *testing.T) {
	each(t, []string{"sig", "sig-digest"}, nil, func(t *testing.T, c vectors.Case) {
		signature, err := hex.DecodeString(c.SignatureHex)
		require.NoError(t, err)
		args := []string{"sig", "verify", "--key", file(t, "key", c.SPKI), "--signature", file(t, "sig", signature), "-"}
		var what []byte
		if c.Kind == "sig-digest" {
			args = append(args, "--prehashed")
			what, err = hex.DecodeString(c.DigestHex)
			require.NoError(t, err)
		} else {
			what = message(t, c)
		}
		r := script(t, what, nil, args...)
		require.Equal(t, headFields, keys(t, r.line))
		switch {
		case c.Expect == "valid":
			require.Equal(t, statusGood, r.status, r.line)
			require.Equal(t, "good", r.object["verdict"])
		case c.KeyRefused:
			require.NotEqual(t, "good", r.object["verdict"])
			require.Contains(t, []status{statusBad, statusUnreadable}, r.status)
		default:
			require.Equal(t, statusBad, r.status, r.line)
			require.Equal(t, "signature-invalid", r.object["reason"])
		}
	})
}

func TestBinaryIdentity(t *testing.T) {
	each(t, []string{"identity"}, nil, func(t *testing.T, c vectors.Case) {
		r := script(t, nil, nil, "inspect", filepath.Join(vectors.Dir(t), c.File))
		require.Equal(t, statusGood, r.status, r.message)
		require.Equal(t, "certificate", r.object["kind"])
		fields := r.object["subject_fields"].(map[string]any)
		require.Equal(t, orNone(c.IIN), r.object["iin"])
		require.Equal(t, orNone(c.BIN), r.object["bin"])
		require.Equal(t, r.object["iin"], fields["iin"])
		require.Equal(t, r.object["bin"], fields["bin"])
	})
}

func orNone(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func TestBinaryP12(t *testing.T) {
	isCertificate := func(c vectors.Case) bool { return strings.HasSuffix(c.File, ".cer") } // which inspect shows as one
	each(t, []string{"p12"}, func(c vectors.Case) bool { return !isCertificate(c) }, func(t *testing.T, c vectors.Case) {
		r := script(t, nil, []string{passwordVariable + "=" + c.Password}, "inspect", filepath.Join(vectors.Dir(t), c.File))
		if c.Password != "" {
			require.NotContains(t, r.line+r.message, c.Password)
		}
		if c.Expect == "invalid" {
			require.Equal(t, statusUnreadable, r.status)
			require.Equal(t, "undecided", r.object["verdict"])
			require.Equal(t, "malformed", r.object["reason"])
			return
		}
		require.Equal(t, statusGood, r.status, r.message)
		require.Equal(t, "pkcs12", r.object["kind"])
		entries := r.object["entries"].([]any)
		require.NotEmpty(t, entries)
		entry := entries[0].(map[string]any)
		certificate := entry["certificate"].(map[string]any)
		require.Equal(t, c.Alias, entry["alias"])
		require.Equal(t, c.Serial, certificate["serial"])
		require.Equal(t, c.CertSHA256, certificate["sha256"])
		require.Equal(t, c.PKCS8SHA256, entry["private_key_sha256"])
	})
}

// judging are the options that put a case before the program.
func judging(t *testing.T, c vectors.Case) []string {
	t.Helper()
	args := []string{"--at", c.At.Format(time.RFC3339), "--revocation", "off"}
	for _, root := range c.Roots {
		args = append(args, "--trust", filepath.Join(vectors.Dir(t), root))
	}
	for _, other := range append(c.Intermediates, c.ExtraCerts...) {
		args = append(args, "--untrusted", filepath.Join(vectors.Dir(t), other))
	}
	if c.Purpose != "" {
		args = append(args, "--purpose", c.Purpose)
	}
	return args
}

// refused checks the answer to a case that must not pass.
func refused(t *testing.T, r result) {
	t.Helper()
	require.Contains(t, []status{statusBad, statusUnreadable}, r.status, r.line)
	require.Equal(t, map[status]string{statusBad: "bad", statusUnreadable: "undecided"}[r.status], r.object["verdict"])
	require.NotEmpty(t, r.object["reason"])
}

func TestBinaryChain(t *testing.T) {
	each(t, []string{"chain"}, func(c vectors.Case) bool { return len(c.Roots) > 0 }, func(t *testing.T, c vectors.Case) {
		r := script(t, nil, nil, append([]string{"cert", "verify", filepath.Join(vectors.Dir(t), c.File)}, judging(t, c)...)...)
		require.Equal(t, certificateVerdictFields, keys(t, r.line))
		if c.Expect == "invalid" {
			refused(t, r)
			return
		}
		require.Equal(t, statusGood, r.status, r.line)
		require.Equal(t, "good", r.object["verdict"])
		require.Equal(t, "off", r.object["revocation"].(map[string]any)["status"])
		for field, want := range map[string]*string{"iin": c.IIN, "bin": c.BIN} {
			if want != nil {
				require.Equal(t, *want, r.object[field])
			}
		}
		if c.Serial != "" {
			require.Equal(t, c.Serial, r.object["serial"])
		}
		for _, role := range c.Roles {
			require.Contains(t, r.object["roles"], role)
		}
		if c.Purpose != "" {
			require.Contains(t, r.object["purposes"], c.Purpose)
		}
	})
}

func TestBinaryCMS(t *testing.T) {
	plain := func(c vectors.Case) bool { return c.Timestamp == "" && !c.CheckRevoked && c.Level != "signature" }
	each(t, []string{"cms"}, plain, func(t *testing.T, c vectors.Case) {
		args := append([]string{"verify", filepath.Join(vectors.Dir(t), c.File)}, judging(t, c)...)
		if c.Detached && !c.ContentMissing {
			args = append(args, "--content", filepath.Join(vectors.Dir(t), c.ContentFile))
		}
		r := script(t, nil, nil, args...)
		require.Equal(t, messageFields, keys(t, r.line))
		if c.Expect == "invalid" {
			refused(t, r)
			return
		}
		require.Equal(t, statusGood, r.status, r.line)
		require.Equal(t, c.Detached, r.object["detached"])
		if c.ContentFile != "" {
			require.EqualValues(t, len(vectors.Read(t, c.ContentFile)), r.object["content_length"])
		}
		if len(c.Signers) > 0 {
			require.ElementsMatch(t, expectedSigners(c), signersOf(r))
		}
	})
}

// expectedSigners puts what a case expects into the words of the contract.
func expectedSigners(c vectors.Case) []map[string]string {
	keyNames := map[string]string{"gost34310-2004": "gost2004", "rsa-2048-sha256": "rsa-2048"}
	return list(c.Signers, func(s vectors.Signer) map[string]string {
		key := s.Alg
		if name, ok := keyNames[key]; ok {
			key = name
		}
		return map[string]string{"serial": s.Serial, "key_algorithm": key, "iin": s.IIN, "bin": s.BIN, "signing_time": stamp(s.SigningTime)}
	})
}

func signersOf(r result) []map[string]string {
	var all []map[string]string
	for _, s := range r.object["signers"].([]any) {
		signer := s.(map[string]any)
		one := map[string]string{}
		for _, field := range []string{"serial", "key_algorithm", "iin", "bin", "signing_time"} {
			one[field] = signer[field].(string)
		}
		all = append(all, one)
	}
	return all
}

// Genuine signatures of the AUTH_RSA era, judged when their certificates were valid.
func TestBinaryNCALayer2020(t *testing.T) {
	dir := shared.Dir(t, "ncalayer-2020")
	for name, want := range map[string]struct {
		issuer, bin string
		purposes    []any
	}{
		"personal_active_AUTH_RSA256_b2c70a9ff7a5dc59de0ccc3c0ddde3437cc1f12d":  {"nca_rsa_test.crt", "", []any{"auth"}},
		"personal_active_RSA256_11c707bd54cbfcccb3815e39c4eb57b1dc7dfea9":       {"nca_rsa_test.crt", "", []any{"sign"}},
		"organization_active_GOSTKNCA_13a3741b52d7bf860aab199b56fad1f4652e357b": {"nca_gost_test.crt", "123456789021", []any{"sign"}},
	} {
		t.Run(name, func(t *testing.T) {
			args := []string{"--trust", filepath.Join(dir, want.issuer), "--at", "2020-09-10T00:00:00Z", "--revocation", "off"}
			r := script(t, nil, nil, append([]string{"verify", filepath.Join(dir, name+".cms")}, args...)...)
			require.Equal(t, statusGood, r.status, r.line)
			signer := r.object["signers"].([]any)[0].(map[string]any)
			require.Equal(t, "123456789011", signer["iin"])
			require.Equal(t, want.bin, signer["bin"])

			r = script(t, nil, nil, append([]string{"cert", "verify", filepath.Join(dir, name+".cer")}, args...)...)
			require.Equal(t, statusGood, r.status, r.line)
			require.Equal(t, want.purposes, r.object["purposes"])

			r = script(t, nil, []string{passwordVariable + "=" + vectorPassword}, "inspect", filepath.Join(dir, name+".p12"))
			require.Equal(t, statusGood, r.status, r.message)
			require.Len(t, r.object["entries"], 1)

			later := append(slices.Clone(args), "--at", "2026-09-10T00:00:00Z")
			r = script(t, nil, nil, append([]string{"verify", filepath.Join(dir, name+".cms")}, later...)...)
			require.Equal(t, statusBad, r.status)
			require.Equal(t, "cert-expired", r.object["reason"])
		})
	}
}
