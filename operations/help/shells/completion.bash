# Completion of groundwork for bash: eval "$(./groundwork completion bash)"
_groundwork() {
  local launcher=${COMP_WORDS[0]/#\~/${HOME}} word=${COMP_WORDS[COMP_CWORD]} found
  found=$("${launcher}" completion bash --candidates -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  mapfile -t COMPREPLY < <(compgen -W "${found}" -- "${word}")
}
complete -o default -F _groundwork groundwork
