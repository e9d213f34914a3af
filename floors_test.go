package eds_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/qoltanba/eds"

// A room is a package of the library and what it may import: the rooms of lower floors, and what stands here.
type room struct {
	floor   int
	beside  []string // rooms of its own floor
	modules []string // other people's modules, besides golang.org/x/crypto
	network bool     // it opens connections or listens: net, net/http, crypto/tls
	tests   bool     // it is imported by _test.go files only
}

// The floors. Every package of the library stands here, by its path below the module's; those that are not built yet
// too. A new package needs a row, and a row needs a reason.
var rooms = map[string]room{
	"internal/shared":   {floor: 0, tests: true},
	"internal/peer":     {floor: 0, tests: true},
	"internal/budget":   {floor: 0, tests: true}, // bounds of time and memory on a busy machine
	"internal/vectors":  {floor: 0, tests: true, beside: []string{"internal/shared"}},
	"internal/certtest": {floor: 1, tests: true, beside: []string{"cert", "internal/mint"}},

	"internal/oid":   {floor: 0},
	"internal/der":   {floor: 0, beside: []string{"internal/oid"}},
	"internal/armor": {floor: 0},
	"verdict":        {floor: 0},
	"gost/streebog":  {floor: 0},
	"gost/gost94":    {floor: 0},
	"gost":           {floor: 0, beside: []string{"gost/streebog", "gost/gost94", "internal/der", "internal/oid", "verdict"}},

	"cert":          {floor: 1},
	"internal/mint": {floor: 1, beside: []string{"cert"}}, // makes certificates for tests, samples and fake authorities
	"nca":           {floor: 1, beside: []string{"cert"}},
	"chain":         {floor: 1, beside: []string{"cert"}}, // knows nothing national

	"cms":    {floor: 2}, // does not know tsp: it hands out the raw attribute
	"ocsp":   {floor: 2},
	"crl":    {floor: 2},
	"pkcs12": {floor: 2},
	"tsp":    {floor: 2, beside: []string{"cms"}},

	"internal/fetch":  {floor: 3, network: true},
	"revocation":      {floor: 3, beside: []string{"internal/fetch"}},
	"revocation/ldap": {floor: 3, beside: []string{"internal/fetch", "revocation"}, modules: []string{"github.com/go-ldap/ldap/v3"}, network: true},
	"cades":           {floor: 3, beside: []string{"internal/fetch", "revocation"}},

	"internal/gentestdata": {floor: 3}, // a program: go generate runs it

	".": {floor: 4},

	"ncalayer":          {floor: 5, modules: []string{"github.com/coder/websocket"}, network: true},
	"ncalayer/emulator": {floor: 5, beside: []string{"ncalayer"}, modules: []string{"github.com/coder/websocket"}, network: true},
	"edstest":           {floor: 5, network: true}, // its responders listen on loopback
}

// What a package may not link, however far down the import stands.
var unlinked = map[string][]string{
	".":                    {"revocation/ldap", "github.com/go-ldap", "ncalayer", "github.com/coder/websocket", "edstest"},
	"examples/loginserver": {"edstest", "ncalayer/emulator"},
}

// gogost is GPL-3.0: a second opinion in tests, linked by nobody.
const gogost = "github.com/pedroalbanese/gogost"

func TestFloors(t *testing.T) {
	require.Empty(t, complaints(imports(t, ".")))
}

// A tree is the packages by their path below the module's, each with what its files import outside of tests: rooms by
// the same short path, others by their own.
type tree map[string][]string

// imports reads the tree below root without the go command, so that files for every platform count.
func imports(t *testing.T, root string) tree {
	t.Helper()
	found := tree{}
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := entry.Name()
		if entry.IsDir() {
			if name != root && (base[0] == '.' || base[0] == '_' || base == "testdata" || base == "tools" || base == "node_modules") {
				return filepath.SkipDir
			}
			return nil
		}
		if filepath.Ext(base) != ".go" || strings.HasSuffix(base, "_test.go") {
			return nil
		}
		room := path.Dir(filepath.ToSlash(name))
		list, ignored, err := fileImports(name)
		if ignored { // a generator: no part of the package, but gogost is refused there too
			list = slices.DeleteFunc(list, func(i string) bool { return !strings.HasPrefix(i, gogost) })
		}
		found[room] = append(found[room], list...)
		return err
	})
	require.NoError(t, err)
	require.Greater(t, len(found), 5, "the test looks at the wrong folder")
	return found
}

func fileImports(name string) (list []string, ignored bool, err error) {
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		return nil, false, err
	}
	for _, spec := range file.Imports {
		full, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, false, err
		}
		list = append(list, short(full))
	}
	for _, group := range file.Comments {
		for _, comment := range group.List {
			ignored = ignored || comment.Text == "//go:build ignore" && comment.Pos() < file.Package
		}
	}
	return list, ignored, nil
}

// short turns the import path of a room into its path below the module's.
func short(full string) string {
	if full == module {
		return "."
	}
	return strings.TrimPrefix(full, module+"/")
}

func complaints(found tree) []string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(found)) {
		for _, imported := range found[name] {
			if problem := judge(name, imported, found); problem != "" {
				all = append(all, fmt.Sprintf("%s imports %s: %s", name, imported, problem))
			}
		}
		if _, ok := rooms[name]; !ok && !isExample(name) {
			all = append(all, name+" has no row in the table of floors")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(unlinked)) {
		linked := closure(found, name)
		for _, forbidden := range unlinked[name] {
			if slices.ContainsFunc(linked, func(l string) bool { return within(l, forbidden) }) {
				all = append(all, name+" links "+forbidden)
			}
		}
	}
	return all
}

// judge says what is wrong with one import, or nothing.
func judge(name, imported string, found tree) string {
	from, to := rooms[name], rooms[imported]
	_, isRoom := rooms[imported]
	_, isFound := found[imported]
	switch {
	case within(imported, gogost):
		return "GPL-3.0, for tests only"
	case isRoom && to.tests && !from.tests:
		return "for tests only"
	case isExample(name):
		return ""
	case isExample(imported):
		return "the library does not import its examples"
	case isRoom && to.floor >= from.floor && !slices.Contains(from.beside, imported):
		return fmt.Sprintf("floor %d does not import floor %d", from.floor, to.floor)
	case isRoom || isFound: // what is found and no room is told of once
		return ""
	case opensConnections(imported) && !from.network:
		return "opens connections"
	case isStandard(imported), within(imported, "golang.org/x/crypto"):
		return ""
	case !slices.ContainsFunc(from.modules, func(m string) bool { return within(imported, m) }):
		return "a module that this room may not use"
	}
	return ""
}

func isExample(name string) bool { return within(name, "examples") }

func opensConnections(imported string) bool {
	return imported == "net" || within(imported, "net/http") || imported == "net/rpc" || imported == "net/smtp" || imported == "crypto/tls"
}

// isStandard reports whether a path is one of the standard library: its first element has no dot.
func isStandard(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	return !strings.Contains(first, ".")
}

// within reports whether a path is parent or lies below it.
func within(name, parent string) bool {
	return name == parent || strings.HasPrefix(name, parent+"/")
}

// closure lists what a package links, itself included.
func closure(found tree, name string) []string {
	linked := []string{name}
	for i := 0; i < len(linked); i++ {
		for _, imported := range found[linked[i]] {
			if !slices.Contains(linked, imported) {
				linked = append(linked, imported)
			}
		}
	}
	return linked
}

// Each rule of the floors has an import that keeps it and one that breaks it.
func TestFloorsRefuse(t *testing.T) {
	for _, c := range []struct {
		name string
		tree tree
		want []string
	}{
		{name: "down", tree: tree{"cms": {"cert", "internal/der", "verdict", "fmt"}}},
		{name: "up", tree: tree{"cert": {"cms"}}, want: []string{"cert imports cms: floor 1 does not import floor 2"}},
		{name: "beside, by the table", tree: tree{"tsp": {"cms"}, "chain": {"cert"}, "gost": {"gost/streebog"}}},
		{name: "beside", tree: tree{"chain": {"nca"}}, want: []string{"chain imports nca: floor 1 does not import floor 1"}},
		{name: "beside, the other way", tree: tree{"nca": {"chain"}}, want: []string{"nca imports chain: floor 1 does not import floor 1"}},
		{name: "beside, turned round", tree: tree{"cms": {"tsp"}}, want: []string{"cms imports tsp: floor 2 does not import floor 2"}},
		{name: "into the root", tree: tree{"ocsp": {"."}}, want: []string{"ocsp imports .: floor 2 does not import floor 4"}},
		{name: "no row", tree: tree{"utils": nil}, want: []string{"utils has no row in the table of floors"}},
		{name: "no row, imported", tree: tree{"cms": {"utils"}, "utils": nil}, want: []string{"utils has no row in the table of floors"}},
		{name: "network", tree: tree{"internal/fetch": {"net", "net/http"}, "revocation": {"internal/fetch", "net/url", "net/netip"}}},
		{name: "network elsewhere", tree: tree{"ocsp": {"net/http"}}, want: []string{"ocsp imports net/http: opens connections"}},
		{name: "network in the root", tree: tree{".": {"net"}}, want: []string{". imports net: opens connections"}},
		{name: "tls elsewhere", tree: tree{"cades": {"crypto/tls"}}, want: []string{"cades imports crypto/tls: opens connections"}},
		{name: "module", tree: tree{"cert": {"golang.org/x/crypto/cryptobyte"}, "ncalayer": {"github.com/coder/websocket"}}},
		{name: "module elsewhere", tree: tree{"cms": {"github.com/coder/websocket"}}, want: []string{"cms imports github.com/coder/websocket: a module that this room may not use"}},
		{name: "module of nobody", tree: tree{"cms": {"golang.org/x/text/width"}}, want: []string{"cms imports golang.org/x/text/width: a module that this room may not use"}},
		{name: "gogost", tree: tree{"gost": {gogost + "/gost3410"}}, want: []string{"gost imports " + gogost + "/gost3410: GPL-3.0, for tests only"}},
		{name: "gogost in an example", tree: tree{"examples/eds": {gogost}}, want: []string{"examples/eds imports " + gogost + ": GPL-3.0, for tests only"}},
		{name: "test helper", tree: tree{"cert": {"internal/peer"}}, want: []string{"cert imports internal/peer: for tests only"}},
		{name: "test helper in an example", tree: tree{"examples/eds": {"internal/shared"}}, want: []string{"examples/eds imports internal/shared: for tests only"}},
		{name: "examples", tree: tree{"examples/demo": {"edstest", "examples/loginserver", "net/http", "modernc.org/sqlite"}}},
		{name: "example from the library", tree: tree{".": {"examples/eds"}}, want: []string{". imports examples/eds: the library does not import its examples"}},
		{
			name: "fake people in the login server", tree: tree{"examples/loginserver": {"examples/x"}, "examples/x": {"edstest"}},
			want: []string{"examples/loginserver links edstest"},
		},
		{
			name: "ldap in a login", tree: tree{".": {"revocation"}, "revocation": {"revocation/ldap"}, "revocation/ldap": {"github.com/go-ldap/ldap/v3"}},
			want: []string{
				"revocation imports revocation/ldap: floor 3 does not import floor 3",
				". links revocation/ldap", ". links github.com/go-ldap",
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, complaints(c.tree))
		})
	}
}
