"""Values in, Dash component out."""
