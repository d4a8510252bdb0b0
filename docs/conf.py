"""How Sphinx builds the site of the repository's Markdown, where each page stays where it is: ``make docs``."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent

project = "credit_migration"
author = "The authors of credit_migration"
version = release = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

extensions = ["myst_parser"]
root_doc = "docs/index"
include_patterns = ["README.md", "CHANGELOG.md", "docs/**.md", "runbooks/**.md"]
exclude_patterns = [".*", "build", "credit_migration", "dist", "requirements", "settings", "site", "tests", "var"]
myst_heading_anchors = 4
nitpicky = True

html_theme = "furo"
html_title = f"credit_migration {release}"
html_show_copyright = False
html_show_sourcelink = False
html_copy_source = False
# The front page lies in docs/; this one at the top leads there.
html_additional_pages = {"index": "front.html"}
templates_path = ["templates"]
html_static_path = ["static"]
html_css_files = ["wide.css"]
