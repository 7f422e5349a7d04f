#!/usr/bin/env bash
# The interoperability lane: other people's clients and data against our hub.
#  - sekmet: third-party conformance scenarios (admission, laboratory, medication, documents)
#  - synthea: generated patients loaded by `qingnang hub load`, synced to a desk, opened and prescribed for
# What cannot be fetched is skipped with a loud line. Usage: tests/interop/run.sh
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
venv="$root/.venv-interop"
work=$(mktemp -d)
hub_pid=""
trap '[ -n "$hub_pid" ] && kill "$hub_pid" 2>/dev/null; rm -rf "$work"' EXIT

if ! { [ -x "$venv/bin/sekmet" ] && cmp -s "$root/requirements-interop.txt" "$venv/requirements"; }; then
  "$root/.venv/bin/python" -m venv "$venv"
  if ! "$venv/bin/python" -m pip install --quiet --require-hashes -r "$root/requirements-interop.txt"; then
    echo "!!! SKIPPED: the third-party peers could not be fetched; nothing was proven here"
    exit 0
  fi
  cp "$root/requirements-interop.txt" "$venv/requirements"
fi

qingnang="$root/.venv/bin/qingnang --lang en"
hub() { $qingnang hub "$@" --data "$work/hub" --key-file "$work/hub.key"; }
echo "a long password" | hub user add tester --role doctor-attending --password-stdin >/dev/null
# exec, so that the process that is ended below is the hub itself
(exec $qingnang hub serve --port 0 --no-referential-integrity --data "$work/hub" --key-file "$work/hub.key") \
  >"$work/address" 2>"$work/hub.log" &
hub_pid=$!
for _ in $(seq 100); do [ -s "$work/address" ] && break; sleep 0.1; done
base=$(cat "$work/address")
token=$(hub token tester)

echo "== third-party conformance scenarios against $base"
cat >"$work/peers.yaml" <<YAML
peers:
  hub:
    base_url: $base
    auth: {type: bearer, token: $token}
YAML
cat >"$work/settings.yaml" <<YAML
server: {host: 127.0.0.1, port: 8899, base_url: "http://127.0.0.1:8899/fhir"}
simulator: {enabled: false}
YAML
(
  cd "$work"
  "$venv/bin/sekmet" scenario run conformance_smoke adt_admit_transfer_discharge lab_order_to_result \
    medication_order_dispense clinical_documentation --peer hub -c peers.yaml --no-serve
)

echo "== generated patients: hub, desk, chart, prescription"
"$venv/bin/synthea" -p 3 -s 7 --clinician-seed 7 -r 20260101 -o "$work/synthea" --log-level error >"$work/synthea.log" 2>&1 ||
  { tail -20 "$work/synthea.log"; exit 1; }
"$root/.venv/bin/python" -m pytest "$here" -p no:cacheprovider -q --no-header \
  --override-ini "testpaths=$here" -o "timeout=600" --generated "$work/synthea"
