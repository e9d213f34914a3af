package ncalayer

import (
	"errors"
	"fmt"
)

// Errors of the client, beside [*Failure] and those of package verdict for what cannot be read. Test for them with
// errors.Is.
var (
	// ErrCancelled says that the person closed the dialog: no reason for an alarm.
	ErrCancelled = errors.New("ncalayer: the person cancelled")
	// ErrModuleNotFound says that the program does not have the module asked for.
	ErrModuleNotFound = errors.New("ncalayer: the program does not have the module")
	// ErrNotNCALayer says that what listens there sends no greeting.
	ErrNotNCALayer = errors.New("ncalayer: no greeting: what listens there is not NCALayer")
	// ErrClosed says that the connection is of no more use.
	ErrClosed = errors.New("ncalayer: the connection is closed")
)

// Error quotes what the program said, cut to a length fit for logs.
func (f *Failure) Error() string {
	return fmt.Sprintf("ncalayer: the program failed: %.100q %.300q %.300q", f.Code, f.Message, f.Details)
}
