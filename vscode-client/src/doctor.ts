import { execFile } from "node:child_process";
import * as path from "node:path";
import { type OutputChannel, version, workspace } from "vscode";

/** Writes into the output what is at work here: this editor, the server `command`, and what `confiture doctor` says of the project. */
export async function examine(command: string, output: OutputChannel): Promise<void> {
  const folder = workspace.workspaceFolders?.[0]?.uri.fsPath;
  const program = path.join(path.dirname(command), path.basename(command).replace("-lsp", ""));
  output.show();
  output.appendLine(`VS Code ${version} on ${process.platform}, in ${folder ?? "no folder"}.`);
  for (const [file, ...args] of [
    [command, "--version"],
    [program, "doctor", "--no-color"],
  ] as const) {
    output.appendLine(`> ${[file, ...args].join(" ")}`);
    output.appendLine(await saidBy(file, args, folder));
  }
}

/** What a program writes, or why it cannot be run. */
function saidBy(file: string, args: readonly string[], cwd: string | undefined): Promise<string> {
  return new Promise((resolve) => {
    execFile(file, args, { cwd, windowsHide: true }, (error, stdout, stderr) => {
      resolve(`${stdout}${stderr}`.trim() || (error?.message ?? ""));
    });
  });
}
