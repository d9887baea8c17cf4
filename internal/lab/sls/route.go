package sls

import (
	"net/http"
	"net/url"
	"strings"
)

// The actions, as faults name them.
const (
	actPutLogs        = "PutLogs"
	actGetLogs        = "GetLogs"
	actGetHistograms  = "GetHistograms"
	actPullLogs       = "PullLogs"
	actGetCursor      = "GetCursor"
	actGetCursorTime  = "GetCursorTime"
	actListShards     = "ListShards"
	actCreateProject  = "CreateProject"
	actGetProject     = "GetProject"
	actListProject    = "ListProject"
	actUpdateProject  = "UpdateProject"
	actDeleteProject  = "DeleteProject"
	actCreateLogStore = "CreateLogStore"
	actGetLogStore    = "GetLogStore"
	actListLogStores  = "ListLogStores"
	actUpdateLogStore = "UpdateLogStore"
	actDeleteLogStore = "DeleteLogStore"
	actCreateIndex    = "CreateIndex"
	actGetIndex       = "GetIndex"
	actUpdateIndex    = "UpdateIndex"
	actDeleteIndex    = "DeleteIndex"
	actConsumerGroup  = "ConsumerGroup"
	actUnsupported    = "Unsupported"
)

// Actions returns the names that a fault's rule may have.
func Actions() []string {
	return []string{
		actPutLogs, actGetLogs, actGetHistograms, actPullLogs, actGetCursor, actGetCursorTime, actListShards,
		actCreateProject, actGetProject, actListProject, actUpdateProject, actDeleteProject,
		actCreateLogStore, actGetLogStore, actListLogStores, actUpdateLogStore, actDeleteLogStore,
		actCreateIndex, actGetIndex, actUpdateIndex, actDeleteIndex, actConsumerGroup, actUnsupported,
	}
}

// route is what a method, a Host and a path say.
type route struct {
	action, project, logstore string
	// shard is the number in the path; key says that the hash in the query chooses it.
	shard string
	key   bool
}

// routeOf reads a request's target.
func routeOf(method, host string, path string, query url.Values) route {
	r := route{project: ProjectOf(host)}
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if r.project == "" && len(parts) > 1 && parts[0] == "projects" {
		r.project, parts = parts[1], append([]string{}, parts[2:]...)
		if len(parts) == 0 {
			parts = []string{""}
		}
	}
	r.action = r.of(method, parts, query)
	return r
}

// of says which action it is, and fills the names in.
func (r *route) of(method string, parts []string, query url.Values) string {
	if len(parts) == 1 && parts[0] == "" {
		return r.projectAction(method)
	}
	if parts[0] != "logstores" {
		return actUnsupported
	}
	if len(parts) == 1 {
		return by(method, methods{http.MethodGet: actListLogStores, http.MethodPost: actCreateLogStore})
	}
	r.logstore = parts[1]
	switch {
	case len(parts) == 2:
		return logstoreAction(method, query)
	case parts[2] == "consumergroups":
		return actConsumerGroup
	case parts[2] == "shards" && len(parts) <= 4:
		return r.shardAction(method, parts[3:], query)
	case parts[2] == "logs" && len(parts) == 3:
		return by(method, methods{http.MethodPost: actGetLogs})
	case parts[2] == "index" && len(parts) == 3:
		return by(method, methods{
			http.MethodGet: actGetIndex, http.MethodPost: actCreateIndex,
			http.MethodPut: actUpdateIndex, http.MethodDelete: actDeleteIndex,
		})
	}
	return actUnsupported
}

// methods are the actions by HTTP method.
type methods map[string]string

func by(method string, m methods) string {
	if action, ok := m[method]; ok {
		return action
	}
	return actUnsupported
}

func (r *route) projectAction(method string) string {
	if method == http.MethodGet && r.project == "" {
		return actListProject
	}
	return by(method, methods{
		http.MethodGet: actGetProject, http.MethodPost: actCreateProject,
		http.MethodPut: actUpdateProject, http.MethodDelete: actDeleteProject,
	})
}

func logstoreAction(method string, query url.Values) string {
	if method == http.MethodGet {
		return by(query.Get("type"), methods{"": actGetLogStore, "log": actGetLogs, "histogram": actGetHistograms})
	}
	return by(method, methods{
		http.MethodPost: actPutLogs, http.MethodPut: actUpdateLogStore, http.MethodDelete: actDeleteLogStore,
	})
}

func (r *route) shardAction(method string, rest []string, query url.Values) string {
	if len(rest) == 0 {
		return by(method, methods{http.MethodGet: actListShards})
	}
	r.shard = rest[0]
	if method == http.MethodPost && (r.shard == "lb" || r.shard == "route") {
		r.key = r.shard == "route"
		return actPutLogs
	}
	if method != http.MethodGet {
		return actUnsupported
	}
	return by(query.Get("type"), methods{
		"log": actPullLogs, "logs": actPullLogs, "cursor": actGetCursor, "cursor_time": actGetCursorTime,
	})
}
