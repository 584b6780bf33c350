"""The written contract: what a run found and did, as JSON, CSV and text."""
