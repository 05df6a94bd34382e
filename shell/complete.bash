# shellcheck shell=bash
# Completion in bash: gox itself knows what can follow, a word in each line, with what it means behind a tab.

_gox_complete() {
    local _gox_answer _gox_line
    COMPREPLY=()
    _gox_answer=$(command gox complete "$COMP_CWORD" "${COMP_WORDS[@]}" 2>/dev/null) || return 0
    [[ -n $_gox_answer ]] || return 0
    while IFS='' read -r _gox_line; do
        COMPREPLY+=("${_gox_line%%$'\t'*}")
    done <<<"$_gox_answer"
}
# The newest version first, where bash can leave the order as it is; file names where gox knows nothing.
complete -o bashdefault -o default -o nosort -F _gox_complete gox 2>/dev/null ||
    complete -o bashdefault -o default -F _gox_complete gox
