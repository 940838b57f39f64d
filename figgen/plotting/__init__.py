"""How results become pictures: style sheets, one meaning a colour, saving that gives the same bytes."""
