package budget

import (
	"syscall"
	"time"
)

// rusageThread asks getrusage(2) for the calling thread alone.
const rusageThread = 1

func threadTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(rusageThread, &usage); err != nil {
		panic(err) // it cannot fail with these arguments
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
