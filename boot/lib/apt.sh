# shellcheck shell=bash disable=SC2154 # The steps set root.
# apt and dpkg, when their turn has come. Sent before the steps that install something: components/metal-workers/steps.ts.
# cloud-init and Ubuntu's own upgrades hold the locks for minutes after a first boot. They are waited for as long as the step may take, and
# no try of the step is lost by it. DPkg::Lock::Timeout alone waits for one of the locks: not for that of the lists, and not in dpkg.

wait_for_turn() {
  if command -v cloud-init >/dev/null; then
    # What it ended with is its own business.
    cloud-init status --wait >/dev/null || true
  fi
  # Locks of fcntl, which flock(1) neither sees nor takes. Every Ubuntu has Python: cloud-init and apt's own tools are written in it.
  python3 -c '
import fcntl, os, sys
for name in sys.argv[1:]:
    if os.path.exists(name):
        fcntl.lockf(open(name, "a"), fcntl.LOCK_EX)
' "$root"/var/lib/{dpkg/lock-frontend,dpkg/lock,apt/lists/lock} "$root/var/cache/apt/archives/lock"
}

# patiently COMMAND…: again and again while somebody else was faster. Any other failure is one.
patiently() {
  local said code
  said=$(mktemp)
  while true; do
    wait_for_turn
    code=0
    "$@" 2>&1 | tee "$said" || code=$?
    if ((code == 0)) || ! grep -Eq 'Could not get lock|Unable to (acquire|lock)|lock was locked by another process' "$said"; then
      rm -f "$said"
      return "$code"
    fi
    echo "somebody else has the packages' lock; waiting"
    sleep 5
  done
}

apt() {
  patiently apt-get --quiet -o DPkg::Lock::Timeout=-1 -o Acquire::Retries=3 "$@"
}
