package verdict_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/internal/shared"
	"github.com/qoltanba/eds/verdict"
)

// Every constant has one row, in the order of the constants.
func TestReasonsAreTheConstants(t *testing.T) {
	require.Equal(t, constants(t, "reason.go", "Reason"), words(verdict.Reasons()))
	require.Equal(t, constants(t, "step.go", "StepName"), words(verdict.StepNames()))
}

// constants reads the string constants of a type out of a file of this package.
func constants(t *testing.T, file, typeName string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	require.NoError(t, err)
	var found []string
	for _, decl := range parsed.Decls {
		general, ok := decl.(*ast.GenDecl)
		if !ok || general.Tok != token.CONST {
			continue
		}
		for _, spec := range general.Specs {
			value := spec.(*ast.ValueSpec)
			if name, ok := value.Type.(*ast.Ident); !ok || name.Name != typeName {
				continue
			}
			word, err := strconv.Unquote(value.Values[0].(*ast.BasicLit).Value)
			require.NoError(t, err)
			found = append(found, word)
		}
	}
	require.NotEmpty(t, found)
	return found
}

func words[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, word := range list {
		out[i] = string(word)
	}
	return out
}

// The command-line contract has the words in the same order.
func TestReasonsAreTheContract(t *testing.T) {
	design, err := os.ReadFile(shared.Dir(t, "DESIGN.md"))
	require.NoError(t, err)
	listed := func(begin string) []string {
		_, text, found := strings.Cut(string(design), "\n"+begin)
		require.True(t, found, begin)
		_, text, _ = strings.Cut(text, ":")
		text, _, _ = strings.Cut(text, ".\n")
		var list []string
		for _, match := range regexp.MustCompile("`([a-z-]+)`").FindAllStringSubmatch(text, -1) {
			list = append(list, match[1])
		}
		return list
	}
	require.Equal(t, listed("Reasons ("), words(verdict.Reasons()))
	require.Equal(t, listed("Steps, in this order"), words(verdict.StepNames()))
}

func TestReasonTexts(t *testing.T) {
	const kazakhLetters = "әғқңөұүһіӘҒҚҢӨҰҮҺІ"
	seen := map[string]verdict.Reason{}
	for _, r := range verdict.Reasons() {
		t.Run(string(r), func(t *testing.T) {
			for _, lang := range verdict.Languages() {
				text := r.Text(lang)
				require.NotEmpty(t, text, lang)
				require.True(t, strings.HasSuffix(text, "."), text)
				require.Equal(t, strings.TrimSpace(text), text)
				require.NotContains(t, text, "  ")
				require.True(t, unicode.IsUpper([]rune(text)[0]), text)
				require.Empty(t, seen[text], "%q is the text of another reason or language", text)
				seen[text] = r
			}
			// A Latin i looks like a Kazakh і, and a Kazakh letter in a Russian text is a slip of the keyboard.
			require.NotRegexp(t, `[A-Za-z]`, r.Text("kk"))
			require.NotRegexp(t, `[A-Za-z]`, r.Text("ru"))
			require.True(t, strings.ContainsAny(r.Text("kk"), kazakhLetters), r.Text("kk"))
			require.False(t, strings.ContainsAny(r.Text("ru"), kazakhLetters), r.Text("ru"))
			require.NotRegexp(t, `[^\x20-\x7e]`, r.Text("en"))
		})
	}
}

func TestReasonTextOfOtherLanguagesAndWords(t *testing.T) {
	require.Equal(t, verdict.Revoked.Text("en"), verdict.Revoked.Text("de"))
	require.Equal(t, verdict.Revoked.Text("en"), verdict.Revoked.Text(""))
	for _, lang := range verdict.Languages() {
		require.Empty(t, verdict.Reason("").Text(lang))
		require.Empty(t, verdict.Reason("no-such-word").Text(lang))
	}
}

// What is decided is bad; only octets that could not be read and revocation that nobody could tell are not.
func TestReasonKindAndVerdict(t *testing.T) {
	for _, r := range verdict.Reasons() {
		t.Run(string(r), func(t *testing.T) {
			kind, answer := verdict.KindRejected, verdict.Bad
			switch r {
			case verdict.Malformed:
				kind, answer = verdict.KindMalformed, verdict.Undecided
			case verdict.RevocationUnavailable:
				kind, answer = verdict.KindUndecided, verdict.Undecided
			case verdict.UnsupportedAlgorithm:
				kind = verdict.KindUnsupported
			case verdict.LimitExceeded:
				kind = verdict.KindLimit
			}
			require.Equal(t, kind, r.Kind())
			require.Equal(t, answer, r.Verdict())
			require.Equal(t, string(r), fmt.Sprint(r))
		})
	}
	require.Equal(t, verdict.Good, verdict.Reason("").Verdict())
	require.Equal(t, verdict.Undecided, verdict.Reason("no-such-word").Verdict())
	require.Equal(t, verdict.KindUndecided, verdict.Reason("no-such-word").Kind())
}
