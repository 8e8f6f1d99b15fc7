"""Matching: criteria, rules, the proven optimum, prices, explanations."""
