#!/bin/bash
# The worker as a service. Safe to run again. A running worker finishes its tasks before it is started anew.
# EXECUTABLE below /opt/docker-worker/current, ARGUMENTS apart by spaces, DRAIN_SECONDS.
set -euo pipefail
: "${EXECUTABLE:?}" "${ARGUMENTS?}" "${DRAIN_SECONDS:?}"
root=${GROUNDWORK_ROOT:-}
unit=docker-worker.service
mkdir -p "$root/etc/systemd/system"
cat >"$root/etc/systemd/system/$unit" <<UNIT
[Unit]
Description=Docker worker
Requires=docker.service
After=docker.service network-online.target
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
ExecStart=/opt/docker-worker/current/$EXECUTABLE${ARGUMENTS:+ $ARGUMENTS}
Restart=always
RestartSec=15
# The worker itself is told to finish; what it started is left alone until it has.
KillMode=mixed
TimeoutStopSec=$DRAIN_SECONDS
LimitNOFILE=1048576

[Install]
WantedBy=multi-user.target
UNIT
chmod 644 "$root/etc/systemd/system/$unit"
systemctl daemon-reload
systemctl enable "$unit"
systemctl reset-failed "$unit" || true
systemctl restart "$unit"
