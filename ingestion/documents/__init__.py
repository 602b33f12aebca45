"""From a document to its text by page: plain text, HTML, e-mail, Word, PowerPoint and PDF.

Only the functions' package of search holds what this code needs. Objects in S3 belong to `files`.
"""
