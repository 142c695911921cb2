"""The words of the project as values: files, findings, receipts. Imports nothing of ours."""
