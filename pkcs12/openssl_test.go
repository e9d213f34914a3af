package pkcs12_test

import (
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/internal/peer"
	"github.com/qoltanba/eds/pkcs12"
	"github.com/qoltanba/eds/verdict"
)

// Containers that OpenSSL makes here and now.
func TestOpenSSL(t *testing.T) {
	version, err := exec.Command("openssl", "version").Output()
	peer.Need(t, "openssl 3", "apt-get install openssl", err == nil && strings.HasPrefix(string(version), "OpenSSL 3"))
	leaf, ca := identities()[0], identities()[1]
	dir := t.TempDir()
	writePEM(t, filepath.Join(dir, "key.pem"), "PRIVATE KEY", leaf.pkcs8)
	writePEM(t, filepath.Join(dir, "leaf.pem"), "CERTIFICATE", leaf.cert)
	writePEM(t, filepath.Join(dir, "ca.pem"), "CERTIFICATE", ca.cert)
	for name, arguments := range map[string]string{
		"default":       "",
		"legacy":        "-legacy",
		"legacy-3des":   "-legacy -descert",
		"legacy-rc2":    "-legacy -keypbe PBE-SHA1-RC2-128 -certpbe PBE-SHA1-RC2-128",
		"legacy-2des":   "-legacy -keypbe PBE-SHA1-2DES -certpbe PBE-SHA1-2DES",
		"aes-128":       "-keypbe AES-128-CBC -certpbe AES-192-CBC -macalg sha384",
		"des-ede3":      "-keypbe DES-EDE3-CBC -certpbe DES-EDE3-CBC -macalg sha224",
		"in-the-clear":  "-keypbe NONE -certpbe NONE -macalg sha512",
		"one-iteration": "-noiter -nomaciter",
	} {
		for passwordName, password := range map[string]string{"latin": "Qwerty12", "cyrillic": "Пароль-Құпия1", "surrogates": "a😀b", "empty": ""} {
			t.Run(name+"/"+passwordName, func(t *testing.T) {
				command := append(strings.Fields("pkcs12 -export -inkey key.pem -in leaf.pem -certfile ca.pem -name Кілт -out out.p12"),
					append(strings.Fields(arguments), "-passout", "pass:"+password)...)
				requireOpenSSL(t, dir, command)
				data, err := os.ReadFile(filepath.Join(dir, "out.p12"))
				require.NoError(t, err)
				store, err := parse(data, password)
				require.NoError(t, err)
				require.Len(t, store.Entries, 1)
				requireEntry(t, leaf, store.Entries[0])
				require.Equal(t, "Кілт", store.Entries[0].Alias)
				require.Len(t, store.Certificates, 1)
				require.Equal(t, ca.cert, store.Certificates[0].Raw)
				requireKind(t, pkcs12.ErrPassword, data, password+"x")
			})
		}
	}
	t.Run("no-mac", func(t *testing.T) {
		requireOpenSSL(t, dir, strings.Fields("pkcs12 -export -inkey key.pem -in leaf.pem -out out.p12 -nomac -passout pass:x"))
		data, err := os.ReadFile(filepath.Join(dir, "out.p12"))
		require.NoError(t, err)
		requireKind(t, verdict.Malformed, data, "x")
	})
}

func requireOpenSSL(t *testing.T, dir string, arguments []string) {
	t.Helper()
	command := exec.Command("openssl", arguments...)
	command.Dir = dir
	output, err := command.CombinedOutput()
	require.NoError(t, err, string(output))
}

func writePEM(t *testing.T, file, label string, content []byte) {
	t.Helper()
	require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: label, Bytes: content}), 0o600))
}
