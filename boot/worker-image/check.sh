#!/bin/bash
# Whether an image holds all that install.sh puts there, so that a machine started from it has nothing left to install. Run on a
# machine of the new image, by the tests of its build; reads `.install` of /etc/groundwork/worker.json only.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../lib/machine.sh
. "$here/../lib/machine.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/worker.sh
. "$here/../lib/worker.sh"
missing=()

has() {
  command -v "$1" >/dev/null || missing+=("$2")
}

# runs WHAT COMMAND…
runs() {
  local what=$1
  shift
  "$@" >/dev/null 2>&1 || missing+=("$what")
}

step="check the image"
has jq "jq"
has iptables "iptables"
filesystem=$(data .install.filesystem)
has "mkfs.$filesystem" "the tools of $filesystem"
[[ $filesystem != ext4 || $(option .install.localDisks) != true ]] || has mdadm "mdadm"
[[ $(option .install.logs) != true ]] ||
  has "$root/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl" "the log agent"
while IFS= read -r package; do
  rpm --query --quiet "$package" || missing+=("the package $package")
done < <(jq -r '.install.packages[]' "$data_file")
runs "a worker that runs" "$concourse/bin/concourse" --version
wanted=$(option .install.workerVersion)
[[ -z $wanted || $(readlink "$concourse") == */"$wanted/concourse" ]] || missing+=("the worker $wanted")
[[ -z $(option .install.metrics.version) ]] || runs "a metrics agent that runs" "$root/usr/local/bin/node_exporter" --version

if ((${#missing[@]} > 0)); then
  printf 'the image lacks: %s\n' "${missing[@]}" >&2
  exit 1
fi
log "it holds everything"
