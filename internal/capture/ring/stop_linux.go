package ring

// Stop takes in no more frames. Next goes on to hand out those that the ring holds, and then returns capture.ErrDown,
// as of an interface that went down: the counts are final then. It is called by who calls Next.
func (r *Ring) Stop() error {
	if r.ending {
		return nil
	}
	r.ending = true
	return attach(r.fd, dropAll())
}
