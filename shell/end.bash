# shellcheck shell=bash
if [[ -n $_gox_aliases ]]; then
    unset _gox_aliases
    shopt -s expand_aliases
else
    unset _gox_aliases
fi
