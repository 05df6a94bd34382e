# gox for nushell, 0.102 or newer: PATH and `gox use`. The shims select the toolchain.

# Puts the shims first on PATH, and the store's copy of gox last, so that any other gox is preferred.
$env.PATH = do {
    let path = $env.PATH? | default [] | split row (char esep)
    let default = if ($env.HOME? | is-empty) { "" } else { $"($env.HOME | str trim --right --char '/')/.local/go" }
    let home = if ($env.GOX_HOME? | is-empty) { $default } else { $env.GOX_HOME }
    let own = [$"($home)/shims" $"($home)/bin"]
    if ($home starts-with "/") { [$own.0 ...($path | where $it not-in $own) $own.1] } else { $path }
}

# Runs `gox use`, which reports what changes, and prints for this function, which alone can set GOX_USE in the shell,
# the word `quiet:1.22.4`, or `quiet:` to unset it. Any other output is text to show. All other commands start the
# program itself, because nushell expands `~` and `*` for programs alone.
def --env --wrapped "gox use" [...words: string] {
    # A record, because no program that the shell starts gets one.
    let back = $env._gox_back? | default { word: none }
    let answer = with-env { _GOX_BY_FUNCTION: nushell, _GOX_BACK: $back.word } { ^gox use ...$words }
    if $answer =~ '^quiet:[-+._0-9A-Za-z]*$' {
        let before = $env.GOX_USE? | default ""
        let after = $answer | str substring 6..
        if ($after | is-empty) { hide-env --ignore-errors GOX_USE } else { $env.GOX_USE = $after }
        if $before != $after { $env._gox_back = { word: $"use:($before)" } }
    } else if ($answer | is-not-empty) {
        print $answer
    }
}
alias "gox -q use" = gox use -q
alias "gox --quiet use" = gox use -q
