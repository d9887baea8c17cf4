package keys

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

const (
	alphabet     = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	idPrefix     = "LTAI5t"
	idLength     = 24
	secretLength = 30
)

// createIfAbsent makes the file with one random pair, unless it is there.
func createIfAbsent(file string, random io.Reader) error {
	switch _, err := os.Stat(file); {
	case err == nil:
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("look for credentials file %q: %w", file, err)
	}
	text, err := newFile(random)
	if err != nil {
		return fmt.Errorf("make a pair for credentials file %q: %w", file, err)
	}
	if err := writeNew(file, text); err != nil {
		return fmt.Errorf("make credentials file %q: %w", file, err)
	}
	return nil
}

// newFile is an INI file with a random pair as the profile default.
func newFile(random io.Reader) ([]byte, error) {
	id, err := randomText(random, idLength-len(idPrefix))
	if err != nil {
		return nil, err
	}
	secret, err := randomText(random, secretLength)
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "[default]\ntype = access_key\naccess_key_id = %s\naccess_key_secret = %s\n", idPrefix+id, secret), nil
}

// randomText draws letters and digits evenly: of 64 values of 6 bits the last two are thrown away.
func randomText(random io.Reader, n int) (string, error) {
	text, one := make([]byte, 0, n), make([]byte, 1)
	for tries := 0; len(text) < n; tries++ {
		if tries > 100*n {
			return "", errors.New("the random source gives no usable bytes")
		}
		if _, err := io.ReadFull(random, one); err != nil {
			return "", fmt.Errorf("read random bytes: %w", err)
		}
		if v := int(one[0] & 63); v < len(alphabet) {
			text = append(text, alphabet[v])
		}
	}
	return string(text), nil
}

// writeNew puts a whole file in place, or leaves the one that came to be meanwhile.
func writeNew(file string, text []byte) error {
	dir := filepath.Dir(file)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	temp, err := os.CreateTemp(dir, ".credentials-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temp.Name()) }()
	_, err = temp.Write(text)
	err = errors.Join(err, temp.Chmod(0o600), temp.Sync(), temp.Close())
	if err != nil {
		return err
	}
	if err := os.Link(temp.Name(), file); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
