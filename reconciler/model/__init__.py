"""The values of the project: files, findings, receipts. Imports no other package of it."""
