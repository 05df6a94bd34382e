# shellcheck shell=bash
# For bash and zsh: prints a line when a change of directory has changed the version.

# Runs before each prompt, and does nothing while the directory stays the same.
__gox_announce() {
    local _gox_status=$?
    if [[ ${PWD-} != "${_gox_seen_pwd-}" ]]; then
        __gox_with_home __gox_with_variables __gox_announce_change || :
    fi
    # Leaves $? to the next hook, unless a failure would end the shell.
    [[ ! -o errexit ]] || return 0
    return "$_gox_status"
}

# Prints the line, but not at the first prompt, before which no version is known.
__gox_announce_change() {
    # Where another Go comes first on PATH, gox does not choose.
    if ! __gox_find_shim go; then
        _gox_word=''
    elif ! __gox_choose go; then
        _gox_word=$(command gox status --short 2>/dev/null) || _gox_word=''
    fi
    if [[ -n $_gox_word && -n ${_gox_seen_pwd+x} && $_gox_word != "${_gox_seen_version-}" ]]; then
        printf 'gox: go is %s here\n' "$_gox_word" >&2
    fi
    _gox_seen_pwd=${PWD-} _gox_seen_version=$_gox_word
}
