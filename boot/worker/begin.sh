#!/bin/bash
# Before each start of the worker, which waits for it: when anybody looks for this run, what was of the run before is gone.
set -euo pipefail
run=${GROUNDWORK_ROOT:-}/run/groundwork
rm -f "$run/drain-until" "$run/registered"
date +%s >"$run/began"
echo "groundwork: the worker begins"
