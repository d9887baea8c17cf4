package spoolctl

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"time"
)

// Client uses the spool of a running device through its socket.
type Client struct {
	socket string
	http   *http.Client
}

// Dial returns a client for the socket at a path, once it has answered. ErrNoServer means that nobody
// serves it.
func Dial(ctx context.Context, socket string) (*Client, error) {
	return dial(ctx, socket, headerTimeout)
}

func dial(ctx context.Context, socket string, timeout time.Duration) (*Client, error) {
	c := &Client{socket: socket, http: &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			name, release, err := shorten(socket)
			if err != nil {
				return nil, err
			}
			defer release()
			return new(net.Dialer).DialContext(ctx, "unix", name)
		},
		DisableKeepAlives: true, DisableCompression: true,
	}}}
	answers, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	_, err := c.Totals(answers)
	if err != nil && answers.Err() != nil && ctx.Err() == nil {
		err = fmt.Errorf("ask at socket %q: the device does not answer within %v: it, or its disk, stands still", socket, timeout)
	}
	if err != nil {
		return nil, err
	}
	return c, nil
}

// Close does nothing: each operation has its own connection.
func (c *Client) Close() error { return nil }

// Totals implements Control.
func (c *Client) Totals(ctx context.Context) (Totals, error) {
	var t Totals
	body, err := c.do(ctx, http.MethodGet, pathTotals, nil)
	if err != nil {
		return t, err
	}
	defer func() { _ = body.Close() }()
	if err := json.NewDecoder(io.LimitReader(body, maxTotals)).Decode(&t); err != nil {
		return t, c.wrap(ctx, fmt.Errorf("read the totals: %w", err))
	}
	return t, nil
}

// List implements Control.
func (c *Client) List(ctx context.Context, s Selection, do func(Found) error) error {
	return answer(ctx, c, pathList, s, func(f found) error { return do(f.unpack()) })
}

// Read implements Control.
func (c *Client) Read(ctx context.Context, s Selection, do func(Found) error) error {
	return answer(ctx, c, pathRead, s, func(f found) error { return do(f.unpack()) })
}

// Retry implements Control.
func (c *Client) Retry(ctx context.Context, s Selection, do func(Outcome) error) error {
	return answer(ctx, c, pathRetry, s, do)
}

// Drop implements Control.
func (c *Client) Drop(ctx context.Context, s Selection, do func(Outcome) error) error {
	return answer(ctx, c, pathDrop, s, do)
}

// do makes a request and returns the body of its answer, which the caller closes.
func (c *Client) do(ctx context.Context, method, path string, body []byte) (io.ReadCloser, error) {
	r, err := http.NewRequestWithContext(ctx, method, "http://spool"+path, bytes.NewReader(body))
	if err != nil {
		return nil, c.wrap(ctx, err)
	}
	answer, err := c.http.Do(r)
	if err != nil {
		if u := (*url.Error)(nil); errors.As(err, &u) {
			err = u.Err
		}
		return nil, c.wrap(ctx, err)
	}
	if answer.StatusCode == http.StatusOK {
		return answer.Body, nil
	}
	defer func() { _ = answer.Body.Close() }()
	var said refusal
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxRequest))
	if err != nil || json.Unmarshal(text, &said) != nil || said.Error == "" {
		return nil, c.wrap(ctx, fmt.Errorf("status %d: this is no spool's socket", answer.StatusCode))
	}
	return nil, c.wrap(ctx, errors.New(said.Error))
}

// wrap names the socket in an error, and says what to do.
func (c *Client) wrap(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		err = ctx.Err()
	case nobody(err):
		err = fmt.Errorf("%w: %w", ErrNoServer, err)
	case errors.Is(err, fs.ErrPermission):
		err = fmt.Errorf("%w: ask as the device's user or as root", err)
	}
	return fmt.Errorf("ask at socket %q: %w", c.socket, err)
}

// answer carries out an operation and calls do for each line of its answer.
func answer[T any](ctx context.Context, c *Client, path string, s Selection, do func(T) error) error {
	if err := s.check(); err != nil {
		return err
	}
	request, err := json.Marshal(s)
	if err != nil {
		return c.wrap(ctx, err)
	}
	body, err := c.do(ctx, http.MethodPost, path, request)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	lines := bufio.NewScanner(body)
	lines.Buffer(make([]byte, 0, 64<<10), maxLine)
	for lines.Scan() {
		var l line[T]
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return c.wrap(ctx, fmt.Errorf("read the answer: %w", err))
		}
		if l.End != nil {
			if l.End.Error != "" {
				return c.wrap(ctx, errors.New(l.End.Error))
			}
			return nil
		}
		if l.Value == nil {
			return c.wrap(ctx, errors.New("read the answer: a line without value and end"))
		}
		if err := do(*l.Value); err != nil {
			return err
		}
	}
	err = lines.Err()
	if err == nil {
		err = io.ErrUnexpectedEOF
	}
	return c.wrap(ctx, fmt.Errorf("read the answer: %w", err))
}
