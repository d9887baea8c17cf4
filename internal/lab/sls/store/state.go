package store

import (
	"encoding/json"
	"maps"
	"slices"
)

// Project is what is known of a project. Times are in seconds since 1970.
type Project struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	Created     int64  `json:"created"`
	Modified    int64  `json:"modified"`
}

// Config is a logstore's, as the API has it.
type Config struct {
	Name           string `json:"logstoreName"`
	TTL            int    `json:"ttl"`
	ShardCount     int    `json:"shardCount"`
	WebTracking    bool   `json:"enable_tracking"`
	AutoSplit      bool   `json:"autoSplit"`
	MaxSplitShard  int    `json:"maxSplitShard"`
	AppendMeta     bool   `json:"appendMeta"`
	TelemetryType  string `json:"telemetryType"`
	HotTTL         int32  `json:"hot_ttl,omitempty"`
	Mode           string `json:"mode,omitempty"`
	CreateTime     int64  `json:"createTime,omitempty"`
	LastModifyTime int64  `json:"lastModifyTime,omitempty"`
}

// The settings of a logstore that a write makes. The cloud's console makes two shards as well.
const (
	DefaultTTL    = 30
	DefaultShards = 2
	MaxShards     = 256
)

// Group is where a log group is, and what is known of it without reading it.
type Group struct {
	// Number is the entry's, which grows with each change of the store.
	Number uint64
	// First and Last are the earliest and the latest time of its logs in seconds.
	First, Last uint32
	// Logs is how many there are, Received when they came in nanoseconds since 1970.
	Logs     int
	Received int64
	Shard    int

	segment *segment
	offset  int64
	size    int
}

// Logstore is a logstore with its groups, in the order of their coming. It is a copy at one moment;
// its slices are not to be changed.
type Logstore struct {
	Project string
	Config  Config
	// Index is the configuration in JSON, nil if there is none.
	Index  json.RawMessage
	Groups []Group
	// Shards are the groups of each shard, by their place in Groups.
	Shards [][]int
}

// state is all that the entries say.
type state struct {
	projects map[string]*project
}

type project struct {
	Project
	logstores map[string]*Logstore
}

func newState() *state { return &state{projects: map[string]*project{}} }

func (s *state) logstore(projectName, name string) *Logstore {
	if p := s.projects[projectName]; p != nil {
		return p.logstores[name]
	}
	return nil
}

// ensure returns a logstore that is made if it isn't there, as when the entry that made it was damaged.
func (s *state) ensure(projectName, name string) *Logstore {
	p := s.projects[projectName]
	if p == nil {
		p = &project{Project: Project{Name: projectName}, logstores: map[string]*Logstore{}}
		s.projects[projectName] = p
	}
	l := p.logstores[name]
	if l == nil {
		l = &Logstore{Project: projectName, Config: Config{Name: name, TTL: DefaultTTL}}
		l.grow(DefaultShards)
		p.logstores[name] = l
	}
	return l
}

// grow makes shards up to a number.
func (l *Logstore) grow(count int) {
	for len(l.Shards) < min(count, MaxShards) {
		l.Shards = append(l.Shards, nil)
	}
	l.Config.ShardCount = len(l.Shards)
}

func (l *Logstore) add(g Group) {
	l.grow(g.Shard + 1)
	l.Shards[g.Shard] = append(l.Shards[g.Shard], len(l.Groups))
	l.Groups = append(l.Groups, g)
}

// copy is safe from later changes: what is appended is behind the lengths that it has.
func (l *Logstore) copy() Logstore {
	c := *l
	c.Shards = slices.Clone(l.Shards)
	return c
}

// names returns the keys of a map, sorted.
func names[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }
