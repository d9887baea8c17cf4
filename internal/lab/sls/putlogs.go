package sls

import (
	"mime"
	"net/http"

	"github.com/sagflow/sagflow/internal/lab/sls/apierror"
	"github.com/sagflow/sagflow/internal/lab/sls/loggroup"
	"github.com/sagflow/sagflow/internal/lab/sls/store"
)

// keyLength is that of an MD5 in hex.
const keyLength = 32

// putLogs takes a log group in. When it returns without an error, the group is on disk.
func (h *Handler) putLogs(c *call) (answer, error) {
	if err := h.checkPlace(c); err != nil {
		return answer{}, err
	}
	if err := checkType(c.http.Header, protobufType); err != nil {
		return answer{}, err
	}
	key, err := c.hashKey()
	if err != nil {
		return answer{}, err
	}
	raw, kind, err := c.raw()
	if err != nil {
		return answer{}, err
	}
	g, err := loggroup.Decode(raw)
	if err != nil {
		return answer{}, apierror.Bad("PostBodyInvalid", "Protobuf content can not be parsed: %v", err)
	}
	if err := g.Check(); err != nil {
		return answer{}, err
	}
	first, last := g.Span()
	return done(), h.o.Store.Put(store.Put{
		Project: c.project, Logstore: c.logstore, Key: key, Codec: kind, RawSize: len(raw), Body: c.body,
		First: first, Last: last, Logs: len(g.Logs), Received: c.now, Make: !h.o.Strict,
	})
}

// checkPlace says whether the logs have a place to go to, or one could be made.
func (h *Handler) checkPlace(c *call) error {
	if h.o.Strict {
		_, err := h.o.Store.Logstore(c.project, c.logstore)
		return err
	}
	if err := checkProjectName(c.project); err != nil {
		return err
	}
	return checkLogstoreName(c.logstore)
}

// hashKey is the key that chooses the shard, if the path says that one does.
func (c *call) hashKey() (string, error) {
	if !c.key {
		return "", nil
	}
	key := c.query.Get("key")
	if len(key) != keyLength || !isHex(key) {
		return "", apierror.Invalid("key %.40q: want the %d hexadecimal digits of an MD5", key, keyLength)
	}
	return key, nil
}

func isHex(s string) bool {
	for _, c := range s {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return false
		}
	}
	return true
}

// checkType refuses a body of another type.
func checkType(h http.Header, want string) error {
	given := h.Get("Content-Type")
	if given == "" {
		return apierror.Bad("MissingContentType", "Content-Type does not exist in http header when body is not empty: want %s", want)
	}
	if kind, _, err := mime.ParseMediaType(given); err != nil || kind != want {
		return apierror.New(http.StatusUnsupportedMediaType, "InvalidContentType", "Content-Type %.60q is unsupported: want %s", given, want)
	}
	return nil
}
