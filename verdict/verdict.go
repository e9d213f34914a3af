// Package verdict holds the words in which every room of the library answers: the three verdicts, the reasons
// with their texts in Kazakh, Russian and English, the steps of a report, and the one error type.
//
// The words are stable: scripts, log filters and translations hold on to them. [Reasons] lists them all.
package verdict

// Verdict is the answer about a signature, a certificate or a message. The zero value is [Undecided]: what was
// not decided is not good.
type Verdict uint8

// The three answers.
const (
	Undecided Verdict = iota // no answer could be had
	Bad                      // decided, and the answer is no
	Good                     // every check ran and passed
)

// String returns "undecided", "bad" or "good".
func (v Verdict) String() string {
	switch v {
	case Good:
		return "good"
	case Bad:
		return "bad"
	}
	return "undecided"
}

// MarshalText writes the word of [Verdict.String]; JSON uses it.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the word that MarshalText wrote. Any other word is an error.
func (v *Verdict) UnmarshalText(text []byte) error {
	for _, known := range []Verdict{Undecided, Bad, Good} {
		if known.String() == string(text) {
			*v = known
			return nil
		}
	}
	return New(Malformed, "verdict: %.20q is no verdict", text)
}

// Worst returns the verdict on a whole whose parts have the given verdicts: bad if any is, else undecided if any
// is, else good. Nothing at all is bad.
func Worst(parts ...Verdict) Verdict {
	if len(parts) == 0 {
		return Bad
	}
	worst := Good
	for _, v := range parts {
		switch {
		case v == Bad:
			return Bad
		case v != Good:
			worst = Undecided
		}
	}
	return worst
}
