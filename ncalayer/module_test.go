package ncalayer_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/internal/peer"
	"github.com/qoltanba/eds/ncalayer"
)

// The browser module in Node: package emulator tests it with a real socket.
func TestModule(t *testing.T) {
	_, err := exec.LookPath("node")
	peer.Need(t, "Node", "apt-get install nodejs", err == nil)
	dir := t.TempDir()
	tests, err := os.ReadFile("testdata/module.test.mjs")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "ncalayer.mjs"), ncalayer.Script(), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "module.test.mjs"), tests, 0o600))
	for _, args := range [][]string{{"--check", "ncalayer.mjs"}, {"module.test.mjs"}} {
		command := exec.Command("node", args...)
		command.Dir = dir
		out, err := command.CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
}
