"""The weekly publication: which messages, in which words, in which files."""
