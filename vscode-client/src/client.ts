import { type OutputChannel, workspace } from "vscode";
import { LanguageClient, type LanguageClientOptions } from "vscode-languageclient/node";
import { chosenSettings } from "./settings";

/** A client for the server `command`, not yet started. Its id makes `confiture.trace.server` work. */
export function createClient(command: string, outputChannel: OutputChannel): LanguageClient {
  const options: LanguageClientOptions = {
    documentSelector: [{ scheme: "file", language: "sql" }],
    initializationOptions: chosenSettings(workspace.getConfiguration().get("confiture")),
    synchronize: { configurationSection: "confiture" },
    outputChannel,
    middleware: {
      workspace: {
        configuration: async (params, token, next) => {
          const answers = await next(params, token);
          return Array.isArray(answers) ? answers.map(chosenSettings) : answers;
        },
        didChangeConfiguration: () =>
          client.sendNotification("workspace/didChangeConfiguration", {
            settings: { confiture: chosenSettings(workspace.getConfiguration().get("confiture")) },
          }),
      },
    },
  };
  const client = new LanguageClient("confiture", "Confiture", { command }, options);
  return client;
}
