import { commands, type QuickPickItem, window } from "vscode";

interface Choice extends QuickPickItem {
  readonly command: string;
}

const CHOICES: readonly Choice[] = [
  { label: "$(play) Check This Migration", command: "confiture.checkFile" },
  { label: "$(stop-circle) Cancel the Run", command: "confiture.cancelRun" },
  { label: "$(list-tree) Show Mutants", command: "confiture.mutants.focus" },
  { label: "$(graph) Open Report", command: "confiture.openReport" },
  { label: "$(dashboard) Open Costs", command: "confiture.openCosts" },
  { label: "$(output) Show Output", command: "confiture.showOutput" },
  { label: "$(pulse) Run Doctor", command: "confiture.doctor" },
  { label: "$(debug-restart) Restart Server", command: "confiture.restartServer" },
];

/** The menu of the status bar. */
export async function showMenu(): Promise<void> {
  const choice = await window.showQuickPick(CHOICES, { title: "Confiture" });
  if (choice) {
    await commands.executeCommand(choice.command);
  }
}
