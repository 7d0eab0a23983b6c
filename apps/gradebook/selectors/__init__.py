"""Questions about marks: the rules of a section, totals with their workings, formulas."""
