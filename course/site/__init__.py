"""The web edition: the course as plain files, made by Sphinx and myst-nb from the stored outputs."""
