package packets

import "fmt"

// Stop takes in no more frames. Next goes on to hand out those that wait, and then returns capture.ErrDown, as of an
// interface that went down. It is called by who calls Next.
func (s *Source) Stop() error {
	if s.down {
		return nil
	}
	s.down = true
	if err := s.handle.SetBPF(nothing()); err != nil {
		return fmt.Errorf("stop the capture on %q: %w", s.name, err)
	}
	return nil
}
