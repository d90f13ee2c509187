"""From data to a model directory: fine-tune, calibrate, export, quantise, evaluate, gate. Needs the [train] extra."""
