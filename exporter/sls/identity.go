package sls

// Identity is who exports: the same in every record of a device. Its strings are UTF-8, and
// nobody writes to it while it is in use.
type Identity struct {
	// InstanceID is the SAG's id; it is also the LogGroup's Source and the tag device.
	InstanceID string
	// SerialNumber is the device's serial number; the key is there also where it is "".
	SerialNumber string
	// Account is the id of the account that owns the SAG, with the same rule.
	Account string
}

// BatchName names a batch and, with the index of a record in it, that record for ever: a reader
// who meets a (boot, batch, index) again has met a resend.
type BatchName struct {
	// Boot is different for each start of the device.
	Boot string
	// Number counts the batches of a boot.
	Number uint64
	// First is the index of the group's first record in the batch as it was made, and Count how
	// many records follow from there. Only the parts of a batch that was cut have a First above 0.
	First, Count uint32
}
