#!/bin/bash
# machine-root.sh STAGE: becomes the first process of a machine: systemd, over this machine's disk under a layer that is thrown away.
# Run in namespaces of its own (booted-machine.ts). STAGE has what the machine finds: root, laid over its disk; setup, run before systemd.
set -euo pipefail
stage=$1
exec >>"$stage/console" 2>&1 </dev/null
mount --make-rprivate /
mkdir -p "$stage/layer"
mount -t tmpfs tmpfs "$stage/layer"
mkdir "$stage/layer"/{upper,work,root}
mount -t overlay overlay -o "lowerdir=/,upperdir=$stage/layer/upper,workdir=$stage/layer/work" "$stage/layer/root"
cd "$stage/layer/root"
mount -t proc proc proc
mount -t sysfs sysfs sys
for directory in run tmp dev var/log; do
  mount -t tmpfs -o mode=755 tmpfs "$directory"
done
chmod 1777 tmp
mkdir -p dev/{pts,shm} "./$stage" mnt
ln -s /proc/self/fd dev/fd
for device in null zero full random urandom tty; do
  touch "dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done
# The kernel is this machine's: nothing of it is set here but what is of the network's namespace.
mount --bind proc/sys proc/sys
mount --bind proc/sys/net proc/sys/net
mount -o remount,bind,ro proc/sys
mount --bind "$stage" "./$stage"
# Control groups as this machine has them: one tree (version 2), or one for each controller.
if [[ -e /sys/fs/cgroup/cgroup.controllers ]]; then
  mount -t cgroup2 cgroup2 sys/fs/cgroup
else
  mount -t tmpfs tmpfs sys/fs/cgroup
  while IFS=: read -r _ controllers _; do
    [[ -n $controllers ]] || continue
    mkdir "sys/fs/cgroup/${controllers#name=}"
    mount -t cgroup -o "${controllers/#name=/none,name=}" cgroup "sys/fs/cgroup/${controllers#name=}"
  done </proc/self/cgroup
fi
ip link set lo up
ip address add 169.254.169.254/32 dev lo
# Debian has it by another name.
rm -f etc/systemd/system/sshd.service
cp -a "$stage/root/." .
for unit in systemd-{sysctl,modules-load,udevd,udev-trigger,remount-fs,random-seed,timesyncd,resolved,networkd,logind}.service; do
  ln -sf /dev/null "etc/systemd/system/$unit"
done
# shellcheck source=/dev/null
. "$stage/setup"
pivot_root . mnt
umount -l /mnt
export container=groundwork
exec /lib/systemd/systemd --system --unit=groundwork-test.target
