package harden

import (
	"os"
	"path/filepath"
	"slices"
)

// SystemPaths are the paths that any device reads: names and addresses, times, certificates, and what the kernel tells of
// processes and interfaces. They are folders where programs put new files in the place of old ones, as in /etc; and of
// /proc it is the root, since the inodes below come and go. What may be read there is still for the files' modes to say.
//
// Sources: Go's net/dnsconfig_unix.go, net/nss.go, net/hosts.go, crypto/x509/root_linux.go and root_unix.go.
func SystemPaths() []string {
	paths := []string{
		"/etc", "/proc", "/sys/class/net", "/sys/devices", "/usr/share/zoneinfo",
		// What the links in /etc/ssl/certs and /etc/pki lead to.
		"/usr/share/ca-certificates", "/usr/local/share/ca-certificates", "/usr/share/pki", "/var/lib/ca-certificates",
	}
	paths = append(paths, foldersOf("/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf")...)
	paths = append(paths, filepath.SplitList(os.Getenv("SSL_CERT_DIR"))...)
	if file := os.Getenv("SSL_CERT_FILE"); file != "" {
		paths = append(paths, file)
	}
	slices.Sort(paths)
	return slices.DeleteFunc(slices.Compact(paths), func(p string) bool { return !filepath.IsAbs(p) || filepath.Clean(p) == "/" })
}

// foldersOf are where files are, links resolved: often they are links to where a daemon writes them anew.
func foldersOf(files ...string) (folders []string) {
	for _, file := range files {
		if target, err := filepath.EvalSymlinks(file); err == nil {
			folders = append(folders, filepath.Dir(target))
		}
	}
	return folders
}
