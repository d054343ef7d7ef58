import * as path from "node:path";
import { commands, type Disposable, type TextDocumentContentProvider, Uri, window, workspace } from "vscode";
import { mutated } from "./report";
import type { Reports } from "./reports";

const SCHEME = "confiture-mutant";

/** Shows mutants beside their originals in the editor's own comparison. */
export class MutantDiff implements TextDocumentContentProvider, Disposable {
  readonly #reports: Reports;
  readonly #registration: Disposable;

  constructor(reports: Reports) {
    this.#reports = reports;
    this.#registration = workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  /** Opens the comparison. `mutantId` is an id of the report, or the part of it behind the version. */
  async open(mutantId: string): Promise<void> {
    const found = this.#find(mutantId);
    if (!found) {
      void window.showWarningMessage(
        `The mutant ${mutantId} is not known any more. Save the migration to check it again.`,
      );
      return;
    }
    const { file, mutant } = found;
    const uri = (side: string) =>
      Uri.from({
        scheme: SCHEME,
        path: `/${path.basename(file)}`,
        query: new URLSearchParams({ side, id: mutant.id }).toString(),
      });
    const title = `${mutant.mutatorName}: ${mutant.description ?? "mutant"}`;
    await commands.executeCommand("vscode.diff", uri("before"), uri("after"), title);
  }

  provideTextDocumentContent(uri: Uri): string {
    const query = new URLSearchParams(uri.query);
    const found = this.#find(query.get("id") ?? "");
    return (query.get("side") === "before" ? found?.before : found?.after) ?? "";
  }

  #find(mutantId: string): ReturnType<typeof mutated> {
    for (const report of this.#reports.all) {
      const ids = Object.values(report.files).flatMap(({ mutants }) => mutants.map(({ id }) => id));
      const id = ids.find((each) => each === mutantId || each.endsWith(`/${mutantId}`));
      if (id !== undefined) {
        return mutated(report, id);
      }
    }
    return undefined;
  }

  dispose(): void {
    this.#registration.dispose();
  }
}
