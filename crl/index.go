package crl

import (
	"bytes"
	"hash/maphash"
	"iter"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/oid"
)

// entries are the entries of a list: the octets as they stand in it, and a hash table of where in them each serial
// number is. A slot of the table holds a position plus one, 0 if it is free; collisions take the next free slot. Every
// hit is confirmed against the octets, so that a false one cannot be, and the hash is keyed, so that nobody can choose
// serial numbers that collide. At most 11 octets of table go with an entry.
type entries struct {
	raw   cryptobyte.String // contents of revokedCertificates
	count int
	table []uint32
	seed  maphash.Seed

	critical  cert.OID // an unknown critical extension of some entry, or ""
	hasIssuer bool     // some entry names the issuer of its certificate
}

// parseEntries reads all entries once to check and count them, and once more to fill the table.
func parseEntries(raw cryptobyte.String, version int) (entries, error) {
	all := entries{raw: raw, seed: maphash.MakeSeed()}
	var e rawEntry
	for rest := raw; !rest.Empty(); all.count++ {
		if !readEntry(&rest, &e) || e.hasExtensions && version < 2 {
			return entries{}, malformed("entry of revokedCertificates")
		}
		all.hasIssuer = all.hasIssuer || e.hasIssuer
		if e.critical != nil && all.critical == "" {
			id, err := oid.Parse(e.critical)
			if err != nil {
				return entries{}, malformed("extension of an entry")
			}
			all.critical = id
		}
	}
	all.fill()
	return all, nil
}

// fill builds the table. Of several entries with one serial number the worst is in it.
func (all *entries) fill() {
	if all.count == 0 {
		return
	}
	size := 1
	for size < all.count+all.count/3+1 {
		size *= 2
	}
	all.table = make([]uint32, size)
	for rest := all.raw; !rest.Empty(); {
		position := uint32(len(all.raw)-len(rest)) + 1
		slot := all.slot(readSerialOnly(&rest))
		if all.table[slot] == 0 || all.at(position).worseThan(all.at(all.table[slot])) {
			all.table[slot] = position
		}
	}
}

// slot returns the slot where a serial number stands, or the free one where it would.
func (all *entries) slot(serial []byte) int {
	mask := len(all.table) - 1
	slot := int(maphash.Bytes(all.seed, serial)) & mask
	for all.table[slot] != 0 && !bytes.Equal(all.serialAt(all.table[slot]), serial) {
		slot = (slot + 1) & mask
	}
	return slot
}

// at reads the entry at a position out of the table, which is not 0.
func (all *entries) at(position uint32) Entry {
	var e rawEntry
	rest := all.raw[position-1:]
	readEntry(&rest, &e)
	return e.entry()
}

// serialAt reads the serial number of the entry at a position out of the table.
func (all *entries) serialAt(position uint32) []byte {
	rest := all.raw[position-1:]
	return readSerialOnly(&rest)
}

// readSerialOnly reads an entry that was read before, and returns its serial number.
func readSerialOnly(s *cryptobyte.String) []byte {
	var sequence, serial cryptobyte.String
	if !s.ReadASN1(&sequence, asn1.SEQUENCE) || !sequence.ReadASN1(&serial, asn1.INTEGER) {
		panic("crl: an entry that was read once is not read again")
	}
	return serial
}

// Len returns the number of entries.
func (l *List) Len() int { return l.entries.count }

// Find returns the entry with a serial number, given as the contents of an INTEGER. Of several, it is the worst: the
// one that was revoked first. Finding an entry decides nothing: see [Judge].
func (l *List) Find(serial []byte) (Entry, bool) {
	if l.entries.count == 0 {
		return Entry{}, false
	}
	slot := l.entries.slot(serial)
	if l.entries.table[slot] == 0 {
		return Entry{}, false
	}
	return l.entries.at(l.entries.table[slot]), true
}

// Entries goes over all the entries in their order.
func (l *List) Entries() iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		for rest := l.entries.raw; !rest.Empty(); {
			var e rawEntry
			if !readEntry(&rest, &e) || !yield(e.entry()) {
				return
			}
		}
	}
}
