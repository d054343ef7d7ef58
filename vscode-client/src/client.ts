import { type OutputChannel, workspace } from "vscode";
import { LanguageClient } from "vscode-languageclient/node";
import { Crashes } from "./crashes";
import type { MutantDiff } from "./mutant-diff";
import type { Reports } from "./reports";

/** A client for the server `command`, not yet started. Its id makes `confiture.trace.server` work. */
export function createClient(
  command: string,
  outputChannel: OutputChannel,
  reports: Reports,
  diff: MutantDiff,
): LanguageClient {
  const client: LanguageClient = new QuietClient(
    "confiture",
    "Confiture",
    { command },
    {
      documentSelector: [{ scheme: "file", language: "sql" }],
      // Null means "not set": the server's own files and defaults decide.
      initializationOptions: workspace.getConfiguration().get("confiture"),
      synchronize: { configurationSection: "confiture" },
      outputChannel,
      errorHandler: new Crashes(() => client.initializeResult !== undefined),
      initializationFailedHandler: () => false, // Else the client shows an error of its own.
      middleware: {
        handleWorkDoneProgress: (token, params, next) => {
          reports.schedule(); // Verdicts that change no finding count in the report too, up to the end of the run.
          next(token, params);
        },
        // The server's own way is a file with a diff; this editor has a better one.
        executeCommand: (name, args, next) =>
          name === "confiture.showMutant" ? diff.open(String(args[1])) : next(name, args),
      },
    },
  );
  return client;
}

/** Writes its errors to the output only: the user is told by the session and by `Crashes`, in plain words and once. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}
