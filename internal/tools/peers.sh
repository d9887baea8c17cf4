#!/bin/sh
# peers.sh - make sure that what the tests need is installed: install it with apt as root, or name it and fail.
set -eu
PATH=$PATH:/usr/sbin

# What must be there (a program, or a file by its path), and the Debian package that has it.
needs='
nfcapd nfdump
nfdump nfdump
tshark tshark
dumpcap wireshark-common
softflowd softflowd
zstd zstd
tcpdump tcpdump
ethtool ethtool
ip iproute2
tc iproute2
python3 python3
gcc gcc
/usr/include/stdlib.h libc6-dev
/usr/include/pcap.h libpcap-dev
/usr/bin/time time
node nodejs
npm npm
systemd-analyze systemd
systemd-nspawn systemd-container
debootstrap debootstrap
qemu-mips-static qemu-user-static
rpm rpm
dpkg-deb dpkg
mandoc mandoc
zsh zsh
fish fish
promtool prometheus
prometheus prometheus
'

missing() {
	echo "$needs" | while read -r what package; do
		case $what in
		'') ;;
		/*) [ -e "$what" ] || echo "$package" ;;
		*) command -v "$what" >/dev/null 2>&1 || echo "$package" ;;
		esac
	done | sort -u | tr '\n' ' '
}

# Some of these packages start a daemon when they are installed, and enable it. What the tests need is the program:
# invoke-rc.d(8) asks this file, where there is one, and 101 forbids it.
policy=/usr/sbin/policy-rc.d
quiet_daemons() {
	[ ! -e "$policy" ] || return 0
	trap 'rm -f "$policy"' EXIT
	trap 'exit 130' INT TERM
	printf '#!/bin/sh\nexit 101\n' >"$policy"
	chmod 755 "$policy"
}

packages=$(missing)
[ -n "$packages" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	echo "peers: install $packages"
	export DEBIAN_FRONTEND=noninteractive
	apt-get -q update
	quiet_daemons
	# shellcheck disable=SC2086
	apt-get -q install -y --no-install-recommends $packages
	case " $packages" in
	*' prometheus '*) ! command -v systemctl >/dev/null || systemctl -q disable prometheus || : ;;
	esac
	packages=$(missing)
	[ -n "$packages" ] || exit 0
fi
echo "peers: missing. Install them, as root: apt-get install $packages" >&2
exit 1
