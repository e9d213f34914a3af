package eds

import "github.com/qoltanba/eds/verdict"

// Error is the error of every function of the library; find it with errors.As. Its Kind tells what to do:
//
//	kind         HTTP  meaning
//	misuse       500   a mistake in the calling code
//	malformed    400   the bytes are not what the standard says
//	unsupported  422   well formed, beyond us, such as an algorithm
//	rejected     403   decided, and the answer is no
//	undecided    503   no answer could be had: try again later
//	limit        413   a budget ran out
//
// Reason is a stable word for logs and metrics, as string(e.Reason); Text(lang) is a sentence for the person,
// Error() one for operators that holds no personal data.
type Error = verdict.Error

// Reason is the stable word for why an answer is not good; package verdict lists them.
type Reason = verdict.Reason

// Step is one line of a report: a check, its outcome and the reason.
type Step = verdict.Step
