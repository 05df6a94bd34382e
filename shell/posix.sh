# shellcheck shell=sh
# Puts the shims first on PATH, and the store's copy of gox last, so that any other gox is preferred. Entries
# that are there already are moved. Starts no program, and does nothing without a home or if PATH is readonly.
_gox_home=${GOX_HOME:-${HOME:+${HOME%/}/.local/go}}
case $_gox_home in
/*)
    # With a colon at both ends, every entry stands between two colons, also an empty one.
    _gox_path=:${PATH:+$PATH:}
    for _gox_entry in "$_gox_home/shims" "$_gox_home/bin"; do
        while :; do
            case $_gox_path in
            *":$_gox_entry:"*) _gox_path=${_gox_path%%":$_gox_entry:"*}:${_gox_path#*":$_gox_entry:"} ;;
            *) break ;;
            esac
        done
    done
    # Tried in a subshell, because assigning to a readonly variable ends the shell.
    # shellcheck disable=SC2123
    if (PATH=) 2>/dev/null; then
        PATH=$_gox_home/shims$_gox_path$_gox_home/bin
        export PATH
    fi
    ;;
esac
unset _gox_home _gox_path _gox_entry
