"""What a chapter can say in its template beyond Markdown: figures, references, claims, numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from jinja2 import Undefined

from figgen.errors import TranslationError, unknown
from figgen.experiment import Evidence
from figgen.handout.missing import note
from figgen.handout.placeholders import place_for
from figgen.handout.prose import plain
from figgen.translation import Translator
from figgen.translation.notation import is_fraction
from figgen.wording import FORMULA, Wording, word

_WIDTHS = tuple(
    ":" + "-" * percent for percent in (53, 16, 17, 14)
)  # of the columns of a table of statements


@dataclass(frozen=True, slots=True)
class Shown:
    """What a chapter may show of one experiment.

    Attributes:
        result: What its `simulate` returned, or what stands for it.
        evidence: Its claims with the values measured on `result`.
        figures: The names of its figures.
        chapter: The chapter that should show them.
        params: The parameters that it was simulated with, or what stands for them.
        command: Measures the same claims again.
    """

    result: Any
    evidence: tuple[Evidence, ...]
    figures: tuple[str, ...]
    chapter: str
    params: Any = None
    command: str = ""


class Vocabulary:
    """The words of a handout's chapters, and the numbers of the figures that they have shown so far."""

    def __init__(self, experiments: Mapping[str, Shown], tr: Translator) -> None:
        self._experiments = experiments
        self._figures = [name for shown in experiments.values() for name in shown.figures]
        self._tr = tr
        self.numbers: dict[str, int] = {}

    def names(self) -> dict[str, object]:
        """Return what a template finds under which name."""
        results = {name: shown.result for name, shown in self._experiments.items()}
        params = {name: shown.params for name, shown in self._experiments.items()}
        words = (self.figure, self.ref, self.claims, self.statements, self.measured)
        return {"result": results, "params": params} | {word.__name__: word for word in words}

    def filters(self) -> dict[str, Callable[..., str]]:
        """Return the filters that write numbers and dates."""
        return {"num": self.num, "percent": self.percent, "date": self.date}

    def figure(self, name: str, alt: str = "", caller: Callable[[], str] | None = None) -> str:
        """Show a figure with the caption that the call block holds; number it in order of appearance."""
        caption = caller().strip() if caller else ""
        self._check_figure(name, alt, caption)
        self.numbers.setdefault(name, len(self.numbers) + 1)
        label = self._numbered("Figure {number}.", name)
        quoted = " ".join(alt.split()).replace("\\", "\\\\").replace('"', '\\"')
        return f'\n::: {{.figure #fig-{name} file={name}.svg alt="{quoted}"}}\n**{label}** {caption}\n:::\n'

    def _check_figure(self, name: str, alt: str, caption: str) -> None:
        call = f"{{% call figure({name!r}, alt=…) %}}caption{{% endcall %}}"
        if name not in self._figures:
            note(unknown("figure", name, self._figures))
        elif name in self.numbers:
            note(f"the figure {name!r} is shown twice; to speak of it again, write {{{{ ref({name!r}) }}}}")
        if not alt.strip():
            note(f"the figure {name!r} has no alternative text; write {call}")
        if not caption:
            note(f"the figure {name!r} has no caption; write {call}")

    def ref(self, name: str) -> str:
        """Refer to a figure, shown or still to come, or to what else has a name, such as `eq-x`."""
        if "-" in name:  # no figure has one in its name
            return f"[](#{name}){{.ref}}"
        if name not in self._figures:
            note(unknown("figure", name, self._figures))
        return f"[{self._numbered('Figure {number}', name)}](#fig-{name})"

    def claims(self, experiment: str, *names: str) -> str:
        """Show the evidence for an experiment's claims, where it has any: for all, or for those named."""
        items = [self._item(evidence) for evidence in self._evidence(experiment, names)]
        if not items:
            return ""  # of illustrations nothing is claimed
        again = self._tr("To measure this again:")
        items.append(f"\n::: reproduce\n{again} `{self._experiments[experiment].command}`\n:::")
        return "\n::: evidence\n" + "\n".join(items) + "\n:::\n"

    def statements(self, chapter: str) -> str:
        """Show the claims of all experiments of a chapter as a table: statement, measured, bound, figure."""
        chapters = {shown.chapter for shown in self._experiments.values()}
        if chapter not in chapters:
            note(unknown("chapter", chapter, chapters))
        tr = self._tr
        head = (tr("Statement"), tr("Measured"), tr("Bound"), tr("Figure"))
        of_chapter = [shown for shown in self._experiments.values() if shown.chapter == chapter]
        evidence = [item for shown in of_chapter for item in shown.evidence]
        evidence.sort(key=lambda item: self.numbers.get(item.claim.figure, 0))
        if not evidence:
            return ""
        rows = [head, _WIDTHS, *map(self._row, evidence)]
        return "\n" + "\n".join("| " + " | ".join(cells) + " |" for cells in rows) + "\n"

    def measured(self, experiment: str, claim: str) -> float:
        """Return the value that was measured for one claim."""
        evidence = self._evidence(experiment, (claim,))
        return evidence[0].measured if evidence else 0.0

    def num(self, value: Any, digits: int = 3) -> str:
        """Write a number as the reader's language does."""
        return _written(self._tr.number, value, digits)

    def percent(self, value: Any, digits: int = 3) -> str:
        """Write a fraction as a percentage."""
        return _written(self._tr.percent, value, digits)

    def plainly(self, value: Any) -> Any:
        """Write a fraction that stands in a template by itself, with all its digits; leave all else."""
        if not is_fraction(value):
            return value
        return self._tr.number(value, len(Decimal(str(value)).normalize().as_tuple().digits))

    def date(self, day: Any) -> str:
        """Write a date in full: a text such as 2026-11-27, or a date of Python's or NumPy's."""
        try:
            return self._tr.date(datetime.fromisoformat(str(day)).date())
        except ValueError:
            note(f"this is not a date, such as 2026-11-27: {day!r}")
            return ""

    def _evidence(self, experiment: str, names: tuple[str, ...]) -> list[Evidence]:
        """Return an experiment's evidence, all of it if there are no `names`; note unknown names."""
        if experiment not in self._experiments:
            note(unknown("experiment", experiment, self._experiments))
            return []
        evidence = {item.claim.name: item for item in self._experiments[experiment].evidence}
        for name in names:
            if name not in evidence:
                note(unknown("claim", name, evidence))
        return [evidence[name] for name in names or evidence if name in evidence]

    def _item(self, evidence: Evidence) -> str:
        """Write a claim with its measured value as an item of a Markdown list."""
        words = self._words(evidence)
        if words is None:
            return ""
        verdict = f'[✓]{{.holds role="img" aria-label="{words.verdict}"}}'
        if not words.holds:
            verdict = f"[✗ {words.verdict}]{{.fails}}"
        return f"- {verdict} {told(words.formula)} [{plain(words.demand)}]{{.bound}}"

    def _row(self, evidence: Evidence) -> tuple[str, ...]:
        """Write a claim with its measured value as the cells of a row."""
        words = self._words(evidence)
        if words is None:
            return ()
        statement, measured = told(words.blank), plain(words.measured)
        if words.full_verdict != words.verdict:
            statement += f" *({plain(words.full_verdict)})*"
        if not words.holds:
            measured += f" [✗ {words.verdict}]{{.fails}}"
        return statement, measured, plain(words.bound), self.ref(words.figure)

    def _words(self, evidence: Evidence) -> Wording | None:
        """Put a claim into words; note a translation with other fields, and return None then."""
        try:
            return word(evidence, self._tr)
        except TranslationError as error:
            note(str(error))
            return None

    def _numbered(self, message: str, figure: str) -> str:
        return self._tr(message, number=place_for(f"fig-{figure}")).replace(" ", "\u00a0")


def told(statement: str) -> str:
    """Escape what Markdown would read as markup, but for formulas."""
    parts = FORMULA.split(statement)  # texts and formulas in turn, these without their dollars
    return "".join(f"${part}$" if i % 2 else plain(part) for i, part in enumerate(parts))


def _written(write: Callable[[Any, int], str], value: Any, digits: int) -> str:
    if isinstance(value, Undefined):
        return str(value)
    if not isinstance(digits, int) or digits < 1:
        whole = "a whole number is {{ … | round | int | num }}"
        note(f"how many significant digits a number has is 1 or more, not {digits!r}; {whole}")
        return ""
    try:
        return write(value.item() if hasattr(value, "item") else value, digits)
    except (TypeError, ValueError, OverflowError):
        shape = getattr(value, "shape", ())
        told = f"but an array of shape {shape}; choose one of its numbers, such as [0]"
        note(f"this is not a number {told}" if shape else f"this is not a number: {value!r}")
        return ""
