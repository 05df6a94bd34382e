set _gox = ~/.local/go/bin/gox
if ( $?GOX_HOME ) then
    if ( "$GOX_HOME" != "" ) set _gox = $GOX_HOME:q/bin/gox
endif
which gox >& /dev/null
if ( $status == 0 ) set _gox = gox
if ( -x $_gox:q || $_gox:q == gox ) eval "`$_gox:q init tcsh`"
unset _gox
