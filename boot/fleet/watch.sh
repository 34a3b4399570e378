#!/bin/bash
# Until the group takes this machine away; then drains it, and ends.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../lib/machine.sh
. "$here/../lib/machine.sh"
step="watch"
while true; do
  # Not there before the machine has come into service; and one answer less is nothing.
  target=$(metadata_once autoscaling/target-lifecycle-state 2>/dev/null || true)
  [[ $target != Terminated ]] || exec "$here/drain.sh"
  sleep 5
done
