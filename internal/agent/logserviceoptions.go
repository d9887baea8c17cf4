package agent

import (
	"context"
	"net"
	"time"

	"github.com/sagflow/sagflow/config"
	"github.com/sagflow/sagflow/config/credentials"
)

// LogServiceOptions are how a device's records go to Log Service, wherever its FlowLog says.
type LogServiceOptions struct {
	// Settings are those of the device's file.
	Settings config.SLS
	// Credentials give the access key.
	Credentials credentials.Provider
	// AllowHTTP are the hosts off loopback that may be talked to in plain http.
	AllowHTTP []string
	// ShutdownTimeout is how long the end waits for delivery.
	ShutdownTimeout time.Duration
	// QueueRecords is how many records wait for the output at most; 0 = sls.DefaultQueueRecords.
	QueueRecords int
	// Dial makes the connections; nil = the system's way.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// putPatience is how long the reading waits for an output to Log Service that takes nothing, neither by
// the network nor on disk. Its records are dropped then, and counted, until it moves again: the other
// outputs must not wait for it.
const putPatience = 5 * time.Second
