# shellcheck shell=bash
# Turns aliases off until end.bash: bash expands them when it reads a function, so a user's alias would become
# part of it.
\builtin unalias go gofmt gox 2>/dev/null || \builtin :
_gox_aliases=
\builtin shopt -q expand_aliases && _gox_aliases=1
\builtin shopt -u expand_aliases
