package config

import (
	"time"

	"github.com/sagflow/sagflow/config/flowlog"
)

// Agent is the device's own configuration, with all defaults filled in.
type Agent struct {
	// File is where it was read.
	File    string
	Gateway Gateway
	// Interfaces are names or patterns with * and ?, needed by live capture only. Those that begin with ! are
	// left out, whatever else matches; such alone mean all others but loopback.
	Interfaces []string
	Live       LiveSettings
	// API is where the FlowLog comes from, nil where FlowLog is written in the file.
	API     *API
	FlowLog *flowlog.FlowLog
	SLS     SLS
	// ShutdownTimeout is how long the end waits until what is to go to Log Service is delivered.
	ShutdownTimeout time.Duration
	// CredentialsFile is "" where credentials come from the environment alone.
	CredentialsFile string
	// StateDirectory is made with 0700. StateOptional lets the agent run where it can't be written.
	StateDirectory string
	StateOptional  bool
	// Metrics is HOST:PORT, "" for none.
	Metrics string
	// AllowHTTP are the hosts off loopback that may be talked to in plain http.
	AllowHTTP []string
}

// Gateway is the Smart Access Gateway that this device is.
type Gateway struct {
	ID, SerialNumber, Account, Region string
}

// API is where the Smartag API is polled.
type API struct {
	// Endpoint is a URL of scheme and host: https://smartag.cn-shanghai.aliyuncs.com.
	Endpoint     string
	PollInterval time.Duration
}
