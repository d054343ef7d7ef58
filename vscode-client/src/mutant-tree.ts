import {
  EventEmitter,
  MarkdownString,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
} from "vscode";
import {
  type Migration,
  type Mutant,
  type MutantResult,
  migrations,
  percentage,
  type Statement,
  type Status,
  UNDETECTED,
} from "./report";
import type { Reports } from "./reports";
import { VERDICTS } from "./verdicts";

export type Node =
  | { readonly kind: "migration"; readonly migration: Migration }
  | { readonly kind: "statement"; readonly statement: Statement }
  | { readonly kind: "mutant"; readonly mutant: Mutant };

/** Migrations, their statements and their mutants, as far as they were checked. */
export class MutantTree implements TreeDataProvider<Node> {
  readonly #changed = new EventEmitter<void>();
  readonly #reports: Reports;
  #wanted = UNDETECTED;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(reports: Reports) {
    this.#reports = reports;
    reports.onDidChange(() => this.#changed.fire());
  }

  /** The verdicts of the mutants that are shown; at first those that no test noticed. */
  get wanted(): ReadonlySet<Status> {
    return this.#wanted;
  }

  set wanted(verdicts: ReadonlySet<Status>) {
    this.#wanted = verdicts;
    this.#changed.fire();
  }

  getChildren(node?: Node): Node[] {
    switch (node?.kind) {
      case undefined:
        return this.#reports.all
          .flatMap((report) => migrations(report, ({ status }) => this.#wanted.has(status)))
          .map((migration) => ({ kind: "migration", migration }));
      case "migration":
        return node.migration.statements.map((statement) => ({ kind: "statement", statement }));
      case "statement":
        return node.statement.mutants.map((mutant) => ({ kind: "mutant", mutant }));
      case "mutant":
        return [];
    }
  }

  getTreeItem(node: Node): TreeItem {
    switch (node.kind) {
      case "migration":
        return migrationItem(node.migration);
      case "statement":
        return statementItem(node.statement);
      case "mutant":
        return mutantItem(node.mutant);
    }
  }
}

function migrationItem({ title, file, score, statements }: Migration): TreeItem {
  const item = new TreeItem(title, TreeItemCollapsibleState.Expanded);
  const mutants = statements.reduce((sum, { mutants }) => sum + mutants.length, 0);
  item.id = file; // Ids keep open what is open when the tree is made anew.
  item.description = `${score === null ? "" : `${percentage(score)} · `}${mutants} mutants`;
  item.iconPath = new ThemeIcon("database");
  item.contextValue = "migration";
  item.resourceUri = Uri.file(file);
  return item;
}

function statementItem({ operation, file, role, index, location, mutants }: Statement): TreeItem {
  const item = new TreeItem(operation, TreeItemCollapsibleState.Collapsed);
  item.id = `${file}#${role}${index}`;
  item.description = role === "down" ? `down · ${mutants.length}` : `${mutants.length}`;
  item.iconPath = new ThemeIcon("symbol-event");
  item.command = {
    command: "vscode.open",
    title: "Go to the Statement",
    arguments: [Uri.file(file), { selection: selection(location) }],
  };
  return item;
}

function mutantItem({ file, result }: Mutant): TreeItem {
  const item = new TreeItem(result.description ?? result.mutatorName, TreeItemCollapsibleState.None);
  item.id = `${file}#${result.id}`;
  item.description = result.mutatorName;
  item.iconPath = VERDICTS[result.status].icon;
  item.contextValue = UNDETECTED.has(result.status) ? "undetected" : "mutant";
  item.tooltip = new MarkdownString().appendText(tooltip(result));
  item.accessibilityInformation = { label: `${result.status}: ${item.label}, ${result.mutatorName}` };
  item.command = { command: "confiture.compareMutant", title: "Compare with the Original", arguments: [result.id] };
  return item;
}

function tooltip(result: MutantResult): string {
  const killers = result.killedBy?.length ? ` by ${result.killedBy.join(", ")}` : "";
  const reason = result.statusReason ? `: ${result.statusReason}` : "";
  return `${result.status}, ${VERDICTS[result.status].meaning}${killers}${reason}`;
}

function selection({ start, end }: Statement["location"]): object {
  return {
    start: { line: start.line - 1, character: start.column - 1 },
    end: { line: end.line - 1, character: end.column - 1 },
  };
}
