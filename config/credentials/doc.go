// Package credentials reads the access keys by which a device signs its requests.
//
//  1. A Reader looks into the environment: ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and
//     ALIBABA_CLOUD_SECURITY_TOKEN. What is there wins over a file.
//  2. Else it opens the file, which only its owner may read (mode 0600), and parses it: the INI form of
//     Alibaba Cloud's own tools.
//  3. Get looks at the file each time and reads it anew when it was changed or replaced; Refresh reads it
//     in any case, after a refusal.
//  4. A new file that can't be read or is wrong leaves the access key before it in force. That is logged
//     once, and Problem tells it for as long as it lasts.
//
// Secrets don't print: neither a Secret nor Credentials show one by fmt, log/slog, JSON, YAML or text. Package
// fmt can't ask a value in an unexported field, nor one behind a pointer that stands there: hold a Provider in
// such a field, or a function that returns the Credentials, but not the Credentials.
package credentials
