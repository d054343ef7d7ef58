import { execFileSync } from "node:child_process";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import type { Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { EXTENSION, filesBelow, NEWEST, SHOP, shopIn, withoutServers } from "./project";
import { DONE, READY, until, Workbench } from "./workbench";

const README = path.resolve(import.meta.dirname, "../README.md");
const TEST = "tests/000016_loyalty.sql";
const SURVIVOR = "SCH_002";

/** One session, in the order in which a person does things who has VS Code, Python and the .vsix, and nothing else. */
describe("a newcomer", () => {
  let project: string;
  let workbench: Workbench;
  let before: readonly string[];
  const steps: string[] = [];

  /** Does one thing of the path to the first killed mutant, which the README lists. */
  async function step(words: string, action: () => Promise<unknown>): Promise<void> {
    await action();
    steps.push(words);
  }

  async function goTo(file: string): Promise<void> {
    await workbench.page.keyboard.press("Control+P");
    await workbench.accept(file, path.basename(file));
    await workbench.inFocus(file);
  }

  async function goToProblem(problem: Locator): Promise<void> {
    await problem.dblclick({ position: { x: 120, y: 10 } }); // Its middle is a link.
    await workbench.inFocus(NEWEST);
  }

  beforeAll(async () => {
    project = await shopIn(await fs.mkdtemp(path.join(os.tmpdir(), "confiture-shop-")));
    workbench = await Workbench.start({ asksForTrust: true, variables: withoutServers(), hidesPostgres: true });
    await workbench.open(project);
  });

  afterAll(async () => {
    await workbench?.close();
    await fs.rm(path.dirname(project), { recursive: true, force: true });
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") {
      await workbench.picture(`failed: ${task.name}`);
    }
  });

  it("installs the extension from its file", async () => {
    const { page } = workbench;
    await step("Click *Yes, I trust the authors*.", () => page.getByRole("button", { name: "Yes, I trust" }).click());
    before = await filesBelow(workbench.profile);
    await step("Press <kbd>F1</kbd> and choose *Extensions: Install from VSIX…*.", () =>
      workbench.run("Extensions: Install from VSIX..."),
    );
    await step("Choose `confiture.vsix`.", async () => {
      const input = page.locator(".quick-input-widget input");
      await until(async () => {
        await input.fill(EXTENSION); // Gets lost while the dialog still loads.
        await workbench.choices(path.basename(EXTENSION)).waitFor({ timeout: 5_000 });
        await page.keyboard.press("Enter");
        await input.waitFor({ state: "hidden", timeout: 5_000 });
        return true;
      });
    });
    await workbench.notifications("Completed installing").waitFor();
    await workbench.picture("installed");
  });

  it("can cancel the set-up, which opening a migration begins", async () => {
    await step("Press <kbd>Ctrl+P</kbd> and choose a migration.", () => goTo(NEWEST));
    const settingUp = workbench.notifications("Setting up Confiture");
    await settingUp.waitFor();
    await workbench.picture("setting-up");
    await settingUp.getByRole("button", { name: "Cancel" }).click();
    await workbench.status(/could not start/);
    await workbench.picture("cancelled");
  });

  it("tries again, and gets a server that the extension sets up by itself", async () => {
    await workbench.notifications("was cancelled").getByRole("button", { name: "Try Again" }).click();
    await workbench.status(READY);
  });

  it("sees survivors in Problems after a save", async () => {
    await step("Press <kbd>Ctrl+S</kbd>.", () => workbench.save());
    await workbench.status(DONE);
    expect(workbench.postmasters()).toHaveLength(1);
    await step("Press <kbd>Ctrl+Shift+M</kbd>.", () => workbench.page.keyboard.press("Control+Shift+M"));
    expect(await workbench.problems(SURVIVOR).textContent()).toContain("[Ln 12, Col 22]");
    await workbench.lenses(/7 survivors/).waitFor();
    await workbench.picture("survivors");
  });

  it("compares a mutant with the original", async () => {
    await goToProblem(workbench.problems(SURVIVOR));
    await workbench.choose("Show the mutant");
    await workbench.page.locator(".monaco-diff-editor").waitFor();
    await workbench.picture("mutant");
  });

  it("kills the first mutant with the test that a quick fix writes", async () => {
    const before = await workbench.unnoticed();
    await step("Double-click the row *loyalty_entries.points accepts NULL*.", () =>
      goToProblem(workbench.problems(SURVIVOR)),
    );
    await step("Press <kbd>Ctrl+.</kbd> and choose *Write the test that kills this mutant*.", () =>
      workbench.choose("Write the test that kills this mutant", "quick-fix"),
    );
    await workbench.inFocus(TEST);
    await workbench.picture("test");
    await step("Press <kbd>Ctrl+S</kbd>.", () => workbench.page.keyboard.press("Control+S"));
    await until(async () => (await workbench.unnoticed()) < before);
    await workbench.picture("killed");
    const listed = (await fs.readFile(README, "utf8")).matchAll(/^\d+\. (.*)$/gm);
    expect(Array.from(listed, ([, words]) => words)).toEqual(steps);
  });

  it("sees what statements cost, and accepts it as the baseline", async () => {
    await goTo(NEWEST);
    await workbench.page.keyboard.press("Control+Home");
    await workbench.lenses(/6 survivors/).waitFor();
    await workbench.picture("lenses");
    await workbench.lenses(/ms/).first().click();
    await until(async () =>
      (await fs.readFile(path.join(project, ".confiture/baseline.json"), "utf8")).includes("operations"),
    );
    await workbench
      .lenses(/baseline/)
      .first()
      .waitFor();
  });

  it("lists the mutants of a statement from its lens", async () => {
    await until(async () => {
      await workbench.lenses("7/7 killed").click(); // Gets lost while the baseline's lenses are drawn.
      await workbench.choices("loyalty_entries.points accepts NULL").waitFor({ timeout: 15_000 });
      return true;
    });
    await workbench.picture("mutants-of-a-statement");
    await workbench.page.keyboard.press("Escape");
  });

  it("walks through the tree of mutants", async () => {
    await workbench.page.keyboard.press("Control+Shift+E");
    await workbench.page.locator(".pane-header", { hasText: "Mutants" }).click();
    await workbench.tree("loyalty").first().waitFor();
    await workbench.tree("UPDATE").first().locator(".monaco-tl-twistie").click();
    await workbench
      .tree(/_\d{3}/)
      .first()
      .waitFor();
    await workbench.picture("tree");
    const label = await workbench
      .tree(/_\d{3}/)
      .first()
      .getAttribute("aria-label");
    expect(label).toMatch(/^(Survived|NoCoverage): .*, [A-Z]+_\d{3}/);
  });

  it("filters the tree by verdict", async () => {
    await workbench.run("Confiture: Filter Mutants by Verdict");
    for (const verdict of ["Survived", "NoCoverage", "Killed"]) {
      await workbench.choices(verdict).getByRole("checkbox").click();
    }
    await workbench.picture("filter");
    await workbench.page.keyboard.press("Enter");
    await workbench.tree("CREATE TABLE loyalty_entries").first().waitFor();
    await workbench.tree("SET lock_timeout").waitFor({ state: "detached" }); // Its mutant is none of the killed.
  });

  it("reads the report", async () => {
    await workbench.run("Confiture: Open Mutation Report");
    const row = workbench.webview().getByRole("row", { name: "000016_loyalty.down.sql 100.00" });
    await row.filter({ visible: true }).waitFor();
    await workbench.picture("report");
  });

  it("sees the costs drawn", async () => {
    await workbench.run("Confiture: Open Costs of Migrations");
    const chart = workbench.webview().getByRole("img", { name: /CREATE TABLE loyalty_entries: [\d.]+ ms/ });
    await chart.waitFor();
    await workbench.picture("costs");
  });

  it("finds everything in the menu of the status bar", async () => {
    await workbench.statusBar().click();
    await workbench.choices("Restart Server").waitFor();
    await workbench.picture("menu");
    await workbench.page.keyboard.press("Escape");
  });

  it("ignores a survivor with a reason, and it is gone", async () => {
    const before = await workbench.unnoticed();
    await goToProblem(workbench.problems("PERF_006"));
    await workbench.choose("Ignore PERF_006 here", "ignore");
    await workbench.page.locator(".view-line", { hasText: /ignore\sPERF_006\sreason:/ }).click();
    await workbench.page.keyboard.press("End");
    await workbench.page.keyboard.type("the table is small");
    await workbench.save();
    await workbench.gone("PERF_006");
    expect(await workbench.unnoticed()).toBe(before - 1);
  });

  it("changes a setting, which counts without a restart", async () => {
    const [server] = workbench.servers();
    await fs.mkdir(path.join(project, ".vscode"));
    await fs.writeFile(path.join(project, ".vscode/settings.json"), "{}"); // Else the editor types into it too.
    await workbench.run("Preferences: Open Workspace Settings (JSON)");
    await workbench.inFocus(".vscode/settings.json");
    await workbench.type('{ "confiture.budgets.max": "0.001ms" }');
    await workbench.save();
    await goTo(NEWEST);
    await until(async () => {
      await workbench.save(); // The editor hears of its settings file a moment later.
      await workbench.problems("over the budget").first().waitFor({ timeout: 15_000 });
      return true;
    });
    expect(workbench.servers()).toEqual([server]);
  });

  it("gets its server back when that is killed", async () => {
    const [before = 0] = workbench.servers();
    process.kill(before, "SIGKILL");
    await until(() => workbench.servers().some((pid) => pid !== before));
    await workbench.notifications("is started again").waitFor();
    await workbench.status(READY);
    await workbench.save();
    await workbench.status(DONE);
  });

  it("cancels a run", async () => {
    await workbench.type("SELECT pg_sleep(600);");
    await workbench.save();
    const sleeping = () =>
      execFileSync("ps", ["-eo", "args"], { encoding: "utf8" }).match(/confiture_scratch\S* .*SELECT/) !== null;
    await until(sleeping);
    await workbench.run("Confiture: Cancel the Run");
    await until(() => !sleeping());
  });

  it("has nothing written outside the extension's storage and the project", async () => {
    const editors = /^(chromium|extensions|data\/(logs|User\/(?!globalStorage\/confiture))|tmp\/vscode-)/;
    const own = "data/User/globalStorage/confiture.confiture/server-";
    const written = (await filesBelow(workbench.profile)).filter((file) => !before.includes(file));
    expect(written.filter((file) => !editors.test(file) && !file.startsWith(own))).toEqual([]);
    expect(written.filter((file) => file.startsWith(own)).length).toBeGreaterThan(100);
    const original = await filesBelow(SHOP);
    const added = (await filesBelow(project)).filter((file) => !original.includes(file));
    expect(added.filter((file) => !file.startsWith(".confiture/"))).toEqual([".vscode/settings.json"]);
  });
});
