package cli

// Exit codes.
const (
	ExitError       = 1
	ExitUsage       = 2
	ExitInterrupted = 130
)

// Errors returns the errors that err was joined from, nil for none.
func Errors(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, e := range joined.Unwrap() {
		all = append(all, Errors(e)...)
	}
	return all
}

// UsageError marks an error as one of usage: ExitUsage.
type UsageError struct {
	// Command is whose --help says what would be right.
	Command string
	Err     error
}

// Error is the error's.
func (e *UsageError) Error() string { return e.Err.Error() }

// Unwrap returns the error.
func (e *UsageError) Unwrap() error { return e.Err }
