# shellcheck shell=bash
# One line where a change of directory changed the version. Read by bash and zsh alike.

# Before each prompt; in the same directory it only compares.
__gox_announce() {
    local _gox_status=$?
    if [[ ${PWD-} != "${_gox_seen_pwd-}" ]]; then
        __gox_announce_change || :
    fi
    # Before another prompt hook $? is what it was, except where it would end the shell.
    [[ ! -o errexit ]] || return 0
    return "$_gox_status"
}

# The first time nothing is known of before, so nothing is said.
__gox_announce_change() {
    local _gox_tool _gox_home _gox_text _gox_word _gox_rest _gox_before _gox_value _gox_directory _gox_module
    local _gox_minor _gox_mark _gox_number _gox_base_minor _gox_base_mark _gox_base_number
    local _gox_newline=$'\n' _gox_exact='' _gox_path=''
    __gox_choose go || _gox_word=$(command gox status --short 2>/dev/null) || _gox_word=''
    if [[ -n $_gox_word && -n ${_gox_seen_pwd+x} && $_gox_word != "${_gox_seen_version-}" ]]; then
        printf 'gox: go is %s here\n' "$_gox_word" >&2
    fi
    _gox_seen_pwd=${PWD-} _gox_seen_version=$_gox_word
}
