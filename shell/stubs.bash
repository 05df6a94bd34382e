# shellcheck shell=bash
# The functions gox_new, gox_cd and so on, which are not read before one of them is called: the first call reads them
# all, over these. Before bash 4.4, which lacks what they use, there are none.
if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404)); then
    for _gox_name in new cd eval watch changed cover bench cross outdated vendor size env help; do
        eval "gox_$_gox_name() { __gox_library && gox_$_gox_name \"\$@\"; }"
    done
    unset _gox_name
    complete -o bashdefault -o default -o nosort -F _gox_complete_go gox_cd gox_cover gox_cross gox_env gox_size
fi

# Reads the functions. A user's aliases are off meanwhile, as in begin.bash.
__gox_library() {
    local _gox_functions _gox_aliases=-u
    _gox_functions=$(command gox init bash --library=text) || return
    ! shopt -q expand_aliases || _gox_aliases=-s
    shopt -u expand_aliases
    eval "$_gox_functions"
    shopt "$_gox_aliases" expand_aliases
}
