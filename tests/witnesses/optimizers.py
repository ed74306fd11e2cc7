"""Makes tests/fixtures/optimizers.json: trajectories by PyTorch's optimizers, in float64 and float32, and learning rates.

PyTorch has neither Lion nor LAMB: they are written here from their papers, on PyTorch's tensors.

Run: python tests/witnesses/optimizers.py
Inputs are multiples of powers of two, so that float32 holds them exactly; results are rounded to 12 digits.
"""

import json
import math
import pathlib

import torch

torch.manual_seed(21)
STEPS, SIZE = 50, 12


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


class Lion(torch.optim.Optimizer):
    """Algorithm 2 of Chen et al. (2023)."""

    def __init__(self, params, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0, foreach=False):
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                m = self.state[p].setdefault("exp_avg", torch.zeros_like(p))
                c = beta1 * m + (1 - beta1) * p.grad
                p.copy_(p - group["lr"] * (torch.sign(c) + group["weight_decay"] * p))
                m.copy_(beta2 * m + (1 - beta2) * p.grad)


class Lamb(torch.optim.Optimizer):
    """Algorithm 2 of You et al. (2020) with phi(z) = z; the ratio is 1 where a norm is 0, as in the authors' program."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-6, weight_decay=0.01, foreach=False):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                state = self.state[p]
                t = state["t"] = state.get("t", 0) + 1
                m = state.setdefault("exp_avg", torch.zeros_like(p))
                v = state.setdefault("exp_avg_sq", torch.zeros_like(p))
                m.copy_(beta1 * m + (1 - beta1) * p.grad)
                v.copy_(beta2 * v + (1 - beta2) * p.grad**2)
                ratio = (m / (1 - beta1**t)) / ((v / (1 - beta2**t)).sqrt() + group["eps"])
                update = ratio + group["weight_decay"] * p
                trust = p.norm() / update.norm() if p.norm() > 0 and update.norm() > 0 else 1.0
                p.copy_(p - group["lr"] * trust * update)


names = {
    "learningRate": "lr",
    "weightDecay": "weight_decay",
    "learningRateDecay": "lr_decay",
    "initialAccumulator": "initial_accumulator_value",
}
sgd = single(torch.optim.SGD, names)
adam = single(torch.optim.Adam, names)
adamw = single(torch.optim.AdamW, names)
rmsprop = single(torch.optim.RMSprop, names)
adagrad = single(torch.optim.Adagrad, names)
lion = single(Lion, names)
lamb = single(Lamb, names)
rate = 1 / 64


def learning_rates(make):
    p = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([p], lr=0.25)
    scheduler = make(optimizer)
    rates = []
    for _ in range(STEPS):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


def schedule(name, options, make, **more):
    return {"schedule": name, "options": options, **more, "rates": learning_rates(make)}


def one_cycle(**options):
    renamed = {"rising": "pct_start", "startDivisor": "div_factor", "endDivisor": "final_div_factor", "threePhase": "three_phase"}
    torch_options = {renamed.get(k, k): v for k, v in options.items() if k != "anneal"}
    strategy = {"cosine": "cos", "linear": "linear"}[options.get("anneal", "cosine")]
    return schedule(
        "oneCycle",
        {"peak": 0.5, "steps": STEPS + 1, **options},
        lambda o: schedulers.OneCycleLR(
            o, 0.5, total_steps=STEPS + 1, anneal_strategy=strategy, cycle_momentum=False, **torch_options
        ),
    )


def plateau(values, **options):
    """The rates of ReduceLROnPlateau, stepped with the values, and what it knows after each."""
    renamed = {"thresholdMode": "threshold_mode", "minLearningRate": "min_lr"}
    torch_options = {renamed.get(k, k): {"relative": "rel", "absolute": "abs"}.get(v, v) for k, v in options.items()}
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.25)
    scheduler = schedulers.ReduceLROnPlateau(optimizer, **torch_options)
    rates, bad, cooldown = [], [], []
    for value in values:
        scheduler.step(value)
        rates.append(optimizer.param_groups[0]["lr"])
        bad.append(scheduler.num_bad_epochs)
        cooldown.append(scheduler.cooldown_counter)
    written = [str(v).replace("nan", "NaN").replace("inf", "Infinity") if not math.isfinite(v) else v for v in values]
    return {"options": options, "values": written, "rates": rates, "bad": bad, "cooldown": cooldown}


schedulers = torch.optim.lr_scheduler
# A loss that falls ever more slowly, with noise, and an accuracy that is its mirror.
falling = [round(2 * 0.9**i + 0.1 * math.sin(9 * i * i), 6) for i in range(STEPS)]
rising = [round(1 - value / 3, 6) for value in falling]
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
        adam(learningRate=rate, amsgrad=True),
        adam(learningRate=rate, betas=[0.5, 0.75], weightDecay=0.125, amsgrad=True),
    ],
    "adamw": [
        adamw(),
        adamw(learningRate=rate, weightDecay=0.25),
        adamw(learningRate=rate, weightDecay=0.0),
        adamw(learningRate=rate, betas=[0.5, 0.75], eps=0.01),
        adamw(learningRate=rate, betas=[0.5, 0.75], amsgrad=True),
    ],
    "rmsprop": [
        rmsprop(),
        rmsprop(learningRate=rate, alpha=0.75),
        rmsprop(learningRate=rate, eps=0.01, weightDecay=0.125),
        rmsprop(learningRate=rate, momentum=0.875),
        rmsprop(learningRate=rate, eps=0.01, centered=True),
        rmsprop(learningRate=rate, alpha=0.9, eps=0.01, momentum=0.9, centered=True, weightDecay=0.01),
    ],
    "adagrad": [
        adagrad(),
        adagrad(learningRate=rate, learningRateDecay=0.125),
        adagrad(learningRate=rate, initialAccumulator=0.5),
        adagrad(learningRate=rate, eps=0.01, weightDecay=0.125),
        adagrad(learningRate=0.25, learningRateDecay=0.01, initialAccumulator=0.1, weightDecay=0.01),
    ],
    "lion": [
        lion(),
        lion(learningRate=rate),
        lion(learningRate=rate, weightDecay=0.25),
        lion(learningRate=rate, betas=[0.5, 0.75]),
        lion(learningRate=rate, betas=[0.95, 0.98], weightDecay=0.01),
    ],
    "lamb": [
        lamb(),
        lamb(learningRate=rate, weightDecay=0.25),
        lamb(learningRate=rate, weightDecay=0.0),
        lamb(learningRate=rate, betas=[0.5, 0.75], eps=0.01),
    ],
    "schedules": [
        schedule("constant", {"base": 0.25}, lambda o: schedulers.ConstantLR(o, factor=1.0)),
        schedule("step", {"base": 0.25, "every": 3, "factor": 0.5}, lambda o: schedulers.StepLR(o, 3, gamma=0.5)),
        schedule(
            "multiStep",
            {"base": 0.25, "at": [3, 10, 10, 41], "factor": 0.5},
            lambda o: schedulers.MultiStepLR(o, [3, 10, 10, 41], gamma=0.5),
        ),
        schedule("exponential", {"base": 0.25, "factor": 0.9}, lambda o: schedulers.ExponentialLR(o, 0.9)),
        schedule(
            "cosine",
            {"base": 0.25, "steps": 30, "least": 0.01},
            lambda o: schedulers.CosineAnnealingLR(o, 30, eta_min=0.01),
        ),
        schedule(
            "cosineRestarts",
            {"base": 0.25, "steps": 7, "least": 0.01},
            lambda o: schedulers.CosineAnnealingWarmRestarts(o, 7, eta_min=0.01),
        ),
        schedule(
            "cosineRestarts",
            {"base": 0.25, "steps": 5, "growth": 2},
            lambda o: schedulers.CosineAnnealingWarmRestarts(o, 5, T_mult=2),
        ),
        schedule(
            "linear",
            {"base": 0.25, "steps": 8, "start": 0.5, "end": 0.125},
            lambda o: schedulers.LinearLR(o, 0.5, 0.125, total_iters=8),
        ),
        schedule(
            "polynomial",
            {"base": 0.25, "steps": 40, "power": 2},
            lambda o: schedulers.PolynomialLR(o, total_iters=40, power=2),
        ),
        schedule("polynomial", {"base": 0.25, "steps": 60}, lambda o: schedulers.PolynomialLR(o, total_iters=60)),
        one_cycle(),
        one_cycle(anneal="linear", rising=0.25),
        one_cycle(threePhase=True, startDivisor=10, endDivisor=100),
        one_cycle(threePhase=True, anneal="linear", rising=0.45),
        one_cycle(rising=1.0, endDivisor=2),
        schedule(
            "warmUp",
            {"steps": 4, "start": 0.2},
            lambda o: schedulers.SequentialLR(
                o,
                [schedulers.LinearLR(o, 0.2, total_iters=4), schedulers.CosineAnnealingLR(o, 46)],
                milestones=[4],
            ),
            then={"schedule": "cosine", "options": {"base": 0.25, "steps": 46}},
        ),
        schedule(
            "sequential",
            {"at": [6, 20]},
            lambda o: schedulers.SequentialLR(
                o,
                [schedulers.ConstantLR(o, 0.5, 100), schedulers.ExponentialLR(o, 0.9), schedulers.StepLR(o, 5, 0.5)],
                milestones=[6, 20],
            ),
            schedules=[
                {"schedule": "constant", "options": {"base": 0.125}},
                {"schedule": "exponential", "options": {"base": 0.25, "factor": 0.9}},
                {"schedule": "step", "options": {"base": 0.25, "every": 5, "factor": 0.5}},
            ],
        ),
        schedule(
            "chained",
            {},
            lambda o: schedulers.ChainedScheduler(
                [schedulers.LinearLR(o, 0.25, total_iters=10), schedulers.ExponentialLR(o, 0.9)], optimizer=o
            ),
            schedules=[
                {"schedule": "linear", "options": {"base": 0.25, "steps": 10, "start": 0.25, "end": 1}},
                {"schedule": "exponential", "options": {"base": 1, "factor": 0.9}},
            ],
        ),
    ],
    "plateau": [
        plateau(falling, patience=2),
        plateau(falling, factor=0.5, patience=1, cooldown=3),
        plateau(falling, factor=0.5, patience=0, threshold=0.05, minLearningRate=0.01),
        plateau(falling, factor=0.5, patience=1, threshold=0.02, thresholdMode="absolute"),
        plateau(rising, mode="max", factor=0.25, patience=1, threshold=0.01, eps=1e-3),
        plateau(rising, mode="max", factor=0.5, patience=2, threshold=0.01, thresholdMode="absolute", cooldown=1),
        plateau([math.nan, 1.0, math.nan, math.nan, 0.5, math.inf, 0.5, -math.inf, 0.1, 0.0], patience=1),
        plateau([1.0] * 30, factor=0.5, patience=0, minLearningRate=0.5),
    ],
}
path = pathlib.Path(__file__).parent.parent / "fixtures" / "optimizers.json"
path.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
print(path, path.stat().st_size)
