#!/bin/bash
# Mounts the volume for the worker's data; makes its filesystem when it is blank, and only then. Run at each start of the worker.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../lib/machine.sh
. "$here/../lib/machine.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/worker.sh
. "$here/../lib/worker.sh"
begin_part volume
at "find the volume"
label=worker-data
array=$root/dev/md/$label
filesystem=$(data .install.filesystem)
kind=$(data .volume.kind)
mkdir -p "$work"
if [[ $kind == root ]] || mountpoint --quiet "$work"; then
  exit 0
fi

# The device of a name in the block device mapping. Amazon Linux makes a link of that name; other systems link by the volume's id.
find_volume() {
  local id link=$root$1
  if [[ ! -e $link ]]; then
    id=$(aws ec2 describe-volumes --filters "Name=attachment.instance-id,Values=$instance" "Name=attachment.device,Values=$1" \
      --query 'Volumes[0].VolumeId' --output text) || return 1
    link=$root/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${id/-/}
  fi
  [[ -e $link ]] || {
    echo "no volume is attached as $1" >&2
    return 1
  }
  readlink -f "$link"
}

find_disks() {
  lsblk --json --nodeps --paths --output NAME,MODEL | jq -er \
    '[.blockdevices[] | select((.model // "") | test("Instance Storage")) | .name] | sort | .[]' || {
    echo "this machine has no disks of its own" >&2
    return 1
  }
}

if [[ $kind == ebs ]]; then
  read_metadata
  found=$(attempt 24 5 find_volume "$(data .volume.deviceName)") || die "$(tail -n 1 "$errors")"
else
  found=$(attempt 6 5 find_disks) || die "$(tail -n 1 "$errors")"
fi
mapfile -t devices <<<"$found"

# blank, ours, or what else is on it. blkid says nothing of a device that it cannot read, so blank is only what reads as zeros.
content_of() {
  local tags="" code=0 name type bytes
  tags=$(blkid --probe --output export "$1" 2>"$errors") || code=$?
  if ((code == 0)); then
    type=$(sed -n 's/^TYPE=//p' <<<"$tags")
    name=$(sed -n 's/^LABEL=//p' <<<"$tags")
    case $type:$name in
      "$filesystem:$label" | "linux_raid_member:$label" | "linux_raid_member:"*":$label") echo ours ;;
      *) echo "${type:-a partition table}${name:+ named $name}" ;;
    esac
  elif ((code == 2)); then
    bytes=$(head -c 1048576 "$1" 2>"$errors" | wc -c) || return 1
    ((bytes > 0)) || return 1
    if (($(head -c 1048576 "$1" | tr -d '\0' | wc -c) == 0)); then echo blank; else echo "data of a kind that is not known"; fi
  else
    return 1
  fi
}

blank=0
for device in "${devices[@]}"; do
  content=$(content_of "$device") || die "what $device holds could not be read: $(tail -n 1 "$errors")"
  case $content in
    blank) blank=$((blank + 1)) ;;
    ours) ;;
    *) die "$device holds $content, which is not this worker's: it is left as it is" ;;
  esac
done

at "make the filesystem"
if ((blank == ${#devices[@]})); then
  log "$filesystem on ${devices[*]}"
  if ((blank > 1)) && [[ $filesystem == btrfs ]]; then
    attempt 1 0 mkfs.btrfs --quiet --label "$label" --data raid0 --metadata raid1 "${devices[@]}"
  elif [[ $filesystem == btrfs ]]; then
    attempt 1 0 mkfs.btrfs --quiet --label "$label" "${devices[@]}"
  else
    target=${devices[0]}
    if ((blank > 1)); then
      attempt 1 0 mdadm --create "$array" --run --name "$label" --level 0 --raid-devices "$blank" "${devices[@]}"
      target=$array
    fi
    attempt 1 0 mkfs.ext4 -q -L "$label" "$target"
  fi
elif ((blank > 0)); then
  die "$blank of the disks ${devices[*]} are blank, and the others hold a part of what was on all: they are left as they are"
fi

at "mount the volume"
target=${devices[0]}
if ((${#devices[@]} > 1)); then
  if [[ $filesystem == btrfs ]]; then
    attempt 3 5 btrfs device scan
  else
    # The system may have put it together by itself, and then under another name.
    [[ -e $array ]] || mdadm --assemble "$array" "${devices[@]}" >/dev/null 2>&1 || true
    target=LABEL=$label
  fi
fi
attempt 3 5 mount -t "$filesystem" -o noatime "$target" "$work"
