import { rule, unary, zero, type Family } from "../rule.ts";

/** Elementary functions of one value. */
export const functions: Family = {
  // dx = sign(x) dy
  Abs: unary(({ g, x, dy }) => g.mul(dy, g.op("Sign", [x]))),
  // dx = -y^2 dy
  Reciprocal: unary(({ g, y, dy }) => g.neg(g.mul(dy, g.square(y)))),
  // dx = dy / (2 y)
  Sqrt: unary(({ g, y, dy }) => g.div(g.mul(dy, 0.5), y)),
  // dx = y dy
  Exp: unary(({ g, y, dy }) => g.mul(dy, y)),
  // dx = dy / x
  Log: unary(({ g, x, dy }) => g.div(dy, x)),
  // dx = 2 / sqrt(pi) exp(-x^2) dy
  Erf: unary(({ g, x, dy }) => g.mul(dy, g.mul(g.exp(g.neg(g.square(x))), 2 / Math.sqrt(Math.PI)))),
  // dx = cos(x) dy
  Sin: unary(({ g, x, dy }) => g.mul(dy, g.op("Cos", [x]))),
  // dx = -sin(x) dy
  Cos: unary(({ g, x, dy }) => g.neg(g.mul(dy, g.op("Sin", [x])))),
  // dx = (1 + y^2) dy
  Tan: unary(({ g, y, dy }) => g.mul(dy, g.add(g.square(y), 1))),
  // dx = dy / sqrt(1 - x^2)
  Asin: unary(({ g, x, dy }) => g.div(dy, g.sqrt(g.sub(1, g.square(x))))),
  // dx = -dy / sqrt(1 - x^2)
  Acos: unary(({ g, x, dy }) => g.neg(g.div(dy, g.sqrt(g.sub(1, g.square(x)))))),
  // dx = dy / (1 + x^2)
  Atan: unary(({ g, x, dy }) => g.div(dy, g.add(g.square(x), 1))),
  // dx = cosh(x) dy
  Sinh: unary(({ g, x, dy }) => g.mul(dy, g.op("Cosh", [x]))),
  // dx = sinh(x) dy
  Cosh: unary(({ g, x, dy }) => g.mul(dy, g.op("Sinh", [x]))),
  // dx = (1 - y^2) dy
  Tanh: unary(({ g, y, dy }) => g.mul(dy, g.sub(1, g.square(y)))),
  // dx = dy / sqrt(x^2 + 1)
  Asinh: unary(({ g, x, dy }) => g.div(dy, g.sqrt(g.add(g.square(x), 1)))),
  // dx = dy / sqrt(x^2 - 1), as a product of sqrt(x - 1) and sqrt(x + 1), which cancels less
  Acosh: unary(({ g, x, dy }) => g.div(dy, g.sqrt(g.mul(g.sub(x, 1), g.add(x, 1))))),
  // dx = dy / (1 - x^2)
  Atanh: unary(({ g, x, dy }) => g.div(dy, g.mul(g.sub(1, x), g.add(x, 1)))),
  Identity: rule(({ dy: [dy] }) => [dy]),
  Ceil: zero,
  Floor: zero,
  Round: zero,
  Sign: zero,
};
