#!/bin/bash
# The packages that the other steps need, and the machine's name. Safe to run again.
# MACHINE_NAME; KERNEL_MODULES: yes when the machine is to have loopback devices.
set -euo pipefail
: "${MACHINE_NAME:?}" "${KERNEL_MODULES:?}"
root=${GROUNDWORK_ROOT:-}
export DEBIAN_FRONTEND=noninteractive
# shellcheck source=/dev/null
. "$root/etc/os-release"
# shellcheck disable=SC2154 # os-release has it.
if [[ $ID != ubuntu ]]; then
  echo "this machine runs $ID; the steps are written for Ubuntu 22.04 and 24.04"
  exit 78
fi
hostnamectl set-hostname "$MACHINE_NAME"
# Of a try that was cut off.
patiently dpkg --configure -a
apt update
packages=(ca-certificates curl gnupg jq kmod)
is_known() {
  [[ -n $(apt-cache show "$1" 2>/dev/null) ]]
}
# Archives keep packages of the newest kernels only, and no try brings the others back.
gone() {
  echo "Ubuntu has no package $1 any more, and this machine runs that kernel. Start it with a newer one (apt-get dist-upgrade, then a" \
    "restart), or take a newer image, and run again; or set worker.videoDevices and worker.audioDevices to 0"
  exit 78
}
if [[ $KERNEL_MODULES == yes ]]; then
  kernel=$(uname -r)
  packages+=(dkms "linux-headers-$kernel")
  is_known "linux-headers-$kernel" || gone "linux-headers-$kernel"
  if is_known "linux-modules-extra-$kernel"; then
    packages+=("linux-modules-extra-$kernel")
  elif [[ -z $(find "$root/lib/modules/$kernel" -name 'snd-aloop.ko*' 2>/dev/null) ]]; then
    gone "linux-modules-extra-$kernel"
  fi
  # And of the kernels that are to come: what brings them here is a package such as linux-image-generic-hwe-24.04, and the headers
  # and modules beside it have its name. Not every flavour has modules apart: the image's package brings those itself.
  brings=$(dpkg-query --show --showformat '${db:Status-Abbrev} ${Package} ${Depends}\n' |
    sed -n -E "s/^.i +linux-image-([a-z][^ ]*) .*linux-image-[0-9][^ ,]*-${kernel##*-}([ ,].*)?$/\1/p")
  for name in $brings; do
    for package in "linux-headers-$name" "linux-modules-extra-$name"; do
      ! is_known "$package" || packages+=("$package")
    done
  done
fi
apt install --yes --no-install-recommends "${packages[@]}"
