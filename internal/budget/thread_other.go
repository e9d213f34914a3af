//go:build !linux

package budget

import "time"

var start = time.Now()

func threadTime() time.Duration { return time.Since(start) }
