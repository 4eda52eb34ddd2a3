#!/usr/bin/env bash
# Installs the browsers of `npm run test:browsers` where they are missing: Chromium, Firefox, and WebKit with a display
# for it. For Debian, as root or with sudo; elsewhere, where Chrome and Firefox are there already.
set -euo pipefail
root=()
[ "$(id -u)" = 0 ] || root=(sudo)

missing=()
command -v chromium google-chrome > /dev/null || missing+=(chromium)
command -v firefox-esr firefox > /dev/null || missing+=(firefox-esr)
command -v WebKitWebDriver > /dev/null || missing+=(webkit2gtk-driver)
command -v Xvfb > /dev/null || missing+=(xvfb)
if [ "${#missing[@]}" -gt 0 ]; then
  "${root[@]}" apt-get update
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${missing[@]}"
fi

dpkg-query --show chromium firefox-esr webkit2gtk-driver || command -v google-chrome firefox
