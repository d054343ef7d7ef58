import { commands, type ExtensionContext, Uri, window, workspace } from "vscode";
import { showMenu } from "./menu";
import { MutantDiff } from "./mutant-diff";
import { MutantTree, type Node } from "./mutant-tree";
import { COSTS, Page, REPORT } from "./page";
import { counts } from "./report";
import { Reports } from "./reports";
import { Session } from "./session";
import { StatusBar } from "./status-bar";
import { chooseVerdicts } from "./verdicts";

let session: Session | undefined;

export function activate(context: ExtensionContext): void {
  const output = window.createOutputChannel("Confiture");
  const reports = new Reports();
  const status = new StatusBar(reports);
  const diff = new MutantDiff(reports);
  const tree = new MutantTree(reports);
  const report = new Page(context, reports, REPORT);
  const costs = new Page(context, reports, COSTS);
  const started = new Session(context, output, status, reports, diff);
  session = started;
  context.subscriptions.push(
    output,
    reports,
    status,
    diff,
    report,
    costs,
    window.createTreeView("confiture.mutants", { treeDataProvider: tree, showCollapseAll: true }),
    commands.registerCommand("confiture.restartServer", () => started.restart()),
    commands.registerCommand("confiture.reinstallServer", () => started.reinstall()),
    commands.registerCommand("confiture.doctor", () => started.doctor()),
    commands.registerCommand("confiture.showOutput", () => output.show()),
    commands.registerCommand("confiture.showMenu", showMenu),
    commands.registerCommand("confiture.checkFile", checkFile),
    commands.registerCommand("confiture.cancelRun", () => commands.executeCommand("confiture.cancel")),
    commands.registerCommand("confiture.openReport", () => report.open()),
    commands.registerCommand("confiture.openCosts", () => costs.open()),
    commands.registerCommand("confiture.compareMutant", (mutantId: string) => diff.open(mutantId)),
    commands.registerCommand("confiture.filterMutants", () => filterMutants(tree, reports)),
    commands.registerCommand("confiture.killMutant", killMutant),
    reports.onDidChange(() => commands.executeCommand("setContext", "confiture.checked", reports.all.length > 0)),
    workspace.onDidChangeConfiguration((change) =>
      change.affectsConfiguration("confiture.server") ? started.update() : undefined,
    ),
    workspace.onDidGrantWorkspaceTrust(() => started.update()),
  );
  void started.restart(); // Not awaited: setting up may take half a minute, and commands are there meanwhile.
}

export async function deactivate(): Promise<void> {
  await session?.stop();
}

async function checkFile(): Promise<void> {
  const document = window.activeTextEditor?.document;
  if (document?.languageId !== "sql" || document.uri.scheme !== "file") {
    void window.showInformationMessage("Open a migration first: it is the file in front that is checked.");
    return;
  }
  await document.save();
  await commands.executeCommand("confiture.run", document.uri.toString());
}

async function filterMutants(tree: MutantTree, reports: Reports): Promise<void> {
  tree.wanted = (await chooseVerdicts(tree.wanted, counts(reports.all))) ?? tree.wanted;
}

/** Writes the test for a mutant that was chosen in the tree. */
async function killMutant(node: Node): Promise<void> {
  if (node.kind === "mutant") {
    await commands.executeCommand("confiture.writeTests", Uri.file(node.mutant.file).toString(), node.mutant.id);
  }
}
