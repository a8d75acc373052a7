"""`ratecard lint-request`: the parameters of a request that a model rejects or ignores."""

from __future__ import annotations

from collections.abc import Iterator

import click

from ratecard import api
from ratecard.cli.options import at_option, db_option, output_options
from ratecard.cli.output import Row, machine
from ratecard.cli.sources import request_bytes, uploads
from ratecard.core.errors import EXIT_FAILED
from ratecard.pricing.as_json import Json, source_answer
from ratecard.requests.body import parse
from ratecard.requests.lint import IGNORED, REJECTED, UNKNOWN, UNRECOGNIZED, VERDICTS, Finding, Lint

_HEADINGS = {
    REJECTED: "Rejected, or useless if ignored",
    IGNORED: "Ignored, or rejected by strict sellers",
    UNKNOWN: "Unknown: no source says",
    UNRECOGNIZED: "Unrecognized parameters",
}


@click.command()
@click.argument("request", metavar="FILE")
@click.option("--model", metavar="MODEL", help="The model; default: the one the request names.")
@click.option("--seller", metavar="ID", help="This seller's offer; default: the card's first.")
@click.option("--endpoint", metavar="NAME", help="The endpoint, such as images/edits; default: detected.")
@click.option(
    "--file", "files", multiple=True, metavar="FIELD=FILE", help="A file sent with the request, such as mask=m.png."
)
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
    """List the parameters of the request in FILE (- for standard input) that a model would reject or ignore.

    Exits with 1 if anything would be rejected. Unknowns are listed but do not count as rejected.

    \b
    ratecard lint-request body.json --model openai/gpt-image-1
    ratecard lint-request edit.json --model openai/dall-e-3 --file image=a.png --file mask=m.png
    """
    body = parse(request_bytes(request, "FILE"))
    found = api.lint(
        body, model, seller=seller, endpoint=endpoint, files=uploads(files), at=at, catalog=api.open_catalog(db)
    )
    if form:
        machine(form, [answer(found)], _rows(found), single=True)
    else:
        click.echo("\n".join(_report(found)))
    return EXIT_FAILED if found.of(REJECTED) else 0


def answer(found: Lint) -> Json:
    """A lint as JSON values."""
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
    yield f"{found.slug} at {found.seller or 'no seller'}, {found.needs.endpoint}"
    for verdict, heading in _HEADINGS.items():
        findings = found.of(verdict)
        if findings:
            yield ""
            yield f"{heading} ({len(findings)}):"
        for finding in findings:
            code = f" [{finding.code}]" if finding.code else ""
            yield f"  {finding.path or 'the call'}: {finding.sentence}{code}"
            if finding.verdict in (REJECTED, IGNORED):
                if finding.why:
                    yield f"    {finding.why}"
                if finding.source:
                    yield f"    {finding.source.url} on {finding.source.checked}"
    if not found.findings:
        yield "no problems found"


def _rows(found: Lint) -> Iterator[Row]:
    """One row per finding, for CSV and TSV."""
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
