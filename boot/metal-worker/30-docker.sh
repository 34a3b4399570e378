#!/bin/bash
# Docker Engine at one version, from Docker's own packages. Safe to run again. A running worker finishes its tasks before
# the version under it changes.
# DOCKER_VERSION, such as 28.5.2.
set -euo pipefail
: "${DOCKER_VERSION:?}"
root=${GROUNDWORK_ROOT:-}
export DEBIAN_FRONTEND=noninteractive
# Docker's release key. Source: docs.docker.com, "Install Docker Engine".
fingerprint=9DC858229FC7DD38854AE2D88D81803C0EBFCD88
repository=https://download.docker.com/linux/ubuntu

running() {
  docker version --format '{{.Server.Version}}' 2>/dev/null || true
}

if [[ $(running) != "$DOCKER_VERSION" ]]; then
  # shellcheck source=/dev/null
  . "$root/etc/os-release"
  keyrings=$root/etc/apt/keyrings
  mkdir -p "$keyrings" "$root/etc/apt/sources.list.d"
  # Readable by apt's own user, whatever the umask.
  chmod 755 "$keyrings"
  curl --fail --silent --show-error --location --proto '=https' --max-time 60 "$repository/gpg" -o "$keyrings/docker.asc.new"
  # Not into a pipe: what grep no longer reads would count as an error of gpg's.
  keys=$(gpg --show-keys --with-colons "$keyrings/docker.asc.new" || true)
  if ! grep -q "^fpr:::::::::$fingerprint:" <<<"$keys"; then
    echo "the key at $repository/gpg is not Docker's ($fingerprint)"
    exit 78
  fi
  chmod 644 "$keyrings/docker.asc.new"
  mv "$keyrings/docker.asc.new" "$keyrings/docker.asc"
  # shellcheck disable=SC2154 # os-release has it.
  echo "deb [arch=$(dpkg --print-architecture) signed-by=/etc/apt/keyrings/docker.asc] $repository $VERSION_CODENAME stable" \
    >"$root/etc/apt/sources.list.d/docker.list"
  chmod 644 "$root/etc/apt/sources.list.d/docker.list"
  apt update
  versions=$(apt-cache madison docker-ce)
  version=$(awk -v wanted="$DOCKER_VERSION" '{ split($3, part, /[:-]/); if (part[2] == wanted) { print $3; exit } }' <<<"$versions")
  if [[ -z $version ]]; then
    echo "$repository has no Docker $DOCKER_VERSION for $VERSION_CODENAME; it has:"
    awk '{ split($3, part, /[:-]/); print part[2] }' <<<"$versions" | head -n 5
    exit 78
  fi
  for worker in generic-worker docker-worker; do
    if systemctl is-active --quiet "$worker.service"; then
      systemctl stop "$worker.service"
    fi
  done
  apt install --yes --no-install-recommends --allow-downgrades --allow-change-held-packages \
    "docker-ce=$version" "docker-ce-cli=$version" containerd.io
fi
# Upgrades by night would restart what tasks run in. Also of an installation whose try was cut off before this.
apt-mark hold docker-ce docker-ce-cli containerd.io
systemctl enable --now docker.service
have=$(running)
if [[ $have != "$DOCKER_VERSION" ]]; then
  echo "Docker ${have:-none} answers, wanted $DOCKER_VERSION"
  exit 1
fi
