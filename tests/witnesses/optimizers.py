"""Makes tests/fixtures/optimizers.json: trajectories by PyTorch's optimizers, in float64 and float32, and learning rates.

Run: python tests/witnesses/optimizers.py
Inputs are multiples of powers of two, so that float32 holds them exactly; results are rounded to 12 digits.
"""

import json
import pathlib

import torch

torch.manual_seed(21)
STEPS, SIZE = 20, 12


def numbers(tensor):
    return [float(f"{x:.12g}") for x in tensor.detach().reshape(-1).tolist()]


def exact(*shape):
    return (torch.randn(*shape, dtype=torch.float64) * 256).round() / 256


start = exact(SIZE)
gradients = exact(STEPS, SIZE)
# One element never moves by its gradient, one has a tiny gradient, one a huge one.
gradients[:, 0] = 0
gradients[:, 1] *= 2**-40
gradients[:, 2] *= 2**20


def trajectory(make, dtype):
    p = torch.nn.Parameter(start.to(dtype, copy=True))
    optimizer = make([p])
    states = []
    for gradient in gradients:
        p.grad = gradient.to(dtype)
        optimizer.step()
        state = {k: v for k, v in optimizer.state[p].items() if torch.is_tensor(v) and v.shape == p.shape}
        states.append({"parameter": numbers(p), **{k: numbers(v) for k, v in state.items()}})
    return {"first": states[0], "last": states[-1]}


def case(options, make):
    return {"options": options, "float64": trajectory(make, torch.float64), "float32": trajectory(make, torch.float32)}


def single(kind, names):
    def of(**options):
        renamed = {names.get(k, k): v for k, v in options.items()}
        return case(options, lambda p: kind(p, foreach=False, **renamed))

    return of


names = {"learningRate": "lr", "weightDecay": "weight_decay"}
sgd = single(torch.optim.SGD, names)
adam = single(torch.optim.Adam, names)
adamw = single(torch.optim.AdamW, names)
rate = 1 / 64


def learning_rates(make, steps):
    p = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([p], lr=0.25)
    scheduler = make(optimizer)
    rates = []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


schedulers = torch.optim.lr_scheduler
fixture = {
    "madeBy": f"tests/witnesses/optimizers.py with torch {torch.__version__}",
    "start": numbers(start),
    "gradients": [numbers(g) for g in gradients],
    "sgd": [
        sgd(),
        sgd(learningRate=rate),
        sgd(learningRate=rate, weightDecay=0.125),
        sgd(learningRate=rate, momentum=0.875),
        sgd(learningRate=rate, momentum=0.9, weightDecay=0.01),
        sgd(learningRate=rate, momentum=0.9, dampening=0.5),
        sgd(learningRate=rate, momentum=0.9, dampening=0.25, weightDecay=0.01),
        sgd(learningRate=rate, momentum=0.9, nesterov=True),
        sgd(learningRate=rate, momentum=0.9, nesterov=True, weightDecay=0.01),
    ],
    "adam": [
        adam(),
        adam(learningRate=rate, betas=[0.5, 0.75]),
        adam(learningRate=rate, eps=0.01),
        adam(learningRate=rate, weightDecay=0.125),
        adam(learningRate=rate, betas=[0.0, 0.9]),
    ],
    "adamw": [
        adamw(),
        adamw(learningRate=rate, weightDecay=0.25),
        adamw(learningRate=rate, weightDecay=0.0),
        adamw(learningRate=rate, betas=[0.5, 0.75], eps=0.01),
    ],
    "schedules": [
        {
            "schedule": "constant",
            "options": {"base": 0.25},
            "rates": learning_rates(lambda o: schedulers.ConstantLR(o, factor=1.0), 12),
        },
        {
            "schedule": "step",
            "options": {"base": 0.25, "every": 3, "factor": 0.5},
            "rates": learning_rates(lambda o: schedulers.StepLR(o, 3, gamma=0.5), 12),
        },
        {
            "schedule": "cosine",
            "options": {"base": 0.25, "steps": 10, "least": 0.01},
            "rates": learning_rates(lambda o: schedulers.CosineAnnealingLR(o, 10, eta_min=0.01), 15),
        },
        {
            "schedule": "linear",
            "options": {"base": 0.25, "steps": 8, "start": 0.5, "end": 0.125},
            "rates": learning_rates(lambda o: schedulers.LinearLR(o, 0.5, 0.125, total_iters=8), 12),
        },
        {
            "schedule": "warmUp",
            "options": {"steps": 4, "start": 0.2},
            "then": {"schedule": "cosine", "options": {"base": 0.25, "steps": 8}},
            "rates": learning_rates(
                lambda o: schedulers.SequentialLR(
                    o,
                    [schedulers.LinearLR(o, 0.2, total_iters=4), schedulers.CosineAnnealingLR(o, 8)],
                    milestones=[4],
                ),
                12,
            ),
        },
    ],
}
path = pathlib.Path(__file__).parent.parent / "fixtures" / "optimizers.json"
path.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
print(path, path.stat().st_size)
