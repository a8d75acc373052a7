"""`ratecard lint-request`: which parameters of a request a model rejects or ignores, and which nobody knows."""

from __future__ import annotations

from collections.abc import Iterator

import click

from ratecard import api
from ratecard.cli.options import at_option, db_option, output_options
from ratecard.cli.output import Row, machine
from ratecard.cli.sources import request_bytes, uploads
from ratecard.core.errors import EXIT_FAILED
from ratecard.pricing.as_json import Json, source_answer
from ratecard.requests import body as envelopes
from ratecard.requests.lint import IGNORED, REJECTED, UNKNOWN, UNREAD, VERDICTS, Finding, Lint

_HEADINGS = {
    REJECTED: "would be rejected, or useless without",
    IGNORED: "would be ignored, or refused where a seller is strict",
    UNKNOWN: "no source says",
    UNREAD: "no row of the catalog knows",
}


@click.command()
@click.argument("request", metavar="FILE")
@click.option("--model", metavar="MODEL", help="The model to ask; else the one the request names.")
@click.option("--seller", metavar="ID", help="As this seller sells it; else the card's first.")
@click.option("--endpoint", metavar="NAME", help="The call it is for, such as images/edits; else as it looks.")
@click.option("--file", "files", multiple=True, metavar="FIELD=FILE", help="A file sent with it, such as mask=m.png.")
@at_option
@db_option
@output_options
def lint_request(
    request: str,
    model: str | None,
    seller: str | None,
    endpoint: str | None,
    files: tuple[str, ...],
    at: str | None,
    db: str | None,
    form: str | None,
) -> int:
    """Which parameters of the request in FILE (- for standard input) a model would reject or ignore.

    Ends with 1 where anything would be rejected. What nobody knows is told, and not held against the model.

    \b
    ratecard lint-request body.json --model openai/gpt-image-1
    ratecard lint-request edit.json --model openai/dall-e-3 --file image=a.png --file mask=m.png
    """
    body = envelopes.parse(request_bytes(request, "FILE"))
    found = api.lint(
        body, model, seller=seller, endpoint=endpoint, files=uploads(files), at=at, catalog=api.open_catalog(db)
    )
    if form:
        machine(form, [answer(found)], _rows(found), single=True)
    else:
        click.echo("\n".join(_report(found)))
    return EXIT_FAILED if found.of(REJECTED) else 0


def answer(found: Lint) -> Json:
    """What was found as a mapping ready for JSON."""
    return {
        "model": found.slug,
        "seller": found.seller or None,
        "model_id": found.model_id or None,
        "endpoint": found.needs.endpoint,
        **{verdict: [_finding(finding) for finding in found.of(verdict)] for verdict in VERDICTS},
    }


def _finding(finding: Finding) -> Json:
    source = {"source": source_answer(finding.source)} if finding.source else {}
    told = {name: text for name, text in finding._asdict().items() if text and name not in ("verdict", "source")}
    return {"path": None, **told, **source}


def _report(found: Lint) -> Iterator[str]:
    yield f"{found.slug} at {found.seller or 'nobody'}, {found.needs.endpoint}"
    for verdict, heading in _HEADINGS.items():
        findings = found.of(verdict)
        if findings:
            yield ""
            yield f"{heading} ({len(findings)}):"
        for finding in findings:
            yield from _lines(finding)
    if not found.findings:
        yield "nothing speaks against it"


def _lines(finding: Finding) -> Iterator[str]:
    code = f" [{finding.code}]" if finding.code else ""
    yield f"  {finding.path or 'the call'}: {finding.sentence}{code}"
    if finding.verdict in (REJECTED, IGNORED):
        if finding.why:
            yield f"    {finding.why}"
        if finding.source:
            yield f"    {finding.source.url} on {finding.source.checked}"


def _rows(found: Lint) -> Iterator[Row]:
    """One row per finding, for separated values."""
    for finding in found.findings:
        yield {
            "model": found.slug,
            "seller": found.seller,
            "endpoint": found.needs.endpoint,
            "verdict": finding.verdict,
            "path": finding.path,
            "code": finding.code,
            "sentence": finding.sentence,
            "why": finding.why,
            "source": finding.source.url if finding.source else "",
        }
