import { commands, type Disposable, EventEmitter, languages } from "vscode";
import type { Report } from "./report";

const QUIET_MS = 300;

/** The newest reports of the server. Findings that change tell that there may be newer ones, and so does progress. */
export class Reports implements Disposable {
  readonly #changed = new EventEmitter<void>();
  readonly #subscription: Disposable;
  readonly #runs = new Map<string | number, "under way" | "ended">();
  #timer: NodeJS.Timeout | undefined;
  #reports: readonly Report[] = [];

  readonly onDidChange = this.#changed.event;

  constructor() {
    this.#subscription = languages.onDidChangeDiagnostics(() => this.schedule());
  }

  get all(): readonly Report[] {
    return this.#reports;
  }

  /** Whether there is more to come: a run is under way, or its last verdicts are. */
  get running(): boolean {
    return this.#runs.size > 0;
  }

  /** Takes note of a run's progress: verdicts that change no finding count in the report too, up to the end of the run. */
  follow(run: string | number, kind: "begin" | "report" | "end"): void {
    const before = this.running;
    this.#runs.set(run, kind === "end" ? "ended" : "under way");
    if (!before) {
      this.#changed.fire();
    }
    this.schedule();
  }

  /** Asks the server soon, once for many changes. */
  schedule(): void {
    this.#timer ??= setTimeout(() => void this.#refresh(), QUIET_MS);
  }

  /** Forgets everything, as when the server ended. */
  clear(): void {
    this.#runs.clear();
    this.#reports = [];
    this.#changed.fire();
  }

  async #refresh(): Promise<void> {
    this.#timer = undefined;
    const ended = Array.from(this.#runs).filter(([, state]) => state === "ended");
    try {
      this.#reports = (await commands.executeCommand<readonly Report[] | null>("confiture.report")) ?? [];
    } catch {
      this.#reports = []; // The server is not running: there is nothing to show.
    }
    for (const [run] of ended) {
      this.#runs.delete(run);
    }
    this.#changed.fire();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}
