"""Parts of the laboratory's screens: ordering, the worklist of specimens, results, trends, critical values."""
