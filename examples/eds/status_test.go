package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWorseStatus(t *testing.T) {
	order := []status{statusGood, statusUndecided, statusBad, statusUnreadable} // 2 over 1 over 3 over 0
	for i, a := range order {
		for j, b := range order {
			require.Equal(t, order[max(i, j)], worse(a, b))
		}
	}
}
