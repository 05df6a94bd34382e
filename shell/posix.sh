# shellcheck shell=sh
# gox on PATH: the shims first, and gox itself last, so that any other gox comes before it.
# An entry that is there already is moved, never doubled; all others stay as they are.
# It starts no gox, and does nothing where there is no home or PATH cannot be changed.
_gox_home=${GOX_HOME:-${HOME:+${HOME%/}/.local/go}}
case $_gox_home in
/*)
    # Between two colons every entry looks alike, also an empty one.
    _gox_path=:${PATH:+$PATH:}
    for _gox_entry in "$_gox_home/shims" "$_gox_home/bin"; do
        while :; do
            case $_gox_path in
            *":$_gox_entry:"*) _gox_path=${_gox_path%%":$_gox_entry:"*}:${_gox_path#*":$_gox_entry:"} ;;
            *) break ;;
            esac
        done
    done
    # Tried in a copy of the shell, because a readonly variable would end this one.
    # shellcheck disable=SC2123
    if (PATH=) 2>/dev/null; then
        PATH=$_gox_home/shims$_gox_path$_gox_home/bin
        export PATH
    fi
    ;;
esac
unset _gox_home _gox_path _gox_entry
