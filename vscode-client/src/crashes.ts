import { commands, window } from "vscode";
import { CloseAction, type CloseHandlerResult, ErrorAction, type ErrorHandler } from "vscode-languageclient/node";

const PAUSES_MS = [0, 1_000, 5_000, 15_000, 60_000] as const;
const PEACE_MS = 180_000;

/** Restarts a server that ended by itself, after a longer pause each time, and says so once. */
export class Crashes implements ErrorHandler {
  readonly #hasRun: () => boolean;
  #count = 0;
  #last = 0;

  /** @param hasRun tells whether the server ever answered; one that did not is not started again. */
  constructor(hasRun: () => boolean) {
    this.#hasRun = hasRun;
  }

  error(): { action: ErrorAction } {
    return { action: ErrorAction.Continue };
  }

  async closed(): Promise<CloseHandlerResult> {
    if (!this.#hasRun()) {
      return { action: CloseAction.DoNotRestart };
    }
    const now = Date.now();
    this.#count = now - this.#last > PEACE_MS ? 0 : this.#count + 1;
    this.#last = now;
    const pause = PAUSES_MS[this.#count];
    if (pause === undefined) {
      void giveUp();
      return { action: CloseAction.DoNotRestart };
    }
    if (this.#count === 0) {
      void window.showWarningMessage("The Confiture server ended unexpectedly; it is started again.");
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
    return { action: CloseAction.Restart, handled: true };
  }
}

async function giveUp(): Promise<void> {
  const message = `The Confiture server ended ${PAUSES_MS.length + 1} times in a row and is not started again.`;
  const offers = [
    { title: "Restart Server", command: "confiture.restartServer" },
    { title: "Show Output", command: "confiture.showOutput" },
  ];
  const chosen = await window.showErrorMessage(message, ...offers);
  if (chosen) {
    await commands.executeCommand(chosen.command);
  }
}
