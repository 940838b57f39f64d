import shutil
from pathlib import Path

import matplotlib

from figgen.fonts import Font, families, fonts_in

FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"


def test_the_fonts_in_a_folder_are_known_by_family_weight_and_style(tmp_path: Path) -> None:
    names = ("DejaVuSans-BoldOblique.ttf", "DejaVuSerif.ttf")
    for name in names:
        shutil.copy(FONTS / name, tmp_path / name)
    assert fonts_in(tmp_path) == (
        Font("DejaVu Sans", 700, "italic", tmp_path / names[0]),
        Font("DejaVu Serif", 400, "normal", tmp_path / names[1]),
    )
    assert {"DejaVu Serif", "Libertinus Serif"} <= set(families(tmp_path))


def test_a_folder_that_there_is_not_has_no_fonts(tmp_path: Path) -> None:
    assert fonts_in(tmp_path / "fonts") == ()
    assert families(tmp_path / "fonts") == (
        "DejaVu Sans Mono",
        "Libertinus Serif",
        "New Computer Modern",
        "New Computer Modern Math",
    )
