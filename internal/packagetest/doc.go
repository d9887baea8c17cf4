// Package packagetest tests what `make packages` makes. There is no code here, only tests; they run by themselves, as
// `make test-packages`, for they take minutes.
//
//  1. Two builds, in two folders and with other modes of the files, give the same octets.
//  2. Each format has the files, modes and scripts that it should have, and no program is larger than a limit.
//  3. The deb is installed in a clean Debian, which systemd boots: started, notified, made to capture, reloaded, stopped, upgraded,
//     removed, purged.
//  4. The rpm is installed in the same root, and removed.
//  5. The programs for other processors make the same records of a capture under qemu.
//
// SAGFLOW_PACKAGE_ARCH=amd64 makes packages of that architecture alone, for work on a test that needs no other, and
// SAGFLOW_DEBIAN names a root that debootstrap made before, to copy.
package packagetest
