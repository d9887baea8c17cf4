package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"os"
	"path/filepath"
	"testing"
)

// FuzzOpen changes a run of bytes of a sound store, and puts the checksums of the meta pages right, so that the
// pages behind them are reached. No file may crash the process, in the scan or in bbolt behind it.
func FuzzOpen(f *testing.F) {
	sound, err := os.ReadFile(filled(f, 12))
	must(f, err)
	f.Add(uint32(0), []byte{0}, false)
	f.Add(uint32(16), []byte("foreign"), false)
	f.Add(uint32(2*pageSize), []byte{9, 9, 9, 9}, true)
	f.Add(uint32(pageSize+32), []byte{1, 0, 0, 0, 0, 0, 0, 0, 2}, true)
	f.Add(uint32(3*pageSize+8), []byte{2, 0, 0xFF, 0xFF}, true)
	f.Add(uint32(len(sound)-100), bytes.Repeat([]byte{7}, 300), true)
	path := filepath.Join(f.TempDir(), "store.db")
	f.Fuzz(func(t *testing.T, at uint32, change []byte, fix bool) {
		changed := bytes.Clone(sound)
		copy(changed[int64(at)%int64(len(changed)):], change)
		if fix {
			sumMeta(changed)
			sumMeta(changed[pageSize:])
		}
		must(t, os.WriteFile(path, changed, 0o600))
		s, err := Open(path)
		if err != nil {
			if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrForeign) && !errors.Is(err, ErrVersion) {
				t.Fatal(err)
			}
			return
		}
		must(t, s.Update(func(tx *Tx) error { return tx.Create(sample(1000)) }))
		must(t, s.Close())
		must(t, mustOpen(t, path).Close())
	})
}

// sumMeta writes the checksum that bbolt would.
func sumMeta(page []byte) {
	m := page[headerSize : headerSize+metaSize]
	sum := fnv.New64a()
	_, _ = sum.Write(m[:metaSize-8])
	binary.NativeEndian.PutUint64(m[metaSize-8:], sum.Sum64())
}
