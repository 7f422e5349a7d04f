"""Papers: a frozen document of plain text goes in, the same PDF bytes come out, whatever the screen's language."""
