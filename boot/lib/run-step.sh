# shellcheck shell=bash disable=SC2154 # What is used here without being set comes before this: see components/metal-workers/script.ts.
# Runs one step on a machine: once, however often it is asked to. It is sent whole over the connection's standard input,
# together with the step, so that nothing of it stands in the arguments of a process.
#
# Everything that the step says goes to its log on the machine, and it needs nobody who listens: when the connection
# breaks, the step goes on to its end, and the next run finds it done, or waits for it.
#
# Tests set GROUNDWORK_ROOT, a folder that stands in for /.

root=${GROUNDWORK_ROOT:-}
steps=$root/var/lib/groundwork/steps
log=$root/var/log/groundwork/$step.log
# A step that cannot succeed by being tried again ends with this (EX_CONFIG of sysexits.h).
hopeless=78

stop() {
  printf '%s, step %s: %s\n' "$machine" "$step" "$*" >&2
  exit 1
}

# Seconds to wait after failed try $1: doubled each time, five minutes at most, plus or minus half of it.
pause() {
  local seconds=$((back_off << ($1 - 1)))
  ((seconds <= 300)) || seconds=300
  printf '%s' $((seconds / 2 + RANDOM * seconds / 32768))
}

# try_step NUMBER: its exit code.
try_step() {
  printf -- '--- %s: %s, try %s of %s\n' "$(date -u +%FT%TZ)" "$step" "$1" "$tries" >>"$log"
  # Without the lock: what a step starts in the background must not keep it.
  (umask 022 && exec timeout --kill-after=10 "$limit" bash "$work/script" <"$work/input" >>"$log" 2>&1 9>&-)
}

run_step() {
  umask 077
  mkdir -p "$steps" "$root/var/log/groundwork" "$root/run"
  exec 9>"$steps/.lock"
  flock --wait "$patience" 9 ||
    stop "step $(cat "$steps/.running") of an earlier run was still at work after $patience seconds"
  if [[ $(cat "$steps/$step" 2>/dev/null) == "$digest" ]]; then
    printf '%s, step %s: done before\n' "$machine" "$step"
    return 0
  fi
  rm -f "$steps/$step"
  printf '%s' "$step" >"$steps/.running"
  work=$(mktemp -d "$root/run/groundwork-XXXXXX")
  trap 'rm -rf "$work"' EXIT
  printf '%s' "$script" | base64 -d >"$work/script"
  printf '%s' "$input" | base64 -d >"$work/input"
  : >"$log"
  local try code what
  for ((try = 1; ; try++)); do
    code=0
    try_step "$try" || code=$?
    if ((code == 0)); then
      printf '%s\n' "$digest" >"$steps/$step.new"
      mv "$steps/$step.new" "$steps/$step"
      printf '%s, step %s: done on try %s\n' "$machine" "$step" "$try"
      return 0
    fi
    ((try < tries && code != hopeless)) || break
    sleep "$(pause "$try")"
  done
  what="exit code $code"
  ((code != 124 && code != 137)) || what="not done within $limit seconds"
  printf 'The end of %s on the machine:\n%s\n' "${log#"$root"}" "$(tail -n 25 "$log" | cut -c 1-400)" >&2
  stop "failed, $what, on try $try of $tries. Run again when the cause is mended: it goes on from this step."
}
