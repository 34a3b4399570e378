#!/bin/bash
# The worker as a service. Safe to run again. A running worker finishes its tasks before it is started anew.
# WORKER_KIND: generic-worker or docker-worker. EXECUTABLE below /opt/WORKER_KIND/current, ARGUMENTS apart by spaces, DRAIN_SECONDS.
# DEVICES: what must be there before it takes tasks, apart by spaces; empty for nothing.
set -euo pipefail
: "${WORKER_KIND:?}" "${EXECUTABLE:?}" "${ARGUMENTS?}" "${DRAIN_SECONDS:?}" "${DEVICES?}"
root=${GROUNDWORK_ROOT:-}
units=$root/etc/systemd/system
unit=$WORKER_KIND.service
mkdir -p "$units"
# A machine that had a worker of the other kind: it finishes its tasks, and leaves no token behind.
for other in generic-worker docker-worker; do
  if [[ $other != "$WORKER_KIND" && -e $units/$other.service ]]; then
    systemctl disable --now "$other.service"
    rm -f "$units/$other.service" "$root/etc/$other/config.json"
  fi
done
stop_signal=SIGTERM
own=""
if [[ $WORKER_KIND == generic-worker ]]; then
  # Told to end (SIGTERM) it gives its tasks up at once; interrupted it finishes them, and ends with 71. 68: it was idle. 72: told to end.
  # 64, 73, 77 and 82 say that what it was given is wrong, and stays so.
  stop_signal=SIGINT
  own="WorkingDirectory=/var/lib/generic-worker
StateDirectory=generic-worker
SuccessExitStatus=68 71 72
RestartPreventExitStatus=64 73 77 82"
fi
# A kernel that came by night may have no modules yet: without its devices the worker would take tasks and fail them.
for device in $DEVICES; do
  own+="
ExecStartPre=/usr/bin/test -e $device"
done
cat >"$units/$unit" <<UNIT
[Unit]
Description=Taskcluster worker ($WORKER_KIND)
Requires=docker.service
After=docker.service network-online.target
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
ExecStart=/opt/$WORKER_KIND/current/$EXECUTABLE${ARGUMENTS:+ $ARGUMENTS}
Restart=always
RestartSec=15
# The worker itself is told to finish; what it started is left alone until it has.
KillMode=mixed
KillSignal=$stop_signal
TimeoutStopSec=$DRAIN_SECONDS
LimitNOFILE=1048576
$own

[Install]
WantedBy=multi-user.target
UNIT
chmod 644 "$units/$unit"
systemctl daemon-reload
systemctl enable "$unit"
systemctl reset-failed "$unit" || true
systemctl restart "$unit"
