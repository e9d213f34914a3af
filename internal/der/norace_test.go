//go:build !race

package der

const slowdown = 1
