"""`ratecard completion`: what makes a shell complete models, sellers and words."""

from __future__ import annotations

import click

from ratecard.cli.completing import VARIABLE

SHELLS = {
    "bash": """\
_ratecard() {
    local line="${COMP_LINE:0:COMP_POINT}" IFS=$'\\n' word
    word="${line##* }"
    COMPREPLY=($(VARIABLE="$line" "$1" 2>/dev/null))
    COMPREPLY=("${COMPREPLY[@]#"${word%"${word##*[=:]}"}"}")
    [[ ${COMPREPLY[0]} == *[=/] ]] && compopt -o nospace
}
complete -o default -F _ratecard ratecard
""",
    "zsh": """\
#compdef ratecard
_ratecard() {
    local -a found
    found=(${(f)"$(VARIABLE="${(j: :)words[1,CURRENT]}" "$words[1]" 2>/dev/null)"})
    (( $#found )) || { _files; return }
    compadd -S '' -- ${(M)found:#*[=/]}
    compadd -- ${found:#*[=/]}
}
compdef _ratecard ratecard
""",
    "fish": """\
complete -c ratecard -a '(VARIABLE=(commandline -cp | string collect) ratecard 2>/dev/null)'
""",
}


@click.command()
@click.argument("shell", type=click.Choice(list(SHELLS)))
def completion(shell: str) -> None:
    """Print what makes a shell complete commands, models, sellers, meters, facts and capabilities.

    Add it to what the shell reads when it starts.

    \b
    ratecard completion bash >> ~/.bashrc
    ratecard completion zsh >> ~/.zshrc
    ratecard completion fish > ~/.config/fish/completions/ratecard.fish
    """
    click.echo(SHELLS[shell].replace("VARIABLE", VARIABLE), nl=False)
