# shellcheck shell=bash
# Turns aliases on again if begin.bash turned them off.
if [[ -n $_gox_aliases ]]; then
    unset _gox_aliases
    shopt -s expand_aliases
else
    unset _gox_aliases
fi
