"""The parts of the consultation page: its four regions, the note editor, and the way to a signature."""
