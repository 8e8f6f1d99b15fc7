"""The network that a programme weaves: graphs, matrix, layout, drawing and export of tandems."""
