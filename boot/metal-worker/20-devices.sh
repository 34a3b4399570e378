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

# How many video devices there are.
devices() {
  find "$root/dev" -maxdepth 1 -name 'video[0-9]*' | wc -l
}

# dkms installs a module that is built as it is, whatever has changed since: what is built goes.
unbuild_video() {
  local built version kernel
  for built in "$root"/var/lib/dkms/v4l2loopback/*/*/*/module; do
    if [[ -d $built ]]; then
      IFS=/ read -r version kernel _ <<<"${built#"$root/var/lib/dkms/v4l2loopback/"}"
      dkms unbuild "v4l2loopback/$version" -k "$kernel"
    fi
  done
}

# For the kernel that runs, and for those that the machine may be started with.
build_video() {
  local source version kernel status running
  running=$(uname -r)
  for source in "$root"/usr/src/v4l2loopback-*/; do
    version=$(basename "$source")
    version=${version#v4l2loopback-}
    for kernel in "$root"/lib/modules/*/build; do
      [[ -e $kernel ]] || continue
      kernel=$(basename "$(dirname "$kernel")")
      status=$(dkms status "v4l2loopback/$version" -k "$kernel")
      if [[ $status != *": installed"* ]] && ! dkms install "v4l2loopback/$version" -k "$kernel"; then
        [[ $kernel != "$running" ]] || return 1
        echo "no video devices with the kernel $kernel, which does not run now"
      fi
    done
  done
}

if ((VIDEO_DEVICES > 0)); then
  # The package is built for 8 devices. Its source takes another number from KCPPFLAGS; dkms reads this file after the package's
  # own, for every kernel and every version that is to come.
  mkdir -p "$root/etc/dkms"
  override=$root/etc/dkms/v4l2loopback.conf
  echo "MAKE[0]=\"\${MAKE[0]/#make /make KCPPFLAGS=-DMAX_DEVICES=$VIDEO_DEVICES }\"" >"$override.new"
  if ! cmp -s "$override.new" "$override"; then
    unbuild_video
    mv "$override.new" "$override"
  fi
  rm -f "$override.new"
  apt install --yes --no-install-recommends v4l2loopback-dkms
  build_video
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
  have=$(devices)
  if [[ $changed == yes ]] || { [[ $module == v4l2loopback ]] && ((have < VIDEO_DEVICES)); }; then
    modprobe -r "$module" || echo "$module is in use; its new options count from the next start of the machine"
  fi
  modprobe "$module"
done <"$modules"

have=$(devices)
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
