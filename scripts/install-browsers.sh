#!/usr/bin/env bash
# Installs the browsers of `npm run test:browsers` where they are missing: Chromium, Firefox, and WebKit with a display
# for it. For Debian and its like, as root or with sudo.
set -euo pipefail
root=()
[ "$(id -u)" = 0 ] || root=(sudo)

declare -A packages=(
  [chromium]=chromium
  [firefox-esr]=firefox-esr
  [WebKitWebDriver]=webkit2gtk-driver
  [xvfb-run]='xvfb xauth'
)
missing=()
for program in "${!packages[@]}"; do
  # A value may be two packages.
  # shellcheck disable=SC2206
  command -v "$program" > /dev/null || missing+=(${packages[$program]})
done
if [ "${#missing[@]}" -gt 0 ]; then
  "${root[@]}" apt-get update
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${missing[@]}"
fi

dpkg-query --show chromium firefox-esr webkit2gtk-driver
