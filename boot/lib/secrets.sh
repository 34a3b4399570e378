# shellcheck shell=bash
# Values that machines fetch with their own role. Sourced. They pass through shell variables: never through arguments or logs.

# secret_text ARN KEY: prints it. KEY is empty, or the key of a JSON object.
secret_text() {
  local arn=$1 key=$2 value place
  IFS=: read -r _ _ _ place _ <<<"$arn"
  case $arn in
    arn:aws:ssm:*)
      value=$(aws ssm get-parameter --region "$place" --name "$arn" --with-decryption --query Parameter.Value --output text) || return 1
      ;;
    *)
      value=$(aws secretsmanager get-secret-value --region "$place" --secret-id "$arn" --query SecretString --output text) || return 1
      ;;
  esac
  if [[ -n $key ]]; then
    # jq's own message would show a part of what it could not read.
    value=$(jq -er --arg key "$key" '.[$key]' <<<"$value" 2>/dev/null) || {
      echo "$arn holds no JSON object with the key $key" >&2
      return 1
    }
  fi
  printf '%s' "$value"
}

# secret_value ARN KEY: as secret_text, of one line.
secret_value() {
  local value
  value=$(secret_text "$1" "$2") || return 1
  [[ $value != *$'\n'* ]] || {
    echo "$1 holds several lines, and an environment variable here can hold one" >&2
    return 1
  }
  printf '%s' "$value"
}
