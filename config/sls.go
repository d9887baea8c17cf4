package config

import "time"

// SLS is how records go to Log Service.
type SLS struct {
	// Endpoint is "" for that of the FlowLog's SlsRegionId.
	Endpoint string
	// Signature is v4 or v1.
	Signature string
	// BatchRecords, BatchOctets (before compression) and BatchAge are when a batch is closed.
	BatchRecords, BatchOctets int
	BatchAge                  time.Duration
	// RequestTimeout bounds one request as a whole.
	RequestTimeout time.Duration
	// Attempts is how often a batch is tried that is refused for a reason that nobody knows.
	Attempts int
	Spool    Spool
}

// Spool is how batches are kept on disk until they are delivered.
type Spool struct {
	// Policy is on-failure or always.
	Policy string
	// SyncInterval is how long a batch may be on disk without fsync, 0 for not at all.
	SyncInterval time.Duration
	// Octets bounds all its files together.
	Octets int
	// Age is how long a batch waits for delivery, SetAsideAge how long a refused one is kept.
	Age, SetAsideAge time.Duration
	// Free is the percentage of the disk that stays free, Share that of the requests that may go to what
	// waits on disk while new batches come.
	Free, Share int
}

// slsKeys are the rows of Log Service.
func slsKeys() []key {
	return []key{
		{
			path: "sls.endpoint", field: one(func(d *draft) *string { return &d.SLS.Endpoint }, endpoint()),
			from:  "SlsRegionId",
			about: "Log Service, in whatever region; its default is that of the FlowLog's SlsRegionId. Plain http as for api.endpoint.",
		},
		{
			path: "sls.signature", value: "v4", field: one(func(d *draft) *string { return &d.SLS.Signature }, oneOf([]string{"v4", "v1"})),
			about: "How requests are signed: `v4` (HMAC-SHA256) or `v1` (HMAC-SHA1).",
		},
		{
			path: "sls.batch-records", value: "4096", field: one(func(d *draft) *int { return &d.SLS.BatchRecords }, integer(1, 4096)),
			about: "Records after which a batch is sent.",
		},
		{
			path: "sls.batch-size", value: "3MiB", field: one(func(d *draft) *int { return &d.SLS.BatchOctets }, size(64<<10, 3<<20)),
			about: "Size before compression at which a batch is sent.",
		},
		{
			path: "sls.batch-age", value: "3s", field: one(func(d *draft) *time.Duration { return &d.SLS.BatchAge }, duration(100*time.Millisecond, 10*time.Minute)),
			about: "How long a record waits for its batch to fill up.",
		},
		{
			path: "sls.request-timeout", value: "30s", field: one(func(d *draft) *time.Duration { return &d.SLS.RequestTimeout }, duration(100*time.Millisecond, 10*time.Minute)),
			about: "How long one request may take.",
		},
		{
			path: "sls.attempts", value: "10", field: one(func(d *draft) *int { return &d.SLS.Attempts }, integer(1, 1000)),
			about: "How often a batch is tried that is refused with an answer nobody knows, before it is set aside.",
		},
	}
}

// spoolKeys are the rows of what is kept on disk.
func spoolKeys() []key {
	return []key{
		{
			path: "sls.spool", value: "on-failure", field: one(func(d *draft) *string { return &d.SLS.Spool.Policy }, oneOf([]string{"on-failure", "always"})),
			about: "When a batch goes to disk: `on-failure`, when it isn't delivered at the first try, or `always`, before it is sent.",
		},
		{
			path: "sls.spool-sync", value: "always", field: one(func(d *draft) *time.Duration { return &d.SLS.Spool.SyncInterval }, syncInterval()),
			about: "When what was spooled is synced to disk: `always`, before it counts as accepted, or after a time, which a power cut may cost.",
		},
		{
			path: "sls.spool-size", value: "256MiB", field: one(func(d *draft) *int { return &d.SLS.Spool.Octets }, size(64<<10, mostSpool)),
			about: "How large the spool may get. When it is full the oldest batches are dropped and counted.",
		},
		{
			path: "sls.spool-age", value: "72h", field: one(func(d *draft) *time.Duration { return &d.SLS.Spool.Age }, duration(time.Minute, mostAge)),
			about: "How long a batch waits for delivery before it is dropped and counted.",
		},
		{
			path: "sls.spool-set-aside-age", value: "336h", field: one(func(d *draft) *time.Duration { return &d.SLS.Spool.SetAsideAge }, duration(time.Minute, mostAge)),
			about: "How long a batch is kept that Log Service refused for good.",
		},
		{
			path: "sls.spool-free", value: "10%", field: one(func(d *draft) *int { return &d.SLS.Spool.Free }, percent(0, 99)),
			about: "How much of the disk the spool leaves free.",
		},
		{
			path: "sls.spool-share", value: "50%", field: one(func(d *draft) *int { return &d.SLS.Spool.Share }, percent(1, 99)),
			about: "How much of the requests may go to what waits on disk while new batches come.",
		},
		{
			path: "shutdown-timeout", value: "30s", field: one(func(d *draft) *time.Duration { return &d.ShutdownTimeout }, duration(100*time.Millisecond, time.Hour)),
			about: "How long the end waits until Log Service has all. What is left stays in the spool, and the next start delivers it.",
		},
	}
}

// Bounds of the spool.
const (
	mostSpool = 1 << 30 // a 32-bit program counts with it
	mostAge   = 10 * 365 * 24 * time.Hour
)
