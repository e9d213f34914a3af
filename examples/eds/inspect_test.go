package main

import (
	"bytes"
	"encoding/base64"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

const vectorPassword = "Qwerty12" // of the published test key stores

var (
	inspectFields     = []string{"schema", "file", "kind", "encoding"}
	certificateFields = []string{
		"serial", "subject", "issuer", "iin", "bin", "roles", "purposes", "key_algorithm", "policies",
		"not_before", "not_after", "storage", "sha256", "pin", "subject_fields",
	}
	subjectFieldNames = []string{"common_name", "surname", "patronymic", "organization", "iin", "bin"}
)

func TestInspectCertificate(t *testing.T) {
	o := run(t, "inspect", "--json", sample("pki", "gost2004", "head.cer"))
	require.Equal(t, statusGood, o.status, o.stderr)
	require.Equal(t, slices.Concat(inspectFields, certificateFields), keys(t, o.stdout))
	object := o.object(t)
	require.Equal(t, "certificate", object["kind"])
	require.Equal(t, sampleIIN, object["iin"])
	require.Equal(t, sampleBIN, object["bin"])
	require.Equal(t, map[string]any{
		"common_name": "ҮЛГІЛІ АЙДОС", "surname": "ҮЛГІЛІ", "patronymic": "СЫНАҚҰЛЫ", "organization": `ЖШС "ҮЛГІ"`,
		"iin": sampleIIN, "bin": sampleBIN,
	}, object["subject_fields"])
	require.Equal(t, subjectFieldNames, keys(t, member(t, o.stdout, "subject_fields")))
	require.Equal(t, "2020-01-01T00:00:00Z", object["not_before"])
	require.Equal(t, "", object["pin"])
	require.NotContains(t, object["subject"], sampleIIN)
	require.Contains(t, run(t, "inspect", "--json", "--show-iin", sample("pki", "gost2004", "head.cer")).object(t)["subject"], sampleIIN)
}

// What is not there is "" or [], never null.
func TestInspectCertificateOfAnAuthority(t *testing.T) {
	o := run(t, "inspect", "--json", sample("pki", "gost2004", "root.cer"))
	require.NotContains(t, o.stdout, "null")
	require.Equal(t, []any{}, o.object(t)["roles"])
}

func TestInspectMessage(t *testing.T) {
	o := run(t, "inspect", "--json", sample("cms", "gost2015-256", "two-signers.p7s"))
	require.Equal(t, statusGood, o.status, o.stderr)
	require.Equal(t, slices.Concat(inspectFields, []string{
		"detached", "content_type", "content_length", "signers", "certificates", "crls", "ocsp_responses",
	}), keys(t, o.stdout))
	require.Equal(t, []string{
		"serial", "subject", "issuer", "subject_key_id", "digest_algorithm", "signature_algorithm", "signing_time", "level",
	}, keys(t, first(t, o.stdout, "signers")))
	require.Equal(t, certificateFields, keys(t, first(t, o.stdout, "certificates")))
	object := o.object(t)
	require.Equal(t, "cms", object["kind"])
	require.Len(t, object["signers"], 2)
	signer := object["signers"].([]any)[0].(map[string]any)
	require.Equal(t, "streebog-256", signer["digest_algorithm"])
	require.Equal(t, "bes", signer["level"])
	require.Contains(t, signer["subject"], "ҮЛГІЛІ")
}

// The octets decide, not the name of the file nor its label.
func TestInspectRecognisesByStructure(t *testing.T) {
	certificate, message := readFile(t, sample("pki", "rsa-2048", "ca.cer")), readFile(t, sample("cms", "rsa-2048", "attached.p7s"))
	pem := func(label string, der []byte) []byte {
		return []byte("-----BEGIN " + label + "-----\n" + base64.StdEncoding.EncodeToString(der) + "\n-----END " + label + "-----\n")
	}
	for _, c := range []struct {
		name           string
		contents       []byte
		kind, encoding string
	}{
		{"a.p12", certificate, "certificate", "der"},
		{"b.crl", []byte(base64.StdEncoding.EncodeToString(certificate)), "certificate", "base64"},
		{"c.cms", pem("CERTIFICATE", certificate), "certificate", "pem"},
		{"d.cer", message, "cms", "der"},
		{"e.cer", []byte(base64.RawStdEncoding.EncodeToString(message)), "cms", "base64"},
		{"f.cer", pem("CERTIFICATE", message), "cms", "pem"},
		{"g", readFile(t, sample("cms", "rsa-2048", "streamed.p7s")), "cms", "ber"},
	} {
		o := run(t, "inspect", "--json", file(t, c.name, c.contents))
		require.Equal(t, statusGood, o.status, c.name+o.stderr)
		require.Equal(t, c.kind, o.object(t)["kind"], c.name)
		require.Equal(t, c.encoding, o.object(t)["encoding"], c.name)
	}
}

func TestInspectOtherKinds(t *testing.T) {
	for kind, path := range map[string]string{
		"tsp-response": "nca-test/tsp/tsp_response.der",
		"tsp-token":    "nca-test/tsp/tsp_token.der",
	} {
		path := vector(t, filepath.FromSlash(path))
		o := run(t, "inspect", "--json", path)
		require.Equal(t, statusGood, o.status, o.stderr)
		require.Equal(t, inspectFields, keys(t, o.stdout))
		require.Equal(t, kind, o.object(t)["kind"])
		require.Contains(t, run(t, "inspect", path).stdout, "not yet shown in detail")
	}
}

func TestInspectOfWhatCannotBeRead(t *testing.T) {
	certificate := readFile(t, sample("pki", "rsa-2048", "ca.cer"))
	damaged := bytes.Replace(certificate, []byte("200101000000Z"), []byte("201301000000Z"), 1) // there is no month 13
	for name, c := range map[string]struct {
		contents []byte
		kind     string
	}{
		"empty":               {nil, ""},
		"text":                {[]byte("hello"), ""},
		"cut off":             {certificate[:len(certificate)-1], ""},
		"something after":     {append(slices.Clone(certificate), 0), ""},
		"another structure":   {[]byte{0x30, 3, 2, 1, 1}, ""},
		"several PEM blocks":  {[]byte("-----BEGIN X-----\nMAA=\n-----END X-----\n-----BEGIN X-----\nMAA=\n-----END X-----\n"), ""},
		"damaged certificate": {damaged, "certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			o := run(t, "inspect", "--json", file(t, "x", c.contents))
			require.Equal(t, statusUnreadable, o.status)
			require.Equal(t, slices.Concat(headFields, []string{"kind", "encoding"}), keys(t, o.stdout))
			require.Equal(t, "malformed", o.object(t)["reason"])
			require.Equal(t, c.kind, o.object(t)["kind"])
			require.NotEmpty(t, o.stderr)
		})
	}
}

func TestInspectForPeople(t *testing.T) {
	for lang, sentence := range map[string]string{"en": "Nothing was verified", "ru": "Ничего не проверено", "kk": "Ештеңе тексерілмеді"} {
		for _, path := range []string{sample("pki", "rsa-2048", "head.cer"), sample("cms", "rsa-2048", "two-signers.p7s")} {
			o := run(t, "inspect", path, "--lang", lang)
			require.Contains(t, o.stdout, sentence)
			require.Contains(t, o.stdout, "••••••••0012")
			require.NotContains(t, o.stdout, sampleIIN)
			require.Contains(t, run(t, "inspect", path, "--show-iin").stdout, sampleIIN)
		}
	}
}

func TestInspectStore(t *testing.T) {
	path := vector(t, "nca-test", "p12", "2026-individual-valid.p12")
	w := world{env: map[string]string{passwordVariable: vectorPassword}}
	o := runIn(t, w, "inspect", "--json", path)
	require.Equal(t, statusGood, o.status, o.stderr)
	require.Equal(t, slices.Concat(inspectFields, []string{"entries", "certificates"}), keys(t, o.stdout))
	entry := first(t, o.stdout, "entries")
	require.Equal(t, []string{"alias", "certificate", "key_algorithm", "private_key_sha256"}, keys(t, entry))
	require.Equal(t, certificateFields, keys(t, member(t, entry, "certificate")))
	people := runIn(t, w, "inspect", path)
	require.Contains(t, people.stdout, "key store")
	for _, o := range []outcome{o, people} {
		require.NotContains(t, o.stdout+o.stderr, vectorPassword)
	}
	require.NotContains(t, people.stdout, "123456789011")
}

func TestPassword(t *testing.T) {
	path := vector(t, "nca-test", "p12", "2026-individual-valid.p12")
	right := func(string) (string, error) { return vectorPassword, nil }
	nobody := func(string) (string, error) { t.Error("asked for a password that was given"); return "", nil }
	for _, c := range []struct {
		name   string
		world  world
		args   []string
		status status
	}{
		{"environment", world{env: map[string]string{passwordVariable: vectorPassword}, prompt: nobody}, nil, statusGood},
		{"empty in the environment is a password", world{env: map[string]string{passwordVariable: ""}, prompt: nobody}, nil, statusUnreadable},
		{"wrong in the environment", world{env: map[string]string{passwordVariable: "qwerty12"}, prompt: nobody}, nil, statusUnreadable},
		{"prompt", world{prompt: right}, nil, statusGood},
		{"no terminal", world{}, nil, statusUnreadable},
		{"file", world{prompt: nobody}, []string{"--password-file", file(t, "p", []byte(vectorPassword))}, statusGood},
		{"file with a line end", world{prompt: nobody}, []string{"--password-file", file(t, "p", []byte(vectorPassword+"\n"))}, statusGood},
		{"file from Windows", world{prompt: nobody}, []string{"--password-file", file(t, "p", []byte(vectorPassword+"\r\n"))}, statusGood},
		{"file with two line ends", world{prompt: nobody}, []string{"--password-file", file(t, "p", []byte(vectorPassword+"\n\n"))}, statusUnreadable},
		{"file before environment", world{env: map[string]string{passwordVariable: "x"}}, []string{"--password-file", file(t, "p", []byte(vectorPassword))}, statusGood},
		{"absent file", world{prompt: right}, []string{"--password-file", "absent"}, statusUnreadable},
		{"stdin", world{stdin: vectorPassword + "\n", prompt: nobody}, []string{"--password-file", "-"}, statusGood},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := runIn(t, c.world, append([]string{"inspect", "--json", path}, c.args...)...)
			require.Equal(t, c.status, o.status, o.stderr)
			require.NotContains(t, o.stdout+o.stderr, vectorPassword)
			if c.status == statusUnreadable {
				require.Equal(t, "malformed", o.object(t)["reason"])
				require.Equal(t, "pkcs12", o.object(t)["kind"])
			}
		})
	}
}

func TestWrongPasswordIsSaidPlainly(t *testing.T) {
	path := vector(t, "nca-test", "p12", "2026-individual-valid.p12")
	o := runIn(t, world{env: map[string]string{passwordVariable: "x"}}, "inspect", path, "--lang", "ru")
	require.Contains(t, o.stderr, "неверный пароль")
	require.Contains(t, run(t, "inspect", path).stderr, "--password-file")
}

// The prompt names the file without the number that may be in its name.
func TestPromptMasksTheFileName(t *testing.T) {
	path := file(t, "900101300123.p12", readFile(t, vector(t, "nca-test", "p12", "2026-individual-valid.p12")))
	var asked string
	w := world{prompt: func(question string) (string, error) { asked = question; return vectorPassword, nil }}
	require.Equal(t, statusGood, runIn(t, w, "inspect", path).status)
	require.Contains(t, asked, "••••••••0123.p12")
}
