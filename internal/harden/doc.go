// Package harden is what the device does to itself once it has opened what it needs, so that whoever takes it over by a
// packet gets as little as possible.
//
// Apply, step by step:
//
//  1. The options are checked, and the user is looked up; until here nothing has changed.
//  2. Privileges: a process that root started becomes Options.User with that user's groups. Of the capabilities only those
//     that are named stay, as permitted and effective; the ambient, inheritable and, where CAP_SETPCAP is at hand, bounding
//     sets are emptied of all others. A process that was started with ambient or file capabilities gives up the rest likewise.
//  3. The kernel is asked whether that user can use the paths of the options: files that belong to somebody else are an
//     error now and not days later.
//  4. No_new_privs: no execve(2) ever gives more rights again.
//  5. Landlock (Linux 5.19 and later): files can be opened below the paths of the options and of SystemPaths only, nothing is
//     executed. From Linux 6.7 on TCP is for the ports of the options, from 6.12 on signals and abstract sockets stay inside.
//  6. Seccomp: system calls that a device has no use for fail, with EPERM where they are dangerous, else with ENOSYS as on
//     a kernel that lacks them. Nothing is killed: a Go runtime that learns a new system call falls back.
//  7. Current reads back from the kernel what is in force now, for all threads.
//
// All of it holds for all threads, those that start later included, and can't be undone. A measure that the kernel or the
// architecture lacks is reported and no error; one that is there and fails is an error, after which the process must end.
// Measures may be left out (Options.Off), each with a reason that the report repeats.
//
// What stays possible: UDP to anywhere, for a FlowLog may name any collector; raw frames with CAP_NET_RAW, which interfaces
// that come back need; reading what is world-readable below /etc and /proc.
//
// Sources: capabilities(7), credentials(7), landlock(7), seccomp(2), proc_pid_status(5). Decisions: docs/adr/0011.
package harden
