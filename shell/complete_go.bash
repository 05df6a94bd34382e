# shellcheck shell=bash
# Completion of `go`, which comes with no completion for bash. `gox complete --go` prints the candidates, one per line,
# each perhaps with a tab and its meaning, and starts no Go.

_gox_complete_go() {
    local _gox_answer _gox_line
    COMPREPLY=()
    _gox_answer=$(command gox complete --go "$COMP_CWORD" "${COMP_WORDS[@]}" 2>/dev/null) || return 0
    [[ -n $_gox_answer ]] || return 0
    while IFS='' read -r _gox_line; do
        COMPREPLY+=("${_gox_line%%$'\t'*}")
    done <<<"$_gox_answer"
    # The value of a variable follows without a blank.
    if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]]; then
        # bash before 4.0 has no such builtin.
        compopt -o nospace 2>/dev/null || :
    fi
}

# Whether somebody else completes `go`: already, or by a file that bash-completion reads at the first Tab.
__gox_go_is_completed() {
    local _gox_folder _gox_rest=${XDG_DATA_DIRS:-/usr/local/share:/usr/share}:
    ! complete -p go >/dev/null 2>&1 || return 0
    _gox_rest=${BASH_COMPLETION_USER_DIR:-${XDG_DATA_HOME:-${HOME-}/.local/share}/bash-completion}:${_gox_rest//://bash-completion:}
    while [[ -n $_gox_rest ]]; do
        _gox_folder=${_gox_rest%%:*}/completions
        _gox_rest=${_gox_rest#*:}
        if [[ -e $_gox_folder/go || -e $_gox_folder/go.bash || -e $_gox_folder/_go ]]; then
            return 0
        fi
    done
    return 1
}

if ! __gox_go_is_completed; then
    complete -o bashdefault -o default -o nosort -F _gox_complete_go go 2>/dev/null ||
        complete -o bashdefault -o default -F _gox_complete_go go
fi
