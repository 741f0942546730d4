"""Record types, facts and kinds: the nouns of the product, declared once next to the domain code."""
