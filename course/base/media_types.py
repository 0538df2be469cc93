"""Media types of notebook outputs that more than one package writes."""

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
