package edstest

import (
	"bytes"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/crl"
)

// Life of the lists, about that of the national ones. They are dated back a little: whoever judges fixes the moment
// before asking, and a list of the future is none.
const (
	listAge   = time.Minute
	listLife  = 27 * time.Hour
	deltaLife = 7*time.Hour + 30*time.Minute
)

// serveCRL serves the lists of revoked certificates.
func (d *desk) serveCRL(w http.ResponseWriter, r *http.Request) {
	fault := d.fault(CRL)
	for _, a := range d.authorities() {
		switch name := strings.TrimPrefix(r.URL.Path, "/crl/"); {
		case name == a.list:
			write(w, "application/pkix-crl", a.sign(a.complete(), listLife, fault))
			return
		case name == a.delta && name != "":
			write(w, "application/pkix-crl", a.sign(a.changes(), deltaLife, fault))
			return
		}
	}
	http.NotFound(w, r)
}

// FreezeLists leaves the complete lists as they are now: what is revoked or released later stands in the delta lists
// alone, until [PKI.ThawLists]. Without it the complete lists are always up to date.
func (p *PKI) FreezeLists() {
	for _, a := range p.desk.authorities() {
		a.ledger.freeze(p.now())
	}
}

// ThawLists brings the complete lists up to date, and keeps them so.
func (p *PKI) ThawLists() {
	for _, a := range p.desk.authorities() {
		a.ledger.thaw()
	}
}

// A page is what a list is made from: the books at a moment.
type page struct {
	at      time.Time
	entries []entry
	number  int
}

// freeze keeps the page of now for the complete lists to come.
func (l *ledger) freeze(at time.Time) {
	entries, number := l.revoked()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.frozen = &page{at, entries, number}
}

func (l *ledger) thaw() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.frozen = nil
}

// page returns the page that complete lists are made from.
func (l *ledger) page(at time.Time) page {
	l.mu.Lock()
	frozen := l.frozen
	l.mu.Unlock()
	if frozen != nil {
		return *frozen
	}
	entries, number := l.revoked()
	return page{at, entries, number}
}

// firstNumber is that of a complete list before anything was revoked. Deltas have a counter of their own, as those of
// the national authority do.
const (
	firstNumber      = 1000
	firstDeltaNumber = 50_000
)

// complete makes the complete list.
func (a *authority) complete() crl.Template {
	p := a.ledger.page(a.pki.now())
	return crl.Template{ThisUpdate: p.at, Number: big.NewInt(int64(firstNumber + p.number)), Entries: listed(p.entries)}
}

// changes makes the delta list: what has changed since the complete one.
func (a *authority) changes() crl.Template {
	base := a.ledger.page(a.pki.now())
	entries, number := a.ledger.revoked()
	return crl.Template{
		ThisUpdate: a.pki.now(),
		Number:     big.NewInt(int64(firstDeltaNumber + number)),
		BaseNumber: big.NewInt(int64(firstNumber + base.number)),
		Entries:    listed(difference(base.entries, entries)),
	}
}

// difference returns what a delta list says: entries that are new or different, and those that are gone as
// removeFromCRL.
func difference(before, after []entry) []entry {
	var changed []entry
	for _, e := range after {
		if i := indexOf(before, e); i < 0 || before[i].reason != e.reason || !before[i].at.Equal(e.at) {
			changed = append(changed, e)
		}
	}
	for _, e := range before {
		if indexOf(after, e) < 0 {
			e.reason = cert.RemoveFromCRL
			changed = append(changed, e)
		}
	}
	return changed
}

func indexOf(list []entry, e entry) int {
	return slices.IndexFunc(list, func(other entry) bool { return bytes.Equal(other.serial, e.serial) })
}

func listed(entries []entry) []crl.Entry {
	var all []crl.Entry
	for _, e := range entries {
		all = append(all, crl.Entry{Serial: e.serial, RevokedAt: e.at, Reason: e.reason})
	}
	return all
}

// sign puts dates on a list and signs it.
func (a *authority) sign(t crl.Template, life time.Duration, fault Fault) []byte {
	t.ThisUpdate = fault.moment(t.ThisUpdate.Add(-listAge))
	if t.NextUpdate = t.ThisUpdate.Add(life); fault == Stale {
		t.NextUpdate = t.ThisUpdate.AddDate(0, 0, 1)
	}
	issuer, key := a.holder.Certificate, fault.key(a.holder, a)
	if fault == WrongSigner {
		issuer, key = a.impostor().Certificate, a.impostor().Key
	}
	return must(crl.Create(t, issuer, key))
}
