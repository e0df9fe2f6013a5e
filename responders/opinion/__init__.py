"""What a public answer must say, and the analysis report with its charts."""
