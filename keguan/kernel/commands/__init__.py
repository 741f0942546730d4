"""The one way in: verbs, their context, the pipeline that runs lists of items, and what comes out."""
