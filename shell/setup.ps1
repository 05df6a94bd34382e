foreach ($_gox in 'gox', "$env:GOX_HOME/bin/gox", "$env:HOME/.local/go/bin/gox") {
    if (Get-Command -Name $_gox -CommandType Application -ErrorAction Ignore) {
        & $_gox init powershell | Out-String | Invoke-Expression
        break
    }
}
