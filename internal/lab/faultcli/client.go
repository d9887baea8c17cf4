package faultcli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/sagflow/sagflow/internal/lab/fault"
)

const (
	timeout   = 10 * time.Second
	maxAnswer = 4 << 20
)

// Client asks one admin listener. Any goroutine may use it.
type Client struct {
	admin *url.URL
	http  *http.Client
}

// New returns a client of the listener at a URL of scheme and host.
func New(admin string) (*Client, error) {
	u, err := url.Parse(admin)
	if err != nil || u.Scheme != "http" || u.Hostname() == "" || u.User != nil || (u.Path != "" && u.Path != "/") {
		return nil, errors.New("want the URL of an admin listener, as http://127.0.0.1:8181")
	}
	refuse := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Client{admin: u, http: &http.Client{Timeout: timeout, CheckRedirect: refuse}}, nil
}

// Add puts a rule behind those in force and returns it with its id and defaults.
func (c *Client) Add(ctx context.Context, r fault.Rule) (fault.Rule, error) {
	body, err := json.Marshal(r)
	if err != nil {
		return r, fmt.Errorf("write rule: %w", err)
	}
	var answer struct{ Faults []fault.Rule }
	if err := c.do(ctx, http.MethodPost, "/faults", body, &answer); err != nil {
		return r, err
	}
	if len(answer.Faults) != 1 {
		return r, fmt.Errorf("POST %s: %d rules came back, not one", c.admin.JoinPath("faults"), len(answer.Faults))
	}
	return answer.Faults[0], nil
}

// Standing is what List returns.
type Standing struct {
	// Faults are the rules in force, Kinds and Actions what may be asked for.
	Faults  []fault.Standing `json:"faults"`
	Kinds   []fault.Kind     `json:"kinds"`
	Actions []string         `json:"actions"`
}

// List returns what is in force and what may be asked for.
func (c *Client) List(ctx context.Context) (Standing, error) {
	var s Standing
	return s, c.do(ctx, http.MethodGet, "/faults", nil, &s)
}

// Remove takes one rule away, or all if id is empty, and returns how many.
func (c *Client) Remove(ctx context.Context, id string) (int, error) {
	path := "/faults"
	if id != "" {
		path += "/" + url.PathEscape(id)
	}
	var answer struct{ Removed int }
	return answer.Removed, c.do(ctx, http.MethodDelete, path, nil, &answer)
}

// Log returns what happened.
func (c *Client) Log(ctx context.Context) (fault.Log, error) {
	var l fault.Log
	return l, c.do(ctx, http.MethodGet, "/log", nil, &l)
}

// do makes one request and decodes its answer. A refusal is an error with the listener's words.
func (c *Client) do(ctx context.Context, method, path string, body []byte, into any) error {
	what := method + " " + c.admin.Scheme + "://" + c.admin.Host + path
	r, err := http.NewRequestWithContext(ctx, method, c.admin.Scheme+"://"+c.admin.Host+path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := c.http.Do(r)
	if err != nil {
		if u := (*url.Error)(nil); errors.As(err, &u) {
			err = u.Err
		}
		return fmt.Errorf("%s: %w (does the server run with --admin?)", what, err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("%s: read answer: %w", what, err)
	}
	if answer.StatusCode >= http.StatusMultipleChoices {
		return refusal(what, answer.StatusCode, text)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s: this is no admin listener of the lab: %w", what, err)
	}
	return nil
}

func refusal(what string, status int, text []byte) error {
	var said struct{ Error string }
	if json.Unmarshal(text, &said) != nil || said.Error == "" {
		return fmt.Errorf("%s: status %d: this is no admin listener of the lab", what, status)
	}
	return fmt.Errorf("%s: %s", what, said.Error)
}
