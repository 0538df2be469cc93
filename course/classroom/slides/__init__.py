"""A lesson as slides: one HTML file that needs no network, from the published notebook and its outputs.

nbconvert's SlidesExporter was considered: it cuts a long cell off, and loads jQuery, RequireJS and MathJax
from elsewhere. reveal.js itself is used, from the copy in sphinx-revealjs; jupyterlab-rise holds one that
runs inside JupyterLab only.
"""
