package spool

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
)

const (
	totalsName = "totals"

	slotSize   = 4 << 10
	slotHeader = 16
	maxRemoved = 32
)

// totals is what the file of that name holds.
type totals struct {
	Version uint32 `json:"version"`
	// Fates counts the batches of all files that are gone.
	Fates
	// NextID and NextSegment are above all that were in use when this was written.
	NextID      ID     `json:"next-id"`
	NextSegment uint64 `json:"next-segment"`
	// Removed are the names of files that are counted in Fates already and may still be there.
	Removed []string `json:"removed"`
}

// totalsFile has two slots that are written in turn, in place: that takes no space, and after a
// crash one of them is whole.
type totalsFile struct {
	file       File
	generation uint64
}

func appendSlot(dst []byte, generation uint64, text []byte) []byte {
	begin := len(dst)
	dst = append(dst, 0, 0, 0, 0)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(text)))
	dst = binary.LittleEndian.AppendUint64(dst, generation)
	dst = append(dst, text...)
	binary.LittleEndian.PutUint32(dst[begin:], crc32.Checksum(dst[begin+4:], castagnoli))
	return dst
}

// readSlot returns generation 0 where the slot isn't good.
func readSlot(b []byte) (generation uint64, t totals) {
	if len(b) < slotHeader {
		return 0, t
	}
	n := binary.LittleEndian.Uint32(b[4:])
	if n > uint32(len(b)-slotHeader) || binary.LittleEndian.Uint32(b) != crc32.Checksum(b[4:slotHeader+int(n)], castagnoli) {
		return 0, t
	}
	if json.Unmarshal(b[slotHeader:slotHeader+int(n)], &t) != nil {
		return 0, totals{}
	}
	return binary.LittleEndian.Uint64(b[8:]), t
}

// openTotals reads the file, or makes it. fresh says that nothing good was in it.
func openTotals(disk FS, path string) (f *totalsFile, t totals, fresh bool, err error) {
	file, err := disk.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		file, err = disk.Create(path)
	}
	if err != nil {
		return nil, t, false, err
	}
	f = &totalsFile{file: file}
	for i := range int64(2) {
		slot := make([]byte, slotSize)
		_, _ = file.ReadAt(slot, i*slotSize) // one that can't be read isn't good
		if g, u := readSlot(slot); g > f.generation {
			f.generation, t = g, u
		}
	}
	if f.generation == 0 {
		t, fresh = totals{Version: version}, true
	}
	if t.Version != version {
		err = &VersionError{path, t.Version}
	} else {
		err = reserve(file, 2*slotSize)
	}
	if err != nil {
		return nil, t, fresh, errors.Join(fmt.Errorf("read %q: %w", path, err), file.Close())
	}
	return f, t, fresh, nil
}

// reserve takes a file's room while there is some: later the disk may be full.
func reserve(f File, octets int64) error {
	size, err := f.Size()
	if err != nil || size >= octets {
		return err
	}
	return writeAll(f, make([]byte, octets-size), size)
}

func (f *totalsFile) write(t totals) error {
	t.Removed = t.Removed[max(0, len(t.Removed)-maxRemoved):]
	text, err := json.Marshal(t)
	if err != nil {
		return err
	}
	next := f.generation + 1
	if err := writeAll(f.file, appendSlot(nil, next, text), int64(next%2)*slotSize); err != nil {
		return err
	}
	if err := f.file.Sync(); err != nil {
		return err
	}
	f.generation = next
	return nil
}
