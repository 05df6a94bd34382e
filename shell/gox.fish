# gox for fish: PATH and `gox use`. There are no functions go and gofmt, because fish cannot run a function in
# the background; the shims select the toolchain.

# Puts the shims first on PATH, and the store's copy of gox last, so that any other gox is preferred.
begin
    set -l _gox_home $GOX_HOME
    if test -z "$_gox_home" -a -n "$HOME"
        set _gox_home (string trim --right --chars / -- $HOME)/.local/go
    end
    if string match --quiet '/*' -- $_gox_home
        set -l _gox_path
        for _gox_entry in $PATH
            if not contains -- $_gox_entry $_gox_home/shims $_gox_home/bin
                set --append _gox_path $_gox_entry
            end
        end
        set --export PATH $_gox_home/shims $_gox_path $_gox_home/bin
    end
end

# Runs gox. `gox use` prints its answer for this function, which alone can set GO_VERSION in the shell: the
# word `use:1.22.4`, or `use:` to unset it. Any other output is text to show.
function gox
    if test "$argv[1]" != use
        command gox $argv
        return
    end
    if test "$argv[2]" = -; and test (count $argv) = 2; and set --query _gox_back
        set argv use $_gox_back
        test -n "$_gox_back"; or set argv use --unset
    end
    set -l _gox_answer (_GOX_USE=1 command gox $argv)
    or return
    if string match --quiet --regex '^use:[-+._0-9A-Za-z]*$' -- "$_gox_answer"
        __gox_use (string replace use: '' -- $_gox_answer)
    else if set --query _gox_answer[1]
        printf '%s\n' $_gox_answer
    end
end

# Sets GO_VERSION to $argv[1], or unsets it if that is empty, and says so.
function __gox_use
    set --global _gox_back "$GO_VERSION"
    # A universal variable belongs to all shells: it stays, and a global one of this shell hides it.
    set --erase --global GO_VERSION
    if test -n "$argv[1]"; or set --query GO_VERSION
        set --global --export GO_VERSION $argv[1]
    end
    if test "$GO_VERSION" != "$argv[1]"
        echo 'error: could not change `GO_VERSION` in this shell' >&2
        return 2
    end
    if test -n "$argv[1]"
        echo "this shell uses $argv[1] now; back: `gox use -`" >&2
    else
        echo 'this shell follows files and the default again' >&2
    end
end
