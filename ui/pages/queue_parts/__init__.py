"""Parts of the queue page and of the waiting list beside the charts."""
