# gox in fish: PATH, `gox use`, completion. There are no functions go and gofmt, because fish cannot run
# a function in the background; the shims choose.

# The shims first, and gox itself last, so that any other gox comes before it.
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

# gox itself, and what only the shell can do for it: `gox use` sets GO_VERSION here.
# The answer of the command is one word, `use:1.22.4` or `use:` for none; all else is text to show.
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

# Gives GO_VERSION the value $argv[1], or none where that is empty, and says so.
function __gox_use
    set --global _gox_back "$GO_VERSION"
    # A universal variable is of all shells, so it stays, and this shell has another in front of it.
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
