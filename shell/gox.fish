# gox for fish: PATH and `gox use`. There are no functions that choose as those of bash do, because fish cannot run a
# function in the background; the shims select the toolchain.

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
        # Before the first install, which makes the shims, a function says how to install. Its first call after that
        # removes it. Where the user may not search a folder on the way to the store, nobody can tell what is there.
        set -l _gox_folder $_gox_home
        while not test -e "$_gox_folder/"
            set _gox_folder (string replace --regex '/[^/]*$' '' -- $_gox_folder)
        end
        if not test -e $_gox_home/toolchains -o -n "$GOX_SYSTEM_HOME"; and test -x "$_gox_folder/"; and not type --query go
            function go
                if command --query go
                    functions --erase go
                    command go $argv
                    return
                end
                echo 'error: no Go is installed yet' >&2
                echo 'hint: install the newest: `gox install latest`' >&2
                return 127
            end
        end
    end
end

# Runs gox. `gox use` prints its answer for this function, which alone can set GOX_USE in the shell: the
# word `use:1.22.4`, or `use:` to unset it; with --quiet `quiet:1.22.4`. Any other output is text to show.
function gox
    if contains -- "$argv[1]" -q --quiet; and test "$argv[2]" = use
        set argv use -q $argv[3..]
    end
    if test "$argv[1]" != use
        command gox $argv
        return
    end
    if set --query _gox_back; and contains -- "$argv[2..]" - '- -q' '-q -' '- --quiet' '--quiet -'
        set -l _gox_word $_gox_back
        test -n "$_gox_back"; or set _gox_word --unset
        set argv use (string match --regex -- '^-.+' $argv[2..]) $_gox_word
    end
    set -l _gox_answer (_GOX_BY_FUNCTION=fish command gox $argv)
    or return
    if string match --quiet --regex '^(use|quiet):[-+._0-9A-Za-z]*$' -- "$_gox_answer"
        __gox_use (string split : -- $_gox_answer)
    else if set --query _gox_answer[1]
        printf '%s\n' $_gox_answer
    end
end

# Sets GOX_USE to $argv[2], or unsets it if that is empty, and says so unless $argv[1] is `quiet`.
function __gox_use
    # Using what is used already leaves the way back as it is.
    set -l _gox_when already
    if test "$GOX_USE" != "$argv[2]"
        set _gox_when now
        set --global _gox_back "$GOX_USE"
    end
    # A universal variable belongs to all shells: it stays, and a global one of this shell hides it.
    set --erase --global GOX_USE
    if test -n "$argv[2]"; or set --query GOX_USE
        set --global --export GOX_USE $argv[2]
    end
    if test "$GOX_USE" != "$argv[2]"
        echo 'error: could not change `GOX_USE` in this shell' >&2
        return 2
    end
    if test "$argv[1]" = quiet
        return
    end
    if test -z "$argv[2]"
        test $_gox_when = now; and set _gox_when again
        echo "this shell follows files and the default $_gox_when" >&2
    else if test $_gox_when = now
        echo "this shell uses $argv[2] now; to go back: `gox use -`" >&2
    else
        echo "this shell uses $argv[2] already" >&2
    end
end
