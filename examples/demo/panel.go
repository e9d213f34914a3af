package main

import (
	"context"
	"crypto/rand"
	"embed"
	"encoding/json"
	"errors"
	"html/template"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/edstest"
	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/ncalayer/emulator"
)

//go:embed panel
var panelFiles embed.FS

var noticeTemplate = template.Must(template.ParseFS(panelFiles, "panel/notice.html"))

// A panel stands in for NCALayer's window: it shows what the emulator asks, in every page of the site that is open,
// and takes the answer of the first.
type panel struct {
	host string // the only one it is asked under
	cast cast
	pki  *edstest.PKI
	done chan struct{}

	mu      sync.Mutex
	open    *question     // nil if nothing is asked
	changed chan struct{} // closed when open changes
}

// A question is a request to sign that waits for an answer.
type question struct {
	id     string
	prompt emulator.Prompt
	answer chan reply // holds one
}

// A reply is what the person decides.
type reply struct {
	Question string `json:"question"`
	Key      int    `json:"key"` // index of the key; -1 cancels
	Weather  string `json:"weather"`
}

func newPanel(a address, c cast, pki *edstest.PKI) *panel {
	return &panel{host: a.host, cast: c, pki: pki, done: make(chan struct{}), changed: make(chan struct{})}
}

// close lets the pages go that wait for news.
func (p *panel) close() { close(p.done) }

var errCancelled = errors.New("cancelled in the window")

// ask is the emulator's way to ask: it waits for an answer from a page.
func (p *panel) ask(ctx context.Context, prompt emulator.Prompt) (emulator.Choice, error) {
	q := &question{id: rand.Text(), prompt: prompt, answer: make(chan reply, 1)}
	p.show(q)
	defer p.show(nil)
	select {
	case r := <-q.answer:
		return p.decide(r, q)
	case <-ctx.Done():
		return emulator.Choice{}, ctx.Err()
	}
}

func (p *panel) decide(r reply, q *question) (emulator.Choice, error) {
	if r.Key < 0 || r.Key >= len(q.prompt.Keys) {
		return emulator.Choice{}, errCancelled
	}
	for _, w := range weathers {
		if w.word == r.Weather {
			w.make(p.pki)
		}
	}
	return emulator.Choice{Key: r.Key}, nil
}

// show makes q the open question and tells the pages.
func (p *panel) show(q *question) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open = q
	close(p.changed)
	p.changed = make(chan struct{})
}

// state returns the open question, and what is closed when there is news.
func (p *panel) state() (*question, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.open, p.changed
}

// take returns the open question with an id, once.
func (p *panel) take(id string) *question {
	p.mu.Lock()
	defer p.mu.Unlock()
	q := p.open
	if q == nil || q.id != id {
		return nil
	}
	p.open = nil
	return q
}

func (p *panel) handler() http.Handler {
	files, err := fs.Sub(panelFiles, "panel")
	if err != nil {
		panic(err) // the name is a constant
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /demo/news", p.news)
	mux.HandleFunc("POST /demo/answer", p.answer)
	mux.Handle("GET /demo/", http.StripPrefix("/demo/", http.FileServerFS(files)))
	protected := http.NewCrossOriginProtection().Handler(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != p.host {
			http.Error(w, "This demo is at http://"+p.host, http.StatusMisdirectedRequest)
			return
		}
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		protected.ServeHTTP(w, r)
	})
}

// news tells a page of every question, as server-sent events, until it goes away.
func (p *panel) news(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	for {
		q, changed := p.state()
		event, err := json.Marshal(p.windowOf(q, r.URL.Query().Get("lang")))
		if err != nil {
			return
		}
		if _, err := w.Write(append(append([]byte("data: "), event...), "\n\n"...)); err != nil || out.Flush() != nil {
			return
		}
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		case <-p.done:
			return
		}
	}
}

func (p *panel) answer(w http.ResponseWriter, r *http.Request) {
	var given reply
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4<<10)).Decode(&given); err != nil {
		http.Error(w, "not an answer", http.StatusBadRequest)
		return
	}
	q := p.take(given.Question)
	if q == nil {
		http.Error(w, "nothing is asked any more", http.StatusConflict)
		return
	}
	q.answer <- given
	w.WriteHeader(http.StatusNoContent)
}

// A window is a question as a page shows it; the zero value is none.
type window struct {
	Question string  `json:"question"`
	Origin   string  `json:"origin"`
	Text     string  `json:"text"`
	Keys     []offer `json:"keys"`
}

// An offer is a key to choose.
type offer struct {
	Name   string `json:"name"`
	Role   string `json:"role"`
	Expect string `json:"expect"`
	Good   bool   `json:"good"`
	Fits   bool   `json:"fits"`
}

func (p *panel) windowOf(q *question, lang string) window {
	if q == nil {
		return window{}
	}
	w := window{Question: q.id, Origin: q.prompt.Origin}
	for _, document := range q.prompt.Documents {
		content, _ := document.Text()
		w.Text += content
	}
	for _, key := range q.prompt.Keys {
		o := offer{Name: nameOf(key.Certificate), Fits: key.Fits}
		if a, ok := p.cast.of(key.Certificate); ok {
			o.Role, o.Expect, o.Good = a.role.in(lang), a.expect.in(lang), a.good
		}
		w.Keys = append(w.Keys, o)
	}
	return w
}

// nameOf is what NCALayer shows of a key: whose it is.
func nameOf(c *cert.Certificate) string {
	s := nca.SubjectOf(c)
	parts := []string{s.CommonName, s.Patronymic, s.IIN.String(), s.Organization}
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), " ")
}

// notice is shown on top of every page of the site: what this is, and the window, closed.
func (p *panel) notice(lang string) template.HTML {
	type named struct{ Word, Name string }
	data := map[string]any{"Lang": lang}
	for name, t := range map[string]text{
		"Notice": noticeText, "Title": windowTitle, "Lead": windowLead, "Keys": windowKeys, "Weather": windowWeather,
		"Signed": windowSigned, "Asks": windowAsks, "Sign": windowSign, "Cancel": windowCancel,
	} {
		data[name] = t.in(lang)
	}
	var all []named
	for _, w := range weathers {
		all = append(all, named{w.word, w.name.in(lang)})
	}
	data["Weathers"] = all
	var b strings.Builder
	if err := noticeTemplate.Execute(&b, data); err != nil {
		panic(err) // embedded: broken only by a programmer
	}
	return template.HTML(b.String()) // #nosec: escaped by the template
}
