package netflow5

// modeInterval is the sampling mode "packet interval": one of every so many packets is selected. It stands
// in the top 2 bits of sampling_interval (Cisco, "NetFlow Export Datagram Format", table B-3).
const modeInterval = 1

// samplingInterval is the header's sampling_interval for one in n packets: the mode and 14 bits of n, 0 where
// every packet is looked at.
func samplingInterval(n int) uint16 {
	if n <= 1 {
		return 0
	}
	return modeInterval<<14 | uint16(n)&(1<<14-1)
}
