"""A preview from its beginning to Ctrl-C: what a save makes stale, and what is made first."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from figgen.engine.executor import Progress
from figgen.engine.watch import saves, tell_saved
from figgen.paths import PACKAGE, lecture_folder
from figgen.preview.makers import Makers, Making, makers
from figgen.preview.making import Made, Order
from figgen.preview.server import serving
from figgen.preview.stage import Stage

_BREATH = 0.1  # seconds between looks at Ctrl-C


@dataclass(frozen=True, slots=True)
class Terminal:
    """What the author sees of it.

    Attributes:
        say: Prints a line.
        complain: Prints what is wrong.
        progress: Shows a making on its way.
        open: Opens an address in the browser.
    """

    say: Callable[[str], None]
    complain: Callable[[str], None]
    progress: Callable[[], AbstractContextManager[Progress]]
    open: Callable[[str], object]


def preview(order: Order, port: int | None, terminal: Terminal, variables: Mapping[str, str]) -> None:
    """Make the open pages and then the rest, now and whenever a source is saved, until Ctrl-C.

    Args:
        order: What to make.
        port: Where to serve; without one, wherever it is free.
        terminal: What the author sees of it.
        variables: What those who make pages find in their environment besides.

    Raises:
        FiggenError: The extra that watches files is not installed, or the port cannot be had.
    """
    output = order.asked["output"]
    batches = saves([lecture_folder(order.asked["lecture"]), PACKAGE], output)
    stage = Stage(output)
    with suppress(KeyboardInterrupt), serving(stage, port) as address, makers(variables) as crew:
        crew.get_ready()
        terminal.say(f"figgen preview at {address}, until Ctrl-C")
        terminal.open(address)
        session = _Session(order, stage, crew, terminal, address)
        for saved in batches:  # the first comes when nothing more is missed
            session.go_on(saved)


@dataclass(slots=True)
class _Session:
    """Where a preview stands.

    Attributes:
        current: The pages that were made since the last save.
        is_rest_due: Whether the rest has not been made since.
        rest: The making of the rest, while it is on its way.
        pages: The pages that the lecture has, as the author was told.
        told: What the author was told since the last save.
    """

    order: Order
    stage: Stage
    makers: Makers
    terminal: Terminal
    address: str
    current: set[str] = field(default_factory=set)
    is_rest_due: bool = True
    rest: Making | None = None
    pages: tuple[str, ...] = ()
    told: set[str] = field(default_factory=set)

    def go_on(self, saved: frozenset[Path]) -> None:
        """Make what the open pages show; let the rest be made when they are current."""
        if saved:
            self.terminal.say(tell_saved(saved))
            if any(path.is_relative_to(PACKAGE) for path in saved):
                self.makers.renew()
            self._put_off_the_rest()
            self.current.clear()
            self.told.clear()
            self.is_rest_due = True
        for page in self.stage.open_pages():
            if page not in self.current:
                self._put_off_the_rest()
                self._make_page(page)
        if self.rest is not None and self.rest.made is not None:
            self._tell_of_the_rest(self.rest.made)
        elif self.is_rest_due and self.rest is None:
            shown = _Shown(self.stage)
            self.rest = self.makers.start(replace(self.order, page=None), shown)
            self.makers.get_ready()

    def _make_page(self, page: str) -> None:
        with self.terminal.progress() as shown:
            making = self.makers.start(replace(self.order, page=page), _Shown(self.stage, shown))
            while not making.is_over(_BREATH):
                pass
        made = making.made
        assert made is not None
        self.makers.get_ready()
        self.current |= {page, made.page}
        stage = self.stage
        for name in {page, made.page}:
            stage.note_problems(name, made.problems)
        stage.first = stage.first or (made.page if not page and made.pages else "")
        stage.elsewhere, stage.doing = (), ""
        stage.tell()
        self._tell(made, made.page or "the first page")
        if made.pages != self.pages:
            self.pages = made.pages
            self.terminal.say(f"pages: {', '.join(self.address + path for path in made.pages)}")

    def _tell_of_the_rest(self, made: Made) -> None:
        self.rest, self.is_rest_due = None, False
        self.stage.elsewhere, self.stage.doing = made.problems, ""
        self.stage.tell()
        self._tell(made, "the rest")

    def _put_off_the_rest(self) -> None:
        if self.rest is not None:
            self.rest.stop()
            self.rest, self.is_rest_due = None, True

    def _tell(self, made: Made, what: str) -> None:
        lines = [*(f"! {text}" for text in made.warnings), *(f"✗ {text}" for text in made.problems)]
        for line in lines:
            if line not in self.told:
                self.terminal.complain(line)
        self.told.update(lines)
        how = "waits for that to be mended" if made.problems else f"is there after {made.seconds:.1f} s"
        self.terminal.say(f"{what} {how}")


@dataclass(frozen=True, slots=True)
class _Shown:
    """A progress that open pages are told of; and the terminal, if that is given."""

    stage: Stage
    terminal: Progress | None = None

    def expect(self, steps: int) -> None:
        """Pass it on."""
        if self.terminal:
            self.terminal.expect(steps)

    def done(self, step: str, seconds: float, why: str) -> None:
        """Pass it on."""
        self.stage.doing = step
        self.stage.tell()
        if self.terminal:
            self.terminal.done(step, seconds, why)

    def failed(self, step: str) -> None:
        """Pass it on."""
        if self.terminal:
            self.terminal.failed(step)

    def said(self, who: str, text: str) -> None:
        """Pass it on."""
        if self.terminal:
            self.terminal.said(who, text)

    def note(self, text: str) -> None:
        """Pass it on."""
        if self.terminal:
            self.terminal.note(text)
