package site

import (
	"context"
	"embed"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"github.com/qoltanba/eds/verdict"
)

//go:embed locale
var locale embed.FS

// catalogue holds the texts of all languages.
var catalogue = sync.OnceValue(func() *i18n.Bundle {
	b := i18n.NewBundle(language.Kazakh)
	b.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	for _, lang := range verdict.Languages() {
		if _, err := b.LoadMessageFileFS(locale, "locale/"+lang+".toml"); err != nil {
			panic(err) // embedded: broken only by a programmer
		}
	}
	return b
})

// words are the texts in one language.
type words struct {
	Lang      string
	localizer *i18n.Localizer
}

func wordsIn(lang string) words {
	return words{Lang: lang, localizer: i18n.NewLocalizer(catalogue(), lang)}
}

// T returns the text of a key. A key that the language lacks is an error, which stops a template: a page is never
// shown in two languages.
func (w words) T(key string) (string, error) {
	text, tag, err := w.localizer.LocalizeWithTag(&i18n.LocalizeConfig{MessageID: key})
	if err != nil {
		return "", fmt.Errorf("site: text %q: %w", key, err)
	}
	if tag.String() != w.Lang {
		return "", fmt.Errorf("site: text %q is missing in %s", key, w.Lang)
	}
	return text, nil
}

// first returns the text of the first key that there is, or "".
func (w words) first(keys ...string) string {
	for _, key := range keys {
		if text, err := w.T(key); err == nil {
			return text
		}
	}
	return ""
}

// offered are the languages of the switch, in its order, under the names of the guides.
var offered = []struct{ Code, Label, Name string }{
	{"kk", "KZ", "Қазақша"},
	{"ru", "RU", "Русский"},
	{"en", "EN", "English"},
}

var matcher = language.NewMatcher([]language.Tag{language.Und, language.Kazakh, language.Russian, language.English})

// languageOf finds the language of a request: the one that the page names for its own calls, the one that the person
// chose, the one that the browser prefers, the site's.
func (s *Site) languageOf(r *http.Request) string {
	if asked := r.URL.Query().Get("lang"); slices.Contains(verdict.Languages(), asked) {
		return asked
	}
	if c, err := r.Cookie(s.cookieName(languageCookie)); err == nil && slices.Contains(verdict.Languages(), c.Value) {
		return c.Value
	}
	preferred, _, _ := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if tag, _, confidence := matcher.Match(preferred...); confidence != language.No {
		if base, _ := tag.Base(); slices.Contains(verdict.Languages(), base.String()) {
			return base.String()
		}
	}
	return s.c.Language
}

// translated gives the request its language. One that stands in a page's address is remembered.
func (s *Site) translated(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			s.rememberLanguage(w, r.URL.Query().Get("lang"))
		}
		ctx := context.WithValue(r.Context(), wordsKey, wordsIn(s.languageOf(r)))
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

func wordsOf(ctx context.Context) words {
	if w, ok := ctx.Value(wordsKey).(words); ok {
		return w
	}
	return wordsIn("kk")
}

// chooseLanguage remembers a language on this device and shows the page again. It goes back to a page of a fixed list
// only: an address out of a form could lead anywhere.
func (s *Site) chooseLanguage(w http.ResponseWriter, r *http.Request) {
	s.rememberLanguage(w, r.PostFormValue("language"))
	back := "/"
	if r.PostFormValue("page") == "cabinet" {
		back = "/cabinet"
	}
	http.Redirect(w, r, back, http.StatusSeeOther)
}

// rememberLanguage passes over what is no language of the pages.
func (s *Site) rememberLanguage(w http.ResponseWriter, chosen string) {
	if !slices.Contains(verdict.Languages(), chosen) {
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name:     s.cookieName(languageCookie),
		Value:    chosen,
		Path:     "/",
		MaxAge:   int((365 * 24 * time.Hour).Seconds()),
		Secure:   s.secure(),
		HttpOnly: true,
		SameSite: http.SameSiteLaxMode,
	})
}
