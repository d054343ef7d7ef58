import { type Disposable, MarkdownString, StatusBarAlignment, type StatusBarItem, ThemeColor, window } from "vscode";
import { totals } from "./report";
import type { Reports } from "./reports";

export type ServerState = "starting" | "running" | "stopped" | "failed" | "untrusted";

const WORDS: Record<ServerState, { readonly text: string; readonly tooltip: string }> = {
  starting: { text: "$(loading~spin) Confiture", tooltip: "Confiture is starting" },
  running: { text: "$(beaker) Confiture", tooltip: "Save a migration to check it" },
  stopped: { text: "$(beaker-stop) Confiture", tooltip: "Confiture is not running" },
  failed: { text: "$(error) Confiture", tooltip: "Confiture could not start; click for what can be done" },
  untrusted: {
    text: "$(workspace-untrusted) Confiture",
    tooltip:
      "Checking a migration runs its SQL and the workspace's own tests, so Confiture waits until you trust the workspace",
  },
};

/** The score at a glance; a click opens the menu. */
export class StatusBar implements Disposable {
  readonly #item: StatusBarItem = window.createStatusBarItem("confiture", StatusBarAlignment.Right, 90);
  readonly #reports: Reports;
  #state: ServerState = "stopped";

  constructor(reports: Reports) {
    this.#reports = reports;
    this.#item.name = "Confiture";
    this.#item.command = "confiture.showMenu";
    reports.onDidChange(() => this.#render());
  }

  set state(state: ServerState) {
    this.#state = state;
    this.#render();
    this.#item.show();
  }

  #render(): void {
    const { text, tooltip } = WORDS[this.#state];
    const result = this.#state === "running" ? totals(this.#reports.all) : null;
    const score = result ? `${Math.floor(result.score)}%` : "";
    this.#item.text = result ? `$(beaker) ${score}${result.undetected > 0 ? ` · ${result.undetected}` : ""}` : text;
    this.#item.tooltip = new MarkdownString().appendText(
      result ? `Confiture: tests notice ${score} of the mutants; ${result.undetected} go unnoticed` : tooltip,
    );
    this.#item.accessibilityInformation = {
      label: result ? `Confiture score ${score}, ${result.undetected} unnoticed` : tooltip,
    };
    this.#item.backgroundColor = this.#state === "failed" ? new ThemeColor("statusBarItem.errorBackground") : undefined;
  }

  dispose(): void {
    this.#item.dispose();
  }
}
