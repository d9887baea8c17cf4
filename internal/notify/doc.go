// Package notify tells systemd, or whatever started the program by its protocol, how it is doing: sd_notify(3).
//
//  1. FromEnvironment takes the socket and the watchdog's time from the environment. Without them all that follows does
//     nothing.
//  2. Open connects to the socket. It is one datagram socket for as long as the program runs, since after hardening (Landlock's
//     scope of abstract sockets) none could be connected to any more.
//  3. Ready, Reloading, Stopping and Status send one datagram each, of lines NAME=VALUE.
//  4. Run sends WATCHDOG=1 twice in the watchdog's time, as sd_watchdog_enabled(3) says, but only while Options.Healthy says that
//     the program makes progress. If it stalls, or Healthy itself hangs, systemd kills and restarts the program.
//
// The protocol is a handful of lines. github.com/coreos/go-systemd has them as well, and connects anew for each.
package notify
