"""The only writers of scales, schemes, line items, results, posted grades and transcripts."""
