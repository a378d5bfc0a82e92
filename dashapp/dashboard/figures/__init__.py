"""Frame in, plotly figure out: figures choose marks, labels and formats; they measure and fetch nothing."""
