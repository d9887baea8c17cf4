package exporter

// DropReason says why records did not reach an output's destination.
type DropReason int8

// The reasons.
const (
	NotDropped      DropReason = iota
	DropRefused                // the collector's host says that nobody listens on the port
	DropUnreachable            // no route or no answer on the way
	DropForbidden              // a local rule (firewall, prohibited route) forbids sending
	DropTooLong                // the path carries less than one record needs
	DropBufferFull             // the local socket or device took nothing for too long
	DropQueueFull              // the output's queue was full, where it must not block
	DropShutdown               // the time for finishing was over
	DropFailed                 // any other error
	DropSpoolFull              // the oldest in the spool had to make room
	DropTooOld                 // it was in the spool for too long
	DropDamaged                // it was damaged in the spool
	DropOperator               // somebody asked for it
	dropReasons     = 13
)

var dropReasonNames = [dropReasons]string{
	"not-dropped", "refused", "unreachable", "forbidden", "too-long", "buffer-full", "queue-full", "shutdown", "failed",
	"spool-full", "too-old", "damaged", "operator",
}

// String returns the name that counters and logs use.
func (r DropReason) String() string {
	if r < 0 || r >= dropReasons {
		return dropReasonNames[DropFailed]
	}
	return dropReasonNames[r]
}

// mayBeEarlier says whether the error may belong to an earlier datagram: the system reports what
// ICMP says of one at the next send, which it then doesn't do (udp(7)).
func (r DropReason) mayBeEarlier() bool { return r == DropRefused || r == DropUnreachable }

// hint is what an operator can do about it.
func (r DropReason) hint() string {
	switch r {
	case DropRefused:
		return "start the collector, or correct its address and UDP port"
	case DropUnreachable:
		return "check the route to the collector and the links on the way"
	case DropForbidden:
		return "allow UDP to the collector in the local firewall and routing rules"
	case DropTooLong:
		return "raise the MTU on the way to the collector"
	case DropBufferFull:
		return "check the outgoing interface, or lower the export rate"
	case DropQueueFull:
		return "raise the export rate or the queue length"
	case DropSpoolFull:
		return "see to it that Log Service takes batches again, or raise the spool's size"
	case DropTooOld:
		return "see to it that Log Service takes batches again, or raise the spool's age limit"
	case DropDamaged:
		return "check the disk that holds the spool"
	default:
		return "see the error"
	}
}
