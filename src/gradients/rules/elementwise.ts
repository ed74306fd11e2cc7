import { broadcasting, unary, type Family } from "../rule.ts";

/** Arithmetic, elementwise and broadcasting. */
export const elementwise: Family = {
  // d(a + b) = da + db
  Add: broadcasting(({ dy: [dy] }) => [dy, dy]),
  // d(a - b) = da - db
  Sub: broadcasting(({ g, needs, dy: [dy = ""] }) => [dy, needs(1) ? g.neg(dy) : undefined]),
  // d(a b) = b da + a db
  Mul: broadcasting(({ g, needs, x: [a = "", b = ""], dy: [dy = ""] }) => [
    needs(0) ? g.mul(dy, b) : undefined,
    needs(1) ? g.mul(dy, a) : undefined,
  ]),
  // d(a / b) = da / b - (a / b) / b db
  Div: broadcasting(({ g, needs, x: [, b = ""], y: [y = ""], dy: [dy = ""] }) => {
    const quotient = g.div(dy, b);
    return [quotient, needs(1) ? g.neg(g.mul(quotient, y)) : undefined];
  }),
  // d(-x) = -dx
  Neg: unary(({ g, dy }) => g.neg(dy)),
};
