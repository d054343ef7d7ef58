import { type QuickPickItem, window } from "vscode";
import type { MutantDiff } from "./mutant-diff";
import { migrations } from "./report";
import type { Reports } from "./reports";
import { VERDICTS } from "./verdicts";

interface Choice extends QuickPickItem {
  readonly id: string;
}

/** Lists the mutants of one statement, and compares the chosen one with the original. */
export async function listMutants(
  reports: Reports,
  diff: MutantDiff,
  statement: { readonly file: string; readonly role: string; readonly index: number },
): Promise<void> {
  const found = reports.all
    .flatMap((report) => migrations(report, () => true))
    .filter(({ files }) => files.includes(statement.file))
    .flatMap(({ statements }) => statements)
    .find(({ role, index }) => role === statement.role && index === statement.index);
  const choices = found?.mutants.map(({ result }): Choice => {
    const { icon, meaning } = VERDICTS[result.status];
    const label = `$(${icon.id}) ${result.description ?? result.mutatorName}`;
    return { label, description: `${result.status}: ${meaning}`, detail: result.mutatorName, id: result.id };
  });
  const chosen = choices && (await window.showQuickPick(choices, { title: `Mutants of ${found?.operation}` }));
  if (chosen) {
    await diff.open(chosen.id);
  }
}
