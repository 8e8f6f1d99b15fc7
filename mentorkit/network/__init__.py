"""The network that a programme weaves: graphs, matrix, layout, drawing and export of tandems."""

from mentorkit.network.drawing import describe, draw_svg
from mentorkit.network.export import write
from mentorkit.network.graph import organisation_graph, person_graph
from mentorkit.network.layout import grouped_layout
from mentorkit.network.matrix import matrix

__all__ = ["describe", "draw_svg", "grouped_layout", "matrix", "organisation_graph", "person_graph", "write"]
