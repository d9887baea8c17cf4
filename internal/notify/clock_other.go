//go:build !linux

package notify

import "time"

// monotonic is 0: there is no systemd that would ask for it.
func monotonic() time.Duration { return 0 }
