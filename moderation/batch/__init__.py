"""Many inputs in, one stream out: pages to scored comments, and files of comments to files of scores."""
