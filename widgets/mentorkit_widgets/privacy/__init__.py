"""The app of data protection: consents, requests, erasure, confidential texts and the audit trail."""
