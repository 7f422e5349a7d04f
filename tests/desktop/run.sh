#!/usr/bin/env bash
# The real-window lane: the program on a real X screen, met by other programs as people meet it.
#  - Chinese input methods (fcitx5 and ibus) · a screen reader's view of every page · a printer · pictures · a second start
# Installs what it needs with apt when run as root; says loudly what it leaves out otherwise.
# Usage: tests/desktop/run.sh [pytest arguments]    e.g. --pictures DIR keeps pictures of the real window
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
# never dbus-x11: it leaves a session bus of its own behind every start
screen=(xvfb xauth openbox xdotool wmctrl dbus imagemagick fonts-wqy-zenhei at-spi2-core python3-pyatspi gir1.2-atspi-2.0)
fcitx=(fcitx5 fcitx5-modules fcitx5-pinyin fcitx5-chinese-addons)
ibus=(ibus ibus-libpinyin)
printer=(cups cups-client cups-ipp-utils printer-driver-cups-pdf avahi-daemon libcups2 poppler-utils)

missing() {
  local name
  for name in "$@"; do
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'install ok installed' ||
      dpkg-query -W -f='${Status}' "${name}t64" 2>/dev/null | grep -q 'install ok installed' || echo "$name"
  done
}

mapfile -t wanted < <(missing "${screen[@]}" "${fcitx[@]}" "${ibus[@]}" "${printer[@]}")
if [ "${#wanted[@]}" -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq || true
  # one group after the other: a package that cannot be had costs only its own part
  for group in "${screen[*]}" "${fcitx[*]}" "${ibus[*]}" "${printer[*]}"; do
    # shellcheck disable=SC2086 # a group is a list of names
    apt-get install -y -qq --no-install-recommends $group >/dev/null || true
  done
fi

mapfile -t lacking < <(missing "${screen[@]}")
if [ "${#lacking[@]}" -gt 0 ]; then
  echo "!!! SKIPPED: the whole lane. There is no screen here; install first: ${lacking[*]}"
  exit 0
fi
leave_out=()
[ -z "$(missing "${fcitx[@]}")" ] || { echo "!!! SKIPPED: fcitx5 is not installed"; leave_out+=(fcitx); }
[ -z "$(missing "${ibus[@]}")" ] || { echo "!!! SKIPPED: ibus is not installed"; leave_out+=(ibus); }
if [ -n "$(missing "${printer[@]}")" ] || [ "$(id -u)" != 0 ]; then
  echo "!!! SKIPPED: the printer; CUPS is not installed or this is not root"
  leave_out+=(test_a_signed_prescription)
fi
choice=$(printf ' and not %s' "${leave_out[@]}")
[ "${#leave_out[@]}" -gt 0 ] && choice=${choice# and } || choice=""

cd "$root"
kept=$(mktemp -d)
echo "What every screen looked like at the end is in $kept"
exec "$root/.venv/bin/python" -m pytest "$here" -p no:cacheprovider -v --no-header --basetemp "$kept/run" -k "$choice" "$@"
