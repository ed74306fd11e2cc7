import type { ScoreReport } from "../score/index.ts";
import { formatCount, formatFixed } from "./format.ts";

/** The most bins that are drawn. */
const mostDrawn = 20;

/** A reliability diagram as text: for each bin with rows a bar as long as its accuracy, and a mark at its confidence. */
export function describeReliability({ metrics: { calibration } }: ScoreReport, width: number): string {
  const filled = calibration?.bins.filter(({ weight }) => weight > 0) ?? [];
  if (filled.length === 0) return "";
  const fullest = [...filled].sort((a, b) => b.samples - a.samples).slice(0, mostDrawn);
  const drawn = filled.filter((bin) => fullest.includes(bin));
  const digits = Math.max(2, Math.ceil(Math.log10(calibration?.bins.length ?? 1)));
  const rows = Math.max(4, ...drawn.map(({ samples }) => formatCount(samples).length));
  const length = Math.min(60, width - 2 * digits - rows - 33);
  const at = (share: number) => Math.round(share * length);
  const lines = drawn.map(({ low, high, samples, confidence = 0, accuracy = 0 }) => {
    const bar: string[] = Array.from({ length: length + 1 }, (_, i) => (i < at(accuracy) ? "=" : " "));
    bar[at(confidence)] = "|";
    const gap = accuracy - confidence;
    const sign = `${gap < 0 ? "-" : "+"}${formatFixed(Math.abs(gap))}`;
    const range = `${low.toFixed(digits)}-${high.toFixed(digits)}`;
    return `${range} ${bar.join("")} ${formatFixed(accuracy)} ${sign}  ${formatCount(samples).padStart(rows)}`;
  });
  const head = "Reliability: accuracy (=) at each confidence (|), accuracy, its distance from the confidence, rows";
  const short = "Reliability: accuracy (=) and confidence (|), accuracy, distance, rows";
  const left = filled.length - drawn.length;
  const rest = left === 0 ? [] : [`... and ${formatCount(left)} bins with fewer rows (--json has all)`];
  return [head.length < width ? head : short, ...lines, ...rest].join("\n");
}
