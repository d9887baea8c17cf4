// Package peertest tests the built programs from outside: what it makes of captures against the
// oracle, and what it sends against what other people's collectors make of it. There is no code
// here, only tests.
//
//  1. TestMain builds both programs once and puts them, and the repository's bin folder, first in PATH.
//  2. Replayed captures are compared with the truths of testdata and, where the shared material is
//     at hand, with the oracle: whole flows in both fragment modes, records under aging, any number
//     of workers, damaged files.
//  3. Captures are replayed to nfcapd, to goflow2 and, through dumpcap, to tshark at once; what each
//     of the three received is compared with the truth.
//  4. A million records are sent to nfcapd as Debian starts it, and counted.
//  5. What softflowd sends is collected, and compared with nfdump's reading of the same datagrams.
//  6. What the encoders announce in options records, which replay has none of, is shown by tshark and nfdump.
//  7. The official npm clients, as npm/package-lock.json pins them, call the lab's Smartag API and its Log Service.
package peertest
