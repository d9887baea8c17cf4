package sls

import (
	"strconv"

	"github.com/sagflow/sagflow/internal/lab/sls/query"
)

// The fields that the service adds to a log.
const (
	timeKey = "__time__"
	nanoKey = "__time_ns_part__"
)

// render gives logs as the service shows them: their contents, with the group's topic, source and tags.
func render(all []found) []map[string]string {
	logs := make([]map[string]string, 0, len(all))
	for _, f := range all {
		shown := map[string]string{}
		for name, value := range fields(f.group, f.log) {
			shown[name] = value
		}
		shown[query.TopicKey], shown[query.SourceKey] = f.group.Topic, f.group.Source
		shown[timeKey] = strconv.FormatUint(uint64(f.log.Time), 10)
		if f.log.HasNanos {
			shown[nanoKey] = strconv.FormatUint(uint64(f.log.Nanos), 10)
		}
		logs = append(logs, shown)
	}
	return logs
}
