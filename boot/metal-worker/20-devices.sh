#!/bin/bash
# Loopback devices for video and sound, and the processors' governor. Safe to run again; devices in use stay as they are
# until the machine is started anew.
# VIDEO_DEVICES and AUDIO_DEVICES: how many, 0 for none. CPU_GOVERNOR: a governor of cpufreq, or none.
set -euo pipefail
: "${VIDEO_DEVICES:?}" "${AUDIO_DEVICES:?}" "${CPU_GOVERNOR:?}"
root=${GROUNDWORK_ROOT:-}
export DEBIAN_FRONTEND=noninteractive
mkdir -p "$root/etc/modprobe.d" "$root/etc/modules-load.d" "$root/etc/systemd/system" "$root/usr/local/sbin"
options=$root/etc/modprobe.d/groundwork-worker.conf
modules=$root/etc/modules-load.d/groundwork-worker.conf
: >"$options.new"
: >"$modules.new"

if ((VIDEO_DEVICES > 0)); then
  apt-get --quiet -o DPkg::Lock::Timeout=120 install --yes --no-install-recommends v4l2loopback-dkms
  # The package is built for 8 devices.
  for source in "$root"/usr/src/v4l2loopback-*/; do
    sed -i -E "s/^([[:space:]]*#[[:space:]]*define[[:space:]]+MAX_DEVICES)[[:space:]]+[0-9]+/\1 $VIDEO_DEVICES/" "${source}v4l2loopback.c"
    version=$(basename "$source")
    dkms install --force "v4l2loopback/${version#v4l2loopback-}" -k "$(uname -r)"
  done
  echo "options v4l2loopback devices=$VIDEO_DEVICES" >>"$options.new"
  echo v4l2loopback >>"$modules.new"
fi
if ((AUDIO_DEVICES > 0)); then
  ones=$(printf '1,%.0s' $(seq "$AUDIO_DEVICES"))
  numbers=$(seq -s , 0 $((AUDIO_DEVICES - 1)))
  echo "options snd-aloop enable=${ones%,} index=$numbers" >>"$options.new"
  echo snd-aloop >>"$modules.new"
fi
changed=no
cmp -s "$options.new" "$options" || changed=yes
mv "$options.new" "$options"
mv "$modules.new" "$modules"
while read -r module; do
  if [[ $changed == yes ]]; then
    modprobe -r "$module" || echo "$module is in use; its new options count from the next start of the machine"
  fi
  modprobe "$module"
done <"$modules"

have=$(find "$root/dev" -maxdepth 1 -name 'video[0-9]*' | wc -l)
if ((have < VIDEO_DEVICES)); then
  echo "$have video devices, wanted $VIDEO_DEVICES"
  exit 1
fi

unit=groundwork-cpu-governor.service
if [[ $CPU_GOVERNOR == none ]]; then
  if [[ -e $root/etc/systemd/system/$unit ]]; then
    systemctl disable "$unit"
    rm "$root/etc/systemd/system/$unit"
  fi
else
  # Virtual machines have no governors: nothing to set.
  cat >"$root/usr/local/sbin/groundwork-cpu-governor" <<SCRIPT
#!/bin/bash
for file in $root/sys/devices/system/cpu/cpu*/cpufreq/scaling_governor; do
  [[ ! -e \$file ]] || echo $CPU_GOVERNOR >"\$file" || exit 1
done
SCRIPT
  chmod 755 "$root/usr/local/sbin/groundwork-cpu-governor"
  cat >"$root/etc/systemd/system/$unit" <<UNIT
[Unit]
Description=CPU governor $CPU_GOVERNOR

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/local/sbin/groundwork-cpu-governor

[Install]
WantedBy=multi-user.target
UNIT
  systemctl daemon-reload
  systemctl enable "$unit"
  systemctl restart "$unit"
fi
