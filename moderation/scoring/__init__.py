"""Small scoring module: numpy, onnxruntime and tokenizers, nothing else."""
