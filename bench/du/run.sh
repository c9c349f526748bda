#!/bin/bash
# Compares baton du with every other program of its kind that is at hand, on the
# same trees, as whole processes, in pairs. Prints the table that README shows.
#
# Usage: run.sh [FLAG…]         all flags go to the program, see run.sh -h
#   BATON=PROGRAM               measure this one instead of a fresh build
#   CACHE=DIR                   where trees and packages are kept between runs
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cache=${CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/baton-bench}
mkdir -p "$cache/bin"

baton=${BATON:-$cache/bin/baton}
if [[ -z ${BATON:-} ]]; then
	(cd "$here/../.." && CGO_ENABLED=0 go build -trimpath -o "$baton" ./cmd/baton)
fi
(cd "$here/.." && go build -o "$cache/bin/measure" ./measure && go build -o "$cache/bin/du-bench" ./du)
"$here/peers.sh" "$cache/peers" || echo "run.sh: going on with the programs that are installed" >&2

exec "$cache/bin/du-bench" -baton "$baton" -measure "$cache/bin/measure" -peers "$cache/peers/root" -dir "$cache/trees" "$@"
