"""The network that a programme weaves: graphs, matrix, measures, layout, drawing and export of tandems."""

from mentorkit.network.description import describe
from mentorkit.network.drawing import draw_svg
from mentorkit.network.export import write
from mentorkit.network.graph import organisation_graph, person_graph
from mentorkit.network.growth import growth, lineage
from mentorkit.network.layout import grouped_layout
from mentorkit.network.matrix import matrix
from mentorkit.network.measures import Measure, measures, measures_table
from mentorkit.network.pseudonyms import pseudonymised
from mentorkit.network.structure import balance, block_densities, cuts, reach

__all__ = [
    "Measure",
    "balance",
    "block_densities",
    "cuts",
    "describe",
    "draw_svg",
    "grouped_layout",
    "growth",
    "lineage",
    "matrix",
    "measures",
    "measures_table",
    "organisation_graph",
    "person_graph",
    "pseudonymised",
    "reach",
    "write",
]
