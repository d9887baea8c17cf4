package keys

import "fmt"

// Revoke makes Lookup say that the key was taken away. It fails if there is no such key.
func (s *Store) Revoke(accessKeyID string) error {
	return s.change(accessKeyID, func(c change) change {
		c.revoked = true
		return c
	})
}

// Expire ends the key now, whatever the file says of its expiration. It fails if there is no such key.
func (s *Store) Expire(accessKeyID string) error {
	return s.change(accessKeyID, func(c change) change {
		c.expired = s.now()
		return c
	})
}

// Restore takes Revoke and Expire back. It fails if there is no such key.
func (s *Store) Restore(accessKeyID string) error {
	return s.change(accessKeyID, func(change) change { return change{} })
}

func (s *Store) change(accessKeyID string, f func(change) change) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refresh()
	if _, ok := s.pairs[accessKeyID]; !ok {
		return fmt.Errorf("change access key %q: the lab has no such key", accessKeyID)
	}
	s.changed[accessKeyID] = f(s.changed[accessKeyID])
	return nil
}
