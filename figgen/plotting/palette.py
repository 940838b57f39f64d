"""Eight colours and two greys that colour-blind readers tell apart, for any lecture.

Reference: M. Okabe and K. Ito, "Color Universal Design", 2008.
"""

BLACK = "#000000"
WHITE = "#FFFFFF"
GREY = "#6E6E6E"
LIGHT_GREY = "#C8C8C8"
ORANGE = "#E69F00"
SKY_BLUE = "#56B4E9"
GREEN = "#009E73"
BLUE = "#0072B2"
VERMILLION = "#D55E00"
PURPLE = "#CC79A7"
