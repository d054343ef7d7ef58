import { describe, expect, it } from "vitest";
import { counts, migrations, mutated, percentage, type Report, totals, UNDETECTED } from "../src/report";

const SOURCE = "CREATE TABLE a (id int NOT NULL);\r\nUPDATE a SET id = 1;\n";

describe("migrations", () => {
  it("gives each mutant to the statement that it stands in", () => {
    const [migration] = migrations(report(), () => true);
    expect(migration?.title).toBe("0001 first");
    expect(migration?.statements.map(({ operation, mutants }) => [operation, mutants.length])).toEqual([
      ["CREATE TABLE a", 2],
      ["UPDATE a", 1],
    ]);
  });

  it("leaves out what is not wanted, and statements and migrations that are empty then", () => {
    const [migration] = migrations(report(), ({ status }) => UNDETECTED.has(status));
    expect(migration?.statements.map(({ operation }) => operation)).toEqual(["CREATE TABLE a"]);
    expect(migrations(report(), () => false)).toEqual([]);
  });

  it("places files below the root of their project", () => {
    expect(migrations(report(), () => true)[0]?.file).toBe("/shop/migrations/0001.up.sql");
  });
});

describe("counts", () => {
  it("counts the verdicts of all projects together", () => {
    const each = new Map([
      ["Killed", 2],
      ["Survived", 2],
      ["CompileError", 2],
    ]);
    expect(counts([report(), report()])).toEqual(each);
  });
});

describe("totals", () => {
  it("counts mutants of all projects together, errors aside", () => {
    expect(totals([report(), report()])).toEqual({ score: 50, undetected: 2 });
  });

  it("has nothing to say before anything was judged", () => {
    expect(totals([])).toBeNull();
  });
});

describe("percentage", () => {
  it.each([
    [86.79, "87%"],
    [99.49, "99%"],
    [99.99, "99%"],
    [100, "100%"],
  ])("%d: %s", (score, shown) => {
    expect(percentage(score)).toBe(shown);
  });
});

describe("mutated", () => {
  it("replaces what the mutant replaces, and nothing else", () => {
    expect(mutated(report(), "1/killed")?.after).toBe("CREATE TABLE a (id int);\r\nUPDATE a SET id = 1;\n");
  });

  it("counts lines as the schema does: a return and a line feed are one break", () => {
    expect(mutated(report(), "1/broken")?.after).toBe("CREATE TABLE a (id int NOT NULL);\r\nUPDATE a SET id = 2;\n");
  });

  it("knows nothing of mutants that are gone", () => {
    expect(mutated(report(), "1/gone")).toBeUndefined();
  });
});

function report(): Report {
  const mutant = (
    id: string,
    status: "Killed" | "Survived" | "CompileError",
    line: number,
    columns: [number, number],
  ) => ({
    id: `1/${id}`,
    mutatorName: "SCH_002",
    replacement: line === 1 ? "" : "2",
    status,
    location: { start: { line, column: columns[0] }, end: { line, column: columns[1] } },
  });
  const statement = (operation: string, line: number) => ({
    file: "migrations/0001.up.sql",
    role: "up" as const,
    statement: line - 1,
    operation,
    location: { start: { line, column: 1 }, end: { line, column: 20 } },
  });
  return {
    schemaVersion: "2",
    thresholds: { high: 80, low: 60 },
    projectRoot: "/shop",
    files: {
      "migrations/0001.up.sql": {
        language: "sql",
        source: SOURCE,
        mutants: [
          mutant("killed", "Killed", 1, [23, 32]),
          mutant("survived", "Survived", 1, [17, 19]),
          mutant("broken", "CompileError", 2, [19, 20]),
        ],
      },
    },
    config: {
      confiture: {
        migrations: [
          {
            version: "0001",
            name: "first",
            up: "migrations/0001.up.sql",
            down: null,
            finished: true,
            score: 50,
            statements: [statement("CREATE TABLE a", 1), statement("UPDATE a", 2)],
            costs: [],
          },
        ],
      },
    },
  };
}
