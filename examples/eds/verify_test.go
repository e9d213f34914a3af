package main

import (
	"bytes"
	"encoding/base64"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/verdict"
)

var algorithms = []string{"gost2015-512", "gost2015-256", "gost2004", "rsa-2048"}

var (
	headFields    = []string{"schema", "file", "verdict", "reason", "detail"}
	messageFields = slices.Concat(headFields, []string{"detached", "content_type", "content_length", "signers"})
	signerFields  = []string{
		"verdict", "reason", "detail", "serial", "subject", "issuer", "iin", "bin", "roles", "key_algorithm",
		"digest_algorithm", "signing_time", "timestamp", "judged_at", "steps",
	}
	stepFields = []string{"name", "outcome", "reason", "detail"}
)

func TestVerifyInEveryAlgorithm(t *testing.T) {
	for _, algorithm := range algorithms {
		for _, name := range []string{"attached", "detached", "streamed"} {
			t.Run(algorithm+"/"+name, func(t *testing.T) {
				args := append([]string{"verify", "--json", sample("cms", algorithm, name+".p7s")}, trusting(algorithm)...)
				o := run(t, append(args, "--content", sample("content.txt"))...)
				require.Equal(t, statusGood, o.status, o.stdout)
				require.Empty(t, o.stderr)
				message := o.object(t)
				require.Equal(t, "good", message["verdict"])
				require.Equal(t, name == "detached", message["detached"])
				require.EqualValues(t, len(readFile(t, sample("content.txt"))), message["content_length"])
				signer := message["signers"].([]any)[0].(map[string]any)
				require.Equal(t, sampleIIN, signer["iin"])
				require.Equal(t, algorithm, signer["key_algorithm"])
				require.Equal(t, "2026-07-20T09:08:06Z", signer["signing_time"])
				require.Equal(t, "2026-09-15T12:00:00Z", signer["judged_at"])
				require.Equal(t, "", signer["timestamp"])
			})
		}
	}
}

func TestVerifyFields(t *testing.T) {
	good := append([]string{"verify", "--json", sample("cms", "rsa-2048", "two-signers.p7s")}, trusting("rsa-2048")...)
	o := run(t, good...)
	require.Equal(t, statusGood, o.status)
	require.Equal(t, messageFields, keys(t, o.stdout))
	signer := first(t, o.stdout, "signers")
	require.Equal(t, signerFields, keys(t, signer))
	require.Equal(t, stepFields, keys(t, first(t, signer, "steps")))
	require.Contains(t, o.stdout, `"bin":"`+sampleBIN+`","roles":["organization","head"]`)
	require.Contains(t, signer, "SERIALNUMBER=IIN••••••••0012")
	require.Contains(t, run(t, append(good, "--show-iin")...).stdout, "SERIALNUMBER=IIN"+sampleIIN)

	var names []string
	for _, step := range o.object(t)["signers"].([]any)[0].(map[string]any)["steps"].([]any) {
		names = append(names, step.(map[string]any)["name"].(string))
	}
	require.Equal(t, texts(verdict.StepNames()), names)
}

// A JSON consumer never meets null where a list is due, whatever went wrong.
func TestVerifyOfWhatCannotBeRead(t *testing.T) {
	trust := trusting("rsa-2048")
	good := sample("cms", "rsa-2048", "attached.p7s")
	for name, args := range map[string][]string{
		"absent":             append([]string{filepath.Join(t.TempDir(), "absent")}, trust...),
		"folder":             append([]string{t.TempDir()}, trust...),
		"no message":         append([]string{sample("content.txt")}, trust...),
		"certificate":        append([]string{sample("pki", "rsa-2048", "ca.cer")}, trust...),
		"cut off":            append([]string{file(t, "x", readFile(t, good)[:700])}, trust...),
		"empty":              append([]string{file(t, "x", nil)}, trust...),
		"no trust":           {good, "--revocation", "off"},
		"absent trust":       {good, "--trust", filepath.Join(t.TempDir(), "absent")},
		"trust without any":  {good, "--trust", t.TempDir()},
		"damaged trust":      {good, "--trust", sample("content.txt")},
		"damaged at hand":    append([]string{good, "--untrusted", sample("content.txt")}, trust...),
		"absent at hand":     append([]string{good, "--untrusted", "absent"}, trust...),
		"absent content":     append([]string{good, "--content", "absent"}, trust...),
		"content type":       append([]string{good, "--content-type", "data"}, trust...),
		"stdin for both":     append([]string{"-", "--content", "-"}, trust...),
		"absent crl":         append([]string{good, "--crl", "absent"}, trust...),
		"absent ocsp":        append([]string{good, "--ocsp", "absent"}, trust...),
		"tsa trust":          append([]string{good, "--tsa-trust", "x"}, trust...),
		"required timestamp": append([]string{good, "--require-timestamp"}, trust...),
		"nonce":              append([]string{good, "--ocsp-nonce", "nonce"}, trust...),
		"empty nonce":        append([]string{good, "--ocsp-nonce", ""}, trust...),
		"long nonce":         append([]string{good, "--ocsp-nonce", strings.Repeat("00", 129)}, trust...),
		"age":                append([]string{good, "--max-age=-1s"}, trust...),
		"skew":               append([]string{good, "--max-skew=-1s"}, trust...),
		"hosts offline":      append([]string{good, "--allow-host", "ocsp.example"}, trust...),
		"no host":            append([]string{good, "--online", "--allow-host", "http://ocsp.example/"}, trust...),
		"no private host":    append([]string{good, "--online", "--allow-private-host", "127.0.0.1:x"}, trust...),
		"weak":               append([]string{good, "--allow-weak", "sha1-imprint"}, trust...),
	} {
		t.Run(name, func(t *testing.T) {
			o := run(t, append([]string{"verify", "--json"}, args...)...)
			require.Equal(t, statusUnreadable, o.status)
			require.NotEmpty(t, o.stderr)
			require.Equal(t, messageFields, keys(t, o.stdout))
			object := o.object(t)
			require.Equal(t, args[0], object["file"])
			require.Equal(t, "undecided", object["verdict"])
			require.Equal(t, "malformed", object["reason"])
			require.NotEmpty(t, object["detail"])
			require.Empty(t, object["signers"])
			require.NotNil(t, object["signers"])
			require.Empty(t, run(t, append([]string{"verify"}, args...)...).stdout, "for people there is the message")
		})
	}
}

func TestVerifyWithoutTrustTellsHowToGetIt(t *testing.T) {
	o := run(t, "verify", sample("cms", "rsa-2048", "attached.p7s"))
	require.Equal(t, statusUnreadable, o.status)
	require.Contains(t, o.stderr, "eds trust fetch")
}

func TestVerifyNotYet(t *testing.T) {
	o := run(t, "verify", "--require-timestamp", "--tsa-trust", "a", "--trust", "b", "--lang", "ru", "c")
	require.Equal(t, statusUnreadable, o.status)
	require.Equal(t, "eds: пока нет: --tsa-trust, --require-timestamp появится в следующей версии; молча пропускать это нельзя\n", o.stderr)
}

func TestVerifyPolicy(t *testing.T) {
	attached := sample("cms", "gost2015-256", "attached.p7s")
	pki := sample("pki", "gost2015-256")
	for _, c := range []struct {
		name   string
		args   []string
		status status
		reason verdict.Reason
	}{
		{"revocation is required", []string{"--trust", pki}, statusUndecided, verdict.RevocationUnavailable},
		{"revocation of the leaf", []string{"--trust", pki, "--revocation-scope", "leaf"}, statusUndecided, verdict.RevocationUnavailable},
		{"revocation if available", []string{"--trust", pki, "--revocation", "if-available"}, statusGood, ""},
		{"root as a file, ca at hand", []string{"--trust", filepath.Join(pki, "root.cer"), "--untrusted", filepath.Join(pki, "ca.cer"), "--revocation", "off"}, statusGood, ""},
		{"root as a file, folder at hand", []string{"--trust", filepath.Join(pki, "root.cer"), "--untrusted", pki, "--revocation", "off"}, statusGood, ""},
		{"every certificate of a file is an anchor", []string{"--trust", filepath.Join(pki, "ca.cer"), "--revocation", "off"}, statusGood, ""},
		{"at hand is not trusted", []string{"--trust", sample("pki", "rsa-2048"), "--untrusted", pki, "--revocation", "off"}, statusBad, verdict.UnknownIssuer},
		{"trust may be given twice", []string{"--trust", sample("pki", "rsa-2048"), "--trust", pki, "--revocation", "off"}, statusGood, ""},
		{"too early", []string{"--trust", pki, "--revocation", "off", "--at", "2019-12-31T23:59:59Z"}, statusBad, verdict.CertNotYetValid},
		{"too late", []string{"--trust", pki, "--revocation", "off", "--at", "2050-01-01T06:00:00+06:00"}, statusBad, verdict.CertExpired},
		{"purpose", []string{"--trust", pki, "--revocation", "off", "--purpose", "sign"}, statusGood, ""},
		{"person", []string{"--trust", pki, "--revocation", "off", "--subject", "person"}, statusGood, ""},
		{"organization", []string{"--trust", pki, "--revocation", "off", "--subject", "organization"}, statusBad, verdict.SubjectNotAccepted},
		{"content type", []string{"--trust", pki, "--revocation", "off", "--content-type", "1.2.840.113549.1.7.1"}, statusGood, ""},
		{"other content type", []string{"--trust", pki, "--revocation", "off", "--content-type", "1.2.3"}, statusBad, verdict.ContentMismatch},
		{"equal content", []string{"--trust", pki, "--revocation", "off", "--content", sample("content.txt")}, statusGood, ""},
		{"other content", []string{"--trust", pki, "--revocation", "off", "--content", attached}, statusBad, verdict.ContentMismatch},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := run(t, append([]string{"verify", "--json", attached}, c.args...)...)
			require.Equal(t, c.status, o.status, o.stdout)
			require.Equal(t, string(c.reason), o.object(t)["reason"])
		})
	}
}

func TestVerifySeveralFiles(t *testing.T) {
	good := sample("cms", "rsa-2048", "attached.p7s")
	bad := file(t, "bad.p7s", flipped(readFile(t, good)))
	detached := sample("cms", "rsa-2048", "detached.p7s")
	check := func(want status, files ...string) {
		t.Helper()
		o := run(t, slices.Concat([]string{"verify", "--json"}, files, trusting("rsa-2048"))...)
		require.Equal(t, want, o.status)
		objects := o.objects(t)
		require.Len(t, objects, len(files))
		for i, name := range files {
			require.Equal(t, name, objects[i]["file"])
		}
	}
	check(statusGood, good, good)
	check(statusBad, good, bad, good)
	check(statusBad, detached, good) // without its content
	check(statusUnreadable, bad, "absent", good)
}

func TestVerifyEncodingsAndStdin(t *testing.T) {
	der := readFile(t, sample("cms", "gost2004", "attached.p7s"))
	for _, message := range []string{
		string(der),
		base64.StdEncoding.EncodeToString(der),
		"-----BEGIN CMS-----\n" + base64.StdEncoding.EncodeToString(der) + "\n-----END CMS-----\n",
	} {
		o := runIn(t, world{stdin: message}, append([]string{"verify", "--json", "-"}, trusting("gost2004")...)...)
		require.Equal(t, statusGood, o.status, o.stdout)
		require.Equal(t, "-", o.object(t)["file"])
	}
}

// A forged signature still says whose it wants to be, and names no person.
func TestVerifyFailedSignature(t *testing.T) {
	bad := file(t, "bad.p7s", flipped(readFile(t, sample("cms", "gost2015-512", "attached.p7s"))))
	o := run(t, append([]string{"verify", "--json", bad}, trusting("gost2015-512")...)...)
	require.Equal(t, statusBad, o.status)
	signer := o.object(t)["signers"].([]any)[0].(map[string]any)
	require.Equal(t, "signature-invalid", signer["reason"])
	require.Contains(t, signer["subject"], "ҮЛГІЛІ АЙДОС")
	require.Contains(t, signer["issuer"], "ҮЛГІ CA")
	require.NotEmpty(t, signer["serial"])
	require.Equal(t, "", signer["iin"])
	require.Equal(t, "", signer["bin"])
	require.Equal(t, []any{}, signer["roles"])
}

func TestVerifyForPeople(t *testing.T) {
	args := append([]string{"verify", sample("cms", "rsa-2048", "two-signers.p7s")}, trusting("rsa-2048")...)
	for lang, words := range map[string][]string{
		"en": {"good", "signed by", "organization", "Signer 2 of 2"},
		"ru": {"действительно", "подписал", "организация", "Подписавший 2 из 2"},
		"kk": {"жарамды", "қол қойған", "ұйым", "Қол қоюшы 2 / 2"},
	} {
		o := run(t, append(args, "--lang", lang)...)
		for _, word := range words {
			require.Contains(t, o.stdout, word)
		}
		require.Contains(t, o.stdout, "••••••••0012")
		require.NotContains(t, o.stdout, sampleIIN)
		require.Contains(t, o.stdout, wordsIn(lang).text("revocation.off"), "a good verdict says what it leaves open")
		require.Equal(t, o.stdout, runIn(t, world{env: map[string]string{"LC_ALL": lang + "_KZ.UTF-8"}}, args...).stdout)
		expired := run(t, append(args, "--lang", lang, "--at", "2050-01-01T00:00:00Z")...)
		require.Contains(t, expired.stdout, verdict.CertExpired.Text(lang))
		require.Contains(t, expired.stdout, "cert-expired: ")
	}
	require.Contains(t, run(t, append(args, "--show-iin")...).stdout, sampleIIN)
	require.Equal(t, run(t, append(args, "--json")...).stdout, run(t, append(args, "--json", "--lang", "kk")...).stdout)
}

// Values are aligned, whatever script the labels are in.
func TestVerifyAlignment(t *testing.T) {
	for _, lang := range verdict.Languages() {
		o := run(t, append([]string{"verify", sample("cms", "rsa-2048", "attached.p7s"), "--lang", lang}, trusting("rsa-2048")...)...)
		var columns []int
		for line := range strings.Lines(o.stdout) {
			if label, ok := strings.CutPrefix(line, "  "); ok {
				runes := []rune(label)
				gap := strings.Index(label, "  ")
				column := len([]rune(label[:gap]))
				for runes[column] == ' ' {
					column++
				}
				columns = append(columns, column)
			}
		}
		require.Len(t, slices.Compact(columns), 1, "%s: %v", lang, columns)
	}
}

func TestVerifyTellsOfTheTestHierarchy(t *testing.T) {
	args := []string{
		"verify", vector(t, "cms", "gost2015-512", "attached-1k.p7s"), "--revocation", "off",
		"--trust", vector(t, "nca-test", "ca", "root_test_gost_2022.cer"), "--untrusted", vector(t, "nca-test", "ca"),
	}
	for _, more := range []string{"--json", "--lang=en"} {
		o := run(t, append(args, more)...)
		require.Equal(t, statusGood, o.status, o.stderr)
		require.Equal(t, 1, strings.Count(o.stderr, "WARNING"))
		require.Contains(t, o.stderr, "TEST hierarchy")
	}
}

// A name that would move the cursor or hide what it is cannot.
func TestVerifyNamesAreSafe(t *testing.T) {
	p := &page{words: wordsIn("en")}
	signerObject{Subject: "CN=\x1b[2Ja\u202Eb", Issuer: "x\ny"}.rows(p)
	var out bytes.Buffer
	p.print(&out)
	require.NotContains(t, out.String(), "\x1b")
	require.NotContains(t, out.String(), "\u202E")
	require.Contains(t, out.String(), `x\u000Ay`)
}

var certificateVerdictFields = slices.Concat(headFields, []string{
	"steps", "serial", "subject", "issuer", "iin", "bin", "roles", "purposes", "key_algorithm", "path", "policies", "revocation",
})

func TestCertVerify(t *testing.T) {
	head := sample("pki", "gost2015-512", "head.cer")
	o := run(t, append([]string{"cert", "verify", "--json", head}, trusting("gost2015-512")...)...)
	require.Equal(t, statusGood, o.status, o.stdout)
	require.Empty(t, o.stderr)
	require.Equal(t, certificateVerdictFields, keys(t, o.stdout))
	object := o.object(t)
	require.Equal(t, sampleIIN, object["iin"])
	require.Equal(t, sampleBIN, object["bin"])
	require.Equal(t, []any{"organization", "head"}, object["roles"])
	require.Equal(t, []any{"auth", "sign"}, object["purposes"])
	require.Equal(t, "gost2015-512", object["key_algorithm"])
	require.Equal(t, []any{"1.2.398.3.3.2"}, object["policies"])
	path := object["path"].([]any)
	require.Len(t, path, 3)
	require.Equal(t, object["subject"], path[0])
	require.Equal(t, map[string]any{
		"status": "off", "by": "", "time": "", "reason": "", "produced_at": "", "never_issued": false,
	}, object["revocation"])
}

func TestCertVerifyPolicy(t *testing.T) {
	head, pki := sample("pki", "rsa-2048", "head.cer"), sample("pki", "rsa-2048")
	for _, c := range []struct {
		name       string
		args       []string
		status     status
		reason     verdict.Reason
		revocation any
	}{
		{"revocation is required", []string{head, "--trust", pki}, statusUndecided, verdict.RevocationUnavailable, "unavailable"},
		{"revocation if available", []string{head, "--trust", pki, "--revocation", "if-available"}, statusGood, "", "unavailable"},
		{"expired", []string{head, "--trust", pki, "--at", "2046-01-01T00:00:00Z"}, statusBad, verdict.CertExpired, "unavailable"},
		{"other anchor", []string{head, "--trust", sample("pki", "gost2004")}, statusBad, verdict.UnknownIssuer, nil},
		{"person wanted", []string{head, "--trust", pki, "--revocation", "off", "--subject", "person"}, statusBad, verdict.SubjectNotAccepted, "off"},
		{"authority, nothing asked of it", []string{filepath.Join(pki, "ca.cer"), "--trust", pki, "--revocation", "off"}, statusGood, "", "off"},
		{"authority to sign", []string{filepath.Join(pki, "ca.cer"), "--trust", pki, "--revocation", "off", "--purpose", "sign"}, statusBad, verdict.UsageNotAllowed, "off"},
		{"anchor", []string{filepath.Join(pki, "root.cer"), "--trust", pki}, statusGood, "", "off"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := run(t, append([]string{"cert", "verify", "--json"}, c.args...)...)
			require.Equal(t, c.status, o.status, o.stdout)
			require.Equal(t, certificateVerdictFields, keys(t, o.stdout))
			object := o.object(t)
			require.Equal(t, string(c.reason), object["reason"])
			if c.revocation == nil { // nothing holds the certificate to anybody: it names no person
				require.Nil(t, object["revocation"])
				require.Equal(t, []any{}, object["path"])
				require.Equal(t, "", object["iin"])
				require.Equal(t, []any{}, object["roles"])
				return
			}
			require.Equal(t, c.revocation, object["revocation"].(map[string]any)["status"])
		})
	}
}

func TestCertVerifyOfWhatCannotBeRead(t *testing.T) {
	o := run(t, "cert", "verify", "--json", sample("content.txt"), "absent", "--trust", sample("pki", "rsa-2048"))
	require.Equal(t, statusUnreadable, o.status)
	for line := range strings.Lines(o.stdout) {
		require.Equal(t, certificateVerdictFields, keys(t, line))
		require.Contains(t, line, `"verdict":"undecided","reason":"malformed"`)
		require.NotContains(t, line, "null,")
	}
	require.Equal(t, statusUnreadable, run(t, "cert", "verify", sample("pki", "rsa-2048", "ca.cer")).status)
}

func TestCertVerifyForPeople(t *testing.T) {
	o := run(t, "cert", "verify", sample("pki", "gost2004", "person.cer"), "--trust", sample("pki", "gost2004"), "--lang", "kk")
	require.Equal(t, statusUndecided, o.status)
	require.Contains(t, o.stdout, verdict.RevocationUnavailable.Text("kk"))
	require.Contains(t, o.stdout, "--revocation off")
	require.NotContains(t, o.stdout, sampleIIN)
}

func TestTSPVerifyIsNotThereYet(t *testing.T) {
	o := run(t, "tsp", "verify", "--json", "token.der", "--data", "x", "--tsa-trust", "y")
	require.Equal(t, statusUnreadable, o.status)
	require.Contains(t, o.stderr, "not yet: tsp verify")
	require.Equal(t, slices.Concat(headFields, []string{"gen_time", "policy", "imprint_algorithm", "serial", "nonce"}), keys(t, o.stdout))
	require.Equal(t, "malformed", o.object(t)["reason"])
}
