package wire

// Notice is an options record that is sent once with each round of templates. The zero value is a session's
// start. It is a value: a copy is advanced while a datagram is made.
type Notice struct {
	round uint32 // that it was sent with
}

// Due says that the record wasn't sent with this round of templates.
func (n *Notice) Due(round uint32) bool { return n.round != round }

// Add plans the record of a kind, if it is due and there is room, and says whether it did.
func (n *Notice) Add(p *Plan, kind int, round uint32) bool {
	if !n.Due(round) {
		return false
	}
	if !p.AddBeside(kind) {
		p.AddNeeded(kind)
		return false
	}
	n.round = round
	return true
}
