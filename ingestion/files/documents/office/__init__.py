"""The text of Word and PowerPoint files (ECMA-376). Workbooks are tables and belong to `files`."""
