"""Pixels to probabilities: decoding, networks, weights, TorchScript, batches. Knows nothing of albums."""
