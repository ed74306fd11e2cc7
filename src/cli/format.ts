/** An integer with its thousands apart: 60,000. */
export function formatCount(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 0 });
}

/** A number with six significant digits, a dash where there is none; not finite as it is. */
export function formatNumber(value: number | undefined): string {
  if (value === undefined) return "-";
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-4 || size >= 1e6) ? value.toExponential(5) : value.toPrecision(6);
}

/** A difference with its sign, three significant digits: +1.20e-5. */
export function formatDifference(value: number | undefined): string {
  if (value === undefined) return "-";
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return "0";
  return `${value > 0 ? "+" : ""}${value.toExponential(2)}`;
}

/** A size in memory, in powers of 1,024: 12 B, 4.0 KiB, 44.6 MiB. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const power = Math.min(4, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(1)} ${["B", "KiB", "MiB", "GiB", "TiB"][power] ?? ""}`;
}

/** A share in percent with two decimals. It reads 100.00 only when it is all, and 0.00 only when it is nothing. */
export function formatShare(share: number | undefined): string {
  if (share === undefined) return "-";
  const hundredths = share * 1e4;
  const rounded = Math.round(hundredths);
  const honest = share < 1 && rounded >= 1e4 ? 9999 : share > 0 && rounded <= 0 ? 1 : rounded;
  return (honest / 100).toFixed(2);
}

/** Seconds as a clock shows them: 0:07, 12:30, 1:02:03. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const pad = (value: number): string => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}

/** A number with four decimals, a dash where there is none; not finite as it is. */
export function formatFixed(value: number | undefined): string {
  return value === undefined ? "-" : Number.isFinite(value) ? value.toFixed(4) : String(value);
}

/** A count as it is, a weight with six significant digits. */
export function formatAmount(value: number | undefined): string {
  return value === undefined ? "-" : Number.isInteger(value) ? formatCount(value) : formatNumber(value);
}

/** A text of at most so many characters; what is cut ends in "..". What a terminal would act on is made visible. */
export function cut(text: string, length: number): string {
  // eslint-disable-next-line no-control-regex -- control characters are exactly what must not reach the terminal
  const safe = text.replace(/[\u0000-\u001f\u007f-\u009f]/g, "\uFFFD");
  return safe.length <= length ? safe : `${safe.slice(0, length - 2)}..`;
}
