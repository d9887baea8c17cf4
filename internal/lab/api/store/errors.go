package store

import "errors"

// Why a file is refused. Errors of Open wrap one of them or the operating system's.
var (
	// ErrDamaged is a store whose pages or contents are not what was written.
	ErrDamaged = errors.New("the store is damaged")
	// ErrForeign is a file that is not a store of sagflow-lab api.
	ErrForeign = errors.New("not a store of sagflow-lab api")
	// ErrVersion is a store of another format version.
	ErrVersion = errors.New("the store has another format version")
	// ErrLocked is a store that another process has open.
	ErrLocked = errors.New("the store is in use by another process")
	// ErrFailed is returned by all updates after one whose outcome is unknown: start again to know.
	ErrFailed = errors.New("the store failed and takes no more changes until it is opened anew")
)
