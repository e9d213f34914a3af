package main

import (
	"encoding/json"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/verdict"
)

func table(t *testing.T, lang string) map[string]any {
	t.Helper()
	b, err := fs.ReadFile(locale, "locale/"+lang+".json")
	require.NoError(t, err)
	var messages map[string]any
	require.NoError(t, json.Unmarshal(b, &messages))
	return messages
}

// forms returns the texts of a message: one, or one for each form of the plural.
func forms(message any) []string {
	if text, ok := message.(string); ok {
		return []string{text}
	}
	var all []string
	for _, text := range message.(map[string]any) {
		all = append(all, text.(string))
	}
	return all
}

var places = regexp.MustCompile(`{{\.\w+}}`)

func TestLanguagesSayTheSame(t *testing.T) {
	english := table(t, "en")
	for _, lang := range verdict.Languages() {
		messages := table(t, lang)
		require.ElementsMatch(t, slices.Collect(maps.Keys(english)), slices.Collect(maps.Keys(messages)), lang)
		for id, message := range messages {
			for _, text := range forms(message) {
				require.NotEmpty(t, text, id)
				require.ElementsMatch(t, places.FindAllString(forms(english[id])[0], -1), places.FindAllString(text, -1), "%s: %s", lang, id)
				if lang == "ru" {
					require.NotRegexp(t, `[әғқңөұүһіӘҒҚҢӨҰҮҺІ]`, text, id)
				}
			}
		}
	}
}

func TestLanguageOfTheLocale(t *testing.T) {
	for _, c := range []struct {
		env   map[string]string
		asked string
		want  string
	}{
		{nil, "", "en"},
		{map[string]string{"LANG": "kk_KZ.UTF-8"}, "", "kk"},
		{map[string]string{"LANG": "ru"}, "", "ru"},
		{map[string]string{"LANG": "ru.UTF-8"}, "", "ru"},
		{map[string]string{"LANG": "C.UTF-8"}, "", "en"},
		{map[string]string{"LANG": "de_DE"}, "", "en"},
		{map[string]string{"LANG": "kk_KZ", "LC_MESSAGES": "ru_RU"}, "", "ru"},
		{map[string]string{"LANG": "kk_KZ", "LC_MESSAGES": "kk_KZ", "LC_ALL": "C"}, "", "en"},
		{map[string]string{"LANG": "kk_KZ", "LC_ALL": ""}, "", "kk"},
		{map[string]string{"LC_ALL": "ru_RU"}, "kk", "kk"},
	} {
		w := wordsFor(c.asked, func(name string) (string, bool) { v, ok := c.env[name]; return v, ok })
		require.Equal(t, c.want, w.lang, c.env)
	}
}

func TestPlurals(t *testing.T) {
	for _, c := range []struct {
		lang  string
		count int
		want  string
	}{
		{"en", 1, "1 byte"},
		{"en", 2, "2 bytes"},
		{"ru", 1, "1 байт"},
		{"ru", 2, "2 байта"},
		{"ru", 5, "5 байт"},
		{"ru", 1024, "1024 байта"},
		{"kk", 0, "0 байт"},
		{"kk", 1, "1 байт"},
	} {
		require.Equal(t, c.want, wordsIn(c.lang).text("content.bytes", data{"Count": c.count}))
	}
}
