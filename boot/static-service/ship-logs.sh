#!/bin/bash
# Starts the agent that sends the containers' logs from the journal to the host that the settings name. Where that does not work the logs
# stay in the journal: no service waits for its logs.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../lib/machine.sh
. "$here/../lib/machine.sh"
step="ship the logs"
errors=$root/run/groundwork/errors-logs
trap 'code=$?; [[ -z $reason ]] || log "$reason"; exit "$code"' EXIT

# Its TLS is OpenSSL's here: Amazon Linux 2023 has no rsyslog-gnutls.
command -v rsyslogd >/dev/null || install_packages rsyslog rsyslog-openssl || die "$reason"
# In place of the distribution's, which writes everything to files besides.
cp "$here/rsyslog.conf" "$root/etc/rsyslog.conf"
unit=$root/etc/systemd/system/rsyslog.service.d
mkdir -p "$unit"
jq -r '"[Service]
Environment=LOG_HOST=\(.ship.host) LOG_PORT=\(.ship.port) LOG_PREFIX=\(.name)-
Environment=LOG_STATE=/var/lib/rsyslog LOG_AUTHORITIES=/etc/pki/tls/certs/ca-bundle.crt
Restart=always
RestartSec=10"' "$etc/service.json" >"$unit/groundwork.conf"
attempt 3 5 systemctl daemon-reload || die "$reason"
attempt 3 5 systemctl enable rsyslog.service || die "$reason"
attempt 3 5 systemctl restart rsyslog.service || die "$reason"
