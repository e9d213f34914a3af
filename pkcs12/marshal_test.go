package pkcs12_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/hex"
	"encoding/pem"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/gost"
	"github.com/qoltanba/eds/internal/mint"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/internal/peer"
	"github.com/qoltanba/eds/internal/shared"
	"github.com/qoltanba/eds/pkcs12"
	"github.com/qoltanba/eds/verdict"
)

var forms = map[string]pkcs12.MarshalOptions{
	"national": {},
	"modern":   {Form: pkcs12.Modern, Iterations: 2000},
}

// certified makes an entry of a key.
func certified(t testing.TB, key crypto.Signer) pkcs12.Entry {
	t.Helper()
	id, err := mint.BitsKeyID(key.Public())
	require.NoError(t, err)
	name := mint.Name(mint.Attribute{Type: oid.CommonName, Value: "ТЕК ТЕСТ ҮШІН"}, mint.Attribute{Type: oid.Country, Value: "KZ"})
	raw, err := mint.Issuer{Name: name, Key: key}.Certificate(mint.Template{
		Serial: mint.SerialOf(id), Subject: name,
		NotBefore:  time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:   time.Date(2045, 1, 1, 0, 0, 0, 0, time.UTC),
		Extensions: []cert.Extension{mint.SubjectKeyID(id)},
	}, key.Public())
	require.NoError(t, err)
	c, err := cert.Parse(raw)
	require.NoError(t, err)
	return pkcs12.Entry{Key: key, Certificate: c}
}

// newKeys makes a key of each algorithm, once.
var newKeys = sync.OnceValue(func() map[string]crypto.Signer {
	keys := make(map[string]crypto.Signer)
	var err error
	for name, a := range map[string]gost.Algorithm{"gost2015-512": gost.KZ512, "gost2015-256": gost.KZ256, "gost2004": gost.KZ2004} {
		keys[name], err = gost.GenerateKey(a, nil)
		must(err)
	}
	keys["rsa"], err = rsa.GenerateKey(rand.Reader, 2048)
	must(err)
	keys["ecdsa"], err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	return keys
})

func marshal(t testing.TB, entries []pkcs12.Entry, password string, o pkcs12.MarshalOptions) []byte {
	t.Helper()
	b, err := pkcs12.Marshal(entries, password, o)
	require.NoError(t, err)
	return b
}

func TestMarshal(t *testing.T) {
	for keyName, key := range newKeys() {
		e := certified(t, key)
		for formName, o := range forms {
			t.Run(keyName+"/"+formName, func(t *testing.T) {
				store, err := parse(marshal(t, []pkcs12.Entry{e}, "Qwerty12", o), "Qwerty12")
				require.NoError(t, err)
				require.Len(t, store.Entries, 1)
				require.Empty(t, store.Certificates)
				requireSame(t, e, store.Entries[0])
				require.Equal(t, e.Certificate.SubjectKeyID, store.Entries[0].KeyID)
				require.Equal(t, hex.EncodeToString(e.Certificate.SubjectKeyID), store.Entries[0].Alias)
			})
		}
	}
}

func requireSame(t testing.TB, want, got pkcs12.Entry) {
	t.Helper()
	require.Equal(t, want.Certificate.Raw, got.Certificate.Raw)
	require.True(t, want.Key.(interface{ Equal(crypto.PrivateKey) bool }).Equal(got.Key))
}

func TestMarshalPasswords(t *testing.T) {
	e := certified(t, newKeys()["gost2004"])
	for passwordName, password := range passwords {
		for formName, o := range forms {
			t.Run(formName+"/"+passwordName, func(t *testing.T) {
				b := marshal(t, []pkcs12.Entry{e}, password, o)
				store, err := parse(b, password)
				require.NoError(t, err)
				requireSame(t, e, store.Entries[0])
				requireKind(t, pkcs12.ErrPassword, b, password+"x")
			})
		}
	}
}

// Several keys, names of their own, and the certificates above them.
func TestMarshalSeveral(t *testing.T) {
	keys := newKeys()
	first, second, root := certified(t, keys["gost2015-512"]), certified(t, keys["rsa"]), certified(t, keys["gost2015-256"])
	first.Alias, first.KeyID = "Бірінші 😀", []byte{1}
	second.Alias, second.KeyID = strings.Repeat("z", 200), bytes.Repeat([]byte{2}, 600) // the order of the SET changes
	for name, o := range forms {
		t.Run(name, func(t *testing.T) {
			o.Certificates = []*cert.Certificate{root.Certificate}
			store, err := parse(marshal(t, []pkcs12.Entry{first, second}, "x", o), "x")
			require.NoError(t, err)
			require.Len(t, store.Entries, 2)
			for i, want := range []pkcs12.Entry{first, second} {
				requireSame(t, want, store.Entries[i])
				require.Equal(t, want.Alias, store.Entries[i].Alias)
				require.Equal(t, want.KeyID, store.Entries[i].KeyID)
			}
			require.Equal(t, o.Certificates, store.Certificates)
			// Certificates alone, and nothing at all.
			store, err = parse(marshal(t, nil, "x", o), "x")
			require.NoError(t, err)
			require.Equal(t, o.Certificates, store.Certificates)
			o.Certificates = nil
			_, err = parse(marshal(t, nil, "x", o), "x")
			require.NoError(t, err)
		})
	}
}

// Given the salts of a container that the national authority made, the same octets come out.
func TestMarshalAsPublished(t *testing.T) {
	names, err := filepath.Glob(filepath.Join(shared.Dir(t), "vectors", "nca-test", "p12", "*.p12"))
	require.NoError(t, err)
	readShared(t, "vectors/nca-test/README.md") // skips where there is nothing
	require.NotEmpty(t, names)
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			published, err := os.ReadFile(name)
			require.NoError(t, err)
			password := "Qwerty12"
			if strings.HasPrefix(filepath.Base(name), "2022-individual") || strings.HasSuffix(name, "2022-legal-head-revoked.p12") {
				password = "Aa123456"
			}
			store, err := parse(published, password)
			require.NoError(t, err)
			salts := bytes.NewReader(saltsOf(published))
			require.Equal(t, published, marshal(t, store.Entries, password, pkcs12.MarshalOptions{Random: salts}))
			require.Zero(t, salts.Len())
		})
	}
}

// saltsOf finds the salts of a published container: of the key, of the certificate, of the MAC.
func saltsOf(b []byte) []byte {
	var salts []byte
	header, trailer := []byte{0x30, 0x1a, 0x04, 0x14}, []byte{0x02, 0x02, 0x04, 0x00}
	for i := range len(b) - 28 {
		if bytes.HasPrefix(b[i:], header) && bytes.HasPrefix(b[i+24:], trailer) {
			salts = append(salts, b[i+4:i+24]...)
		}
	}
	return append(salts, b[len(b)-24:len(b)-4]...)
}

func TestMarshalMisuse(t *testing.T) {
	keys := newKeys()
	e, other := certified(t, keys["gost2004"]), certified(t, keys["gost2015-256"])
	for name, c := range map[string]struct {
		entries  []pkcs12.Entry
		password string
		o        pkcs12.MarshalOptions
	}{
		"no key":              {entries: []pkcs12.Entry{{Certificate: e.Certificate}}},
		"no certificate":      {entries: []pkcs12.Entry{{Key: e.Key}}},
		"another's key":       {entries: []pkcs12.Entry{{Key: other.Key, Certificate: e.Certificate}}},
		"no such form":        {o: pkcs12.MarshalOptions{Form: 9}},
		"negative iterations": {o: pkcs12.MarshalOptions{Iterations: -1}},
		"too many iterations": {o: pkcs12.MarshalOptions{Iterations: pkcs12.DefaultMaxIterations + 1}},
		"password":            {password: "\xff"},
		"alias":               {entries: []pkcs12.Entry{{Key: e.Key, Certificate: e.Certificate, Alias: "\xff"}}},
		"long alias":          {entries: []pkcs12.Entry{{Key: e.Key, Certificate: e.Certificate, Alias: strings.Repeat("a", 1025)}}},
		"long key id":         {entries: []pkcs12.Entry{{Key: e.Key, Certificate: e.Certificate, KeyID: make([]byte, 2049)}}},
		"too many bags":       {o: pkcs12.MarshalOptions{Certificates: make([]*cert.Certificate, 65)}},
		"nil certificate":     {o: pkcs12.MarshalOptions{Certificates: make([]*cert.Certificate, 1)}},
		"wrapped key":         {entries: []pkcs12.Entry{{Key: struct{ crypto.Signer }{e.Key}, Certificate: e.Certificate}}},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := pkcs12.Marshal(c.entries, c.password, c.o)
			require.Nil(t, b)
			require.Error(t, err)
			if name != "wrapped key" {
				require.ErrorIs(t, err, verdict.KindMisuse)
			}
		})
	}
	longest := pkcs12.Entry{Key: e.Key, Certificate: e.Certificate, Alias: strings.Repeat("a", 1024), KeyID: make([]byte, 2048)}
	_, err := parse(marshal(t, []pkcs12.Entry{longest}, "x", pkcs12.MarshalOptions{}), "x")
	require.NoError(t, err)
	for n := range 3 {
		_, err := pkcs12.Marshal([]pkcs12.Entry{e}, "x", pkcs12.MarshalOptions{Random: io.LimitReader(rand.Reader, int64(20*n+1))})
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		_, err = pkcs12.Marshal([]pkcs12.Entry{e}, "x", pkcs12.MarshalOptions{Form: pkcs12.Modern, Iterations: 1, Random: iotest.ErrReader(io.ErrClosedPipe)})
		require.ErrorIs(t, err, io.ErrClosedPipe)
	}
}

// Salts are drawn anew each time.
func TestMarshalIsRandom(t *testing.T) {
	e := []pkcs12.Entry{certified(t, newKeys()["gost2004"])}
	for _, o := range forms {
		require.NotEqual(t, marshal(t, e, "x", o), marshal(t, e, "x", o))
	}
}

// OpenSSL reads both forms, for keys that it knows.
func TestMarshalForOpenSSL(t *testing.T) {
	version, err := exec.Command("openssl", "version").Output()
	peer.Need(t, "openssl 3", "apt-get install openssl", err == nil && strings.HasPrefix(string(version), "OpenSSL 3"))
	e := certified(t, newKeys()["rsa"])
	pkcs8, err := cert.MarshalPrivateKey(e.Key)
	require.NoError(t, err)
	dir := t.TempDir()
	for name, o := range forms {
		for passwordName, password := range map[string]string{"latin": "Qwerty12", "cyrillic": "Пароль-Құпия1"} {
			t.Run(name+"/"+passwordName, func(t *testing.T) {
				require.NoError(t, os.WriteFile(filepath.Join(dir, "in.p12"), marshal(t, []pkcs12.Entry{e}, password, o), 0o600))
				command := exec.Command("openssl", "pkcs12", "-legacy", "-in", "in.p12", "-noenc", "-passin", "pass:"+password)
				command.Dir = dir
				out, err := command.CombinedOutput()
				require.NoError(t, err, string(out))
				blocks := pemBlocks(out)
				require.Equal(t, e.Certificate.Raw, blocks["CERTIFICATE"])
				require.Equal(t, pkcs8, blocks["PRIVATE KEY"])
				require.Contains(t, string(out), "friendlyName: "+hex.EncodeToString(e.Certificate.SubjectKeyID))
			})
		}
	}
}

func pemBlocks(b []byte) map[string][]byte {
	blocks := make(map[string][]byte)
	for block, rest := pem.Decode(b); block != nil; block, rest = pem.Decode(rest) {
		blocks[block.Type] = block.Bytes
	}
	return blocks
}

// Java reads both forms.
func TestMarshalForJava(t *testing.T) {
	_, err := exec.LookPath("keytool")
	peer.Need(t, "keytool", "apt-get install default-jre-headless", err == nil)
	e := certified(t, newKeys()["rsa"])
	for name, o := range forms {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "in.p12")
			require.NoError(t, os.WriteFile(file, marshal(t, []pkcs12.Entry{e}, "Qwerty12", o), 0o600))
			out, err := exec.Command("keytool", "-J-Duser.language=en", "-list", "-v", "-storetype", "PKCS12", "-keystore", file, "-storepass", "Qwerty12").CombinedOutput()
			require.NoError(t, err, string(out))
			require.Contains(t, string(out), "PrivateKeyEntry")
			require.Contains(t, string(out), "Alias name: "+hex.EncodeToString(e.Certificate.SubjectKeyID))
		})
	}
}

func BenchmarkMarshal(b *testing.B) {
	e := []pkcs12.Entry{certified(b, newKeys()["gost2004"])}
	for name, o := range map[string]pkcs12.MarshalOptions{"national": {}, "modern": {Form: pkcs12.Modern}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				marshal(b, e, "Qwerty12", o)
			}
		})
	}
}
