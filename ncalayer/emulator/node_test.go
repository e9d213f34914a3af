package emulator_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/internal/peer"
	"github.com/qoltanba/eds/ncalayer"
	"github.com/qoltanba/eds/ncalayer/emulator"
)

// packages are what the programs in testdata import from npm.
var packages = []string{"ncalayer-js-client@1.5.6", "ws@8.23.0"}

// install puts the packages into a folder of its own.
func install(t *testing.T) (dir string) {
	t.Helper()
	_, err := exec.LookPath("npm")
	peer.Need(t, "npm", "apt-get install nodejs npm", err == nil)
	dir = t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, "npm", append([]string{"install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", dir}, packages...)...)
	command.Dir = dir
	out, err := command.CombinedOutput()
	peer.Need(t, "the npm registry", "connect to it", err == nil)
	require.NoError(t, err, "%s", out)
	return dir
}

// TestNode drives the emulator with what pages use: our browser module, and npm's ncalayer-js-client.
func TestNode(t *testing.T) {
	if testing.Short() {
		t.Skip("npm takes its time.")
	}
	dir := install(t)
	key := person(t, "gost2015-512")
	o := emulator.Options{Keys: []emulator.Key{key}, AutoApprove: true}
	kept, err := emulator.NewTLS(time.Now())
	require.NoError(t, err)
	secure, cancelling, earlier := o, o, o
	secure.TLS, cancelling.TLS, cancelling.AutoApprove, earlier.Shape = kept, kept, false, ncalayer.ShapeText
	emulators, err := json.Marshal(map[string]string{
		"secure": start(t, secure).URL(), "cancelling": start(t, cancelling).URL(), "plain": plain(t, earlier).URL(),
		"old": withoutBasics(t, plain(t, o)),
	})
	require.NoError(t, err)
	ca := filepath.Join(dir, "ca.pem")
	require.NoError(t, os.WriteFile(ca, kept.CA, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "ncalayer.mjs"), ncalayer.Script(), 0o600))

	for program, detached := range map[string]string{"module.mjs": "detached", "jsclient.cjs": "detached commonDetached"} {
		t.Run(program, func(t *testing.T) {
			source, err := os.ReadFile(filepath.Join("testdata", program))
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(dir, program), source, 0o600))
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			command := exec.CommandContext(ctx, "node", program)
			command.Dir = dir
			command.Env = append(os.Environ(), "EMULATORS="+string(emulators), "NODE_EXTRA_CA_CERTS="+ca)
			var stderr strings.Builder
			command.Stderr = &stderr
			out, err := command.Output()
			require.NoError(t, err, stderr.String())
			signatures := map[string]string{}
			decode(t, string(out), &signatures)
			require.GreaterOrEqual(t, len(signatures), 7)
			for name, signature := range signatures {
				message, err := ncalayer.DecodeCMS(signature)
				require.NoError(t, err, name)
				verify(t, key, message, []byte("Қолтаңба"), strings.Contains(" "+detached+" ", " "+name+" "))
			}
		})
	}
}

// withoutBasics stands before an emulator and answers for basics as versions do that lack the module.
func withoutBasics(t *testing.T, e *emulator.Emulator) (url string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer func() { _ = page.CloseNow() }()
		behind, _, err := websocket.Dial(r.Context(), e.URL(), nil)
		if err != nil {
			return
		}
		defer func() { _ = behind.CloseNow() }()
		for {
			_, reply, err := behind.Read(r.Context())
			if err != nil || page.Write(r.Context(), websocket.MessageText, reply) != nil {
				return
			}
			_, request, err := page.Read(r.Context())
			if err != nil {
				return
			}
			request = []byte(strings.Replace(string(request), ncalayer.Basics, "kz.gov.pki.knca.missing", 1))
			if behind.Write(r.Context(), websocket.MessageText, request) != nil {
				return
			}
		}
	}))
	t.Cleanup(server.Close)
	return "ws" + strings.TrimPrefix(server.URL, "http")
}
