import * as path from "node:path";
import { calculateMutationTestMetrics } from "mutation-testing-metrics";
import type {
  FileResult,
  Location,
  MutantResult,
  MutationTestResult,
  Position,
} from "mutation-testing-report-schema/api";

export type { MutantResult } from "mutation-testing-report-schema/api";

export type Status = MutantResult["status"];

/** The verdicts of mutants that no test noticed. */
export const UNDETECTED: ReadonlySet<Status> = new Set(["Survived", "NoCoverage"]);

/** What the server answers to `confiture.report`: one document of the report schema for a project. */
export interface Report extends MutationTestResult {
  readonly projectRoot: string;
  readonly config: { readonly confiture: { readonly migrations: readonly MigrationEntry[] } };
}

interface MigrationEntry {
  readonly version: string;
  readonly name: string;
  readonly up: string;
  readonly down: string | null;
  readonly finished: boolean;
  readonly score: number | null;
  readonly statements: readonly StatementEntry[];
  readonly costs: readonly Cost[];
}

/** What one statement of an up script costs. */
export interface Cost {
  readonly operation: string;
  readonly milliseconds: number;
  readonly baseline: { readonly milliseconds: number } | null;
  readonly regressed: boolean;
  readonly locks: readonly { readonly table: string; readonly mode: string }[];
  readonly rewrites: readonly string[];
  readonly scans: readonly string[];
}

interface StatementEntry {
  readonly file: string;
  readonly role: "up" | "down";
  /** Its place among the statements of its script. */
  readonly statement: number;
  readonly operation: string;
  readonly location: Location;
}

export interface Migration {
  readonly title: string;
  /** Absolute path of the up script. */
  readonly file: string;
  /** Absolute paths of all scripts. */
  readonly files: readonly string[];
  readonly score: number | null;
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly operation: string;
  /** Absolute path of the script. */
  readonly file: string;
  readonly location: Location;
  readonly role: "up" | "down";
  /** Its place among the statements of its script. */
  readonly index: number;
  readonly mutants: readonly Mutant[];
}

export interface Mutant {
  /** Absolute path of the script. */
  readonly file: string;
  /** What the server calls it. */
  readonly id: string;
  readonly result: MutantResult;
}

/** The migrations of a report with their statements and mutants; those without mutants are left out. */
export function migrations(report: Report, wanted: (result: MutantResult) => boolean): Migration[] {
  return report.config.confiture.migrations
    .map((entry) => ({
      title: `${entry.version} ${entry.name}`.trim(),
      file: path.join(report.projectRoot, entry.up),
      files: [entry.up, entry.down].flatMap((file) => (file === null ? [] : [path.join(report.projectRoot, file)])),
      score: entry.score,
      statements: statements(report, entry, wanted),
    }))
    .filter((migration) => migration.statements.length > 0);
}

function statements(report: Report, entry: MigrationEntry, wanted: (result: MutantResult) => boolean): Statement[] {
  const found = entry.statements.map((statement) => ({
    operation: statement.operation,
    role: statement.role,
    index: statement.statement,
    relative: statement.file,
    file: path.join(report.projectRoot, statement.file),
    location: statement.location,
    mutants: [] as Mutant[],
  }));
  for (const relative of new Set(found.map((statement) => statement.file))) {
    const own = found.filter((statement) => statement.file === relative);
    for (const result of fileOf(report, own[0]?.relative)?.mutants ?? []) {
      const home = own.findLast((statement) => isBefore(statement.location.start, result.location.start)) ?? own[0];
      if (home && wanted(result)) {
        home.mutants.push({ file: home.file, id: result.id.slice(entry.version.length + 1), result });
      }
    }
  }
  return found.filter((statement) => statement.mutants.length > 0);
}

function fileOf(report: Report, relative: string | undefined): FileResult | undefined {
  return relative === undefined ? undefined : report.files[relative];
}

function isBefore(one: Position, other: Position): boolean {
  return one.line < other.line || (one.line === other.line && one.column <= other.column);
}

/** How many mutants have each verdict. */
export function counts(reports: readonly Report[]): ReadonlyMap<Status, number> {
  const result = new Map<Status, number>();
  for (const { status } of reports.flatMap(({ files }) => Object.values(files).flatMap(({ mutants }) => mutants))) {
    result.set(status, (result.get(status) ?? 0) + 1);
  }
  return result;
}

/** Score of several projects together, 0 to 100, and their undetected mutants; null when nothing was judged. */
export function totals(reports: readonly Report[]): { score: number; undetected: number } | null {
  const metrics = reports.map((report) => calculateMutationTestMetrics(report).systemUnderTestMetrics.metrics);
  const valid = metrics.reduce((sum, each) => sum + each.totalValid, 0);
  if (valid === 0) {
    return null;
  }
  const detected = metrics.reduce((sum, each) => sum + each.totalDetected, 0);
  return { score: (100 * detected) / valid, undetected: valid - detected };
}

/** A score as lenses and reports show it: whole numbers, of which 100% is said only when it is true. */
export function percentage(score: number): string {
  return `${score < 99.5 ? Math.round(score) : Math.floor(score)}%`;
}

/** The file's text before and after the mutant; undefined when the report does not know it (any more). */
export function mutated(
  report: Report,
  mutantId: string,
):
  | { readonly file: string; readonly mutant: MutantResult; readonly before: string; readonly after: string }
  | undefined {
  for (const [relative, { source, mutants }] of Object.entries(report.files)) {
    const mutant = mutants.find(({ id }) => id === mutantId);
    if (mutant) {
      const { start, end } = mutant.location;
      const after =
        source.slice(0, offset(source, start)) + (mutant.replacement ?? "") + source.slice(offset(source, end));
      return { file: path.join(report.projectRoot, relative), mutant, before: source, after };
    }
  }
  return undefined;
}

/** The schema's lines and columns begin at 1; columns are UTF-16 code units. */
function offset(source: string, position: Position): number {
  const breaks = source.matchAll(/\r\n|[\r\n\u2028\u2029]/g);
  const ends = [0, ...Array.from(breaks, (found) => found.index + found[0].length)];
  return (ends[position.line - 1] ?? source.length) + position.column - 1;
}
