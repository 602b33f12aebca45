"""From a document to its text by page: plain text, HTML, e-mail, Word, PowerPoint and PDF.

Only the functions' package of search holds this code and its libraries. S3 belongs to `files`.
"""
