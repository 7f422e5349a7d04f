"""Parts of the ward nurse's pages: verifying orders, tasks, the administration chart, scanning."""
