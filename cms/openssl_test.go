package cms_test

import (
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/internal/peer"
	"github.com/qoltanba/eds/verdict"
)

// An openssl is a folder in which OpenSSL makes keys, certificates and messages.
type openssl struct {
	*testing.T
	dir  string
	gost bool // with the GOST engine
}

const opensslConfig = `openssl_conf = openssl_init
[openssl_init]
engines = engines
[engines]
gost = gost
[gost]
engine_id = gost
default_algorithms = ALL
[req]
distinguished_name = dn
[dn]
[ee]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature,nonRepudiation
extendedKeyUsage = emailProtection
subjectKeyIdentifier = hash
`

func newOpenSSL(t *testing.T, gost bool) *openssl {
	t.Helper()
	_, err := exec.LookPath("openssl")
	peer.Need(t, "openssl", "apt-get install openssl", err == nil)
	o := &openssl{T: t, dir: t.TempDir(), gost: gost}
	config := opensslConfig
	if gost {
		out, err := exec.Command("openssl", "engine", "-t", "gost").CombinedOutput()
		peer.Need(t, "the GOST engine of OpenSSL", "apt-get install libengine-gost-openssl",
			err == nil && strings.Contains(string(out), "[ available ]"))
	} else {
		config = config[strings.Index(config, "[req]"):]
	}
	o.write("openssl.cnf", []byte(config))
	o.write("content", content)
	return o
}

func (o *openssl) path(name string) string { return filepath.Join(o.dir, name) }

func (o *openssl) write(name string, b []byte) {
	o.Helper()
	require.NoError(o, os.WriteFile(o.path(name), b, 0o600))
}

func (o *openssl) read(name string) []byte {
	o.Helper()
	b, err := os.ReadFile(o.path(name))
	require.NoError(o, err)
	return b
}

// try runs a command line, in which no argument has a blank.
func (o *openssl) try(line string) (string, error) {
	command := exec.Command("openssl", strings.Fields(line)...)
	command.Dir = o.dir
	command.Env = append(os.Environ(), "OPENSSL_CONF="+o.path("openssl.cnf"))
	out, err := command.CombinedOutput()
	return string(out), err
}

func (o *openssl) run(line string) {
	o.Helper()
	out, err := o.try(line)
	require.NoError(o, err, "openssl %s\n%s", line, out)
}

// person makes NAME.key and NAME.crt, self-signed.
func (o *openssl) person(name, newkey string) {
	o.Helper()
	o.run("req -x509 -nodes -days 3650 -subj /CN=" + name + " -extensions ee -config openssl.cnf -keyout " + name + ".key -out " + name + ".crt " + newkey)
}

func (o *openssl) identity(name string) identity {
	o.Helper()
	c, err := cert.Decode(o.read(name + ".crt"))
	require.NoError(o, err)
	block, _ := pem.Decode(o.read(name + ".key"))
	k, err := cert.ParsePrivateKey(block.Bytes)
	require.NoError(o, err)
	return identity{k, c}
}

// verify reads message.der as OpenSSL made it.
func (o *openssl) verify(detached bool, extra ...*cert.Certificate) []cms.Result {
	o.Helper()
	sd, err := cms.Parse(o.read("message.der"))
	require.NoError(o, err)
	require.Equal(o, detached, sd.Detached)
	var given []byte
	if detached {
		given = content
	}
	results, err := sd.VerifySigners(given, extra)
	require.NoError(o, err)
	return results
}

var opensslKeys = map[string]string{
	"rsa":   "-newkey rsa:2048 -sha256",
	"rsa2":  "-newkey rsa:2048 -sha256",
	"ecdsa": "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -sha256",
	"p384":  "-newkey ec -pkeyopt ec_paramgen_curve:P-384 -sha384",
}

const opensslSign = "cms -sign -binary -in content -outform DER -out message.der "

func TestOpenSSLSigns(t *testing.T) {
	o := newOpenSSL(t, false)
	for name, newkey := range opensslKeys {
		o.person(name, newkey)
	}
	pss := " -keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:"
	for _, c := range []struct {
		name, line string
		check      func(t *testing.T, results []cms.Result)
	}{
		{"rsa", "-nodetach -md sha256 -signer rsa.crt -inkey rsa.key", nil},
		{"detached", "-md sha256 -signer rsa.crt -inkey rsa.key", nil},
		{"sha512", "-nodetach -md sha512 -signer rsa.crt -inkey rsa.key", nil},
		{"ecdsa", "-nodetach -md sha256 -signer ecdsa.crt -inkey ecdsa.key", nil},
		{"p384", "-nodetach -md sha384 -signer p384.crt -inkey p384.key", nil},
		{"pss", "-nodetach -md sha256 -signer rsa.crt -inkey rsa.key" + pss + "digest", nil},
		{"pss longest salt", "-nodetach -md sha256 -signer rsa.crt -inkey rsa.key" + pss + "max", nil},
		{"pss no salt", "-nodetach -md sha384 -signer rsa.crt -inkey rsa.key" + pss + "0", nil},
		{"stream", "-nodetach -stream -md sha256 -signer rsa.crt -inkey rsa.key", nil}, // T8
		{"cades", "-nodetach -cades -md sha256 -signer rsa.crt -inkey rsa.key", func(t *testing.T, results []cms.Result) {
			require.True(t, results[0].Signer.HasSigningCertificate())
		}},
		{"cades sha512", "-nodetach -cades -md sha512 -signer rsa.crt -inkey rsa.key", func(t *testing.T, results []cms.Result) {
			require.True(t, results[0].Signer.HasSigningCertificate())
		}},
		{"keyid", "-nodetach -keyid -md sha256 -signer ecdsa.crt -inkey ecdsa.key", func(t *testing.T, results []cms.Result) {
			require.NotNil(t, results[0].Info.SubjectKeyID)
		}},
		{"noattr", "-nodetach -noattr -md sha256 -signer rsa.crt -inkey rsa.key", func(t *testing.T, results []cms.Result) {
			require.False(t, results[0].Signer.HasSignedAttributes())
		}},
		{"noattr detached", "-noattr -md sha256 -signer ecdsa.crt -inkey ecdsa.key", nil},
		{"three signers", "-nodetach -signer rsa.crt -inkey rsa.key -signer ecdsa.crt -inkey ecdsa.key -signer rsa2.crt -inkey rsa2.key" + pss + "digest", func(t *testing.T, results []cms.Result) {
			require.Len(t, results, 3)
		}},
		{"nocerts", "-nodetach -nocerts -md sha256 -signer rsa.crt -inkey rsa.key", nil},
		{"nocerts certfile", "-nodetach -nocerts -certfile rsa.crt -md sha256 -signer rsa.crt -inkey rsa.key", nil},
		{"content type", "-nodetach -econtent_type 1.2.398.99.2.1 -md sha256 -signer rsa.crt -inkey rsa.key", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := *o
			p.T = t
			p.run(opensslSign + c.line)
			results := p.verify(!strings.Contains(c.line, "-nodetach"), p.identity("rsa").certificate)
			for _, r := range results {
				require.NoError(t, r.Err)
				require.Equal(t, content, r.Signer.Content())
			}
			if c.check != nil {
				c.check(t, results)
			}
		})
	}
}

// T22: what OpenSSL signs weakly.
func TestOpenSSLSignsWeakly(t *testing.T) {
	o := newOpenSSL(t, false)
	o.person("rsa", opensslKeys["rsa"])
	o.person("short", "-newkey rsa:1024 -sha256")
	for line, want := range map[string]verdict.Reason{
		"-md sha256 -signer rsa.crt -inkey rsa.key":     "",
		"-md sha1 -signer rsa.crt -inkey rsa.key":       verdict.WeakAlgorithm,
		"-md md5 -signer rsa.crt -inkey rsa.key":        verdict.UnsupportedAlgorithm,
		"-md sha256 -signer short.crt -inkey short.key": verdict.WeakAlgorithm,
	} {
		o.run(opensslSign + "-nodetach " + line)
		requireReason(t, want, o.verify(false)[0].Err)
	}
}

// A signer added to a finished message by OpenSSL, and PEM as it writes it.
func TestOpenSSLResigns(t *testing.T) {
	o := newOpenSSL(t, false)
	o.person("rsa", opensslKeys["rsa"])
	o.person("ecdsa", opensslKeys["ecdsa"])
	o.write("first.der", sign(t, content, cms.SignOptions{}, o.identity("rsa")))
	o.run("cms -resign -binary -nodetach -inform DER -in first.der -signer ecdsa.crt -inkey ecdsa.key -outform DER -out message.der")
	results := o.verify(false)
	require.Len(t, results, 2)
	for _, r := range results {
		require.NoError(t, r.Err)
	}
	o.run("cms -cmsout -inform DER -in message.der -outform PEM -out message.pem")
	sd, encoding, err := cms.Decode(o.read("message.pem"))
	require.NoError(t, err)
	require.Equal(t, cms.PEM, encoding)
	require.Len(t, sd.Signers, 2)
	o.run("pkcs7 -inform DER -in message.der -outform PEM -out message.pem")
	_, _, err = cms.Decode(o.read("message.pem"))
	require.NoError(t, err)
}

// opensslVerify takes self-signed certificates for what they are, and wants every signature right.
const opensslVerify = "cms -verify -binary -purpose any -inform DER -in message.der -out verified -CAfile all.crt "

func TestOpenSSLVerifies(t *testing.T) {
	o := newOpenSSL(t, false)
	for name, newkey := range opensslKeys {
		o.person(name, newkey)
	}
	names := []string{"rsa", "rsa2", "ecdsa", "p384"}
	var all []byte
	for _, n := range names {
		all = append(all, o.read(n+".crt")...)
	}
	o.write("all.crt", all)
	checkOpenSSLVerifies(t, o, names, true)
}

// With the GOST engine, the layouts of RFC 9215 both ways. It knows nothing of the national identifiers.
func TestOpenSSLGOST(t *testing.T) {
	o := newOpenSSL(t, true)
	o.person("gost512", "-newkey gost2012_512 -pkeyopt paramset:A -md_gost12_512")
	o.person("gost256", "-newkey gost2012_256 -pkeyopt paramset:TCA -md_gost12_256")
	o.person("cryptopro", "-newkey gost2012_256 -pkeyopt paramset:A -md_gost12_256")
	names := []string{"gost512", "gost256", "cryptopro"}
	var all []byte
	for _, n := range names {
		all = append(all, o.read(n+".crt")...)
	}
	o.write("all.crt", all)
	for _, n := range names {
		for _, line := range []string{"-nodetach", "", "-nodetach -cades", "-nodetach -stream", "-nodetach -noattr", "-nodetach -keyid"} {
			t.Run("signs "+n+" "+line, func(t *testing.T) {
				p := *o
				p.T = t
				p.run(opensslSign + line + " -signer " + n + ".crt -inkey " + n + ".key")
				for _, r := range p.verify(!strings.Contains(line, "-nodetach")) {
					require.NoError(t, r.Err)
				}
			})
		}
	}
	checkOpenSSLVerifies(t, o, names, false)
}

func checkOpenSSLVerifies(t *testing.T, o *openssl, names []string, pss bool) {
	t.Helper()
	var all []cms.Signer
	for _, n := range names {
		p := o.identity(n)
		all = append(all, cms.Signer{Certificate: p.certificate, Key: p.key})
		if pss && strings.HasPrefix(n, "rsa") {
			all = append(all, cms.Signer{Certificate: p.certificate, Key: p.key, PSS: true, Digest: cert.SHA512})
		}
	}
	byKeyID := slices.Clone(all[:1])
	byKeyID[0].ByKeyID = true
	for _, c := range []struct {
		name    string
		signers []cms.Signer
		o       cms.SignOptions
		line    string
		fails   bool
	}{
		{"attached", all, cms.SignOptions{SigningTime: signingTime}, "", false},
		{"cades", all, cms.SignOptions{}, "-cades", false},
		{"cades missing", all, cms.SignOptions{WithoutSigningCertificate: true}, "-cades", true},
		{"detached", all, cms.SignOptions{Detached: true}, "-content content", false},
		{"detached, other content", all, cms.SignOptions{Detached: true}, "-content all.crt", true},
		{"streaming", all, cms.SignOptions{Streaming: true}, "", false},
		{"streaming, small chunks", all, cms.SignOptions{Streaming: true, ChunkSize: 3}, "", false},
		{"streaming, detached", all, cms.SignOptions{Streaming: true, Detached: true}, "-content content", false},
		{"no attributes", all, cms.SignOptions{WithoutSignedAttributes: true}, "", false},
		{"by key identifier", byKeyID, cms.SignOptions{}, "", false},
		{"no certificates", all[:1], cms.SignOptions{WithoutCertificates: true}, "-certfile all.crt", false},
	} {
		t.Run("verifies "+c.name, func(t *testing.T) {
			message, err := cms.Sign(content, c.signers, c.o)
			require.NoError(t, err)
			p := *o
			p.T = t
			p.write("message.der", message)
			if c.fails {
				out, err := p.try(opensslVerify + c.line)
				require.Error(t, err, out)
				return
			}
			p.run(opensslVerify + c.line)
			require.Equal(t, content, p.read("verified"))
		})
	}
}
