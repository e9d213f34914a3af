package peer

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// recorder takes down what Need says instead of ending the real test.
type recorder struct {
	testing.TB
	skipped, failed string
}

func (r *recorder) Helper() {}

func (r *recorder) Skipf(format string, args ...any) {
	r.skipped = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.failed = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func TestNeed(t *testing.T) {
	for _, c := range []struct {
		name, required  string
		ok              bool
		skipped, failed string
	}{
		{name: "there", ok: true},
		{name: "there and required", required: "1", ok: true},
		{name: "missing", skipped: "needs slapd; apt-get install slapd"},
		{name: "missing and not required", required: "0", skipped: "needs slapd; apt-get install slapd"},
		{
			name: "missing and required", required: "1",
			failed: "needs slapd; apt-get install slapd (EDS_REQUIRE_PEERS=1 makes this a failure)",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("EDS_REQUIRE_PEERS", c.required)
			r := &recorder{TB: t}
			wentOn := false
			done := make(chan struct{})
			go func() {
				defer close(done)
				Need(r, "slapd", "apt-get install slapd", c.ok)
				wentOn = true
			}()
			<-done
			require.Equal(t, c.skipped, r.skipped)
			require.Equal(t, c.failed, r.failed)
			require.Equal(t, c.ok, wentOn)
		})
	}
}
