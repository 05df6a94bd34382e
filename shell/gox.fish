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
    if test "$_gox_answer" = use:
        set --global _gox_back "$GO_VERSION"
        set --erase GO_VERSION
    else if string match --quiet --regex '^use:[-+._0-9A-Za-z]+$' -- "$_gox_answer"
        set --global _gox_back "$GO_VERSION"
        set --global --export GO_VERSION (string replace use: '' -- $_gox_answer)
    else if set --query _gox_answer[1]
        printf '%s\n' $_gox_answer
    end
end

complete --command gox --erase
complete --command gox --no-files
complete --command gox --condition __fish_use_subcommand --arguments 'default exec init install list ls pin root status uninstall use which'
