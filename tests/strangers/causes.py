"""Rows that do not hold what the tier asks, each with its cause; by model and variant, or by model for every variant."""

CAUSES: dict[tuple[str, str], str] = {
    ("yoso", ""): "its backward pass in PyTorch is an estimate of its own, not the derivative of its forward pass",
    ("longformer", "script"): "its file attends to other neighbours: hidden states are 5e-4 from PyTorch's, both in float64",
    ("canine", ""): "PyTorch's own gradients are not numbers",
    ("batch_norm_untracked", ""): "it normalises by the batch in evaluation too, so its samples are coupled",
    ("instance_norm_tracked", ""): "the file says batch normalisation, whose running statistics move otherwise",
    ("kan", ""): "its knots are a buffer, which a file does not tell from a parameter: freeze them",
    ("logistic_regression", ""): "it is a head alone: nothing is left when head or backbone is frozen",
}
