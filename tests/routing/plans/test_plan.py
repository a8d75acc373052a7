"""The plan for a workload: which offers, at what cost, what breaks first and what more money buys."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ratecard
import toys
from laws import one_in
from ratecard import api, cli
from ratecard.api import plan
from ratecard.core import decimals
from ratecard.core.catalog import Catalog
from ratecard.core.errors import BadValue, BadWorkload
from ratecard.core.usage import usage_of
from ratecard.pricing.cost import cost_of
from ratecard.routing.plans.plan import Plan
from ratecard.routing.plans.variants import windows

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)

CARDS = {
    "toys/plain": """
        capabilities: {text-to-image: yes, edit: no}
        offers:
          - {seller: fal, model_id: plain, mode: sync, tariffs: [{sources: [{url: https://example.org/a, checked: 2026-11-01}], rates: [{meter: images, price: 0.05}]}]}
        """,
    "toys/fine": """
        capabilities: {text-to-image: yes, edit: yes}
        offers:
          - {seller: fal, model_id: fine, mode: sync, tariffs: [{sources: [{url: https://example.org/a, checked: 2026-11-01}], rates: [{meter: images, price: 0.20}]}]}
          - {seller: aigateway, model_id: fine, mode: async, tariffs: [{sources: [{url: https://example.org/a, checked: 2026-11-01}], rates: [{meter: images, price: 0.20}]}]}
        """,
    "toys/quick": """
        input_modalities: [text]
        output_modalities: [text]
        offers:
          - seller: openai
            model_id: quick
            tariffs:
              - sources: [{url: https://example.org/a, checked: 2026-11-01}]
                rates: [{meter: input_tokens, price: 4, per: 1_000_000}]
                adjustments: [{name: batch, percent: -50, when: {service_tier: batch}}]
        """,
    "toys/night": """
        input_modalities: [text]
        output_modalities: [text]
        offers:
          - seller: deepseek
            model_id: night
            tariffs:
              - sources: [{url: https://example.org/a, checked: 2026-11-01}]
                rates:
                  - {meter: input_tokens, price: 3, per: 1_000_000}
                  - {meter: input_tokens, price: 1, per: 1_000_000, when: {period: off_peak}}
                periods: {off_peak: ["mon-sun 10:00-24:00"]}
        """,
    "toys/batch": """
        input_modalities: [audio]
        output_modalities: [text]
        offers:
          - seller: openai
            model_id: batch
            tariffs:
              - sources: [{url: https://example.org/a, checked: 2026-11-01}]
                rates: [{meter: audio_seconds, price: 0.6, per: 60, when: {service_tier: batch}}]
        """,
    "toys/gift": """
        capabilities: {text-to-image: yes, lora: yes}
        offers:
          - {seller: fal, model_id: gift, tariffs: [{sources: [{url: https://example.org/a, checked: 2026-11-01}], rates: [{meter: images, price: 0, zero: free}]}]}
        """,
}

IMAGES: Mapping[str, object] = {"name": "pictures", "calls": 100, "usage": {"images": 1}, "needs": ["text-to-image"], "not_sellers": ["openai"], "ignore": ["toys/gift"]}  # fmt: skip
EDITS: Mapping[str, object] = {"name": "edits", "calls": 10, "usage": {"images": 2}, "needs": ["edit"]}
TOKENS: Mapping[str, object] = {"name": "texts", "calls": 1_000, "usage": {"input_tokens": 1_000}}

Planner = Callable[..., Plan]


@pytest.fixture(name="toy", scope="module")
def _toy(catalog: Catalog) -> Catalog:
    cards = {slug: toys.card(text, slug) for slug, text in CARDS.items()}
    return catalog._replace(cards=cards, names={})


@pytest.fixture(name="planned")
def _planned(toy: Catalog) -> Planner:
    def planned(*tasks: Mapping[str, object], budget: str | int | None = None, **rest: Any) -> Plan:
        return plan(tasks, budget, catalog=toy, **{"at": NOON, **rest})

    return planned


def offers(found: Plan) -> dict[str, str]:
    """The offer each task got, with the circumstances of its calls."""
    return {
        each.task.name: "@".join((each.variant.choice.slug, each.variant.choice.seller, *dict(each.variant.facts).values()))
        for each in found.assigned
    }  # fmt: skip


def test_without_preferences_each_task_gets_its_cheapest_offer(planned: Planner) -> None:
    """Only the cost counts, and the sums are those of all calls."""
    found = planned(IMAGES, EDITS, budget=100)
    assert offers(found) == {"pictures": "toys/plain@fal", "edits": "toys/fine@fal"}
    assert (found.total, found.funding, found.preference) == (Decimal(9), Decimal(9), 0)
    assert (found.least, found.most, found.suffices) == (Decimal(9), Decimal(9), True)


def test_fees_for_funding_count_against_the_budget(planned: Planner) -> None:
    """What a gateway takes when credit is bought is part of what the budget must pay."""
    gateway = {**EDITS, "sellers": ["aigateway"]}
    found = planned(gateway, budget="4.20")
    assert (found.total, found.funding, found.suffices) == (Decimal(4), Decimal("4.2"), True)
    assert not planned(gateway, budget="4.19").suffices
    own_key = planned({**gateway, "usage": {"images": 2, "byok": "on"}}, budget=100)
    assert own_key.funding == own_key.total == Decimal(4)


def test_a_batch_is_taken_where_it_is_allowed_and_cheaper(planned: Planner) -> None:
    """Half price in a batch; nobody is put into one unasked."""
    quick = {**TOKENS, "only": ["toys/quick"]}
    single, batched = planned(quick), planned({**quick, "batch": "allowed"})
    assert (offers(single), single.funding) == ({"texts": "toys/quick@openai"}, Decimal(4))
    assert (offers(batched), batched.funding) == ({"texts": "toys/quick@openai@batch"}, Decimal(2))


def test_an_offer_priced_in_batches_alone_is_for_tasks_that_allow_them(planned: Planner) -> None:
    """Without a price for single calls there is none for a task that cannot wait."""
    task = {"name": "minutes", "calls": 2, "usage": {"audio_seconds": 60}}
    assert [entry.task.name for entry in planned(task).unserved] == ["minutes"]
    assert offers(planned({**task, "batch": "allowed"})) == {"minutes": "toys/batch@openai@batch"}


def test_a_ceiling_holds_for_the_price_the_calls_come_to(planned: Planner) -> None:
    """A call that is too dear by itself may be cheap enough in a batch or at night."""
    quick = {**TOKENS, "only": ["toys/quick"], "max_cost": "0.002"}
    assert planned(quick).unserved
    assert offers(planned({**quick, "batch": "allowed"})) == {"texts": "toys/quick@openai@batch"}
    night = {**TOKENS, "only": ["toys/night"], "max_cost": "0.001"}
    assert planned(night).unserved
    assert offers(planned({**night, "off_peak": "allowed"})) == {"texts": "toys/night@deepseek@off_peak"}


@pytest.mark.parametrize("hour", [3, 12])
def test_calls_that_cannot_wait_count_at_the_dearest_hours_whenever_the_plan_is_made(
    planned: Planner, hour: int
) -> None:
    """A plan made at night is no cheaper; calls that can wait get the cheap hours, which are named."""
    at = datetime(2026, 11, 20, hour, tzinfo=UTC)
    night = {**TOKENS, "only": ["toys/night"]}
    now, later = planned(night, at=at), planned({**night, "off_peak": "allowed"}, at=at)
    assert (now.funding, offers(now)) == (Decimal(3), {"texts": "toys/night@deepseek@standard"})
    assert "texts: toys/night at deepseek is counted at its dearest hours, since the calls cannot wait" in now.warnings
    assert (later.funding, offers(later)) == (Decimal(1), {"texts": "toys/night@deepseek@off_peak"})
    assert windows(later.assigned[0].variant) == ("mon-sun 10:00-24:00",)


def test_a_period_that_the_usage_states_stands(planned: Planner) -> None:
    """Who knows when the calls come says so."""
    found = planned({**TOKENS, "usage": {"input_tokens": 1_000, "period": "off_peak"}, "only": ["toys/night"]})
    assert (found.funding, offers(found)) == (Decimal(1), {"texts": "toys/night@deepseek"})


def test_the_budget_buys_what_is_preferred_as_far_as_it_goes(planned: Planner) -> None:
    """The first of a list counts most; below its cost the next one is taken, and any other last."""
    wished = {**IMAGES, "prefer": ["toys/fine", "toys/plain"]}
    assert offers(planned(wished)) == {"pictures": "toys/fine@fal"}
    assert offers(planned(wished, budget=20)) == {"pictures": "toys/fine@fal"}
    less = planned(wished, budget="19.99")
    assert (offers(less), less.preference) == ({"pictures": "toys/plain@fal"}, Decimal(1))
    assert planned(wished, budget=20).preference == 2


def test_a_weight_says_whose_preference_goes_first(planned: Planner) -> None:
    """Where money is enough for one of two wishes, the weightier is granted."""
    one = {**IMAGES, "name": "one", "prefer": ["toys/fine"]}
    other = {**IMAGES, "name": "other", "prefer": ["toys/fine"]}
    for heavy in ("one", "other"):
        tasks = [{**task, "weight": "1.5"} if task["name"] == heavy else task for task in (one, other)]
        found = planned(*tasks, budget=25)
        assert offers(found)[heavy] == "toys/fine@fal"
        assert found.preference == Decimal("1.5")


def test_what_breaks_first_is_the_plan_just_below_the_cost(planned: Planner) -> None:
    """It names the task that loses its offer, what it gets, and by how much calls can grow before that."""
    wished = {**IMAGES, "prefer": ["toys/fine"]}
    found = planned(wished, EDITS, budget=30)
    assert found.funding == 24
    assert found.below is not None
    change, = found.below.changes  # fmt: skip
    assert (change.task, change.before.choice.slug, change.after.choice.slug) == ("pictures", "toys/fine", "toys/plain")
    assert (found.below.cost, found.below.preference) == (Decimal(9), Decimal(-1))
    assert [each.growth for each in found.assigned] == [30, 15]
    for name, growth in (("pictures", 30), ("edits", 15)):
        tasks = [
            {**task, "calls": int(str(task["calls"])) + growth} if task["name"] == name else task
            for task in (wished, EDITS)
        ]
        assert planned(*tasks, budget=30).preference == 1
        tasks = [{**task, "calls": int(str(task["calls"])) + 1} if task["name"] == name else task for task in tasks]
        assert planned(*tasks, budget=30).preference == 0


def test_below_the_cheapest_plan_the_tasks_that_would_not_be_paid_are_named(planned: Planner) -> None:
    """Where nothing is cheaper, less money means that something is not done."""
    found = planned(IMAGES, EDITS, budget=10)
    assert found.below is not None
    assert (found.below.changes, found.below.unpaid, found.below.cost) == ((), ("pictures",), Decimal(4))


def test_a_tenth_more_budget_buys_what_it_says(planned: Planner) -> None:
    """The step is the plan at the larger budget."""
    wished = {**IMAGES, "prefer": ["toys/fine"]}
    found = planned(wished, budget=19)
    assert found.more is not None
    assert (found.more.budget, found.more.cost, found.more.preference) == (Decimal("20.9"), Decimal(20), Decimal(1))
    assert [change.after.choice.slug for change in found.more.changes] == ["toys/fine"]
    assert planned(wished, budget="20.9").funding == found.more.cost
    assert (found.least, found.most) == (Decimal(5), Decimal(20))


def test_a_budget_that_does_not_suffice_says_what_would(planned: Planner) -> None:
    """As many tasks as can be are paid; the least that would do is exact."""
    found = planned(IMAGES, EDITS, {**IMAGES, "name": "more pictures", "calls": 1}, budget="8.99")
    assert (found.suffices, found.least) == (False, Decimal("9.05"))
    assert {each.task.name: each.is_paid for each in found.assigned} == {
        "pictures": False,
        "edits": True,
        "more pictures": True,
    }
    assert (found.below, found.more) == (None, None)
    assert planned(IMAGES, EDITS, budget=found.least - Decimal("0.05")).suffices


def test_a_task_that_no_offer_does_leaves_the_others_planned(planned: Planner) -> None:
    """It comes with the router's answer, which says what to give up."""
    found = planned(IMAGES, {**EDITS, "needs": ["edit", "lora"]}, budget=100)
    assert offers(found) == {"pictures": "toys/plain@fal"}
    unserved, = found.unserved  # fmt: skip
    assert unserved.task.name == "edits"
    assert unserved.route.relax is not None
    assert planned({**EDITS, "needs": ["edit", "lora"]}, budget=1).assigned == ()


def test_what_costs_nothing_is_said_to_have_no_known_quota(planned: Planner) -> None:
    """A free offer is taken, and nothing is promised about how many calls are free."""
    found = planned({**IMAGES, "ignore": []}, budget=0)
    assert (offers(found), found.funding, found.below) == ({"pictures": "toys/gift@fal"}, 0, None)
    assert found.assigned[0].growth is None
    assert "pictures: toys/gift at fal costs nothing; how many calls are free is not known" in found.warnings


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("scores.csv", "slug,marks,seller\ntoys/plain,3,\ntoys/fine,-1,\ntoys/fine,9.5,aigateway\ntoys/gift,,\ntoys/none,7,\n"),
        ("scores.csv", "\ufeffseller,slug,marks\r\n,toys/plain,3\r\n,toys/fine,-1\r\naigateway,toys/fine,9.5\r\n,toys/none,7\r\n"),
        ("scores.json", '[{"slug": "toys/plain", "marks": 3}, {"slug": "toys/fine", "marks": -1}, {"slug": "toys/fine", "seller": "aigateway", "marks": 9.5}, {"slug": "toys/gift", "marks": null}, {"slug": "toys/none", "marks": 7}]'),
    ],
)  # fmt: skip
def test_scores_of_the_users_own_decide(planned: Planner, tmp_path: Path, file: str, text: str) -> None:
    """More is better; a seller's own score goes before the model's; what has none is left out, and that is said."""
    scores = tmp_path / file
    scores.write_text(text, encoding="utf-8", newline="")
    task = {**IMAGES, "ignore": [], "quality": "marks"}
    rich, poor = planned(task, scores=scores), planned(task, budget=20, scores=scores)
    assert (offers(rich), rich.preference) == ({"pictures": "toys/fine@aigateway"}, Decimal("9.5"))
    assert (offers(poor), poor.preference) == ({"pictures": "toys/plain@fal"}, Decimal(3))
    assert "pictures: 1 offers have no marks and were left out" in rich.warnings
    assert f"{scores} scores what is not in the catalog: toys/none" in rich.warnings


def test_a_task_whose_offers_nobody_scored_has_none(planned: Planner, tmp_path: Path) -> None:
    """A missing score is not a score of zero."""
    scores = tmp_path / "scores.csv"
    scores.write_text("slug,marks\ntoys/quick,1\n")
    unserved, = planned({**IMAGES, "quality": "marks"}, scores=scores).unserved  # fmt: skip
    assert unserved.unscored == 3


TASKS = [
    {**IMAGES, "prefer": ["toys/fine"]},
    {**IMAGES, "name": "more", "calls": 7, "prefer": ["seller:aigateway", "toys/fine"], "weight": "0.3"},
    {**EDITS, "prefer": ["seller:aigateway"]},
    {**TOKENS, "prefer": ["toys/night", "toys/quick"]},
    {**TOKENS, "name": "bulk", "calls": 12_345, "prefer": ["openai/*", "toys/quick"]},
]


def test_what_is_stated_beside_a_file_goes_before_it(catalog: Catalog, tmp_path: Path) -> None:
    """Scores, keys and the budget of the call replace those of the workload."""
    (tmp_path / "marks.csv").write_text("slug,marks\nopenai/gpt-image-1-mini,5\n")
    file = tmp_path / "workload.yaml"
    file.write_text("keys: [fal]\n" + WORKLOAD.replace("needs: [text-to-image]", "quality: marks"))
    found = plan(file, Decimal("1E+4"), scores=tmp_path / "marks.csv", keys=["openai"], catalog=catalog, at=NOON)
    assert (offers(found), found.budget) == ({"pictures": "openai/gpt-image-1-mini@openai"}, Decimal(10_000))
    with pytest.raises(BadWorkload, match=r"keys\[0\]: 'opnai' is not a seller; did you mean openai"):
        plan(file, keys=["opnai"], scores=tmp_path / "marks.csv", catalog=catalog)


@one_in(2)
@given(
    st.lists(st.sampled_from(TASKS), min_size=1, unique_by=lambda task: str(task["name"])),
    st.decimals(0, 90, places=2),
    st.randoms(),
)
def test_a_plan_is_the_best_of_all_routes(
    toy: Catalog, tasks: list[dict[str, Any]], budget: Decimal, chance: Any
) -> None:
    """It is what trying out every candidate of every task's own route finds, in whatever order the tasks stand."""
    found = plan(tasks, budget, catalog=toy, at="2026-11-20T03:00")
    ways = [tuple(way for way in _by_route(toy, task)) for task in sorted(tasks, key=lambda task: str(task["name"]))]
    affordable = [each for each in product(*ways) if decimals.total([way[1] for way in each]) <= budget]
    best = min(
        affordable,
        default=None,
        key=lambda each: (-sum(way[0] for way in each), sum(way[1] for way in each), [way[2:] for way in each]),
    )
    assert found.suffices == (best is not None)
    if best:
        assert (found.preference, found.funding) == (sum(way[0] for way in best), sum(way[1] for way in best))
        taken = {each.task.name: each.variant.choice.name for each in found.assigned}
        assert [taken[name] for name in sorted(taken)] == [way[2:] for way in best]
    mixed = plan(chance.sample(tasks, len(tasks)), budget, catalog=toy, at="2026-11-20T03:00")
    assert sorted(offers(mixed).items()) == sorted(offers(found).items())


def _by_route(toy: Catalog, task: Mapping[str, Any]) -> Any:
    """Preference, cost and name of every candidate for a task, as `route` gives them."""
    options = {name: task[name] for name in ("needs", "not_sellers", "ignore") if name in task}
    found = api.route(**options, **task["usage"], catalog=toy, at="2026-11-20T03:00")
    for choice in (found.choice, *found.candidates):
        assert choice is not None
        fits = (
            name for name, wished in enumerate(task["prefer"]) if wished in (choice.slug, f"seller:{choice.seller}")
        )
        liked = len(task["prefer"]) - next(fits, len(task["prefer"]))
        yield liked * Decimal(task.get("weight", "1")), choice.cost.funding * task["calls"], *choice.name


WORKLOAD = """\
budget: 100
tasks:
  - name: pictures
    calls: 100
    usage: {images: 1}
    needs: [text-to-image]
"""

MISTAKES = [
    ("budget: 100", "budget: NaN", "2", ":1:9: budget: 'NaN' is not a number; write digits"),
    ("budget: 100", "budget: -1", "2", ":1:9: budget: a price of -1 is below zero; write"),
    ("calls: 100", "calls: -100", "2", ":4:12: tasks[0].calls: '-100' is not a whole number; write digits only"),
    ("calls: 100", "calls: 1.5", "2", ":4:12: tasks[0].calls: '1.5' is not a whole number; write digits only"),
    ("calls: 100", "calls: 0", "2", ":4:12: tasks[0].calls: 0 is below 1; write 1 or more"),
    ("calls: 100", "cals: 100", "2", ":4:5: tasks[0].cals: unknown key 'cals'; did you mean 'calls'?"),
    ("calls: 100", "calls: 100", "2", ":3:5: tasks[0].calls: the required key 'calls' is missing; add it"),
    ("{images: 1}", "{images: NaN}", "2", ":5:21: tasks[0].usage.images: images=NaN: not a quantity; write a number"),
    ("{images: 1}", "{image: 1}", "2", ":5:20: tasks[0].usage.image: 'image' is not a meter or fact; did you mean images"),
    ("{images: 1}", "{size: 512x512}", "2", ":5:12: tasks[0].usage: one call uses nothing; say what, such as images: 1"),
    ("{images: 1}", "{}", "2", ":5:12: tasks[0].usage: the list is empty; give at least one"),
    ("[text-to-image]", "[text-to-imagine]", "2", ":6:13: tasks[0].needs[0]: 'text-to-imagine' is not a capability; did you mean text-to-image"),
    ("needs: [text-to-image]", "prefer: [openai/gpt-imagine-1]", "3", ":6:14: tasks[0].prefer[0]: unknown model 'openai/gpt-imagine-1'; did you mean openai/gpt-image-1"),
    ("needs: [text-to-image]", "sellers: [opnai]", "2", ":6:15: tasks[0].sellers[0]: 'opnai' is not a seller; did you mean openai"),
    ("needs: [text-to-image]", "quality: marks", "2", ":6:14: tasks[0].quality: no scores are given; name their file"),
    ("needs: [text-to-image]", "batch: yes", "2", ":6:12: tasks[0].batch: 'yes' is not an allowed value; write one of 'no' or 'allowed'"),
    ("needs: [text-to-image]", "size: 5x", "2", ":6:11: tasks[0].size: '5x' is not a size; write WIDTHxHEIGHT"),
    ("needs: [text-to-image]", "weight: 0", "2", ":6:13: tasks[0].weight: a weight of 0; write a number above 0"),
    ("needs: [text-to-image]", "batch: allowed\n    sync: true", "2", ":6:12: tasks[0].batch: a batch does not answer at once; leave out batch or sync"),
    ("budget: 100", "budget: 100\nkeys: [opnai]", "2", ":2:8: keys[0]: 'opnai' is not a seller; did you mean openai"),
    ("budget: 100\n", "budget: [\n", "2", ":3:3: not YAML: "),
    ("budget: 100\n", "budget: 1\nbudget: 2\n", "2", ":2:1: duplicate key 'budget', first on line 1; keep one of them"),
    (WORKLOAD, "", "2", ":1:1: the file is empty; write a mapping of keys and values"),
    (WORKLOAD, "tasks: []", "2", ":1:8: tasks: the list is empty; give at least one"),
    (WORKLOAD, "scores: none.csv\n" + WORKLOAD.replace("needs: [text-to-image]", "quality: marks"), "2", "none.csv: No such file or directory; name a readable file"),
]  # fmt: skip


def process(*arguments: str, db: Path) -> subprocess.CompletedProcess[str]:
    """What `ratecard plan` says and ends with."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setenv("RATECARD_DB", str(db))
        code = cli.run(["plan", *arguments])
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


@pytest.mark.parametrize(("right", "wrong", "code", "said"), MISTAKES, ids=lambda text: text[:30])
def test_a_mistake_in_a_workload_is_said_with_its_line_and_remedy(
    db: Path, tmp_path: Path, right: str, wrong: str, code: str, said: str
) -> None:
    """Whatever is wrong: the file, the line, what it is and how to mend it; no number and no traceback."""
    file = tmp_path / "workload.yaml"
    file.write_text(WORKLOAD.replace(right, wrong if wrong != right else "", 1))
    done = process(str(file), db=db)
    assert (done.returncode, done.stdout) == (int(code), "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("slug,marks\na/b,n/a\n", ":2:1: marks: 'n/a' is not a number; leave the cell empty if unknown"),
        ("slug,mark\na/b,1\n", ":1:1: there is no column 'marks'; did you mean 'mark'?"),
        ("model,marks\na/b,1\n", ":1:1: there is no column 'slug'; it has model, marks"),
        ("slug,marks\na/b,1\na/b,2\n", ":3:1: marks: a/b is listed twice; keep one of the rows"),
        ("slug,marks\na/b,1,2\n", ":2:1: more cells than headings; mend the row"),
        ("", ":1:1: there is no column 'slug'; it has no rows"),
    ],
)
def test_a_mistake_in_scores_is_said_with_its_line(db: Path, tmp_path: Path, rows: str, said: str) -> None:
    """What is no number is not taken for one."""
    (tmp_path / "scores.csv").write_text(rows.replace("a/b", "openai/gpt-image-1"))
    file = tmp_path / "workload.yaml"
    file.write_text("scores: scores.csv\n" + WORKLOAD.replace("needs: [text-to-image]", "quality: marks"))
    done = process(str(file), db=db)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{tmp_path / 'scores.csv'}{said.replace('a/b', 'openai/gpt-image-1')}" in done.stderr


@pytest.mark.parametrize(
    "text", ['{"slug": 1}', "[1]", "[", "[" * 100_000, '[{"slug": "openai/gpt-image-1", "marks": NaN}]']
)
def test_json_that_is_no_list_of_scores_is_refused(catalog: Catalog, tmp_path: Path, text: str) -> None:
    """Neither nesting nor NaN gets any further."""
    scores = tmp_path / "scores.json"
    scores.write_text(text)
    task = {**IMAGES, "ignore": [], "quality": "marks"}
    with pytest.raises(BadWorkload, match=r"scores\.json:1:"):
        plan([task], scores=scores, catalog=catalog)


@pytest.mark.parametrize("budget", ["NaN", "-1", "1e3", "ten", "", "inf", True])
def test_a_budget_is_an_amount_of_money(planned: Planner, budget: Any) -> None:
    """Anything else is refused, quoting it."""
    with pytest.raises(BadValue, match=r"is not an amount of money, such as 100 or 99\.50"):
        planned(IMAGES, budget=budget)


def test_several_mistakes_are_said_at_once(catalog: Catalog) -> None:
    """Those of form and those of sense, with the task they are in."""
    tasks = [
        {**IMAGES, "calls": float("nan"), "colour": "red"},
        {**EDITS, "needs": ["edits"]},
        {**EDITS, "usage": {"images": -1}},
    ]
    with pytest.raises(BadWorkload) as caught:
        plan(tasks, catalog=catalog)
    told = str(caught.value)
    assert "tasks[0].colour: unknown key 'colour'; remove it" in told
    assert "tasks[0].calls: 'NaN' is not a whole number" in told
    with pytest.raises(BadWorkload) as caught:
        plan([{**IMAGES, "max_cost": -1, "prefer": ["toys/none"], "sellers": ["nobody"]}], catalog=catalog)
    told = str(caught.value)
    assert "tasks[0].max_cost: a price of -1 is below zero" in told
    assert "tasks[0].prefer[0]: unknown model 'toys/none'" in told
    assert "tasks[0].sellers[0]: 'nobody' is not a seller" in told


def test_tasks_in_python_are_those_of_a_file(catalog: Catalog, tmp_path: Path) -> None:
    """Mappings with ints, floats, Decimals and sets stand for what an author would write."""
    file = tmp_path / "workload.yaml"
    file.write_text(WORKLOAD.replace("needs:", "max_cost: 0.05\n    needs:"))
    task = {
        "name": "pictures",
        "calls": 100,
        "usage": {"images": Decimal(1)},
        "max_cost": 0.05,
        "needs": {"text-to-image"},
    }
    assert ratecard.plan(file, catalog=catalog, at=NOON) == ratecard.plan([task], 100, catalog=catalog, at=NOON)


EXAMPLE = str(toys.ROOT / "examples" / "workload.yaml")
AT = ("--at", "2026-11-21T12:00")


def test_the_example_is_planned_at_the_costs_of_its_calls(market_db: Path) -> None:
    """Each task's money is what its calls cost one by one, and the sums are theirs."""
    found = json.loads(process(EXAMPLE, *AT, "--json", db=market_db).stdout)
    catalog, told = api.open_catalog(market_db), ratecard.plan(EXAMPLE, catalog=api.open_catalog(market_db), at=AT[1])
    assert found["suffices"]
    for answer, each in zip(found["tasks"], told.assigned, strict=True):
        words = {**each.task.usage, **answer["facts"], **({"size": each.task.size} if each.task.size else {})}
        cost = cost_of(
            catalog, answer["slug"], usage_of(catalog.vocabulary, words), answer["seller"], told.at, answer["model_id"]
        )
        assert decimals.text(cost.funding * answer["calls"]) == answer["amount"]
    assert (
        sum(Decimal(each["amount"]) for each in found["tasks"]) == Decimal(found["funding"]) <= Decimal(found["budget"])
    )
    assert found["below"]["changes"]
    assert found["more"] is not None


def test_more_budget_never_makes_the_example_worse(whole: Catalog) -> None:
    """From the least that would do to the most, preference only rises, and just below the least nothing does."""
    first = plan(EXAMPLE, catalog=whole, at=AT[1])
    assert not plan(EXAMPLE, first.least - Decimal("1e-9"), catalog=whole, at=AT[1]).suffices
    span = first.most - first.least
    plans = [plan(EXAMPLE, decimals.text(first.least + span * part / 4), catalog=whole, at=AT[1]) for part in range(5)]
    assert all(each.suffices for each in plans)
    liked = [each.preference for each in plans]
    assert liked == sorted(liked)
    assert liked[0] < liked[-1]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--budget", "100"), 0, "What breaks first, below $"),
        (("--budget", "0"), 1, "unpaid     product shots, background swaps, captions and nightly summaries"),
        (("--budget", "100", "--csv"), 0, "task,calls,slug,seller,model_id,facts,windows,one_call,amount,"),
        (("--budget", "100", "--nl"), 0, '{"task": "product shots", "calls": 400, '),
    ],
)
def test_the_command_prints_the_plan_and_tells_by_its_exit_code_whether_it_does(
    market_db: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    """0 where the budget suffices, 1 where it does not."""
    done = process(EXAMPLE, *AT, *arguments, db=market_db)
    assert (done.returncode, said in done.stdout) == (code, True), done.stderr
    if code:
        assert "Error: the budget is too small; the cheapest plan costs $" in done.stderr


def test_a_task_without_an_offer_ends_with_the_routers_reasons(db: Path, tmp_path: Path) -> None:
    """Exit code 4, what speaks against the offers and what to give up; the other tasks are planned all the same."""
    file = tmp_path / "workload.yaml"
    file.write_text(
        WORKLOAD
        + WORKLOAD.partition("tasks:\n")[2]
        .replace("pictures", "saved")
        .replace("[text-to-image]", "[mask, speech-to-text]")
    )
    done = process(str(file), *AT, db=db)
    assert done.returncode == 4
    assert done.stdout.count("\npictures ") == 1
    assert "Error: no offer for 'saved'" in done.stderr
    assert "Eligible if relaxed:" in done.stderr
    answer = json.loads(process(str(file), *AT, "--json", db=db).stdout)
    unserved, = answer["without_offer"]  # fmt: skip
    assert unserved["task"] == "saved"
    assert unserved["relax"]["ways"]
    assert all(rejection["reasons"] for rejection in unserved["nearest"])
