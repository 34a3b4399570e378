#!/bin/bash
# Installs what any machine of the group needs and leaves alone what is there: on an Amazon Linux as it comes it is everything, on
# an image that was built with this script nothing. Reads `.install` of /etc/groundwork/worker.json only. Needs no metadata
# service and no role.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../lib/machine.sh
. "$here/../lib/machine.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/worker.sh
. "$here/../lib/worker.sh"
begin_part install
temporary=$(mktemp -d)
trap 'code=$?; rm -rf "$temporary"; part_failed "$code"' EXIT

at "install packages"
packages=()
need() {
  command -v "$1" >/dev/null || packages+=("$2")
}
install_needed() {
  ((${#packages[@]} == 0)) || install_packages "${packages[@]}"
}
need jq jq
install_needed
packages=()
need tar tar
need gzip gzip
# The worker's network of containers.
need iptables iptables-nft
filesystem=$(data .install.filesystem)
if [[ $filesystem == ext4 ]]; then
  need mkfs.ext4 e2fsprogs
  [[ $(option .install.localDisks) != true ]] || need mdadm mdadm
elif ! command -v mkfs.btrfs >/dev/null; then
  # Not of Amazon Linux 2023 itself.
  dnf --quiet list btrfs-progs >/dev/null 2>&1 || install_packages spal-release
  install_packages btrfs-progs ||
    die "$reason. This Amazon Linux has no tools for btrfs: take ext4, or an image that has them"
fi
while IFS= read -r package; do
  rpm --query --quiet "$package" || packages+=("$package")
done < <(jq -r '.install.packages[]' "$data_file")
install_needed
if [[ $(option .install.logs) == true ]]; then
  at "install the log agent"
  packages=()
  need "$root/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl" amazon-cloudwatch-agent
  beside "its log agent" install_needed
fi

case $(uname -m) in
  x86_64) architecture=amd64 ;;
  aarch64) architecture=arm64 ;;
  *) die "there is no worker for machines of the kind $(uname -m)" ;;
esac

# No such file, no right to it: that stays. Slow (408) and busy (429) do not.
fetch() {
  local answer code=0
  answer=$(curl -sSfL --proto-redir =https --connect-timeout 10 --max-time 1200 --write-out '%{response_code}' --output "$2" "$1") || code=$?
  if ((code != 0)) && [[ $answer == 4* && $answer != 408 && $answer != 429 ]]; then
    echo "There is none, or not for everybody: name another version or address" >&2
    return "$hopeless"
  fi
  return "$code"
}

# unpack NAME VERSION FOLDER: a release of `.install`, checked, into a folder that is there whole or not at all.
unpack() {
  local url expected actual kind=sha256sum archive=$temporary/archive
  url=$(jq -er --arg name "$1" --arg version "$2" --arg architecture "$architecture" \
    '.install[$name].url | gsub("\\{version\\}"; $version) | gsub("\\{architecture\\}"; $architecture)' "$data_file")
  expected=$(jq -r --arg name "$1" --arg version "$2" --arg architecture "$architecture" \
    '.install[$name].sha256[$version][$architecture] // empty' "$data_file")
  attempt 5 10 fetch "$url" "$archive" || die "$url could not be had: $reason"
  if [[ -z $expected ]]; then
    [[ $1 == worker ]] || die "there is no sha256 of $1 $2 for $architecture in the settings"
    kind=sha1sum
    attempt 5 10 fetch "$url.sha1" "$archive.sha1" || die "$url.sha1 could not be had: $reason"
    read -r expected _ <"$archive.sha1" || [[ -n $expected ]] || die "$url.sha1 is empty"
  fi
  read -r actual _ < <("$kind" "$archive")
  [[ $actual == "${expected,,}" ]] || die "$url is not what it should be: its $kind is $actual, and should be $expected"
  rm -rf "$3.part"
  mkdir -p "$3.part"
  tar --no-same-owner -xzf "$archive" -C "$3.part" 2>"$errors" || die "$url could not be unpacked: $(tail -n 1 "$errors")"
  rm -rf "$3" "$archive"
  mv "$3.part" "$3"
}

at "ask the scheduler for the worker's version"
api=$(data .install.schedulerApi)
ask_version() {
  local info
  info=$(curl -sSfL --max-time 10 "$api/api/v1/info") || return 1
  # It becomes part of an address and of a path.
  jq -er '.version | strings | select(test("^[0-9]+(\\.[0-9]+)+([-+.][0-9A-Za-z.-]+)?$"))' <<<"$info" 2>/dev/null || {
    echo "$api/api/v1/info tells no version" >&2
    return 1
  }
}
current=$(readlink "$concourse" | sed 's|/concourse$||; s|.*/||') || current=""
version=$(option .install.workerVersion)
if [[ -z $version ]] && ! version=$(attempt 12 10 ask_version); then
  [[ -n $current ]] || die "$api/api/v1/info could not be asked: $(tail -n 1 "$errors")"
  log "$api/api/v1/info could not be asked; going on with $current, which is here"
  version=$current
fi

at "install the worker $version"
releases=$root/opt/concourse
if [[ ! -x $releases/$version/concourse/bin/concourse ]]; then
  mkdir -p "$releases"
  unpack worker "$version" "$releases/$version"
  [[ -x $releases/$version/concourse/bin/concourse ]] || die "the release holds no concourse/bin/concourse"
fi
mkdir -p "$(dirname "$concourse")"
ln -sfn "$releases/$version/concourse" "$concourse"
# A machine has no room for what an image was built with and the scheduler no longer wants.
find "$releases" -mindepth 1 -maxdepth 1 ! -name "$version" -exec rm -rf {} +

install_metrics_agent() {
  local program agents=$root/opt/node_exporter
  if [[ ! -d $agents/$1 ]]; then
    mkdir -p "$agents"
    unpack metrics "$1" "$agents/$1"
  fi
  program=$(find "$agents/$1" -type f -name node_exporter | head -n 1)
  [[ -n $program ]] || die "the release holds no node_exporter"
  mkdir -p "$root/usr/local/bin"
  ln -sfn "$program" "$root/usr/local/bin/node_exporter"
}
metrics=$(option .install.metrics.version)
if [[ -n $metrics ]]; then
  at "install the metrics agent $metrics"
  beside "its metrics agent" install_metrics_agent "$metrics"
fi
log "done"
