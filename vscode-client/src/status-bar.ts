import { type Disposable, MarkdownString, StatusBarAlignment, type StatusBarItem, ThemeColor, window } from "vscode";
import { percentage, totals } from "./report";
import type { Reports } from "./reports";

export type ServerState = "starting" | "running" | "stopped" | "failed" | "untrusted";

interface Words {
  readonly icon: string;
  readonly text: string;
  /** What the mouse and screen readers are told. */
  readonly label: string;
}

const WORDS: Record<ServerState, Words> = {
  starting: { icon: "loading~spin", text: "Confiture", label: "Confiture is starting" },
  running: { icon: "beaker", text: "Confiture", label: "Confiture: save a migration to check it" },
  stopped: { icon: "beaker-stop", text: "Confiture", label: "Confiture is not running" },
  failed: { icon: "error", text: "Confiture", label: "Confiture could not start; click for what can be done" },
  untrusted: {
    icon: "workspace-untrusted",
    text: "Confiture",
    label:
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
    const { icon, text, label } = this.#state === "running" ? this.#result() : WORDS[this.#state];
    this.#item.text = `$(${icon}) ${text}`;
    this.#item.tooltip = new MarkdownString().appendText(label);
    this.#item.accessibilityInformation = { label };
    this.#item.backgroundColor = this.#state === "failed" ? new ThemeColor("statusBarItem.errorBackground") : undefined;
  }

  /** What is known so far, and whether more is to come. */
  #result(): Words {
    const { icon, text, label } = scored(totals(this.#reports.all));
    return this.#reports.running
      ? { icon: "loading~spin", text, label: `${label}; a check is running` }
      : { icon, text, label };
  }

  dispose(): void {
    this.#item.dispose();
  }
}

function scored(result: ReturnType<typeof totals>): Words {
  if (!result) {
    return WORDS.running;
  }
  const score = percentage(result.score);
  return {
    icon: "beaker",
    text: result.undetected > 0 ? `${score} · ${result.undetected}` : score,
    label: `Confiture: score ${score}, ${result.undetected} mutants go unnoticed by the tests`,
  };
}
