# gox for tcsh, 6.20 or newer: PATH and `gox use`. The shims select the toolchain.
#
# tcsh evaluates a text as one line. So `gox init` prints this without comments in one line, each command ends with a
# semicolon, and what an `if` runs is one command, if need be by `eval`.

# Puts the shims first on PATH, and the store's copy of gox last, so that any other gox is preferred. Of equal entries
# the first stays.
set _gox_home = "";
if ( $?HOME ) eval 'if ( "$HOME" != "" ) set _gox_home = "$HOME/.local/go"';
set _gox_home = $_gox_home:s,//.local/go,/.local/go,:q;
if ( $?GOX_HOME ) eval 'if ( "$GOX_HOME" != "" ) set _gox_home = $GOX_HOME:q';
if ( "$_gox_home" =~ /* ) set -f path = ( "$_gox_home/shims" $path:q "$_gox_home/bin" );
unset _gox_home;

# What `gox use -` goes back to, such as `use:1.22.4`; `none` before the first change.
if ( ! $?_gox_back ) set _gox_back = none;

# Runs `gox use`, which reports what changes, and prints for this text, which alone can set GOX_USE in the shell, the
# word `quiet:1.22.4`, or `quiet:` to unset it. Where it fails, `_gox_run` becomes a command that fails with its code.
# Any other output, such as help, is not kept: gox runs again, and shows it.
set _gox_use = '
    set _gox_answer = `env _GOX_BY_FUNCTION=tcsh _GOX_BACK=$_gox_back:q gox $_gox_words:q`;
    set _gox_code = $status;
    if ( $_gox_code || "$_gox_answer" =~ quiet:* ) set _gox_run = ( sh -c "exit $_gox_code" );
    if ( "$_gox_answer" =~ *[^-+._0-9A-Za-z:]* ) set _gox_answer = "" _gox_run = gox;
    if ( "$_gox_answer" =~ quiet:* ) eval "$_gox_set"
';
set _gox_set = '
    set _gox_before = "";
    if ( $?GOX_USE ) eval set _gox_before = \$GOX_USE:q;
    set _gox_after = $_gox_answer:s/quiet://;
    if ( "$_gox_before" != "$_gox_after" ) set _gox_back = use:$_gox_before;
    unsetenv GOX_USE;
    if ( "$_gox_after" != "" ) setenv GOX_USE $_gox_after
';

# Runs gox. `eval` gets the words of the command line twice, quoted, because it reads them again. The first time they are
# a list, which tells whether they are `gox use`. The second time they follow the command, with their redirections.
# In a pipe `eval` reads no standard input: `echo x | \gox exec …` starts gox without this text.
set _gox_choose = '
    set _gox_run = gox;
    if ( "$_gox_words " =~ {,-q\ ,--quiet\ }use\ * ) eval "$_gox_use";
    $_gox_run:q
';
alias gox 'eval "set _gox_words = (" \!*:q "); $_gox_choose" \!*:q';
