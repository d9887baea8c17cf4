package rpc

import (
	"slices"
	"time"

	"github.com/sagflow/sagflow/internal/lab/fault"
	"github.com/sagflow/sagflow/internal/lab/keys"
)

// check verifies a request in the order that the package's documentation gives.
func (s *Server) check(c *call) error {
	if err := s.checkTarget(c); err != nil {
		return err
	}
	g, err := c.signature()
	if err != nil {
		return err
	}
	if err := g.checkTime(c.now); err != nil {
		return err
	}
	pair, err := s.pair(c, g)
	if err != nil {
		return err
	}
	if err := checkToken(pair, g.token, c.now); err != nil {
		return err
	}
	if !g.matches(string(pair.AccessKeySecret)) {
		return signatureMismatch(g)
	}
	return s.nonces.use(g.keyID, g.nonce, s.o.Now())
}

// checkTarget verifies Action and Version.
func (s *Server) checkTarget(c *call) error {
	version := c.values["Version"]
	if c.acs3 {
		version = c.http.Header.Get("x-acs-version")
	}
	switch {
	case c.action == "":
		return unknownAction()
	case version == "" && c.acs3:
		return missingParameter("x-acs-version")
	case version == "":
		return missingParameter("Version")
	case version != s.o.Version:
		return invalidVersion()
	case !s.serves(c.action):
		return unknownAction()
	}
	return nil
}

func (s *Server) serves(action string) bool { return slices.Contains(s.o.Actions, action) }

func (c *call) signature() (*signature, error) {
	if c.acs3 {
		return c.acs3Signature()
	}
	return c.version1()
}

// pair finds the key, as faults change it.
func (s *Server) pair(c *call, g *signature) (keys.Pair, error) {
	pair, ok := s.o.Keys.Lookup(g.keyID)
	if !ok {
		return pair, keyNotFound()
	}
	if _, ok := c.faults.Is(fault.KeyRevoked); ok || pair.Revoked {
		return pair, keyInactive()
	}
	if _, ok := c.faults.Is(fault.KeyExpired); ok {
		pair.Expires = c.now
	}
	return pair, nil
}

// checkToken compares the token that was sent with the key's. A key without a token may end too, by the file or
// on request, and is refused alike.
func checkToken(pair keys.Pair, token string, now time.Time) error {
	switch want := string(pair.SecurityToken); {
	case token == "" && want != "":
		return missingToken()
	case !equal(token, want):
		return tokenMismatch()
	case pair.Expired(now):
		return tokenExpired()
	}
	return nil
}
