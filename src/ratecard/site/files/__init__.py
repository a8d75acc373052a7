"""The files of the site that are not HTML pages: data, feeds, Markdown and search index."""
