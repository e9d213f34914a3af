package shared

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFind(t *testing.T) {
	work := t.TempDir()
	write(t, work, "main/go.mod")
	write(t, work, "main/examples/go.mod")
	write(t, work, "main/examples/eds/main.go")
	write(t, work, "shared/vectors/manifest.json")
	write(t, work, "lonely/clone/go.mod")
	write(t, work, "lonely/shared/README")

	for _, from := range []string{"main", "main/examples", "main/examples/eds"} {
		t.Run(from, func(t *testing.T) {
			got, ok := find(filepath.Join(work, from))
			require.True(t, ok)
			require.Equal(t, filepath.Join(work, "shared"), got)
		})
	}
	t.Run("a folder of the same name with other things", func(t *testing.T) {
		_, ok := find(filepath.Join(work, "lonely/clone"))
		require.False(t, ok)
	})
	t.Run("no module above", func(t *testing.T) {
		_, ok := find(filepath.Join(work, "shared"))
		require.False(t, ok)
	})
}

func TestDir(t *testing.T) {
	root, ok := Find()
	if !ok {
		t.Run("skips", func(t *testing.T) {
			defer func() { require.True(t, t.Skipped()) }()
			Dir(t)
		})
		return
	}
	require.Equal(t, root, Dir(t))
	require.FileExists(t, Dir(t, "vectors", "manifest.json"))
}

func write(t *testing.T, dir, name string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(t, os.WriteFile(path, nil, 0o600))
}
