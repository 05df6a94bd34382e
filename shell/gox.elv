# gox for elvish, 0.18 or newer: PATH and `gox use`. The shims select the toolchain.

use re
use str

# Puts the shims first on PATH, and the store's copy of gox last, so that any other gox is preferred.
var home = $E:GOX_HOME
if (and (eq $home '') (not-eq $E:HOME '')) {
    set home = (str:trim-right $E:HOME /)/.local/go
}
if (str:has-prefix $home /) {
    var own = [$home/shims $home/bin]
    set paths = [$own[0] (each {|entry| if (not (has-value $own $entry)) { put $entry } } $paths) $own[1]]
}

# What `gox use -` goes back to, such as `use:1.22.4`; `none` before the first change.
var back = none

# Runs gox. `gox use` reports what changes, and prints for this function, which alone can set GOX_USE in the shell, the
# word `quiet:1.22.4`, or `quiet:` to unset it. Any other output is text to show.
fn gox {|@words|
    if (not (re:match '^((-q|--quiet) )?use ' (str:join ' ' [(to-string $@words) '']))) {
        e:gox $@words
        return
    }
    tmp E:_GOX_BY_FUNCTION = elvish
    tmp E:_GOX_BACK = $back
    var answer = [(e:gox $@words)]
    if (not (re:match '^quiet:[-+._0-9A-Za-z]*$' (str:join "\n" $answer))) {
        each $echo~ $answer
        return
    }
    var before = $E:GOX_USE
    var after = $answer[0][6..]
    if (eq $after '') {
        unset-env GOX_USE
    } else {
        set-env GOX_USE $after
    }
    if (not-eq $before $after) {
        set back = use:$before
    }
}

# A function that `eval` defines ends with it. In an interactive shell, which alone has the module `edit:`, this keeps
# it.
try { edit:add-var gox~ $gox~ } catch _ { }
