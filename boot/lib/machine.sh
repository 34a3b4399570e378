# shellcheck shell=bash disable=SC2034 # What is set here is used by those who source this.
# What every machine does at boot: metadata, tries, and telling its Auto Scaling group and its operators how it went.
# Sourced. Tests set GROUNDWORK_ROOT, a folder that stands in for /, and put stand-ins for the commands on the PATH.
# AWS_EC2_METADATA_SERVICE_ENDPOINT is the AWS CLI's own variable.

root=${GROUNDWORK_ROOT:-}
etc=$root/etc/groundwork
errors=$root/run/groundwork/errors
endpoint=${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254}
step="begin"
reason=""
group=""

log() {
  printf '%s: %s\n' "$step" "$*" >&2
}

# Ends the boot; `finish` tells why.
die() {
  reason=$*
  exit 1
}

# What a command ends with that no further try would change: EX_CONFIG of sysexits.h.
hopeless=78

# attempt TIMES SECONDS COMMAND…: until it succeeds, or is hopeless. Its stderr becomes the reason, never its arguments or its output.
attempt() {
  local times=$1 seconds=$2 try code
  shift 2
  for ((try = 1; try <= times; try++)); do
    code=0
    "$@" 2>"$errors" || code=$?
    ((code != 0)) || return 0
    log "$1, try $try of $times: $(tail -n 3 "$errors")"
    ((try < times && code != hopeless)) || break
    sleep "$seconds"
  done
  reason="$1 failed $try times: $(tail -n 3 "$errors" | tr '\n' ' ')"
  ((code != hopeless)) || reason="$1 failed: $(tail -n 3 "$errors" | tr '\n' ' ')"
  return 1
}

# beside WHAT COMMAND…: what the machine can serve without. Why it failed is said, and nothing ends with it.
beside() {
  local what=$1
  shift
  # Awaited, and not in a condition itself: there the command's own failures would be passed over.
  (
    trap '[[ -z $reason ]] || log "$reason"' EXIT
    "$@"
  ) &
  wait "$!" || log "goes on without $what"
}

# Amazon Linux has dnf pass over a repository that cannot be reached, and then say that there is no such package. Here that is an error of
# its own, so that a package that is not found is not there.
dnf_install() {
  local code=0
  dnf install --assumeyes --quiet --setopt=skip_if_unavailable=False "$@" || code=$?
  if ((code != 0)) && grep -q 'Unable to find a match' "$errors"; then
    echo "This release has no such package: correct its name, or take another release" >&2
    return "$hopeless"
  fi
  return "$code"
}

# install_packages NAME…: of Amazon Linux.
install_packages() {
  attempt 5 10 dnf_install "$@"
}

# IMDSv2 only: a token first.
metadata_once() {
  local token
  token=$(curl -sSf -m 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' "$endpoint/latest/api/token") &&
    curl -sSf -m 5 -H "X-aws-ec2-metadata-token: $token" "$endpoint/latest/meta-data/$1"
}

metadata() {
  attempt 10 3 metadata_once "$1"
}

# Sets instance, region, address.
read_metadata() {
  instance=$(metadata instance-id) || die "the metadata service did not give the instance id"
  region=$(metadata placement/region) || die "the metadata service did not give the region"
  address=$(metadata local-ipv4) || die "the metadata service did not give the private address"
  export AWS_DEFAULT_REGION=$region
}

# block_range BLOCK: sets first and last, its addresses as numbers.
block_range() {
  local a b c d length=${1#*/}
  IFS=. read -r a b c d <<<"${1%/*}"
  first=$(((a << 24 | b << 16 | c << 8 | d) >> (32 - length) << (32 - length)))
  last=$((first | (1 << (32 - length)) - 1))
}

# free_block BLOCK…: sets block, the first of them that shares no address with the VPC: machines of it could not be reached. All blocks
# of the VPC count, those that were added to it later too.
free_block() {
  local mac blocks taken first last low high
  mac=$(metadata mac) || die "the metadata service did not give the network interface"
  blocks=$(metadata "network/interfaces/macs/${mac%/}/vpc-ipv4-cidr-blocks") || die "the metadata service did not give the VPC's blocks"
  for block in "$@"; do
    block_range "$block"
    low=$first high=$last
    while read -r taken; do
      block_range "$taken"
      ((last < low || first > high)) || continue 2
    done <<<"$blocks"
    return 0
  done
  die "each of $* shares addresses with the VPC's ${blocks//$'\n'/, }"
}

group_of() {
  aws autoscaling describe-auto-scaling-instances --instance-ids "$1" --output text \
    --query 'AutoScalingInstances[0].[AutoScalingGroupName,LaunchTemplate.Version,LifecycleState]'
}

# Sets group, generation (version of the launch template) and state.
read_group() {
  local line
  line=$(attempt 10 6 group_of "$instance") || die "cannot tell which group this machine is of: $(tail -n 1 "$errors")"
  read -r group generation state <<<"$line"
  [[ $group != None && -n $group ]] || {
    group=""
    die "$instance is of no Auto Scaling group"
  }
}

complete_hook() {
  aws autoscaling complete-lifecycle-action --lifecycle-hook-name boot --auto-scaling-group-name "$group" \
    --instance-id "$instance" --lifecycle-action-result "$1" >/dev/null
}

# The group counts the machine from here on. A machine may be faster than its group.
enter_service() {
  local try
  for ((try = 0; try < 60; try++)); do
    read_group
    case $state in
      InService) return 0 ;;
      Pending:Wait) break ;;
      *) ;;
    esac
    sleep 2
  done
  attempt 60 5 complete_hook CONTINUE || die "$reason"
}
