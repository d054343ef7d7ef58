import * as fs from "node:fs";
import * as os from "node:os";
import { commands, type ExtensionContext, type OutputChannel, window, workspace } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { createClient } from "./client";
import { type ServerCommand, serverCommand } from "./server-command";

let client: LanguageClient | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const output = window.createOutputChannel("Confiture");
  context.subscriptions.push(
    output,
    commands.registerCommand("confiture.restartServer", () => restart(output)),
    commands.registerCommand("confiture.showOutput", () => output.show()),
    workspace.onDidChangeConfiguration((change) =>
      change.affectsConfiguration("confiture.server") ? restart(output) : undefined,
    ),
  );
  await start(output);
}

export async function deactivate(): Promise<void> {
  await client?.dispose();
  client = undefined;
}

async function restart(output: OutputChannel): Promise<void> {
  await deactivate();
  await start(output);
}

async function start(output: OutputChannel): Promise<void> {
  const server = findServer();
  if (!server.found) {
    // Not awaited: the message stays until the user answers, and starting must not take that long.
    void reportMissing(server.lookedFor, output);
    return;
  }
  output.appendLine(`Starting ${server.command}, found through ${server.origin}.`);
  client = createClient(server.command, output);
  await client.start();
}

function findServer(): ServerCommand {
  return serverCommand({
    configured: workspace.getConfiguration("confiture").get("server.path", ""),
    folders: (workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath),
    home: os.homedir(),
    platform: process.platform,
    searchPath: process.env.PATH ?? "",
    isExecutable,
  });
}

function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

async function reportMissing(lookedFor: readonly string[], output: OutputChannel): Promise<void> {
  output.appendLine(`No language server among:\n${lookedFor.map((file) => `  ${file}`).join("\n")}`);
  const openSettings = "Open Settings";
  const showOutput = "Show Output";
  const answer = await window.showErrorMessage(
    "Confiture found no language server. Install confiture-lsp in the workspace's .venv or on PATH, " +
      "or set confiture.server.path to its program.",
    openSettings,
    showOutput,
  );
  if (answer === openSettings) {
    await commands.executeCommand("workbench.action.openSettings", "confiture.server.path");
  } else if (answer === showOutput) {
    output.show();
  }
}
