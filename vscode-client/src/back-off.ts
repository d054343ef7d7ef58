const PAUSES_MS = [0, 1_000, 5_000, 15_000, 60_000] as const;
const PEACE_MS = 180_000;

/** How often in a row a server is started again. */
export const RESTARTS = PAUSES_MS.length;

/** How long to wait before a server is started again that ended by itself: longer each time, until it has run in peace. */
export class BackOff {
  #restarts = 0;
  #last = Number.NEGATIVE_INFINITY;

  /** Whether the next end is the first one after a time of peace. */
  isFirst(now: number): boolean {
    return now - this.#last > PEACE_MS;
  }

  /** The pause before the next start; undefined when there should be none. `now` is in milliseconds, as all times here. */
  next(now: number): number | undefined {
    this.#restarts = this.isFirst(now) ? 0 : this.#restarts + 1;
    this.#last = now;
    return PAUSES_MS[this.#restarts];
  }
}
