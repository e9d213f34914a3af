package main

import (
	"embed"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"github.com/qoltanba/eds/verdict"
)

//go:embed locale
var locale embed.FS

// bundle holds the messages in all languages.
var bundle = sync.OnceValue(func() *i18n.Bundle {
	b := i18n.NewBundle(language.English)
	for _, lang := range verdict.Languages() {
		if _, err := b.LoadMessageFileFS(locale, "locale/"+lang+".json"); err != nil {
			panic(err) // embedded: broken only by a programmer
		}
	}
	return b
})

// words are the messages in one language.
type words struct {
	lang      string
	localizer *i18n.Localizer
}

func wordsIn(lang string) words {
	return words{lang: lang, localizer: i18n.NewLocalizer(bundle(), lang)}
}

// wordsFor returns the words in the language asked for, or else the one of the locale, or else in English.
func wordsFor(asked string, getenv func(string) (string, bool)) words {
	if asked != "" {
		return wordsIn(asked)
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} { // POSIX: the first that is set decides
		if value, _ := getenv(name); value != "" {
			return wordsIn(languageOf(value))
		}
	}
	return wordsIn("en")
}

// languageOf reads the language of a locale's name such as kk_KZ.UTF-8.
func languageOf(localeName string) string {
	lang, _, _ := strings.Cut(localeName, "_")
	lang, _, _ = strings.Cut(lang, ".")
	if !slices.Contains(verdict.Languages(), lang) {
		return "en"
	}
	return lang
}

// text returns a message. data fills in its places; a Count in it chooses the form of the plural.
func (w words) text(id string, fill ...data) string {
	c := &i18n.LocalizeConfig{MessageID: id}
	if len(fill) > 0 && fill[0] != nil {
		c.TemplateData = fill[0]
		if n, ok := fill[0]["Count"]; ok {
			c.PluralCount = n
		}
	}
	text, err := w.localizer.Localize(c)
	if err != nil {
		return id // a test looks for keys that are in no table
	}
	return text
}

// printable reports whether a rune may go to a terminal as it is.
func printable(r rune) bool { return r == ' ' || unicode.IsPrint(r) }
