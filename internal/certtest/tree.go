package certtest

import (
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Node is an element of a DER structure that can be changed and written again.
type Node struct {
	Tag      byte
	Children []*Node // of a constructed element, or of what an OCTET STRING or BIT STRING holds
	Content  []byte  // of a primitive one; of a BIT STRING with children the octet of unused bits
	Extra    []byte  // octets after the contents, inside
	Long     bool    // the length takes one octet more than it needs
	Path     string  // the numbers of the children that lead here, like "0.6.3"
}

// Tree reads one element. It looks into OCTET STRINGs and BIT STRINGs that hold exactly one element.
func Tree(b []byte) *Node {
	nodes, ok := readNodes(b, "")
	if !ok || len(nodes) != 1 {
		panic("certtest: not one DER element")
	}
	return nodes[0]
}

func readNodes(b []byte, path string) ([]*Node, bool) {
	s := cryptobyte.String(b)
	var nodes []*Node
	for !s.Empty() {
		var content cryptobyte.String
		var tag asn1.Tag
		if !s.ReadAnyASN1(&content, &tag) {
			return nil, false
		}
		n := &Node{Tag: byte(tag), Path: path + "." + string(rune('0'+len(nodes)))}
		n.fill(content)
		nodes = append(nodes, n)
	}
	return nodes, true
}

func (n *Node) fill(content []byte) {
	inside := content
	switch {
	case n.Tag&0x20 != 0:
		n.Children, _ = readNodes(content, n.Path)
		return
	case n.Tag == byte(asn1.BIT_STRING) && len(content) > 0 && content[0] == 0:
		n.Content, inside = content[:1], content[1:]
	case n.Tag != byte(asn1.OCTET_STRING):
		n.Content = content
		return
	}
	if nodes, ok := readNodes(inside, n.Path); ok && len(nodes) == 1 {
		n.Children = nodes
		return
	}
	n.Content = content
}

// Bytes writes the element.
func (n *Node) Bytes() []byte {
	content := append([]byte{}, n.Content...)
	for _, child := range n.Children {
		content = append(content, child.Bytes()...)
	}
	content = append(content, n.Extra...)
	return append(append([]byte{n.Tag}, length(len(content), n.Long)...), content...)
}

func length(n int, long bool) []byte {
	switch {
	case n < 0x80 && !long:
		return []byte{byte(n)}
	case n < 0x80 || n < 0x100 && !long:
		return []byte{0x81, byte(n)}
	case n < 0x100 || n < 0x10000 && !long:
		return []byte{0x82, byte(n >> 8), byte(n)}
	}
	return []byte{0x83, byte(n >> 16), byte(n >> 8), byte(n)}
}

// Walk calls visit for n and all below it.
func (n *Node) Walk(visit func(*Node)) {
	visit(n)
	for _, child := range n.Children {
		child.Walk(visit)
	}
}

// Holds reports whether other elements stand inside.
func (n *Node) Holds() bool { return n.Tag&0x20 != 0 || len(n.Children) > 0 }
