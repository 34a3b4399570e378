#compdef groundwork
# Completion of groundwork for zsh: eval "$(./groundwork completion zsh)", after compinit
_groundwork() {
  local -a found
  found=(${(f)"$(${~words[1]} completion zsh --candidates -- "${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( ${#found} )); then
    _describe groundwork found
  else
    _files
  fi
}
compdef _groundwork groundwork
