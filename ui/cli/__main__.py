"""`python -m ui.cli` is `qingnang`."""

from ui.cli.main import main

main()
