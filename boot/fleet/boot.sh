#!/bin/bash
# Once in a machine's life: from a bare Amazon Linux to a machine of its role that has its volumes and its address. Safe to
# run again.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../lib/machine.sh
. "$here/../lib/machine.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/report.sh
. "$here/../lib/report.sh"
role=$etc/role.json
kept=$root/var/lib/groundwork
units=$root/etc/systemd/system
mkdir -p "$root/run/groundwork" "$kept" "$units"
: >"$errors"

data() {
  jq -er "$1" "$role"
}

# Why, for whoever rolls the role: a group that has been healthy keeps its report.
record_failure() {
  local text
  text=$(printf '%s: %s' "$step" "$reason" | tr -c '[:print:]' ' ' | sed 's/["\\]/ /g' | cut -c 1-1000)
  aws ssm put-parameter --name "$(cat "$etc/fail-to")" --type String --overwrite --value \
    "{\"instance\":\"$instance\",\"version\":\"$generation\",\"reason\":\"$text\",\"at\":\"$(date -u +%FT%TZ)\"}" >/dev/null ||
    log "could not say why"
}

ended() {
  local code=$?
  if ((code != 0)); then
    set +e
    [[ -n $reason ]] || reason="ended with exit code $code: $(tail -n 3 "$errors" 2>/dev/null | tr '\n' ' ')"
    [[ -z $group ]] || record_failure
  fi
  (exit "$code")
  finish
}
trap ended EXIT

step="find out who I am"
read_metadata
zone=$(metadata placement/availability-zone) || die "the metadata service did not give the zone"
read_group
log "$instance in $group, generation $generation, $state"
has_been_healthy || report starting "" || log "could not report that it begins"

step="close ssh"
if systemctl cat sshd.service >/dev/null 2>&1; then
  systemctl disable --now sshd.service
fi

step="install packages"
command -v jq >/dev/null || install_packages jq
mapfile -t packages < <(jq -r '.packages[]' "$role")
if ((${#packages[@]} > 0)); then
  install_packages "${packages[@]}"
fi

# From here on, so that also a boot that fails lets go of what it has taken.
step="watch for the end"
cp "$here/fleet-drain.service" "$units/"
attempt 3 5 systemctl daemon-reload
attempt 3 5 systemctl enable --now fleet-drain.service

tag_filters() {
  jq -c "[$1 | to_entries[] | {Name: (\"tag:\" + .key), Values: [.value]}]" "$role"
}

find_volume() {
  aws ec2 describe-volumes --filters "$1" --output text \
    --query 'Volumes[].[VolumeId,State,AvailabilityZone,Attachments[0].InstanceId,Attachments[0].State]'
}

take_volume() {
  aws ec2 attach-volume --volume-id "$1" --instance-id "$instance" --device "$2" >/dev/null
}

# attach_volume NUMBER: sets volume. One that another machine has is waited for, never taken.
attach_volume() {
  local number=$1 name device filters lines found place holder attachment waited limit
  name=$(data ".volumes[$number].name")
  device=$(data ".volumes[$number].device")
  limit=$(data .waitSeconds)
  filters=$(tag_filters ".volumes[$number].tags")
  for ((waited = 0; ; waited += 5)); do
    lines=$(attempt 5 5 find_volume "$filters") || die "the volume $name could not be looked up: $(tail -n 1 "$errors")"
    mapfile -t found < <(grep . <<<"$lines")
    ((${#found[@]} == 1)) || die "there is not exactly one volume with the tags of $name, but ${#found[@]}"
    read -r volume volume_state place holder attachment <<<"${found[0]}"
    [[ $place == "$zone" ]] || die "$name, $volume, is in $place, and this machine is in $zone"
    if [[ $holder == "$instance" && $attachment == attached ]]; then
      return 0
    fi
    if [[ $volume_state == available ]] && attempt 1 0 take_volume "$volume" "$device"; then
      log "attaches $name, $volume"
    fi
    if ((waited >= limit)); then
      [[ $holder == "$instance" || $holder == None ]] ||
        die "$name, $volume, is still attached to $holder after $limit seconds. That machine has to let go of it: it is drained when its group takes it away; otherwise stop what uses the volume there, unmount and detach it"
      die "$name, $volume, could not be attached within $limit seconds; it is $volume_state. $reason"
    fi
    sleep 5
  done
}

# device_of VOLUME DEVICE: sets disk. Where volumes are NVMe devices, their names are by chance and their serial numbers are not.
device_of() {
  local by_id=$root/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${1/-/} try
  for ((try = 0; try < 60; try++)); do
    for disk in "$by_id" "$root$2"; do
      [[ ! -e $disk ]] || return 0
    done
    sleep 1
  done
  die "$1 is attached, and no device has come up for it"
}

# Sets content: what is on a disk; empty when nothing is, which only zeros prove.
read_content() {
  local code=0
  content=$(blkid --probe --match-tag TYPE --output value "$1" 2>"$errors") || code=$?
  ((code == 0 || code == 2)) || die "what is on $1 cannot be told: $(tail -n 1 "$errors")"
  [[ -z $content ]] || return 0
  if blkid --probe "$1" >/dev/null 2>&1 || [[ $(head -c 4194304 "$1" | tr -d '\0' | head -c 1 | wc -c) != 0 ]]; then
    die "$1 is not blank, and holds no filesystem that could be mounted. It is left as it is: look at it by hand"
  fi
}

# mount_volume NUMBER
mount_volume() {
  local number=$1 disk content filesystem place uuid
  attach_volume "$number"
  device_of "$volume" "$(data ".volumes[$number].device")"
  read_content "$disk"
  filesystem=$(data ".volumes[$number].filesystem")
  place=$(data ".volumes[$number].mountPoint")
  if [[ -z $content ]]; then
    log "$volume is blank: makes $filesystem"
    attempt 1 0 mkfs --type "$filesystem" -q "$disk"
    content=$filesystem
  fi
  uuid=$(blkid --probe --match-tag UUID --output value "$disk" 2>"$errors") || die "the filesystem on $volume has no number of its own"
  touch "$root/etc/fstab"
  # nofail: a machine that starts again without its volume still can be reached.
  awk -v place="$place" '$2 != place' "$root/etc/fstab" >"$root/etc/fstab.new"
  printf 'UUID=%s %s %s defaults,nofail,x-systemd.device-timeout=60 0 2\n' "$uuid" "$place" "$content" >>"$root/etc/fstab.new"
  mv "$root/etc/fstab.new" "$root/etc/fstab"
  mkdir -p "$root$place"
  attempt 3 5 systemctl daemon-reload
  mountpoint --quiet "$root$place" || attempt 3 5 mount "$place"
  case $content in
    xfs) attempt 3 5 xfs_growfs "$place" >/dev/null ;;
    ext2 | ext3 | ext4) attempt 3 5 resize2fs "$disk" >/dev/null ;;
    *) log "$content cannot be made to fit its volume here" ;;
  esac
}

step="take the volumes"
volumes=$(data '.volumes | length')
for ((number = 0; number < volumes; number++)); do
  mount_volume "$number"
done

step="take the address"
find_address() {
  aws ec2 describe-addresses --filters "$1" --output text --query 'Addresses[].[AllocationId,InstanceId]'
}
take_address() {
  aws ec2 associate-address --allocation-id "$1" --instance-id "$instance" --allow-reassociation >/dev/null
}
filters=$(tag_filters '.address // {}')
if [[ $filters != "[]" ]]; then
  lines=$(attempt 5 5 find_address "$filters") || die "the address could not be looked up: $(tail -n 1 "$errors")"
  mapfile -t found < <(grep . <<<"$lines")
  ((${#found[@]} == 1)) || die "there is not exactly one address with this role's tags, but ${#found[@]}"
  read -r allocation holder <<<"${found[0]}"
  [[ $holder == "$instance" ]] || attempt 5 5 take_address "$allocation"
fi

# left: seconds until the machine has to be ready.
begun=$SECONDS
ready_seconds=$(data .readySeconds)
left() {
  local seconds=$((ready_seconds - (SECONDS - begun)))
  ((seconds > 0)) || die "not ready after $ready_seconds seconds"
  printf '%s' "$seconds"
}

# The end of its stderr becomes the reason.
run_setup() {
  local seconds
  seconds=$(left) || die "not ready after $ready_seconds seconds"
  timeout "$seconds" "$here/run.sh" bash -euo pipefail -c "$1" 2>"$errors"
}

step="set up"
if [[ ! -e $kept/set-up ]]; then
  count=$(data '.setup | length')
  for ((number = 0; number < count; number++)); do
    code=0
    run_setup "$(data ".setup[$number]")" || code=$?
    cat "$errors" >&2
    ((code != 124)) || die "setup command $((number + 1)) of $count was not done in time"
    ((code == 0)) || die "setup command $((number + 1)) of $count ended with exit code $code: $(tail -n 3 "$errors" | tr '\n' ' ')"
  done
  touch "$kept/set-up"
fi

step="start the service"
service=$(data '.service | length')
if ((service > 0)); then
  cp "$here/fleet-role.service" "$units/"
  mkdir -p "$units/fleet-role.service.d"
  {
    printf '[Unit]\n'
    jq -r '.volumes[] | "RequiresMountsFor=\(.mountPoint)"' "$role"
    printf '[Service]\nTimeoutStopSec=%s\n' "$(data '[.drainSeconds, 10] | max')"
  } >"$units/fleet-role.service.d/role.conf"
fi
attempt 3 5 systemctl daemon-reload
((service == 0)) || attempt 3 5 systemctl enable --now fleet-role.service

step="wait until ready"
is_ready() {
  local restarts
  if ((service > 0)); then
    restarts=$(systemctl show --property NRestarts --value fleet-role.service)
    ((restarts < 5)) || die "the service has ended $restarts times: $(journalctl --unit fleet-role.service --lines 3 --output cat 2>/dev/null | tr '\n' ' ')"
    waiting_for="the service is $(systemctl is-active fleet-role.service)"
    [[ $waiting_for == *" active" ]] || return 1
  fi
  if ready=$(data '.ready // empty'); then
    waiting_for="the command of boot.ready ends with another exit code than 0"
    timeout 30 "$here/run.sh" bash -c "$ready" >/dev/null 2>"$errors" || return 1
  elif ((service > 0 && waited < 10)); then
    waiting_for="the service has not run for 10 seconds yet"
    return 1
  fi
}
for ((waited = 0; ; waited += 5)); do
  is_ready && break
  ((waited < ready_seconds && SECONDS - begun < ready_seconds)) || die "not ready after $ready_seconds seconds: $waiting_for"
  sleep 5
done

step="enter service"
attempt 60 5 report healthy "" || log "could not report"
enter_service
log "in service"
