import { type OutputChannel, Uri, window, workspace } from "vscode";
import {
  CodeLensRequest,
  LanguageClient,
  type LanguageClientOptions,
  type ServerOptions,
} from "vscode-languageclient/node";
import { Crashes } from "./crashes";
import type { MutantDiff } from "./mutant-diff";
import { listMutants } from "./mutant-list";
import type { Reports } from "./reports";

/** Longer than the editor waits before it asks for lenses that it was told are new. */
const LENSES_MS = 1_000;

/** A client for the server `command`, not yet started. Its id makes `confiture.trace.server` work. */
export function createClient(
  command: string,
  outputChannel: OutputChannel,
  reports: Reports,
  diff: MutantDiff,
): LanguageClient {
  const crashes = new Crashes(() => client.initializeResult !== undefined);
  const client: LanguageClient = new QuietClient(
    crashes,
    "confiture",
    "Confiture",
    { command },
    {
      documentSelector: [{ scheme: "file", language: "sql" }],
      // Null means "not set": the server's own files and defaults decide.
      initializationOptions: workspace.getConfiguration().get("confiture"),
      synchronize: { configurationSection: "confiture" },
      outputChannel,
      errorHandler: crashes,
      initializationFailedHandler: () => false, // Else the client shows an error of its own.
      middleware: {
        handleWorkDoneProgress: (token, params, next) => {
          reports.follow(token, params.kind);
          if (params.kind === "end") {
            setTimeout(() => renewLenses(client), LENSES_MS);
          }
          next(token, params);
        },
        // The server's own ways are a file with a diff and a message; this editor has better ones.
        executeCommand: (name, args, next) => {
          switch (name) {
            case "confiture.showMutant":
              return diff.open(String(args[1]));
            case "confiture.showMutants": {
              const [uri, role, index] = args;
              const file = Uri.parse(String(uri)).fsPath;
              return listMutants(reports, diff, { file, role: String(role), index: Number(index) });
            }
            default:
              return next(name, args);
          }
        },
      },
    },
  );
  return client;
}

/** The editor forgets to ask for lenses if the keyboard leaves its text while it waits, so it is told once more. */
function renewLenses(client: LanguageClient): void {
  const lenses = client.getFeature(CodeLensRequest.method);
  for (const { document } of window.visibleTextEditors) {
    lenses.getProvider(document)?.onDidChangeCodeLensEmitter.fire();
  }
}

/** Writes its errors to the output only: the user is told by the session and by `Crashes`, in plain words and once. */
class QuietClient extends LanguageClient {
  readonly #crashes: Crashes;

  constructor(crashes: Crashes, id: string, name: string, server: ServerOptions, options: LanguageClientOptions) {
    super(id, name, server, options);
    this.#crashes = crashes;
  }

  override dispose(timeout?: number): Promise<void> {
    this.#crashes.stop();
    return super.dispose(timeout);
  }

  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}
