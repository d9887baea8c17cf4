// Package tap captures from interfaces as they come and go.
//
//  1. Follow tells which interfaces there are to capture from, at once and whenever that changes.
//  2. One that is up, and isn't captured yet, is opened: a Tap with a source for each worker. Attach hands it to the
//     workers. Where it can't be opened that is said once, shown in the status, and tried again each Retry.
//  3. A worker whose source ends, since the interface went down or away, calls Done: the last counts are taken and
//     the source is closed. When all workers are done with a tap its interface may be opened anew.
//  4. Detach asks the workers to finish with a tap whose interface is no longer wanted: it was renamed, say,
//     or is to be captured in another way; then it is opened anew when they are.
//
// What the kernel counted is summed up by the interface's name, over all taps it ever had, so that the sums hold when
// it comes back.
package tap
