// Package keys is the lab's credentials: the access keys that its emulators know, and whose signatures
// they take. The Smartag API and the Log Service share one file.
//
//  1. [Open] looks into the environment. ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET,
//     with ALIBABA_CLOUD_SECURITY_TOKEN if there is one, are the only pair then, and no file is read.
//  2. Else it reads the file, in the official INI form that config/credentials parses: each section is a pair,
//     a temporary one with security_token and, as an addition of this project, expiration (RFC 3339).
//  3. If there is no file, one is made with a random pair in the section default: mode 0600, written beside
//     and linked into place, so that of two programs that start at once one makes it and both read it.
//     A device's credentials-file and the official SDKs take it unchanged.
//  4. [Store.Lookup] reads the file anew when its time, size or identity changed. A file that became
//     unreadable or wrong changes nothing: the pairs that were good stay, and the log says so once.
//  5. [Store.Revoke], [Store.Expire] and [Store.Restore] change what Lookup says of a key while running.
//     They outlast a re-read of the file, and are not written to it.
package keys
