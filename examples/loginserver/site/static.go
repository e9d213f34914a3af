package site

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/qoltanba/eds/ncalayer"
)

//go:embed static
var staticFiles embed.FS

// static serves the style, scripts and icons. Their address holds a hash over all of them, so that browsers may keep
// them for ever and never mix two versions.
type static struct {
	base  string // "/static/0a1b2c3d"
	files map[string][]byte
}

// mediaTypes does not ask the machine, as package mime does.
var mediaTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

func loadStatic() (*static, error) {
	s := &static{files: map[string][]byte{}}
	entries, err := fs.ReadDir(staticFiles, "static")
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		if s.files[entry.Name()], err = staticFiles.ReadFile("static/" + entry.Name()); err != nil {
			return nil, err
		}
	}
	s.files["ncalayer.js"] = ncalayer.Script()
	hash := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(s.files)) {
		hash.Write(s.files[name])
	}
	s.base = "/static/" + hex.EncodeToString(hash.Sum(nil)[:4])
	return s, nil
}

func (s *static) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, ok := strings.CutPrefix(r.URL.Path, s.base+"/")
	content, known := s.files[name]
	if !ok || !known {
		http.Error(w, http.StatusText(http.StatusNotFound), http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", mediaTypes[path.Ext(name)])
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(content) // the browser has gone: nobody to tell
}
