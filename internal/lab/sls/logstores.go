package sls

import (
	"encoding/json"
	"strings"

	"github.com/sagflow/sagflow/internal/lab/sls/apierror"
	"github.com/sagflow/sagflow/internal/lab/sls/store"
)

// maxTTL is how many days a logstore may keep logs; 3650 stands for always.
const maxTTL = 3650

func (h *Handler) createLogStore(c *call) (answer, error) {
	config := store.Config{TTL: store.DefaultTTL, ShardCount: store.DefaultShards}
	if err := c.readJSON(&config); err != nil {
		return answer{}, err
	}
	if err := checkLogstoreName(config.Name); err != nil {
		return answer{}, err
	}
	if err := checkConfig(config); err != nil {
		return answer{}, err
	}
	if !h.o.Strict {
		if err := checkProjectName(c.project); err != nil {
			return answer{}, err
		}
	}
	return done(), h.o.Store.CreateLogstore(c.project, config, !h.o.Strict, c.now)
}

func checkConfig(c store.Config) error {
	if c.TTL < 1 || c.TTL > maxTTL {
		return apierror.Bad("LogstoreInfoInvalid", "ttl %d: want 1 to %d", c.TTL, maxTTL)
	}
	if c.ShardCount < 1 || c.ShardCount > store.MaxShards {
		return apierror.Bad("LogstoreInfoInvalid", "shardCount %d: want 1 to %d", c.ShardCount, store.MaxShards)
	}
	return nil
}

func (h *Handler) getLogStore(c *call) (answer, error) {
	l, err := h.o.Store.Logstore(c.project, c.logstore)
	if err != nil {
		return answer{}, err
	}
	return jsonAnswer(l.Config)
}

func (h *Handler) listLogStores(c *call) (answer, error) {
	from, size, err := c.paging()
	if err != nil {
		return answer{}, err
	}
	all, err := h.o.Store.Logstores(c.project)
	if err != nil {
		return answer{}, err
	}
	matching := []string{}
	for _, name := range all {
		if strings.Contains(name, c.query.Get("logstoreName")) {
			matching = append(matching, name)
		}
	}
	shown := cut(matching, from, size)
	return jsonAnswer(struct {
		Count     int      `json:"count"`
		Total     int      `json:"total"`
		Logstores []string `json:"logstores"`
	}{len(shown), len(matching), shown})
}

// updateLogStore changes what the body names. Shards stay as they are: only splitting changes them.
func (h *Handler) updateLogStore(c *call) (answer, error) {
	return done(), h.o.Store.UpdateLogstore(c.project, c.logstore, c.now, func(old store.Config) (store.Config, error) {
		config := old
		if err := c.readJSON(&config); err != nil {
			return old, err
		}
		config.ShardCount, config.CreateTime = old.ShardCount, old.CreateTime
		return config, checkConfig(config)
	})
}

func (h *Handler) deleteLogStore(c *call) (answer, error) {
	return done(), h.o.Store.DeleteLogstore(c.project, c.logstore)
}

// readIndex reads the configuration of an index, which is kept and given back; searches work without.
func (c *call) readIndex() (json.RawMessage, error) {
	var index map[string]json.RawMessage
	if err := c.readJSON(&index); err != nil {
		return nil, err
	}
	if index == nil {
		return nil, apierror.Bad("PostBodyInvalid", "the body is null: want the JSON object of an index")
	}
	return json.RawMessage(c.body), nil
}

func (h *Handler) createIndex(c *call) (answer, error) {
	index, err := c.readIndex()
	if err != nil {
		return answer{}, err
	}
	return done(), h.o.Store.CreateIndex(c.project, c.logstore, index)
}

func (h *Handler) updateIndex(c *call) (answer, error) {
	index, err := c.readIndex()
	if err != nil {
		return answer{}, err
	}
	return done(), h.o.Store.UpdateIndex(c.project, c.logstore, index)
}

func (h *Handler) deleteIndex(c *call) (answer, error) {
	return done(), h.o.Store.DeleteIndex(c.project, c.logstore)
}

func (h *Handler) getIndex(c *call) (answer, error) {
	l, err := h.o.Store.Logstore(c.project, c.logstore)
	if err != nil {
		return answer{}, err
	}
	if l.Index == nil {
		return answer{}, store.ErrNoIndex
	}
	return jsonAnswer(l.Index)
}
