package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestIIN(t *testing.T) {
	// Made-up numbers.
	for _, c := range []struct{ number, want string }{
		{"900101300123", `{"schema":1,"iin":"900101300123","checksum":false,"birth_date":"1990-01-01","sex":"male","looks_like_bin":false}`},
		{"050230600126", `{"schema":1,"iin":"050230600126","checksum":false,"birth_date":"","sex":"female","looks_like_bin":false}`},
		{sampleBIN, `{"schema":1,"iin":"991340000017","checksum":true,"birth_date":"","sex":"","looks_like_bin":true}`},
	} {
		for _, o := range []outcome{run(t, "iin", "--json", c.number), runIn(t, world{stdin: c.number + "\r\n"}, "iin", "--json", "-")} {
			require.Equal(t, statusGood, o.status)
			require.Equal(t, c.want+"\n", o.stdout)
		}
	}
}

func TestIINForPeople(t *testing.T) {
	o := run(t, "iin", "900101300123", "--lang", "kk")
	require.Equal(t, statusGood, o.status)
	require.Contains(t, o.stdout, "••••••••0123")
	require.Contains(t, o.stdout, "1990-01-01")
	require.Contains(t, o.stdout, "болжам")
	require.NotContains(t, o.stdout, "900101300123")
	require.Contains(t, run(t, "iin", "900101300123", "--show-iin").stdout, "900101300123")
}

func TestIINThatIsNone(t *testing.T) {
	for _, number := range []string{"", "90010130012", "9001013001234", "90010130012a", "٩٠٠١٠١٣٠٠١٢٣"} {
		for _, o := range []outcome{run(t, "iin", "--json", number), runIn(t, world{stdin: number}, "iin", "--json", "-")} {
			require.Equal(t, statusUnreadable, o.status, number)
			require.Empty(t, o.stdout)
			require.Contains(t, o.stderr, "twelve digits")
		}
	}
}
