import { commands, window } from "vscode";
import { CloseAction, type CloseHandlerResult, ErrorAction, type ErrorHandler } from "vscode-languageclient/node";
import { BackOff, RESTARTS } from "./back-off";

/** Restarts a server that ended by itself, after a longer pause each time, and says so once. */
export class Crashes implements ErrorHandler {
  readonly #hasRun: () => boolean;
  readonly #backOff = new BackOff();
  #stopped = false;

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
    const isFirst = this.#backOff.isFirst(now);
    const pause = this.#backOff.next(now);
    if (pause === undefined) {
      void giveUp();
      return { action: CloseAction.DoNotRestart };
    }
    if (isFirst) {
      void window.showWarningMessage("The Confiture server ended unexpectedly; it is started again.");
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
    return { action: this.#stopped ? CloseAction.DoNotRestart : CloseAction.Restart, handled: true };
  }

  /** Nothing is started again from now on, not even what is being waited for. */
  stop(): void {
    this.#stopped = true;
  }
}

async function giveUp(): Promise<void> {
  const message = `The Confiture server ended ${RESTARTS + 1} times in a row and is not started again.`;
  const offers = [
    { title: "Restart Server", command: "confiture.restartServer" },
    { title: "Show Output", command: "confiture.showOutput" },
  ];
  const chosen = await window.showErrorMessage(message, ...offers);
  if (chosen) {
    await commands.executeCommand(chosen.command);
  }
}
