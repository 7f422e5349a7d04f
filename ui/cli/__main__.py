"""`python -m ui.cli` is `qingnang`."""

from ui.cli.start import main

main()
