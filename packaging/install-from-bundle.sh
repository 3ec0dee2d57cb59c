#!/usr/bin/env bash
# Install what `packaging/bundle.sh` made, from inside the unpacked folder, without a network. The folder stays where it is.
set -euo pipefail
cd "$(dirname "$0")/.."
python="${PYTHON:-python3}"
[ -f SHA256SUMS ] || { echo "Das ist kein entpacktes Bündel: SHA256SUMS fehlt."; exit 1; }
sha256sum --quiet --check SHA256SUMS || { echo "Das Bündel ist beschädigt oder verändert. Es wurde nichts installiert."; exit 1; }
"$python" -m venv .venv
pip=(.venv/bin/python -m pip --disable-pip-version-check install --quiet --no-index --find-links wheels)
"${pip[@]}" --require-hashes --requirement requirements/base.txt
"${pip[@]}" --no-deps --no-build-isolation --editable .
echo "Installiert: $(.venv/bin/python -c 'import bruecke; print(bruecke.RELEASE)') in $PWD. Weiter mit docs/operations/install.md, Abschnitt 2."
