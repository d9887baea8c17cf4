package smartag

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/config/flowlog"
)

// lastGoodVersion is that of the file's form.
const lastGoodVersion = 1

// lastGood is the content of last-good.json: what was in force for which device.
type lastGood struct {
	Version   int       `json:"version"`
	SmartAGId string    `json:"SmartAGId"`
	RegionId  string    `json:"RegionId"`
	Received  time.Time `json:"received"`
	// FlowLog is nil where nothing was bound.
	FlowLog *flowlog.FlowLog `json:"FlowLog"`
	// Checksum is the SHA-256, in hexadecimal, of the file with "" in its place.
	Checksum string `json:"checksum"`
}

// errAnother says that the file is another device's.
var errAnother = errors.New("it is another device's")

// encode is the file's content. There is one for each value, byte by byte.
func (l lastGood) encode() ([]byte, error) {
	l.Checksum = ""
	plain, err := json.MarshalIndent(l, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode last good FlowLog: %w", err)
	}
	sum := sha256.Sum256(plain)
	l.Checksum = hex.EncodeToString(sum[:])
	text, err := json.MarshalIndent(l, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode last good FlowLog: %w", err)
	}
	return append(text, '\n'), nil
}

// decodeLastGood takes a file's content. Any byte that differs from what encode makes of it is damage.
func decodeLastGood(content []byte) (lastGood, error) {
	var l lastGood
	if err := json.Unmarshal(content, &l); err != nil {
		return l, fmt.Errorf("it is damaged: %w", err)
	}
	if l.Version != lastGoodVersion {
		return l, fmt.Errorf("its version is %d: want %d", l.Version, lastGoodVersion)
	}
	again, err := l.encode()
	if err != nil || !bytes.Equal(again, content) {
		return l, errors.Join(errors.New("it is damaged: the checksum does not fit"), err)
	}
	return l, l.check()
}

// check holds the FlowLog against the rules: those of an older program may have been others.
func (l lastGood) check() error {
	if l.FlowLog == nil {
		return nil
	}
	parameters := l.FlowLog.Parameters()
	delete(parameters, "RegionId") // the device's own, which the answer does not hold
	parameters["FlowLogId"], parameters["Status"] = l.FlowLog.FlowLogId, string(l.FlowLog.Status)
	f, faults := flowlog.FromDescription(parameters)
	if len(faults) > 0 {
		return fmt.Errorf("its FlowLog is wrong: %w", faults)
	}
	f.RegionId = l.RegionId
	if f != *l.FlowLog {
		return errors.New("its FlowLog is not as the rules make it")
	}
	return nil
}

// store keeps the last good FlowLog of one device in dir; with dir "" it keeps nothing.
type store struct {
	dir, gatewayID, region string
	// saved is what the file holds, where known.
	saved config.Desired
	known bool
}

// load reads the file. found is false where there is none; an error says why there is none to be used.
func (s *store) load() (d config.Desired, found bool, err error) {
	if s.dir == "" {
		return d, false, nil
	}
	path := filepath.Join(s.dir, lastGoodFile)
	content, err := readLimited(path)
	if errors.Is(err, os.ErrNotExist) {
		return d, false, nil
	}
	var l lastGood
	if err == nil {
		l, err = decodeLastGood(content)
	}
	if err == nil && (l.SmartAGId != s.gatewayID || l.RegionId != s.region) {
		err = fmt.Errorf("%w: SmartAGId %q in region %q", errAnother, redact(l.SmartAGId), redact(l.RegionId))
	}
	if err != nil {
		return d, false, fmt.Errorf("read last good FlowLog %q: %w", path, err)
	}
	s.saved, s.known = l.desired(), true
	return s.saved, true, nil
}

func (l lastGood) desired() config.Desired {
	d := config.Desired{Bound: l.FlowLog != nil, Origin: config.FromLastGood, Received: l.Received}
	if l.FlowLog != nil {
		d.FlowLog = *l.FlowLog
	}
	return d
}

// save writes what is in force, unless the file holds it.
func (s *store) save(d config.Desired) error {
	if s.dir == "" || s.known && s.saved.Same(d) {
		return nil
	}
	l := lastGood{Version: lastGoodVersion, SmartAGId: s.gatewayID, RegionId: s.region, Received: d.Received.UTC().Round(0)}
	if d.Bound {
		l.FlowLog = &d.FlowLog
	}
	content, err := l.encode()
	if err == nil {
		err = replaceFile(s.dir, lastGoodFile, content)
	}
	if err != nil {
		s.known = false
		return fmt.Errorf("write last good FlowLog %q: %w", filepath.Join(s.dir, lastGoodFile), err)
	}
	s.saved, s.known = d, true
	return nil
}
