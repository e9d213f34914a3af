package der

import (
	"errors"
	"fmt"
	"slices"
)

// MaxDepth is how many elements [FromBER] follows inside each other. A CMS message nests about twelve deep, a
// PKCS#12 about fourteen.
const MaxDepth = 32

// ErrBER is returned by [FromBER] for octets that are no BER, wrapped with the place. ErrDepth is returned for
// more than [MaxDepth] levels.
var (
	ErrBER   = errors.New("der: not a BER encoding")
	ErrDepth = errors.New("der: nested too deep")
)

const (
	constructed     = 0x20
	tagMask         = 0x1f
	indefinite      = 0x80
	tagOctetString  = 0x04
	maxTagOctets    = 5 // tag numbers of 28 bits
	maxLengthOctets = 4 // 4 GiB; inputs are bounded far below
)

// FromBER brings one BER element (X.690, 8) to the form that DER wants of tags and lengths: indefinite lengths
// become definite, long forms of lengths minimal, and universal OCTET STRINGs and character strings in chunks
// become primitive. It does not sort sets nor touch the contents of primitive elements. The input may not go on
// after the element.
//
// An input that needs no change is returned as it is, not copied, and costs no memory. Any other costs one buffer of
// about the length of b: no length is believed beyond the octets that are there. Time is linear in the length of b.
func FromBER(b []byte) ([]byte, error) {
	t := transcoder{in: b}
	if err := t.element(0, false); err != nil {
		return nil, err
	}
	if t.at != len(b) {
		return nil, fmt.Errorf("%w: %d octets after the element", ErrBER, len(b)-t.at)
	}
	if t.out == nil {
		return b, nil
	}
	return t.out, nil
}

// A transcoder reads in and writes out in one pass. A header is written before the length of its contents is known
// and put right after them.
type transcoder struct {
	in  []byte
	at  int    // of the next octet to read
	out []byte // nil while it would equal in[:at]
}

// header is the identifier and length octets of an element.
type header struct {
	tag        []byte
	length     int // 0 where indefinite
	indefinite bool
	minimal    bool // the length octets are those of DER
}

func (h header) constructed() bool { return h.tag[0]&constructed != 0 }

// element reads the element at t.at and writes it. Of a chunk, an element inside a string, it writes the contents
// alone.
func (t *transcoder) element(depth int, chunk bool) error {
	if depth >= MaxDepth {
		return ErrDepth
	}
	start := t.at
	h, err := t.header()
	if err != nil {
		return err
	}
	join := h.constructed() && isString(h.tag[0]&^constructed)
	if h.indefinite || !h.minimal || join {
		t.diverge(start)
	}
	if chunk {
		if h.tag[0]&^constructed != tagOctetString {
			return fmt.Errorf("%w: chunk of tag %#x in a string at %d", ErrBER, h.tag[0], start)
		}
		return t.contents(h, depth, true)
	}
	lengthAt, contentsAt := t.open(h, join)
	if err := t.contents(h, depth, join); err != nil {
		return err
	}
	t.close(lengthAt, contentsAt)
	return nil
}

// contents reads and writes what stands between a header and the end of its element.
func (t *transcoder) contents(h header, depth int, join bool) error {
	if !h.constructed() {
		from := t.at
		t.at += h.length
		if t.out != nil {
			t.out = append(t.out, t.in[from:t.at]...)
		}
		return nil
	}
	end := t.at + h.length
	for h.indefinite || t.at < end {
		if t.at+1 < len(t.in) && t.in[t.at] == 0 && t.in[t.at+1] == 0 {
			if !h.indefinite {
				return fmt.Errorf("%w: end-of-contents inside a definite length at %d", ErrBER, t.at)
			}
			t.at += 2
			return nil
		}
		if err := t.element(depth+1, join); err != nil {
			return err
		}
	}
	if t.at > end {
		return fmt.Errorf("%w: element reaches %d octets beyond its parent", ErrBER, t.at-end)
	}
	return nil
}

// diverge begins to write: up to the octet at start, output and input are the same.
func (t *transcoder) diverge(start int) {
	if t.out == nil {
		// A definite length may take a few octets more than the indefinite form did.
		t.out = append(make([]byte, 0, len(t.in)+2*MaxDepth), t.in[:start]...)
	}
}

// open writes a header, a joined string's as primitive, and returns the places in the output of its length octets
// and of the contents.
func (t *transcoder) open(h header, join bool) (lengthAt, contentsAt int) {
	if t.out == nil {
		return t.at - lengthSize(h.length), t.at
	}
	tag := h.tag[0]
	if join {
		tag &^= constructed
	}
	t.out = append(append(t.out, tag), h.tag[1:]...)
	lengthAt = len(t.out)
	t.out = appendLength(t.out, h.length)
	return lengthAt, len(t.out)
}

// close puts the length octets of a header right. It moves the contents where their number has changed: at most
// [MaxDepth] times any octet.
func (t *transcoder) close(lengthAt, contentsAt int) {
	if t.out == nil {
		return
	}
	var octets [1 + maxLengthOctets]byte
	length := appendLength(octets[:0], len(t.out)-contentsAt)
	t.out = slices.Replace(t.out, lengthAt, contentsAt, length...)
}

// isString reports whether a universal tag is one of the string types that FromBER joins: their chunks are OCTET
// STRINGs whatever the type (X.690, 8.7.3 and 8.23). A BIT STRING in chunks has no use in the messages read here
// and stays constructed, which every reader refuses.
func isString(tag byte) bool {
	switch tag {
	case tagOctetString, 0x0c, 0x12, 0x13, 0x14, 0x15, 0x16, 0x19, 0x1a, 0x1b, 0x1c, 0x1e:
		return true
	}
	return false
}

func (t *transcoder) header() (header, error) {
	tag, err := t.tag()
	if err != nil {
		return header{}, err
	}
	h := header{tag: tag}
	if err := t.length(&h); err != nil {
		return header{}, err
	}
	if h.indefinite && !h.constructed() {
		return header{}, fmt.Errorf("%w: primitive element of indefinite length at %d", ErrBER, t.at)
	}
	return h, nil
}

// tag reads identifier octets: one, or several for a tag number above 30 (X.690, 8.1.2.4).
func (t *transcoder) tag() ([]byte, error) {
	start := t.at
	if t.at >= len(t.in) {
		return nil, fmt.Errorf("%w: cut short at %d", ErrBER, t.at)
	}
	t.at++
	if t.in[start]&tagMask != tagMask {
		if t.in[start]&^constructed == 0 {
			return nil, fmt.Errorf("%w: end-of-contents out of place at %d", ErrBER, start)
		}
		return t.in[start:t.at], nil
	}
	for t.at < len(t.in) && t.at-start < maxTagOctets {
		t.at++
		if t.in[t.at-1]&0x80 == 0 {
			tag := t.in[start:t.at]
			if tag[1] == 0x80 || len(tag) == 2 && tag[1] < tagMask { // padded, or a number for the short form
				break
			}
			return tag, nil
		}
	}
	return nil, fmt.Errorf("%w: bad tag at %d", ErrBER, start)
}

// length reads length octets (X.690, 8.1.3). A definite length never reaches beyond the input.
func (t *transcoder) length(h *header) error {
	start := t.at
	if t.at >= len(t.in) {
		return fmt.Errorf("%w: cut short at %d", ErrBER, t.at)
	}
	first := t.in[t.at]
	t.at++
	if first == indefinite {
		h.indefinite = true
		return nil
	}
	length := uint64(first)
	if first > indefinite {
		octets := int(first &^ indefinite)
		if octets > maxLengthOctets || octets > len(t.in)-t.at {
			return fmt.Errorf("%w: length of %d octets at %d", ErrBER, octets, start)
		}
		length = 0
		for _, c := range t.in[t.at : t.at+octets] {
			length = length<<8 | uint64(c)
		}
		t.at += octets
	}
	if left := len(t.in) - t.at; length > uint64(left) {
		return fmt.Errorf("%w: length %d at %d exceeds the %d octets left", ErrBER, length, start, left)
	}
	h.length = int(length)
	h.minimal = t.at-start == lengthSize(h.length)
	return nil
}

// lengthSize returns how many length octets DER has for n.
func lengthSize(n int) int {
	size := 1
	if n >= indefinite {
		for ; n > 0; n >>= 8 {
			size++
		}
	}
	return size
}

func appendLength(out []byte, n int) []byte {
	size := lengthSize(n)
	if size == 1 {
		return append(out, byte(n))
	}
	out = append(out, byte(indefinite|(size-1)))
	for i := size - 2; i >= 0; i-- {
		out = append(out, byte(n>>(8*i)))
	}
	return out
}
