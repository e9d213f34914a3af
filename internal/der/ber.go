package der

import (
	"errors"
	"fmt"
)

// Limits of [FromBER]. A CMS message nests about twelve deep, a PKCS#12 about fourteen.
const (
	// MaxDepth is how many constructed elements may stand inside each other.
	MaxDepth = 32
	// maxElements bounds the elements of one input, chunks of strings included.
	maxElements = 1 << 19
)

// ErrBER is returned by [FromBER] for octets that are no BER, wrapped with the place. ErrDepth is returned for
// more than [MaxDepth] levels or too many elements.
var (
	ErrBER   = errors.New("der: not a BER encoding")
	ErrDepth = errors.New("der: nesting or element limit exceeded")
)

const (
	constructed     = 0x20
	tagMask         = 0x1f
	indefinite      = 0x80
	tagOctetString  = 0x04
	maxLengthOctets = 4 // 4 GiB; inputs are bounded far below
)

// FromBER brings one BER element (X.690, 8) to the form that DER wants of tags and lengths: indefinite lengths
// become definite, long forms of lengths minimal, and universal OCTET STRINGs and character strings in chunks
// become primitive. It does not sort sets nor touch the contents of primitive elements. The input may not go on
// after the element.
//
// An input that needs no change is returned as it is, not copied. Time and memory are linear in the length of b:
// no length is believed beyond the octets that are there.
func FromBER(b []byte) ([]byte, error) {
	t := transcoder{in: b}
	root, err := t.element(0)
	if err != nil {
		return nil, err
	}
	if t.at != len(b) {
		return nil, fmt.Errorf("%w: %d octets after the element", ErrBER, len(b)-t.at)
	}
	if !t.changed {
		return b, nil
	}
	out := make([]byte, 0, t.nodes[root].size())
	return t.append(out, root), nil
}

// A node is one element of the output; its children stand behind it in transcoder.nodes, linked by next.
type node struct {
	tag        []byte // identifier octets
	content    []byte // of a primitive element
	child      int    // first child of a constructed element, or 0
	next       int    // next sibling, or 0
	length     int    // of the contents as they will be written
	headerSize int
	asString   bool // chunks: written as one primitive string
}

func (n *node) size() int { return n.headerSize + n.length }

type transcoder struct {
	in      []byte
	at      int
	nodes   []node
	changed bool
}

// element reads the element at t.at and returns its index in t.nodes.
func (t *transcoder) element(depth int) (int, error) {
	if depth >= MaxDepth || len(t.nodes) >= maxElements {
		return 0, ErrDepth
	}
	if len(t.nodes) == 0 {
		t.nodes = append(t.nodes, node{}) // index 0 means none
	}
	tag, err := t.tag()
	if err != nil {
		return 0, err
	}
	length, isIndefinite, err := t.length()
	if err != nil {
		return 0, err
	}
	at := len(t.nodes)
	t.nodes = append(t.nodes, node{tag: tag})
	if tag[0]&constructed == 0 {
		if isIndefinite {
			return 0, fmt.Errorf("%w: primitive element of indefinite length at %d", ErrBER, t.at)
		}
		t.nodes[at].content = t.in[t.at : t.at+length]
		t.at += length
	} else {
		end := t.at + length
		if isIndefinite {
			end, t.changed = -1, true
		}
		if err := t.children(at, end, depth); err != nil {
			return 0, err
		}
	}
	t.measure(at)
	return at, nil
}

// children reads the elements up to end, or up to the end-of-contents octets if end is negative.
func (t *transcoder) children(parent, end, depth int) error {
	last := 0
	for {
		if end >= 0 && t.at >= end {
			if t.at > end {
				return fmt.Errorf("%w: element reaches %d octets beyond its parent", ErrBER, t.at-end)
			}
			break
		}
		if t.at+1 < len(t.in) && t.in[t.at] == 0 && t.in[t.at+1] == 0 {
			if end >= 0 {
				return fmt.Errorf("%w: end-of-contents inside a definite length at %d", ErrBER, t.at)
			}
			t.at += 2
			break
		}
		child, err := t.element(depth + 1)
		if err != nil {
			return err
		}
		if last == 0 {
			t.nodes[parent].child = child
		} else {
			t.nodes[last].next = child
		}
		last = child
	}
	return t.joinChunks(parent)
}

// joinChunks marks a constructed universal string, whose chunks must be strings of the same type (X.690, 8.7.3).
func (t *transcoder) joinChunks(at int) error {
	n := &t.nodes[at]
	if !isString(n.tag[0] &^ constructed) {
		return nil
	}
	for child := n.child; child != 0; child = t.nodes[child].next {
		if tag := t.nodes[child].tag; tag[0]&^constructed != n.tag[0]&^constructed {
			return fmt.Errorf("%w: chunk of tag %#x in a string of tag %#x", ErrBER, tag[0], n.tag[0])
		}
	}
	n.asString, t.changed = true, true
	return nil
}

// isString reports whether a universal tag is one of the string types that FromBER joins. A BIT STRING in
// chunks has no use in the messages read here and stays constructed, which every reader refuses.
func isString(tag byte) bool {
	switch tag {
	case tagOctetString, 0x0c, 0x12, 0x13, 0x14, 0x15, 0x16, 0x19, 0x1a, 0x1b, 0x1c, 0x1e:
		return true
	}
	return false
}

func (t *transcoder) measure(at int) {
	n := &t.nodes[at]
	n.length = len(n.content)
	for child := n.child; child != 0; child = t.nodes[child].next {
		if n.asString {
			n.length += t.nodes[child].length
		} else {
			n.length += t.nodes[child].size()
		}
	}
	n.headerSize = len(n.tag) + lengthSize(n.length)
}

// tag reads identifier octets: one, or several for a tag number above 30 (X.690, 8.1.2.4).
func (t *transcoder) tag() ([]byte, error) {
	start := t.at
	if t.at >= len(t.in) {
		return nil, fmt.Errorf("%w: cut short at %d", ErrBER, t.at)
	}
	t.at++
	if t.in[start]&tagMask != tagMask {
		if t.in[start] == 0 {
			return nil, fmt.Errorf("%w: end-of-contents out of place at %d", ErrBER, start)
		}
		return t.in[start:t.at], nil
	}
	for t.at < len(t.in) && t.at-start <= 5 {
		t.at++
		if t.in[t.at-1]&0x80 == 0 {
			return t.in[start:t.at], nil
		}
	}
	return nil, fmt.Errorf("%w: bad tag at %d", ErrBER, start)
}

// length reads length octets (X.690, 8.1.3). A definite length never reaches beyond the input.
func (t *transcoder) length() (n int, isIndefinite bool, err error) {
	start := t.at
	if t.at >= len(t.in) {
		return 0, false, fmt.Errorf("%w: cut short at %d", ErrBER, t.at)
	}
	first := t.in[t.at]
	t.at++
	switch {
	case first == indefinite:
		return 0, true, nil
	case first < indefinite:
		n = int(first)
	default:
		octets := int(first &^ indefinite)
		if octets > maxLengthOctets || octets > len(t.in)-t.at {
			return 0, false, fmt.Errorf("%w: length of %d octets at %d", ErrBER, octets, start)
		}
		long := uint64(0)
		for _, c := range t.in[t.at : t.at+octets] {
			long = long<<8 | uint64(c)
		}
		t.at += octets
		if long > uint64(len(t.in)) {
			return 0, false, fmt.Errorf("%w: length %d exceeds the input", ErrBER, long)
		}
		n = int(long)
		t.changed = t.changed || 1+octets != lengthSize(n)
	}
	if n > len(t.in)-t.at {
		return 0, false, fmt.Errorf("%w: length %d at %d exceeds the %d octets left", ErrBER, n, start, len(t.in)-t.at)
	}
	return n, false, nil
}

func lengthSize(n int) int {
	size := 1
	if n >= indefinite {
		for ; n > 0; n >>= 8 {
			size++
		}
	}
	return size
}

func (t *transcoder) append(out []byte, at int) []byte {
	n := &t.nodes[at]
	tag := n.tag[0]
	if n.asString {
		tag &^= constructed
	}
	out = append(append(out, tag), n.tag[1:]...)
	out = appendLength(out, n.length)
	return t.appendContents(out, at)
}

func (t *transcoder) appendContents(out []byte, at int) []byte {
	n := &t.nodes[at]
	out = append(out, n.content...)
	for child := n.child; child != 0; child = t.nodes[child].next {
		if n.asString {
			out = t.appendContents(out, child)
		} else {
			out = t.append(out, child)
		}
	}
	return out
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
