package verdict

// StepName names one step of a report.
type StepName string

// The steps, in the order in which a report holds them.
const (
	StepForm       StepName = "form"       // the outer form: CMS, one encoding, within the limits
	StepContent    StepName = "content"    // the content is there and is the expected one
	StepSignature  StepName = "signature"  // signed attributes, digest and signature value
	StepTimestamp  StepName = "timestamp"  // the time stamp over the signature
	StepPath       StepName = "path"       // certification path to an anchor: signatures and constraints
	StepUsage      StepName = "usage"      // key usage, purpose and kind of subject
	StepValidity   StepName = "validity"   // every certificate of the path is within its dates
	StepRevocation StepName = "revocation" // no certificate of the path is revoked
	StepIdentity   StepName = "identity"   // IIN, BIN and roles
)

// StepNames returns all the steps in their order.
func StepNames() []StepName {
	return []StepName{
		StepForm, StepContent, StepSignature, StepTimestamp, StepPath,
		StepUsage, StepValidity, StepRevocation, StepIdentity,
	}
}

// Outcome is how a step ended. The zero value is [Skipped].
type Outcome uint8

// The outcomes of a step.
const (
	Skipped       Outcome = iota // not reached, or not asked for
	Passed                       // the check ran and passed
	Failed                       // the check ran and the answer is no
	UndecidedStep                // the check could not be decided
)

// String returns "skipped", "passed", "failed" or "undecided".
func (o Outcome) String() string {
	switch o {
	case Passed:
		return "passed"
	case Failed:
		return "failed"
	case UndecidedStep:
		return "undecided"
	}
	return "skipped"
}

// MarshalText writes the word of [Outcome.String]; JSON uses it.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText reads the word that MarshalText wrote. Any other word is an error.
func (o *Outcome) UnmarshalText(text []byte) error {
	for _, known := range []Outcome{Skipped, Passed, Failed, UndecidedStep} {
		if known.String() == string(text) {
			*o = known
			return nil
		}
	}
	return New(Malformed, "verdict: %.20q is no outcome", text)
}

// Step is one line of a report: a check, how it ended and why. Reason is empty unless the step failed or is
// undecided; Detail is a sentence in English for logs and operators, without personal data.
type Step struct {
	Name    StepName `json:"name"`
	Outcome Outcome  `json:"outcome"`
	Reason  Reason   `json:"reason"`
	Detail  string   `json:"detail"`
}

// StepOf makes the step that ended with err: passed for nil, failed if the reason of err is a decision, and
// undecided otherwise, an error without a reason included.
func StepOf(name StepName, err error) Step {
	if err == nil {
		return Step{Name: name, Outcome: Passed}
	}
	e := From(err)
	outcome := UndecidedStep
	if e.Reason.Verdict() == Bad {
		outcome = Failed
	}
	return Step{Name: name, Outcome: outcome, Reason: e.Reason, Detail: err.Error()}
}
