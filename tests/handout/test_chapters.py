"""Chapters are converted one by one: what is each one's own, and what runs on through the document."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from figgen.errors import SourceError
from figgen.handout.conversion import to_html, to_typst
from figgen.handout.manuscript import Manuscript
from figgen.handout.prose import Prose
from figgen.settings.look import Box

Write = Callable[..., Prose]
Manuscripts = Callable[..., Manuscript]
FIGURES = (
    '{% call figure("curves", alt="a") %}c{% endcall %}\n\n{% call figure("paths", alt="a") %}c{% endcall %}'
)


@pytest.fixture
def html(write: Write, manuscript: Manuscripts) -> Callable[..., str]:
    """Convert up to two chapters, and one with the figures, to HTML."""
    return lambda *texts, **other: to_html(manuscript(write(*texts, FIGURES, show=False), **other))[1]


def problems(convert: Callable[..., str], *texts: str, **other: Any) -> list[tuple[str, int | None, str]]:
    with pytest.raises(SourceError) as caught:
        convert(*texts, **other)
    return [(p.path.name.partition(".")[0], p.line, p.message) for p in caught.value.problems]


def test_notes_of_the_same_name_in_two_chapters_are_two_notes_numbered_in_order(html: Any) -> None:
    body = html("One[^1] and two[^a].\n\n[^1]: First.\n[^a]: Second.", "Three[^1].\n\n[^1]: Third.")
    assert re.findall(r'href="#fn(\d)"[^>]*id="fnref(\d)"[^>]*><sup>(\d)</sup>', body) == [
        ("1", "1", "1"),
        ("2", "2", "2"),
        ("3", "3", "3"),
    ]
    notes = body[body.index('<section id="footnotes"') :]
    assert re.findall(r'<li id="fn(\d)"><p>(\w+)\.<a\nhref="#fnref(\d)"|<li id="fn(\d)"><p>(\w+)', notes)
    assert [re.sub("<.*?>", "", item) for item in re.findall(r"<li.*?</li>", notes)] == [
        "First.↩︎",
        "Second.↩︎",
        "Third.↩︎",
    ]
    assert body.endswith("</section>")
    assert body.count('<section id="footnotes"') == 1


def test_links_of_the_same_name_lead_where_each_chapter_says(html: Any) -> None:
    body = html("[a][x]\n\n[x]: https://one.org", "[a][x]\n\n[x]: https://two.org")
    assert re.findall(r'href="(.*?)"', body) == ["https://one.org", "https://two.org"]


def test_lines_of_listings_have_names_of_their_own(html: Any) -> None:
    listing = "```python\nx\n```"
    body = html(f"{listing}\n\n{listing}", listing)
    names = re.findall(r'id="(cb[^"]*)"', body)
    assert len(names) == len(set(names)) == 6
    assert [name for name in re.findall(r'href="#(cb[^"]*)"', body) if name not in names] == []


def test_a_heading_named_after_its_words_gives_way_and_links_of_its_chapter_follow(html: Any) -> None:
    body = html("# Intro\n\n[a](#intro)", "# Intro\n\n[b](#intro)\n\n# Intro")
    assert re.findall(r'<h2[^>]*id="(.*?)"', body) == ["intro", "intro-2", "intro-1"]
    assert re.findall(r'<a href="(.*?)">[ab]', body) == ["#intro", "#intro-2"]


def test_a_link_leads_to_a_section_of_another_chapter(
    html: Any, write: Write, manuscript: Manuscripts
) -> None:
    texts = ("[there](#later)", "# Later")
    assert '<a href="#later">there</a>' in html(*texts)
    assert "#link(<later>)[there]" in to_typst(manuscript(write(*texts, FIGURES, show=False))).markup


def test_sections_are_numbered_through_the_chapters_and_listed(write: Write, manuscript: Manuscripts) -> None:
    texts = ("# A\n\n## B *c*[^1]\n\n# D {-}\n\n[^1]: n", "# E\n\n## F [g](#a)\n\n### G\n\n> # H")
    prose = write(*texts, FIGURES, show=False)
    contents, body, _ = to_html(manuscript(prose, bibliography=None))
    assert re.findall(r'section-number">(.*?)</span>', body) == ["1", "1.1", "2", "2.1", "2.1.1"]
    assert contents == (
        '<ul>\n<li><a href="#a" id="toc-a"><span class="toc-section-number">1</span> A</a>\n'
        '<ul>\n<li><a href="#b-c1" id="toc-b-c1"><span class="toc-section-number">1.1</span> B <em>c</em></a>'
        '</li>\n</ul></li>\n<li><a href="#d" id="toc-d">D</a></li>\n'
        '<li><a href="#e" id="toc-e"><span class="toc-section-number">2</span> E</a>\n'
        '<ul>\n<li><a href="#f-g" id="toc-f-g"><span class="toc-section-number">2.1</span> F g</a></li>\n'
        "</ul></li>\n</ul>"
    )


def test_a_macro_of_an_earlier_chapter_goes_on_until_another_takes_its_name(html: Any) -> None:
    body = html(
        "\\newcommand{\\F}[1]{u_{#1}}\n\n$\\F{2}$", "$\\F{3}$\n\n\\newcommand{\\G}{w}\n\n$\\G$", macros={}
    )
    assert re.findall("<msub><mi>u</mi><mn>(.)</mn></msub>", body) == ["2", "3"]
    body = html("\\newcommand{\\F}{u}\n\n$\\F$", "\\newcommand{\\F}{v}\n\n$\\F$")
    assert re.findall("<mi>(.)</mi>", body) == ["u", "v"]


def test_everything_wrong_in_all_chapters_is_told_at_once_with_each_chapters_line(html: Any) -> None:
    assert [
        problem[:2] for problem in problems(html, "a\n\n$\\foo$ @nobody", "::: question\nb\n\n$\\bar{$")
    ] == [
        ("first", 3),
        ("first", 3),
        ("second", 1),
    ]


def test_a_heading_that_skips_a_level_is_told_also_at_the_beginning_of_a_chapter(html: Any) -> None:
    assert html("# A\n\n## B", "## C")
    assert problems(html, "# A", "### C") == [("second", 1, "this heading skips a level: C")]


RULES = "a chapter has no block of YAML, and text between two rules has empty lines around it"


@pytest.mark.parametrize(
    "text",
    ["---\nTitle: a\n---", "---\nRemember: a mean is no draw.\n---", "---\nText.\n---", "---\na: b\n..."],
)
def test_a_block_of_yaml_is_told_with_its_line(html: Any, text: str) -> None:
    assert problems(html, f"# A\n\nB.\n\n{text}\n\nC.") == [("first", 5, RULES)]
    assert problems(html, text)[0] == ("first", 1, RULES)


@pytest.mark.parametrize(
    "text",
    ["---\n\nRemember: x.\n\n---", "```yaml\n\n---\na: b\n---\n```", "Title\n---\n\nText", "a\n\n---\n\nb"],
)
def test_rules_listings_and_titles_are_no_yaml(html: Any, text: str) -> None:
    assert len(re.findall("<hr />|<h3|<code", html(f"# A\n\n{text}"))) in (1, 2)


def test_a_passage_between_rules_stays(html: Any) -> None:
    assert "<hr />\n<p>Remember: no draw.</p>\n<hr />" in html("---\n\nRemember: no draw.\n\n---\n")
    assert "<p>% x</p>" in html("% x\n\ntext")


def test_a_note_that_is_not_there_or_has_no_text_is_told(html: Any) -> None:
    told = "there is no note [^a] in this chapter; write [^a]: and its text"
    assert problems(html, "x[^a]\n\n[^b]: y\n\nz[^b]", "[^a]: of another\n\n[^a]") == [("first", 1, told)]
    assert problems(html, "x\n\ny[^a]\n\n[^a]:") == [("first", 5, "this note has no text")]


@pytest.mark.parametrize("fence", ["```python", "~~~", "````"])
def test_a_listing_without_an_end_is_told_with_its_line(html: Any, fence: str) -> None:
    end = fence.removesuffix("python")
    told = f"this listing has no end; close it with {end}"
    text = f"# A\n\n{fence}\ny\n{end}\n\nB.\n\n{fence}\nx = 1\n\nC."
    assert problems(html, text) == [("first", 9, told)]
    assert html("```x``` is code, and so is ~~~y~~~.")


@pytest.mark.parametrize(
    ("line", "kind"), [("- one", "list"), ("* one", "list"), ("1. one", "list"), ("## One", "heading")]
)
def test_a_list_or_a_heading_without_an_empty_line_before_it_is_told(html: Any, line: str, kind: str) -> None:
    told = f"a {kind} has an empty line before it; if this is none, join it with the line before"
    assert problems(html, f"# A\n\nText:\n{line}\nand more") == [("first", 4, told)]


def test_what_only_looks_like_a_list_in_a_line_is_none(html: Any) -> None:
    dashes = "In the year\n1908. Then minus\n-1, number\n#1 and\n*stress* – and"
    assert "1908. Then minus -1" in html(f"{dashes}\n\n- a\n- b\n  - c\n\n```\nx\n- y\n```")


def test_a_link_by_a_name_of_another_chapter_is_told(html: Any) -> None:
    told = "the link [x] has its address in first.md.j2 alone; give it here, too"
    assert problems(html, "[x]: https://one.org\n\n[a][x]", "one\n\n[a][x]") == [("second", 3, told)]
    assert html("[x]: https://one.org\n\n[a][x]", "[x] y\n\n[x]: https://two.org")


def test_a_name_given_twice_is_told_with_both_places(html: Any) -> None:
    told = "the name 'a' is given twice, first in first.md.j2:1"
    assert problems(html, "# A {#a}\n\n# B {#a}\n\n[c](#a)") == [("first", 3, told)]
    assert problems(html, "# A {#a}\n\n# B", "# C\n\n[x]{#a}") == [("second", 3, told)]


def test_a_heading_that_has_its_name_from_its_words_leaves_it_to_one_that_was_given_it(html: Any) -> None:
    body = html("# Intro", "# Other {#intro}\n\n[a](#intro)")
    assert re.findall(r'<h2[^>]*id="(.*?)"', body) == ["intro-1", "intro"]
    assert '<a href="#intro">a' in body
    told = "the name 'intro' is also that of a heading, after its words; choose another"
    assert problems(html, "# Intro\n\n# Other {#intro}") == [("first", 3, told)]


def test_an_empty_chapter_is_nothing(html: Any) -> None:
    assert html("", "<!-- nothing yet -->\n") == html("{# nothing yet #}")


@pytest.mark.parametrize(
    ("name", "meant"), [("anwser", "answer"), ("remarks", "remark"), ("theorm", "theorem")]
)
def test_a_misspelt_box_is_told_for_an_answer_must_not_reach_students(
    html: Any, name: str, meant: str
) -> None:
    boxes = (Box("theorem", {"en": "Theorem", "sk": "Veta"}),)
    told = problems(html, f"a\n\n::: {name}\nb\n:::", boxes=boxes)
    assert told == [("first", 3, f"there is no box {name!r}; did you mean {meant}?")]


def test_divisions_of_the_authors_own_are_let_through(html: Any) -> None:
    assert '<div class="columns">' in html("::: columns\na\n:::")


def test_the_list_of_figures_says_the_caption_of_one_without_a_title_but_not_its_number_again(
    write: Write, manuscript: Manuscripts
) -> None:
    untitled = dict.fromkeys(("curves", "paths"), b"<svg></svg>")
    markup = to_typst(manuscript(write(FIGURES, show=False), pictures=untitled)).markup
    (listed,) = re.findall(r"caption: (\[.*?\]), supplement: (\[.*?\])\) <fig-curves>", markup)
    assert listed == ("[#strong[Obrázok~1.] c]", "[c]")


def test_a_chapter_that_cannot_be_read_makes_no_names_of_others_unknown(html: Callable[..., str]) -> None:
    with pytest.raises(SourceError) as caught:
        html("# A {#sec-a}\n\n::: question\nWhy?", "# B\n\nAs in @sec-a, $\\foo$.")
    assert [(p.path.name, p.message[:30]) for p in caught.value.problems] == [
        ("first.md.j2", "this ::: has no end; close it "),
        ("second.md.j2", "pandoc cannot convert the form"),
    ]
