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
apt() {
  apt-get --quiet -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 "$@"
}
# Of a try that was cut off.
dpkg --configure -a
apt update
packages=(ca-certificates curl gnupg jq kmod)
if [[ $KERNEL_MODULES == yes ]]; then
  kernel=$(uname -r)
  packages+=(dkms "linux-headers-$kernel" "linux-modules-extra-$kernel")
  # And of the kernels that are to come: what brings them here is a package such as linux-image-generic-hwe-24.04, and the headers
  # and modules beside it have its name. Not every flavour has modules apart: the image's package brings those itself.
  brings=$(dpkg-query --show --showformat '${db:Status-Abbrev} ${Package} ${Depends}\n' |
    sed -n -E "s/^.i +linux-image-([a-z][^ ]*) .*linux-image-[0-9][^ ,]*-${kernel##*-}([ ,].*)?$/\1/p")
  for name in $brings; do
    for package in "linux-headers-$name" "linux-modules-extra-$name"; do
      # Silent: nothing is known of a package that is not there.
      [[ -z $(apt-cache show "$package" 2>/dev/null) ]] || packages+=("$package")
    done
  done
fi
apt install --yes --no-install-recommends "${packages[@]}"
