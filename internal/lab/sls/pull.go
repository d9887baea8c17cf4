package sls

import (
	"encoding/base64"
	"slices"
	"strconv"
	"time"

	"github.com/sagflow/sagflow/internal/lab/fault"
	"github.com/sagflow/sagflow/internal/lab/sls/apierror"
	"github.com/sagflow/sagflow/internal/lab/sls/loggroup"
	"github.com/sagflow/sagflow/internal/lab/sls/store"
)

const (
	// maxPull bounds the log groups of one answer (public documentation of PullLogs), maxPullBytes what they have.
	maxPull      = 1000
	maxPullBytes = MaxRaw
)

// A cursor is how many log groups of the shard come before, in decimal, in base64.
func cursor(n int) string { return base64.StdEncoding.EncodeToString([]byte(strconv.Itoa(n))) }

// place reads a cursor of a shard with so many groups.
func place(text string, groups int) (int, error) {
	decimal, err := base64.StdEncoding.DecodeString(text)
	n := -1
	if err == nil {
		n, err = strconv.Atoi(string(decimal))
	}
	if err != nil || n < 0 || n > groups {
		return 0, apierror.Bad("InvalidCursor", "cursor %.60q is none of this shard's: want one of GetCursor or PullLogs", text)
	}
	return n, nil
}

// shardOf finds the logstore and the shard that the path names.
func (h *Handler) shardOf(c *call) (store.Logstore, []int, error) {
	l, err := h.o.Store.Logstore(c.project, c.logstore)
	if err != nil {
		return l, nil, err
	}
	n, err := strconv.Atoi(c.shard)
	if err != nil || n < 0 || n >= len(l.Shards) {
		return l, nil, apierror.New(404, "ShardNotExist", "shard %.40q does not exist: the logstore has 0 to %d", c.shard, len(l.Shards)-1)
	}
	return l, l.Shards[n], nil
}

// pullLogs gives log groups as they came, from a cursor on.
func (h *Handler) pullLogs(c *call) (answer, error) {
	l, shard, err := h.shardOf(c)
	if err != nil {
		return answer{}, err
	}
	if c.query.Get("query") != "" {
		return answer{}, apierror.NotSupported("a query in PullLogs is not supported by the lab's Log Service")
	}
	from, err := place(c.query.Get("cursor"), len(shard))
	if err != nil {
		return answer{}, err
	}
	end := len(shard)
	if text := c.query.Get("end_cursor"); text != "" {
		if end, err = place(text, len(shard)); err != nil {
			return answer{}, err
		}
	}
	most, err := strconv.Atoi(c.query.Get("count"))
	if err != nil || most < 1 {
		return answer{}, apierror.Invalid("count %.40q: want 1 to %d", c.query.Get("count"), maxPull)
	}
	list, count, next := h.pull(l, shard, from, max(from, end), min(most, maxPull))
	a := answer{Answer: fault.Answer{Status: 200, ContentType: protobufType, Body: list}}.
		with(headerCursor, cursor(next)).with(headerCount, strconv.Itoa(count))
	if count > 0 {
		a = a.with(headerLastCursor, strconv.Itoa(next-1))
	}
	return a.compressed(c.accepts())
}

// pull collects log groups, and says where to go on. Damaged ones are left out, and the log says so.
func (h *Handler) pull(l store.Logstore, shard []int, from, end, most int) (list []byte, count, next int) {
	for next = from; next < end && count < most; next++ {
		raw, err := h.o.Store.Raw(l.Groups[shard[next]])
		if err != nil {
			h.o.Log.Warn("a log group can't be read, it is left out", "project", l.Project, "logstore", l.Config.Name, "error", err)
			continue
		}
		if count > 0 && len(list)+len(raw) > maxPullBytes {
			break
		}
		list = loggroup.AppendList(list, raw)
		count++
	}
	return list, count, next
}

// getCursor gives the cursor of the begin, the end, or of the first group that came at a time or later.
func (h *Handler) getCursor(c *call) (answer, error) {
	l, shard, err := h.shardOf(c)
	if err != nil {
		return answer{}, err
	}
	n := 0
	switch from := c.query.Get("from"); from {
	case "begin":
	case "end":
		n = len(shard)
	default:
		at, err := strconv.ParseInt(from, 10, 64)
		if err != nil {
			return answer{}, apierror.Invalid("from %.40q: want begin, end, or seconds since 1970", from)
		}
		if n = slices.IndexFunc(shard, func(i int) bool { return l.Groups[i].Received/int64(time.Second) >= at }); n < 0 {
			n = len(shard)
		}
	}
	return jsonAnswer(map[string]string{"cursor": cursor(n)})
}

// getCursorTime says when the group at a cursor came; at the end, what time it is.
func (h *Handler) getCursorTime(c *call) (answer, error) {
	l, shard, err := h.shardOf(c)
	if err != nil {
		return answer{}, err
	}
	n, err := place(c.query.Get("cursor"), len(shard))
	if err != nil {
		return answer{}, err
	}
	at := c.now.Unix()
	if n < len(shard) {
		at = l.Groups[shard[n]].Received / int64(time.Second)
	}
	return jsonAnswer(map[string]int64{"cursor_time": at})
}
