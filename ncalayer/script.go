package ncalayer

import (
	"bytes"
	"embed"
	"io/fs"
)

//go:embed web
var web embed.FS

//go:embed web/ncalayer.js
var script []byte

// Script returns the browser module: one ES module without dependencies, to be served as text/javascript. Its API is
// described at the top of the file.
func Script() []byte { return bytes.Clone(script) }

// Files returns the files for browsers, ncalayer.js among them, for [net/http.FileServerFS].
func Files() fs.FS {
	files, err := fs.Sub(web, "web")
	if err != nil {
		panic("ncalayer: embedded files: " + err.Error()) // the name is a constant
	}
	return files
}
