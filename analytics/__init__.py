"""Pure measures: frames in, frames and numbers out. Knows nothing of the web, of SQL, of the clock."""
