# shellcheck shell=bash
# Completion for bash. `gox complete` prints the candidates, one per line, each with a tab and its meaning.

_gox_complete() {
    local _gox_answer _gox_line
    COMPREPLY=()
    _gox_answer=$(command gox complete "$COMP_CWORD" "${COMP_WORDS[@]}" 2>/dev/null) || return 0
    [[ -n $_gox_answer ]] || return 0
    while IFS='' read -r _gox_line; do
        COMPREPLY+=("${_gox_line%%$'\t'*}")
    done <<<"$_gox_answer"
}
# nosort keeps gox's order, newest version first, from bash 4.4 on. Without candidates, file names are completed.
complete -o bashdefault -o default -o nosort -F _gox_complete gox 2>/dev/null ||
    complete -o bashdefault -o default -F _gox_complete gox
