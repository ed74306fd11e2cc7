import type { Output } from "./command.ts";
import { formatClock, formatCount } from "./format.ts";

/** How far a piece of work is. */
export interface Progress {
  /** What is being done: "epoch 2/5 train". */
  readonly label: string;
  /** Samples done, and to do in all. */
  readonly done: number;
  readonly total: number;
}

/** Milliseconds between two drawings: more often is flicker, and slows the work down. */
const interval = 100;

/**
 * Draws a progress bar with rate and time left on a terminal; on anything else it draws nothing.
 *
 * The rate is the average since the label first came, and the time left is what remains at that rate. The percentage is
 * rounded down: 100 % means all is done.
 */
export class ProgressBar {
  readonly #output: Output;
  readonly #now: () => number;
  #label: string | undefined;
  #started = 0;
  #doneAtStart = 0;
  #drawn = -Infinity;
  #visible = false;

  constructor(output: Output, now: () => number = () => performance.now()) {
    this.#output = output;
    this.#now = now;
  }

  /** Says how far the work is, and draws it if the last drawing is long enough ago. */
  update({ label, done, total }: Progress): void {
    if (this.#output.isTTY !== true) return;
    const now = this.#now();
    if (label !== this.#label) {
      [this.#label, this.#started, this.#doneAtStart, this.#drawn] = [label, now, done, -Infinity];
    }
    if (now - this.#drawn < interval) return;
    this.#drawn = now;
    const rate = (done - this.#doneAtStart) / ((now - this.#started) / 1000);
    const known = Number.isFinite(rate) && rate > 0;
    const speed = known ? `  ${formatCount(rate)}/s  ${formatClock((total - done) / rate)} left` : "";
    const percent = `${Math.floor((100 * done) / total)}%`.padStart(4);
    const tail = `${percent}  ${formatCount(done)}/${formatCount(total)}${speed}`;
    // One column stays free: a full line would wrap on some terminals.
    const room = (this.#output.columns ?? 80) - 1;
    const cells = Math.min(30, room - label.length - tail.length - 4);
    const filled = Math.floor((cells * done) / total);
    const bar = cells >= 5 ? ` [${"#".repeat(filled)}${".".repeat(cells - filled)}]` : "";
    this.#output.write(`\r\x1b[2K${`${label}${bar} ${tail}`.slice(0, room)}`);
    this.#visible = true;
  }

  /** Takes the bar away, so that a line can be printed in its place. */
  clear(): void {
    if (this.#visible) this.#output.write("\r\x1b[2K");
    this.#visible = false;
    this.#drawn = -Infinity;
  }
}
