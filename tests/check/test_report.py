"""The reports for machines, as JUnit's readers, JSON and GitHub Actions read them."""

import json
import math
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tiny_lecture import COIN

from figgen.check.cases import cases, claim_lines
from figgen.check.report import report, save_report
from figgen.check.seeds import Spread
from figgen.check.verdict import Output, Verdict
from figgen.errors import FiggenError, Problem
from figgen.experiment import Evidence
from figgen.loading import load_study


@pytest.fixture
def verdict(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> Verdict:
    """A check that found something of every kind."""
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    monkeypatch.chdir(tiny)
    coin, dice = (tiny / "experiments" / "chance" / f"{name}.py" for name in ("coin", "dice"))
    outputs = (
        Output("figures/en/coin.svg", "figure", coin, "is missing; run figgen build"),
        Output("figures/sk/coin.svg", "figure", coin, remark="the y axis has no label"),
        Output("handout.en.html", "handout", tiny / "lecture.toml"),
        Output("handout.sk.html", "handout", tiny / "lecture.toml", unjudged="manifest.json is missing"),
        Output("old.npz", "result", tiny / "lecture.toml", "the lecture no longer has it; run figgen build"),
    )
    studies = (load_study(coin), load_study(dice))
    (fair,) = studies[0].experiment.claims
    return Verdict(
        outputs,
        {"coin": (Evidence(fair, 0.75),)},
        (Problem(tiny / "en" / "chance.md.j2", 3, "100% wrong:\nmend, it"),),
        studies,
        {"coin": (Spread(fair, (0.75, 0.5, math.nan)),)},
    )


FAIR = "A share of 0.75 falls on its head. (measured 0.75, must be 0.5 ± 0.1)"
SPREAD = "held with 1 of 3 seeds (min 0.5, median 0.625, max 0.75, must be 0.5 ± 0.1)"
LINE = 1 + COIN[: COIN.index('Claim("fair"')].count("\n")


def test_junit_has_a_case_for_each_figure_handout_and_claim(verdict: Verdict) -> None:
    root = ElementTree.fromstring(report(verdict, "junit").encode())
    assert (root.tag, root.get("tests"), root.get("failures"), root.get("skipped")) == (
        "testsuites",
        "8",
        "4",
        "2",
    )
    suites = {str(suite.get("name")): [case.get("name") for case in suite] for suite in root}
    assert suites == {
        "figgen.claim": ["coin.fair", "dice.mean"],
        "figgen.figure": ["figures/en/coin.svg", "figures/sk/coin.svg"],
        "figgen.handout": ["handout.en.html", "handout.sk.html"],
        "figgen.result": ["old.npz"],
        "figgen.source": ["en/chance.md.j2:3"],
    }
    for suite in root:
        assert int(suite.get("tests", "")) == len(suite)
        assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure"))
        assert int(suite.get("skipped", "")) == len(suite.findall("testcase/skipped"))


def test_junit_says_of_a_claim_statement_measured_value_bound_and_path(verdict: Verdict) -> None:
    root = ElementTree.fromstring(report(verdict, "junit").encode())
    claim = root.find(".//testcase[@name='coin.fair']")
    assert claim is not None
    assert (claim.get("file"), claim.get("line")) == ("experiments/chance/coin.py", str(LINE))
    failure, output = claim
    assert failure.get("message") == FAIR
    assert failure.text == f"experiments/chance/coin.py:{LINE}: {FAIR}"
    assert output.text == f"{FAIR}\n{SPREAD}"
    figure = root.find(".//testcase[@name='figures/sk/coin.svg']/system-out")
    assert figure is not None
    assert figure.text == "the y axis has no label"


def test_junit_is_xml_whatever_is_in_a_message(verdict: Verdict) -> None:
    odd = replace(verdict, problems=(Problem(Path("x.py"), 1, "<a> & \x1b[31m \0 \ud800"),))
    root = ElementTree.fromstring(report(odd, "junit").encode())
    failure = root.find(".//testsuite[@name='figgen.source']/testcase/failure")
    assert failure is not None
    assert failure.get("message") == "<a> & ?[31m ? ?"


def test_json_follows_its_schema(verdict: Verdict) -> None:
    content = json.loads(report(verdict, "json"))
    assert (content["schema_version"], content["good"]) == (1, False)
    assert content["counts"] == {"passed": 2, "failed": 4, "skipped": 2}
    by_name = {case["name"]: case for case in content["cases"]}
    assert by_name["coin.fair"] == {
        "kind": "claim",
        "name": "coin.fair",
        "status": "failed",
        "message": FAIR,
        "remark": "",
        "file": "experiments/chance/coin.py",
        "line": LINE,
        "claim": {
            "statement": "A share of {value} falls on its head.",
            "identity": False,
            "measured": 0.75,
            "bound": {"low": 0.4, "high": 0.6, "text": "0.5 ± 0.1"},
            "seeds": {"number": 3, "held": 1, "min": 0.5, "median": 0.625, "max": 0.75},
        },
    }
    sound = by_name["figures/sk/coin.svg"]
    assert (sound["status"], sound["message"], sound["remark"]) == ("passed", "", "the y axis has no label")
    assert by_name["dice.mean"]["status"] == "skipped"
    assert by_name["dice.mean"]["message"] == "its experiment fails"
    assert by_name["dice.mean"]["claim"] is None
    assert by_name["handout.sk.html"]["message"] == "manifest.json is missing"
    assert by_name["figures/sk/coin.svg"]["status"] == "passed"


def test_json_has_null_for_what_is_no_number(verdict: Verdict) -> None:
    fair = verdict.evidence["coin"][0].claim
    odd = replace(
        verdict,
        evidence={"coin": (Evidence(fair, math.inf),)},
        spreads={"coin": (Spread(fair, (math.nan,)),)},
    )
    content = json.loads(report(odd, "json"), parse_constant=pytest.fail)
    (claim,) = [case["claim"] for case in content["cases"] if case["name"] == "coin.fair"]
    assert claim["measured"] is None
    assert claim["seeds"] == {"number": 1, "held": 0, "min": None, "median": None, "max": None}


def test_github_annotates_the_line_of_the_claim_and_of_the_chapter(verdict: Verdict) -> None:
    lines = report(verdict, "github").splitlines()
    assert lines == [
        "::error file=experiments/chance/coin.py,line=1,title=figgen figure"
        "::figures/en/coin.svg: is missing; run figgen build",
        "::warning file=experiments/chance/coin.py,line=1,title=figgen figure"
        "::figures/sk/coin.svg: the y axis has no label",
        "::error file=lecture.toml,line=1,title=figgen result"
        "::old.npz: the lecture no longer has it; run figgen build",
        f"::error file=experiments/chance/coin.py,line={LINE},title=figgen claim::coin.fair: {FAIR}",
        "::error file=en/chance.md.j2,line=3,title=figgen source"
        "::en/chance.md.j2:3: 100%25 wrong:%0Amend, it",
    ]


def test_files_are_relative_to_the_repository_on_github(
    verdict: Verdict, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tiny.parent))
    monkeypatch.chdir(tiny / "sk")
    assert "file=lecture/en/chance.md.j2,line=3" in report(verdict, "github")


def test_a_file_name_cannot_end_a_property_of_an_annotation() -> None:
    odd = Verdict(problems=(Problem(Path("a,b:c.py"), None, "no"),))
    assert report(odd, "github").startswith("::error file=a%2Cb%3Ac.py,line=1,")


def test_problems_of_one_line_are_one_case() -> None:
    path = Path("sk/chance.md.j2")
    found = cases(
        Verdict(problems=(Problem(path, 3, "one"), Problem(path, None, "all"), Problem(path, 3, "two")))
    )
    assert [(case.name, case.failure) for case in found] == [
        ("sk/chance.md.j2:3", "one\ntwo"),
        ("sk/chance.md.j2", "all"),
    ]


def test_a_claim_that_falls_with_other_seeds_only_fails(verdict: Verdict) -> None:
    fair = verdict.evidence["coin"][0].claim
    shaky = replace(verdict, evidence={"coin": (Evidence(fair, 0.5),)})
    (case,) = [case for case in cases(shaky) if case.name == "coin.fair"]
    assert case.failure == f"A share of … falls on its head. {SPREAD}"


def test_a_good_verdict_fails_nothing() -> None:
    assert json.loads(report(Verdict(), "json"))["good"] is True
    assert report(Verdict(), "github") == ""


def test_a_report_that_cannot_be_written_is_told_with_the_fix(tmp_path: Path) -> None:
    with pytest.raises(
        FiggenError, match=r"cannot write the report .*no/r\.json: No such .*choose another file"
    ):
        save_report(Verdict(), "json", tmp_path / "no" / "r.json")


def test_claims_are_found_in_whatever_way_they_are_written() -> None:
    source = 'a = Claim(\n "first", "…")\nb = experiment.Claim(name="second")\nc = [Claim(n) for n in x]\n'
    assert claim_lines(source.encode("utf-8-sig")) == {"first": 1, "second": 3}
