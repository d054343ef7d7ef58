import { commands, type Disposable, EventEmitter, languages } from "vscode";
import type { Report } from "./report";

const QUIET_MS = 300;

/** The newest reports of the server. Findings that change tell that there may be newer ones, and so does progress. */
export class Reports implements Disposable {
  readonly #changed = new EventEmitter<void>();
  readonly #subscription: Disposable;
  #timer: NodeJS.Timeout | undefined;
  #reports: readonly Report[] = [];

  readonly onDidChange = this.#changed.event;

  constructor() {
    this.#subscription = languages.onDidChangeDiagnostics(() => this.schedule());
  }

  get all(): readonly Report[] {
    return this.#reports;
  }

  /** Asks the server soon, once for many changes. */
  schedule(): void {
    this.#timer ??= setTimeout(() => void this.#refresh(), QUIET_MS);
  }

  /** Forgets everything, as when the server ended. */
  clear(): void {
    this.#reports = [];
    this.#changed.fire();
  }

  async #refresh(): Promise<void> {
    this.#timer = undefined;
    try {
      this.#reports = (await commands.executeCommand<readonly Report[] | null>("confiture.report")) ?? [];
    } catch {
      this.#reports = []; // The server is not running: there is nothing to show.
    }
    this.#changed.fire();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}
