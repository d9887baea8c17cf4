package smartag

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"regexp"
	"time"

	"github.com/sagflow/sagflow/config/credentials"
)

// Limits and times that are no settings.
const (
	// DefaultPollInterval is that of Options without one.
	DefaultPollInterval = time.Minute
	// answerLimit is the longest answer in bytes, after decompression.
	answerLimit = 1 << 20
	// callTimeout is how long one call may take, from dialling to the answer's last byte.
	callTimeout = 15 * time.Second
	// firstPullTimeout is how long the first pull may take before the last good FlowLog is used.
	firstPullTimeout = 5 * time.Second
)

// Options are a Source's.
type Options struct {
	// GatewayID is the SmartAGId of this device, Region its RegionId. Both are needed.
	GatewayID, Region string
	// Endpoint is scheme and host, https://smartag.REGION.aliyuncs.com if "".
	Endpoint string
	// PollInterval is the longest time between two polls; 0 = DefaultPollInterval.
	PollInterval time.Duration
	// Credentials sign the calls. Needed.
	Credentials credentials.Provider
	// StateDirectory keeps the last good FlowLog, "" = it is not kept. It is made with 0700.
	StateDirectory string
	// StateOptional lets Run go on, without a last good FlowLog, where the directory can't be written.
	StateOptional bool
	// AllowHTTP are the hosts off loopback (without a port) that may be talked to in plain http.
	AllowHTTP []string
	// Now is the wall clock that signs, nil = time.Now.
	Now func() time.Time
	// Jitter returns numbers from [0,1), nil = random ones.
	Jitter func() float64
	// Log may be nil.
	Log *slog.Logger
	// Dial makes the connections, nil = TCP. Transport replaces the HTTP transport altogether, Dial too.
	Dial      func(ctx context.Context, network, address string) (net.Conn, error)
	Transport http.RoundTripper
}

// regionForm is what the SDK takes for a region.
var regionForm = regexp.MustCompile(`^[a-zA-Z0-9_-]+$`)

// check says what is wrong with the options.
func (o *Options) check() error {
	switch {
	case o.GatewayID == "":
		return fmt.Errorf("smart-access-gateway id %q: want the SmartAGId of this device, such as sag-0nnf0a1b2c3d4e5f6", o.GatewayID)
	case !regionForm.MatchString(o.Region):
		return fmt.Errorf("smart-access-gateway region %q: want a RegionId, such as cn-shanghai", o.Region)
	case o.PollInterval < 0:
		return fmt.Errorf("poll interval %v: want more than 0s", o.PollInterval)
	case o.Credentials == nil:
		return fmt.Errorf("credentials are missing: want a provider of access keys")
	}
	return nil
}

// fill puts the defaults in.
func (o *Options) fill() {
	if o.PollInterval == 0 {
		o.PollInterval = DefaultPollInterval
	}
	if o.Endpoint == "" {
		o.Endpoint = "https://smartag." + o.Region + ".aliyuncs.com"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Jitter == nil {
		o.Jitter = rand.Float64
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Transport == nil {
		o.Transport = newTransport(o.Dial)
	}
}
