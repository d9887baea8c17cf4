package spool

import "io"

// FS is the disk, as far as the spool needs it: so that tests can simulate one that fills up or
// loses power. Names are paths. What a call has done survives a power cut only after File.Sync (a
// file's octets and size) and SyncDir (that a name is there, is gone, or is another's).
type FS interface {
	// MkdirAll makes a directory, 0700, and its parents. That survives a power cut at once.
	MkdirAll(dir string) error
	// ReadDir lists the names in a directory.
	ReadDir(dir string) ([]string, error)
	// Create makes a file, 0600, that is not there.
	Create(name string) (File, error)
	// Open opens a file that is there.
	Open(name string) (File, error)
	Rename(from, to string) error
	Remove(name string) error
	SyncDir(dir string) error
	// Free returns the octets that the user may still write, and all there are.
	Free(dir string) (free, total uint64, err error)
	// Lock takes an exclusive lock until it is closed or the process ends. Where another has it
	// the error is a *LockedError.
	Lock(name string) (io.Closer, error)
}

// File is an open file.
type File interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
	Size() (int64, error)
	Truncate(size int64) error
	Sync() error
}
