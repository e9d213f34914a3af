package crl

import (
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// readUnix reads a UTCTime or GeneralizedTime as der.ReadTime does, in the same forms, into Unix time: without an
// allocation and a tenth of the work, for the entries.
func readUnix(s *cryptobyte.String, out *int64) bool {
	var text cryptobyte.String
	switch {
	case s.PeekASN1Tag(asn1.UTCTime):
		if !s.ReadASN1(&text, asn1.UTCTime) || len(text) != len("YYMMDDHHMMSSZ") {
			return false
		}
		year, ok := digits(text[:2])
		if year < 50 {
			year += 100
		}
		return ok && unix(1900+year, text[2:], out)
	case s.PeekASN1Tag(asn1.GeneralizedTime):
		if !s.ReadASN1(&text, asn1.GeneralizedTime) || len(text) != len("YYYYMMDDHHMMSSZ") {
			return false
		}
		year, ok := digits(text[:4])
		return ok && year > 0 && unix(year, text[4:], out)
	}
	return false
}

func digits(b []byte) (n int, ok bool) {
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, true
}

// unix reads MMDDHHMMSSZ.
func unix(year int, text []byte, out *int64) bool {
	month, ok1 := digits(text[0:2])
	day, ok2 := digits(text[2:4])
	hour, ok3 := digits(text[4:6])
	minute, ok4 := digits(text[6:8])
	second, ok5 := digits(text[8:10])
	if !(ok1 && ok2 && ok3 && ok4 && ok5) || text[10] != 'Z' || month < 1 || month > 12 ||
		day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59 {
		return false
	}
	*out = int64(daysBefore(year, month)+day-1-epoch)*86400 + int64(hour*3600+minute*60+second)
	return true
}

var monthDays = [13]int{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

func isLeap(year int) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

func daysIn(year, month int) int {
	if month == 2 && isLeap(year) {
		return 29
	}
	return monthDays[month]
}

// epoch is the number of days before 1970-01-01 in the Gregorian calendar reckoned back to the year 1.
const epoch = 719162

// daysBefore counts the days from 0001-01-01 to the first of the month.
func daysBefore(year, month int) int {
	y := year - 1
	days := 365*y + y/4 - y/100 + y/400
	for m := 1; m < month; m++ {
		days += daysIn(year, m)
	}
	return days
}
