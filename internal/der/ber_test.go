package der

import (
	"bytes"
	"encoding/hex"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/internal/budget"
)

// unhex reads hex with white space.
func unhex(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(text), ""))
	require.NoError(t, err)
	return b
}

func TestFromBER(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"empty sequence of indefinite length", "3080 0000", "3000"},
		{"indefinite inside indefinite", "3080 3180 0201 05 0000 0000", "3005 3103 020105"},
		{"indefinite inside definite", "3007 3080 0201 05 0000", "3005 3003 020105"},
		{"definite inside indefinite", "3080 3003 020105 0000", "3005 3003 020105"},
		{"two indefinite siblings", "3080 3080 0000 3080 0000 0000", "3004 3000 3000"},
		{"long form of a short length", "308103 020105", "3003 020105"},
		{"length with leading zeros", "3084 00000003 020105", "3003 020105"},
		{"long form on a primitive", "3004 0481 01 aa", "3003 0401 aa"},
		{"octet string in chunks", "2480 0402 0102 0401 03 0000", "0403 010203"},
		{"octet string in chunks, definite", "2407 0402 0102 0401 03", "0403 010203"},
		{"chunks in chunks", "2480 2480 0401 01 2405 0401 02 0400 0000 0401 03 0000", "0403 010203"},
		{"empty chunk", "2480 0400 0000", "0400"},
		{"no chunk", "2480 0000", "0400"},
		{"no chunk, definite", "2400", "0400"},
		{"chunk with a long length", "2480 0482 0001 07 0000", "0401 07"},
		{"context tag in chunks keeps its chunks", "a080 0401 01 0401 02 0000", "a006 040101 040102"},
		{"context tag around a string in chunks", "a080 2480 0401 01 0401 02 0000 0000", "a004 0402 0102"},
		// The example of X.690, 8.23.6: chunks of a character string are OCTET STRINGs.
		{"character string in chunks", "3a09 0403 4a6f6e 0402 6573", "1a05 4a6f6e6573"},
		{"character string in chunks, indefinite", "3a80 0403 4a6f6e 0402 6573 0000", "1a05 4a6f6e6573"},
		{"utf-8 string in chunks", "2c80 0402 d2 9b 0402 d0be 0000", "0c04 d29bd0be"},
		{"two zeros inside a primitive", "3080 0402 0000 0000", "3004 0402 0000"},
		{"high tag", "bf8f7f 80 0201 01 0000", "bf8f7f 03 020101"},
		// A content of 128 octets takes a length of two octets, one more than the indefinite form had.
		{"length grows", "3080 0481 7d" + strings.Repeat("ab", 125) + "0000", "307f 047d" + strings.Repeat("ab", 125)},
		{"length grows past 127", "3080 047e" + strings.Repeat("ab", 126) + "0000", "308180 047e" + strings.Repeat("ab", 126)},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := unhex(t, c.in)
			before := slices.Clone(in)
			got, err := FromBER(in)
			require.NoError(t, err)
			require.Equal(t, unhex(t, c.want), got)
			require.Equal(t, before, in, "the input was changed")

			again, err := FromBER(got)
			require.NoError(t, err)
			require.Equal(t, got, again, "the output is no fixed point")
		})
	}
}

func TestFromBERLengthsAtTheEdges(t *testing.T) {
	for _, n := range []int{0, 1, 126, 127, 128, 129, 255, 256, 257, 65535, 65536, 65537, 1<<24 - 1, 1 << 24} {
		content := bytes.Repeat([]byte{0xab}, n)
		whole := append(appendLength([]byte{0x04}, n), content...)
		indefinite := slices.Concat([]byte{0x24, 0x80}, whole, []byte{0, 0})
		got, err := FromBER(indefinite)
		require.NoError(t, err)
		require.True(t, bytes.Equal(whole, got), "%d octets", n)
		same, err := FromBER(whole)
		require.NoError(t, err)
		require.True(t, bytes.Equal(whole, same), "%d octets", n)
	}
}

func TestFromBERRefuses(t *testing.T) {
	for _, c := range []struct{ name, in string }{
		{"nothing", ""},
		// T3: the lengths and tags that made two Go PKCS#7 libraries panic.
		{"length octets beyond the end", "308206"},
		{"high tag cut short", "5f4d"},
		{"high tag that goes on", "1f80"},
		{"high tag without a length", "1f05"},
		{"length octet missing", "3081"},
		{"length octets missing", "308401"},
		{"tag alone", "30"},
		{"content cut short", "0402 01"},
		{"primitive of indefinite length", "0480 0000"},
		{"length octet FF", "30ff" + strings.Repeat("00", 127)},
		{"length of nine octets", "0489 000000000000000001 aa"},
		{"high tag for a low number", "1f1e 01 aa"},
		{"padded high tag", "1f801f 01 aa"},
		{"high tag of six octets", "1f8181818101 01 aa"},
		{"child beyond its parent", "3003 0402 0102"},
		{"grandchild beyond its grandparent", "3005 3004 0403 010203"},
		{"indefinite child beyond its parent", "3004 3080 0400 0000"},
		{"octet after the element", "3000 00"},
		{"element after the element", "3000 3000"},
		{"end-of-contents after the element", "3000 0000"},
		// T8: end-of-contents octets that balance nothing.
		{"end-of-contents alone", "0000"},
		{"constructed end-of-contents", "3080 2000 0000"},
		{"end-of-contents missing", "3080 0201 05"},
		{"half of the end-of-contents", "3080 0201 05 00"},
		{"inner end-of-contents missing", "3080 3080 0201 05 0000"},
		{"end-of-contents too many", "3080 0000 0000"},
		{"end-of-contents inside a definite length", "3002 0000"},
		{"end-of-contents after a child of a definite length", "3005 020105 0000"},
		{"end-of-contents with a length", "3080 0001 00"},
		{"end-of-contents inside definite chunks", "2405 0401 01 0000"},
		{"chunk of another tag", "2480 0401 01 0201 02 0000"},
		{"chunk of another class", "2480 8001 01 0000"},
		{"chunk of another tag inside a chunk", "2480 2480 3000 0000 0000"},
		{"chunk of a high tag", "2480 1f2401 01 0000"},
		{"chunk of its own type in a character string", "3a05 1a03 4a6f6e"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := FromBER(unhex(t, c.in))
			require.ErrorIs(t, err, ErrBER)
			require.Nil(t, got)
			require.Less(t, len(err.Error()), 200)
		})
	}
}

// T2: no length is believed beyond the octets that are there.
func TestFromBERLengthBombs(t *testing.T) {
	for _, tag := range []string{"04", "24", "30", "31", "a0", "0c"} {
		for _, length := range []string{
			"847fffffff", "8480000000", "84ffffffff", "850100000000", "887fffffffffffffff", "88ffffffffffffffff",
		} {
			bomb := unhex(t, tag+length+strings.Repeat("00", 20))
			for name, in := range map[string][]byte{
				"alone":         bomb,
				"in definite":   append([]byte{0x30, byte(len(bomb))}, bomb...),
				"in indefinite": append([]byte{0x30, 0x80}, bomb...),
				"in chunks":     append([]byte{0x24, 0x80}, bomb...),
			} {
				used := allocated(func() {
					_, err := FromBER(in)
					require.ErrorIs(t, err, ErrBER, "%s%s %s", tag, length, name)
				})
				require.Less(t, used, uint64(64<<10), "%s%s %s", tag, length, name)
			}
		}
	}
}

// T1: nesting is followed to MaxDepth and not one level further.
func TestFromBERDepth(t *testing.T) {
	for _, shape := range []struct {
		name string
		make func(levels int) []byte
	}{
		{"definite", nestDefinite},
		{"indefinite", func(n int) []byte { return nestIndefinite(n, 0x30) }},
		{"chunks", func(n int) []byte { return nestIndefinite(n, 0x24) }},
		{"unclosed", func(n int) []byte { return bytes.Repeat([]byte{0x30, 0x80}, n) }},
	} {
		t.Run(shape.name, func(t *testing.T) {
			for _, levels := range []int{MaxDepth + 1, 1_000, 1_000_000} {
				in := shape.make(levels)
				budget.Time(t, 100*time.Millisecond, func() {
					used := allocated(func() {
						_, err := FromBER(in)
						require.ErrorIs(t, err, ErrDepth)
					})
					require.LessOrEqual(t, used, uint64(len(in)+16<<10))
				})
			}
			if shape.name == "unclosed" {
				return
			}
			for _, levels := range []int{1, 10, MaxDepth} {
				_, err := FromBER(shape.make(levels))
				require.NoError(t, err)
			}
		})
	}
}

// nestDefinite nests so many SEQUENCEs of definite minimal lengths.
func nestDefinite(levels int) []byte {
	var headers [][]byte
	for size := 0; levels > 0; levels-- {
		header := appendLength([]byte{0x30}, size)
		headers = append(headers, header)
		size += len(header)
	}
	slices.Reverse(headers)
	return slices.Concat(headers...)
}

func nestIndefinite(levels int, tag byte) []byte {
	return append(bytes.Repeat([]byte{tag, 0x80}, levels), make([]byte, 2*levels)...)
}

// T8: an OCTET STRING of 1 MiB in chunks of one octet.
func TestFromBERChunkBomb(t *testing.T) {
	const size = 1 << 20
	in := slices.Concat([]byte{0x24, 0x80}, bytes.Repeat([]byte{0x04, 0x01, 0xab}, size), []byte{0, 0})
	want := append(appendLength([]byte{0x04}, size), bytes.Repeat([]byte{0xab}, size)...)
	budget.Time(t, 100*time.Millisecond, func() {
		used := allocated(func() {
			got, err := FromBER(in)
			require.NoError(t, err)
			require.True(t, bytes.Equal(want, got))
		})
		require.LessOrEqual(t, used, uint64(2*len(in)))
	})
}

// Every level of these grows its length octets, which moves what was already written.
func TestFromBERWorstCaseIsQuick(t *testing.T) {
	const size = 1 << 20
	content := append(appendLength([]byte{0x04}, size), make([]byte, size)...)
	in := bytes.Repeat([]byte{0x30, 0x80}, MaxDepth-1)
	in = append(append(in, content...), make([]byte, 2*(MaxDepth-1))...)
	budget.Time(t, 100*time.Millisecond, func() {
		got, err := FromBER(in)
		require.NoError(t, err)
		require.True(t, bytes.HasSuffix(got, content))
	})

	many := slices.Concat([]byte{0x30, 0x80}, bytes.Repeat([]byte{0x30, 0x80, 0, 0}, size/4), []byte{0, 0})
	budget.Time(t, 100*time.Millisecond, func() {
		got, err := FromBER(many)
		require.NoError(t, err)
		require.Len(t, got, 1+lengthSize(size/2)+size/2)
	})
}

// What is DER already is handed back as it is, at no cost in memory.
func TestFromBERKeepsDER(t *testing.T) {
	const elements = 300_000
	big := append(appendLength([]byte{0x04}, 32<<20), make([]byte, 32<<20)...)
	many := append(appendLength([]byte{0x30}, 3*elements), bytes.Repeat([]byte{0x02, 0x01, 0x07}, elements)...)
	for name, in := range map[string][]byte{
		"one big octet string":       big,
		"a sequence of 300,000":      many,
		"nested to the limit":        nestDefinite(MaxDepth),
		"bit string in chunks":       unhex(t, "2304 0302 0001"),
		"integer marked constructed": unhex(t, "2203 020105"),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := FromBER(in)
			require.NoError(t, err)
			require.Len(t, got, len(in))
			require.Same(t, &in[0], &got[0], "the input was copied")
			allocs := testing.AllocsPerRun(1, func() { _, err = FromBER(in) })
			require.NoError(t, err)
			require.Zero(t, allocs)
		})
	}
}

// The output of an input that changes is one buffer of about the input's size, and not the input's own memory.
func TestFromBERMemory(t *testing.T) {
	const elements = 300_000
	inner := bytes.Repeat([]byte{0x02, 0x01, 0x07}, elements)
	in := slices.Concat([]byte{0x30, 0x80}, inner, []byte{0, 0})
	used := allocated(func() {
		got, err := FromBER(in)
		require.NoError(t, err)
		require.True(t, bytes.HasSuffix(got, inner))
		clear(got)
	})
	require.LessOrEqual(t, used, uint64(2*len(in)))
	require.True(t, bytes.Equal(inner, in[2:2+len(inner)]), "the output shares the input's memory")
}

// Every prefix of a good message is cut short, and every good message with an octet more goes on.
func TestFromBERPrefixes(t *testing.T) {
	for _, sample := range samples(t) {
		for n := range sample {
			_, err := FromBER(sample[:n])
			require.ErrorIs(t, err, ErrBER, "the first %d octets of %x", n, sample)
		}
		_, err := FromBER(append(slices.Clone(sample), 0))
		require.ErrorIs(t, err, ErrBER)
	}
}

// samples are a SignedData in the streaming form of the national provider (FINDINGS.md, CMS), the same in DER, an
// AuthenticatedSafe of a national key store in outline, and odd shapes.
func samples(t testing.TB) [][]byte {
	t.Helper()
	return [][]byte{
		unhex(t, `3080 06092a864886f70d010702 a080 3080 020101 310e 300c 0608 2a830e030a010303 0500
			3080 06092a864886f70d010701 a080 2480 0405 68656c6c6f 0401 21 0000 0000 0000
			a080 3003 020101 0000 3105 3003 020101 0000 0000 0000`),
		unhex(t, `303f 06092a864886f70d010702 a032 3030 020101 310e 300c 0608 2a830e030a010303 0500
			3015 06092a864886f70d010701 a008 0406 68656c6c6f21 3104 3002 0500`),
		unhex(t, `3080 3080 06092a864886f70d010706 a080 3080 020100 3080 06092a864886f70d010701
			3005 0603 2a0304 a080 0483 000004 01020304 0403 050607 0000 0000 0000 0000 0000 0000`),
		unhex(t, "2480 2480 0401 01 0000 2403 0401 02 0000"),
		unhex(t, "3a09 0403 4a6f6e 0402 6573"),
		unhex(t, "bf8f7f 80 9f1f 01 ff 0000"),
	}
}

// TestFromBERAgainstReference holds FromBER to the slow reading of X.690 below, on random trees and on mutations
// of them.
func TestFromBERAgainstReference(t *testing.T) {
	n := 20_000
	if testing.Short() {
		n = 1_000
	}
	random := rand.New(rand.NewPCG(2, 690))
	for range n {
		in := randomBER(random, 0)
		checkAgainstReference(t, in)
		if _, err := FromBER(in); err != nil {
			t.Fatalf("FromBER(%x): %v", in, err)
		}
		if at := random.IntN(len(in)); random.IntN(2) == 0 {
			in[at] ^= 1 << random.IntN(8)
		} else {
			in = slices.Delete(in, at, at+1)
		}
		checkAgainstReference(t, in)
	}
}

func checkAgainstReference(t *testing.T, in []byte) {
	t.Helper()
	got, err := FromBER(in)
	want, rest, ok := referenceElement(in, 0)
	if !ok || len(rest) > 0 {
		require.Error(t, err, "%x", in)
		require.Nil(t, got)
		return
	}
	require.NoError(t, err, "%x", in)
	require.Equal(t, want.der(), got, "%x", in)
	again, err := FromBER(got)
	require.NoError(t, err, "%x", in)
	require.Same(t, &got[0], &again[0], "not a fixed point: %x", in)
}

// An element as the slow reading of X.690 has it.
type element struct {
	tag      []byte
	content  []byte
	children []element
}

func (e element) der() []byte {
	content, tag := e.content, slices.Clone(e.tag)
	for _, child := range e.children {
		content = slices.Concat(content, child.der())
	}
	if e.joins() {
		content, tag[0] = e.join(), tag[0]&^0x20
	}
	return slices.Concat(appendLength(tag, len(content)), content)
}

func (e element) joins() bool {
	return slices.Contains([]byte{0x24, 0x2c, 0x32, 0x33, 0x34, 0x35, 0x36, 0x39, 0x3a, 0x3b, 0x3c, 0x3e}, e.tag[0])
}

func (e element) join() []byte {
	content := e.content
	for _, child := range e.children {
		content = slices.Concat(content, child.join())
	}
	return content
}

func referenceElement(b []byte, depth int) (e element, rest []byte, ok bool) {
	if depth >= 32 || len(b) < 2 || b[0]&^0x20 == 0 {
		return e, nil, false
	}
	e.tag, b = b[:1], b[1:]
	if e.tag[0]&0x1f == 0x1f {
		n := 1 + slices.IndexFunc(b, func(c byte) bool { return c < 0x80 })
		if n == 0 || n > 4 || b[0] == 0x80 || n == 1 && b[0] < 31 {
			return e, nil, false
		}
		e.tag, b = slices.Concat(e.tag, b[:n]), b[n:]
	}
	length, indefinite := 0, false
	switch {
	case len(b) == 0:
		return e, nil, false
	case b[0] < 0x80:
		length, b = int(b[0]), b[1:]
	case b[0] == 0x80:
		indefinite, b = true, b[1:]
	default:
		octets := int(b[0] - 0x80)
		if octets > 4 || octets >= len(b) {
			return e, nil, false
		}
		for _, c := range b[1 : 1+octets] {
			length = length<<8 + int(c)
		}
		b = b[1+octets:]
	}
	isConstructed := e.tag[0]&0x20 != 0
	if length < 0 || length > len(b) || indefinite && !isConstructed {
		return e, nil, false
	}
	content := b
	if !indefinite {
		content, b = b[:length], b[length:]
	}
	if !isConstructed {
		e.content = content
		return e, b, true
	}
	for {
		if !indefinite && len(content) == 0 {
			break
		}
		if indefinite && bytes.HasPrefix(content, []byte{0, 0}) {
			b = content[2:]
			break
		}
		var child element
		if child, content, ok = referenceElement(content, depth+1); !ok {
			return e, nil, false
		}
		e.children = append(e.children, child)
	}
	return e, b, !e.joins() || e.chunksAreStrings()
}

func (e element) chunksAreStrings() bool {
	for _, child := range e.children {
		if child.tag[0]&^0x20 != 0x04 {
			return false
		}
	}
	return true
}

// randomBER makes a tree at random, with all the freedom that BER gives to lengths.
func randomBER(random *rand.Rand, depth int) []byte {
	tag, content := byte(0x04), make([]byte, random.IntN(4))
	if random.IntN(50) == 0 {
		content = make([]byte, random.IntN(300))
	}
	if depth < 6 && random.IntN(3) > 0 {
		tag = []byte{0x30, 0x31, 0xa0, 0x24, 0x3a, 0x22}[random.IntN(6)]
		content = nil
		for range random.IntN(4) {
			child := randomBER(random, depth+1)
			for (tag == 0x24 || tag == 0x3a) && child[0]&^0x20 != 0x04 {
				child = randomBER(random, depth+1)
			}
			content = append(content, child...)
		}
	}
	switch kind := random.IntN(4); {
	case kind == 0 && tag&0x20 != 0:
		return slices.Concat([]byte{tag, 0x80}, content, []byte{0, 0})
	case kind == 1:
		return slices.Concat([]byte{tag, 0x82, byte(len(content) >> 8), byte(len(content))}, content)
	}
	return slices.Concat(appendLength([]byte{tag}, len(content)), content)
}

// allocated returns how many octets of memory f asks for.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
