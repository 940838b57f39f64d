"""A document out of the fragments of its chapters: contents, notes, and what pandoc counts."""

import re
from collections.abc import Iterable, Sequence

_HEADING = re.compile(r'<h([23])\b(?![^>]*\bunlisted\b)[^>]*\bid="([^"]+)"[^>]*>(.*?)</h\1>', re.DOTALL)
_NUMBER = re.compile(r'<span class="header-section-number">(.*?)</span>')
_NOTE = re.compile(r'<a href="#fn\d+" class="footnote-ref".*?</a>', re.DOTALL)
_NOTES = re.compile(
    r'\s*(<section id="footnotes"[^>]*>\s*<hr />\s*<ol>)(.*)(</ol>\s*</section>)\s*$', re.DOTALL
)
_OF_NOTE = re.compile(r'(<a href="#fn|<li id="fn|" id="fnref|<a href="#fnref|role="doc-noteref"><sup>)(\d+)')
_OF_LISTING = re.compile(r'(<(?:div|span|a) (?:class="[^"]*" )?(?:id="|href="#)cb)(\d+)')


def number_on(fragments: Iterable[str]) -> list[str]:
    """Let the numbers of notes and of listings run on through the chapters."""
    numbered = []
    notes = listings = 0
    for fragment in fragments:
        numbered.append(_count_on(_OF_LISTING, _count_on(_OF_NOTE, fragment, notes), listings))
        notes += fragment.count('<li id="fn')
        listings += fragment.count('<div class="sourceCode" id="cb')
    return numbered


def join_html(fragments: Sequence[str]) -> str:
    """Join the chapters; their notes go to the end, and are numbered in order."""
    bodies, notes, frame = [], [], ("", "")
    for fragment in number_on(fragments):
        found = _NOTES.search(fragment)
        if found:
            frame = found[1], found[3]
            notes.append(found[2].strip())
        bodies.append(fragment[: found.start()] if found else fragment)
    if notes:
        bodies.append("\n".join([frame[0], *notes, frame[1]]))
    return "\n".join(filter(None, bodies))


def contents_of(body: str) -> str:
    """Return the contents: a list of the chapters, each with its sections."""
    chapters: list[list[str]] = []
    for level, name, title in _HEADING.findall(body):
        entry = f'<a href="#{name}" id="toc-{name}">{for_contents(title)}</a>'
        if level == "2" or not chapters:
            chapters.append([entry])
        else:
            chapters[-1].append(entry)
    return _list(_item(*entries) for entries in chapters)


def for_contents(title: str) -> str:
    """Return a title without links and notes, which do not belong into a link."""
    without = re.sub(r"</?a\b[^>]*>", "", _NOTE.sub("", title))
    return _NUMBER.sub(r'<span class="toc-section-number">\1</span>', without)


def _item(chapter: str, *sections: str) -> str:
    below = "\n" + _list(f"<li>{section}</li>" for section in sections) if sections else ""
    return f"<li>{chapter}{below}</li>"


def _list(items: Iterable[str]) -> str:
    return "\n".join(["<ul>", *items, "</ul>"])


def _count_on(numbered: re.Pattern[str], fragment: str, before: int) -> str:
    return numbered.sub(lambda match: f"{match[1]}{int(match[2]) + before}", fragment) if before else fragment
