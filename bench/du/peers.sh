#!/bin/bash
# Unpacks the newest packaged versions of the programs that baton du is compared
# with into DIR/root, beside the system and without touching it: apt gets a state
# and a cache of its own, and takes the packages of Debian's unstable
# distribution from the mirror that the machine already uses. Needs no root.
#
# Usage: peers.sh DIR
set -euo pipefail

dir=$(realpath -m "${1:?usage: peers.sh DIR}")
packages=(coreutils diskus gdu du-dust dua-cli bfs ncdu)

if [[ -e $dir/done ]]; then
	exit 0
fi
for tool in apt-get dpkg-deb; do
	if ! command -v "$tool" >/dev/null; then
		echo "peers.sh: needs $tool; only the installed programs will be compared" >&2
		exit 1
	fi
done

mkdir -p "$dir"/{state/lists/partial,cache/archives/partial,root}
: >"$dir/state/status" # nothing counts as installed, so the libraries come too

codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
mirror=$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' |
	awk -v release="$codename" '$1 == release { print $2; exit }')
if [[ -z $mirror ]]; then
	echo "peers.sh: found no mirror for $codename in the sources of apt" >&2
	exit 1
fi
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror sid main" >"$dir/sources.list"

apt=(apt-get -qq
	-o "Dir::Etc::sourcelist=$dir/sources.list"
	-o Dir::Etc::sourceparts=/dev/null
	-o "Dir::State=$dir/state"
	-o "Dir::State::status=$dir/state/status"
	-o "Dir::Cache=$dir/cache"
	-o "APT::Sandbox::User=$(id -un)")
"${apt[@]}" update
"${apt[@]}" install --yes --no-install-recommends --download-only "${packages[@]}" >/dev/null

for deb in "$dir"/cache/archives/*.deb; do
	dpkg-deb -x "$deb" "$dir/root"
done
touch "$dir/done"
