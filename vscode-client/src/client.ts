import { type OutputChannel, workspace } from "vscode";
import { LanguageClient } from "vscode-languageclient/node";

/** A client for the server `command`, not yet started. Its id makes `confiture.trace.server` work. */
export function createClient(command: string, outputChannel: OutputChannel): LanguageClient {
  return new LanguageClient(
    "confiture",
    "Confiture",
    { command },
    {
      documentSelector: [{ scheme: "file", language: "sql" }],
      // Null means "not set": the server's own files and defaults decide.
      initializationOptions: workspace.getConfiguration().get("confiture"),
      synchronize: { configurationSection: "confiture" },
      outputChannel,
    },
  );
}
