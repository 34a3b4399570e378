# Completion of groundwork for fish: ./groundwork completion fish | source
function __groundwork
    set -l words (commandline -opc)
    set -l launcher (string replace -r '^~' $HOME -- $words[1])
    $launcher completion fish --candidates -- $words[2..-1] (commandline -ct) 2>/dev/null
end
complete -c groundwork -a '(__groundwork)'
