#!/usr/bin/env bash
# One file from which Brücke is installed on a machine without a network: sources, wheels, front-end packages, sums.
# Run it where there is a network, on the same kind of machine and Python as the target. Called by `make bundle`.
set -euo pipefail
cd "$(dirname "$0")/.."
python="${PYTHON:-python3}"
release="$(git describe --tags --always)"
kind="$("$python" -c 'import sys, sysconfig; print(f"{sysconfig.get_platform()}-py{sys.version_info.major}{sys.version_info.minor}")')"
name="bruecke-$release-$kind"
target="${1:-build/$name.tar}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/$name/wheels" "$(dirname "$target")"

git archive HEAD | tar -x -C "$work/$name"
"$python" -m pip download --quiet --disable-pip-version-check --only-binary :all: --require-hashes \
  --requirement requirements/base.txt --dest "$work/$name/wheels"
(cd "$work/$name" && npm ci --omit=dev --silent --ignore-scripts)
(cd "$work/$name" && find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum > SHA256SUMS)
tar --sort=name --owner=0 --group=0 --numeric-owner -cf "$target" -C "$work" "$name"
sha256sum "$target" | tee "$target.sha256"
