# shellcheck shell=bash
# An alias could put anything into a function while it is read, so there are none until end.bash.
\builtin unalias go gofmt gox 2>/dev/null || \builtin :
_gox_aliases=
\builtin shopt -q expand_aliases && _gox_aliases=1
\builtin shopt -u expand_aliases
