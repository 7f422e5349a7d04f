"""Parts of the ward board."""
