package crl

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/internal/der"
)

// The fast reader of times takes what der.ReadTime takes, and reads the same: on every day of 400 years, and on texts
// with any octet of a good one replaced.
func TestTimeOracle(t *testing.T) {
	for day := time.Date(1, 1, 1, 23, 59, 59, 0, time.UTC); day.Year() < 2450; day = day.AddDate(0, 0, 1) {
		if day.Year() > 4 && day.Year() < 1895 {
			day = time.Date(1895, 1, 1, 0, 0, 0, 0, time.UTC)
		}
		same(t, asn1.GeneralizedTime, day.Format("20060102150405Z"))
		if day.Year() >= 1950 && day.Year() < 2050 {
			same(t, asn1.UTCTime, day.Format("060102150405Z"))
		}
	}
	for tag, text := range map[asn1.Tag]string{asn1.GeneralizedTime: "20240229000000Z", asn1.UTCTime: "240229000000Z"} {
		for i := range text {
			for c := range 256 {
				same(t, tag, text[:i]+string([]byte{byte(c)})+text[i+1:])
			}
			same(t, tag, text[:i])
			same(t, tag, text[:i]+"0"+text[i:])
		}
		same(t, asn1.UTF8String, text)
	}
}

func same(t *testing.T, tag asn1.Tag, text string) {
	t.Helper()
	var b cryptobyte.Builder
	b.AddASN1(tag, func(b *cryptobyte.Builder) { b.AddBytes([]byte(text)) })
	raw := b.BytesOrPanic()
	var want time.Time
	var got int64
	s1, s2 := cryptobyte.String(raw), cryptobyte.String(raw)
	good := der.ReadTime(&s1, &want)
	if good != readUnix(&s2, &got) || good && want.Unix() != got {
		require.Failf(t, "readUnix", "%q: want %v %v, got %v", text, good, want, time.Unix(got, 0).UTC())
	}
}
