package site

import (
	"bytes"
	"cmp"
	"embed"
	"html/template"
	"log/slog"
	"net/http"
	"strings"
	"time"
	_ "time/tzdata" // Asia/Almaty, wherever the server runs
)

//go:embed templates
var templates embed.FS

// pages are the templates, each with the layout around it.
type pages struct {
	byName map[string]*template.Template
	almaty *time.Location
}

func loadPages() (*pages, error) {
	almaty, err := time.LoadLocation("Asia/Almaty")
	if err != nil {
		return nil, err
	}
	p := &pages{byName: map[string]*template.Template{}, almaty: almaty}
	for _, name := range []string{"start", "cabinet", "problem"} {
		p.byName[name], err = template.ParseFS(templates, "templates/layout.html", "templates/"+name+".html")
		if err != nil {
			return nil, err
		}
	}
	return p, nil
}

// A view is what a template is filled with.
type view struct {
	words
	Page   string // name of the template
	Notice template.HTML
	Assets string // address of the folder of static files
	Data   any

	almaty *time.Location
}

// Languages are those of the switch.
func (v view) Languages() any { return offered }

// Time prints a moment as people in Kazakhstan read it, on the country's clock.
func (v view) Time(t time.Time) string { return t.In(v.almaty).Format(v.layout() + ", 15:04") }

// Date prints the day of a moment.
func (v view) Date(t time.Time) string { return t.In(v.almaty).Format(v.layout()) }

func (v view) layout() string {
	if v.Lang == "en" {
		return "2 January 2006"
	}
	return "02.01.2006"
}

// ISO prints a moment for the attribute datetime.
func (v view) ISO(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// Groups prints hexadecimal digits in groups of four, so that people can compare them.
func (v view) Groups(hex string) string {
	var b strings.Builder
	for i, digit := range hex {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(digit)
	}
	return b.String()
}

// Outcome prints how a step ended. A time stamp has no part in a sign-in, so that leaving it out leaves nothing open.
func (v view) Outcome(s stepResult) string {
	key := "outcome." + s.Outcome.String()
	text := v.first(key+"."+string(s.Name), key)
	if s.By != "" {
		text += " · " + v.first("source."+string(s.By))
	}
	return text
}

// Algorithm prints the algorithm of a key; one without a name for people by the library's word.
func (v view) Algorithm(word string) string { return cmp.Or(v.first("algorithm."+word), word) }

// show writes a page, or a plain failure if its template fails: never half a page.
func (s *Site) show(w http.ResponseWriter, r *http.Request, status int, name string, data any) {
	v := view{words: wordsOf(r.Context()), Page: name, Assets: s.static.base, Data: data, almaty: s.pages.almaty}
	if s.c.Notice != nil {
		v.Notice = s.c.Notice(v.Lang)
	}
	var b bytes.Buffer
	if err := s.pages.byName[name].ExecuteTemplate(&b, "layout", v); err != nil {
		s.c.Log.ErrorContext(r.Context(), "template", "page", name, "error", err)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", v.Lang)
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the browser has gone: nobody to tell
}

// cabinet shows the person who is signed in, or leads to the start page.
func (s *Site) cabinet(w http.ResponseWriter, r *http.Request) {
	p := s.signedIn(r.Context())
	if p == nil {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	s.show(w, r, http.StatusOK, "cabinet", p)
}

func (s *Site) notFound(w http.ResponseWriter, r *http.Request) {
	s.fail(w, r, problem{status: http.StatusNotFound, kind: "malformed", code: codeNotFound})
}

// fail answers with a problem in the form that the caller reads: JSON for the page's scripts, else a page.
func (s *Site) fail(w http.ResponseWriter, r *http.Request, p problem) {
	note(r.Context(), slog.String("refused", p.code))
	if strings.HasPrefix(r.URL.Path, "/login/") {
		s.writeProblem(w, r, p)
		return
	}
	s.show(w, r, p.status, "problem", p.words(wordsOf(r.Context()), requestID(r.Context())))
}
