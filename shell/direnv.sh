# shellcheck shell=bash
# use gox [REQUEST]: while direnv is in this directory, use that Go, or the one that its files ask for.
use_gox() {
    local _gox_home=${GOX_HOME:-$HOME/.local/go} _gox_answer _gox_file
    watch_file .go-version .tool-versions go.mod go.work "$_gox_home/default"
    PATH_add "$_gox_home/shims"
    (($#)) || return 0
    # A request that fails stays as it is: then no other Go runs in its place.
    export GOX_USE=$1
    _gox_answer=$(_GOX_BY_FUNCTION=1 command gox use "$1") && export GOX_USE=${_gox_answer#*:}
    # The file that has these words may be another than `.envrc`. The functions of direnv itself are in no file.
    for _gox_file in "${BASH_SOURCE[@]:1}" ''; do
        [[ $_gox_file == environment || ! -f $_gox_file ]] || break
    done
    [[ ! $_gox_file || $_gox_file == /* ]] || _gox_file=$PWD/${_gox_file#./}
    # What gox says of that choice names the file, unless `gox use` has chosen another one since.
    export _GOX_ENVRC=$GOX_USE:$_gox_file
}
