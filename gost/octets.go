package gost

import (
	"math/big"
	"slices"
)

// littleEndian reads b as a number, least significant octet first.
func littleEndian(b []byte) *big.Int {
	reversed := slices.Clone(b)
	slices.Reverse(reversed)
	return new(big.Int).SetBytes(reversed)
}

// appendLittleEndian appends n as size octets, least significant first. n fits.
func appendLittleEndian(b []byte, n *big.Int, size int) []byte {
	b = appendBigEndian(b, n, size)
	slices.Reverse(b[len(b)-size:])
	return b
}

// appendBigEndian appends n as size octets, most significant first. n fits.
func appendBigEndian(b []byte, n *big.Int, size int) []byte {
	return append(b, n.FillBytes(make([]byte, size))...)
}
