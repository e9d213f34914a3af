//go:build race

package der

// slowdown is what the race detector costs a loop over octets.
const slowdown = 10
