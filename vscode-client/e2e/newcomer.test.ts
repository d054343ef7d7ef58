import { execFileSync } from "node:child_process";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { EXTENSION, NEWEST, shopIn, withoutServers } from "./project";
import { until, Workbench } from "./workbench";

/** One session, in the order in which a person who just installed the extension does things. */
describe("a newcomer", () => {
  let project: string;
  let workbench: Workbench;

  beforeAll(async () => {
    project = await shopIn(await fs.mkdtemp(path.join(os.tmpdir(), "confiture-shop-")));
    workbench = await Workbench.start({ project, extension: EXTENSION, variables: withoutServers() });
  });

  afterAll(async () => {
    await workbench?.close();
    await fs.rm(path.dirname(project), { recursive: true, force: true });
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") {
      await workbench.run("Notifications: Show Notifications");
      await workbench.picture(`failed: ${task.name}`);
    }
  });

  it("gets a server that the extension sets up by itself", async () => {
    await workbench.open(NEWEST);
    await workbench.notifications("Setting up Confiture").waitFor();
    await workbench.picture("setting-up");
    await workbench.notifications("Setting up Confiture").waitFor({ state: "detached" });
    await workbench.status(/Save a migration/);
    const storage = path.join(workbench.profile, "data/User/globalStorage/confiture.confiture");
    expect((await fs.readdir(storage)).filter((name) => name.startsWith("server-"))).toHaveLength(1);
  });

  it("has nothing written outside the extension's storage", async () => {
    const own = /^(\.local\/share\/code-server|\.config\/code-server|\.npm|\.cache\/Microsoft)/;
    const entries = await fs.readdir(path.join(workbench.profile, "home"), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
    const home = path.join(workbench.profile, "home");
    expect(files.map((file) => path.relative(home, file)).filter((file) => !own.test(file))).toEqual([]);
  });

  it("sees survivors in Problems after a save", async () => {
    await workbench.page.keyboard.press("Control+Shift+M");
    await workbench.save();
    await workbench
      .problems(/SCH_\d{3}/)
      .first()
      .waitFor();
    await workbench.status(/score \d+%/);
    await workbench.picture("survivors");
    const row = await workbench
      .problems(/SCH_\d{3}/)
      .first()
      .textContent();
    expect(row).toMatch(/\[Ln \d+, Col \d+\]/);
  });

  it("sees what statements cost, and accepts it as the baseline", async () => {
    const lens = workbench.lenses(/ms/).first();
    await lens.waitFor();
    await workbench.picture("lenses");
    await lens.click();
    await until(async () =>
      (await fs.readFile(path.join(project, ".confiture/baseline.json"), "utf8")).includes("operations"),
    );
  });

  it("compares a mutant with the original", async () => {
    await workbench
      .lenses(/baseline/)
      .first()
      .waitFor();
    await workbench.finished();
    await workbench.page.locator(".pane-header", { hasText: "Mutants" }).click();
    await workbench.tree("loyalty").first().waitFor();
    const statement = workbench.tree(/CREATE|ALTER|UPDATE|INSERT/).first();
    await statement.locator(".monaco-tl-twistie").click();
    const mutant = workbench.tree(/(SCH|DATA|ROLL|PERF)_\d{3}/).first();
    await mutant.waitFor();
    await workbench.picture("tree");
    await mutant.click();
    await workbench.page.locator(".monaco-diff-editor").waitFor();
    await workbench.picture("mutant");
  });

  it("reads the report", async () => {
    await workbench.run("Confiture: Open Mutation Report");
    const page = workbench.page.frameLocator("iframe.webview").last().frameLocator("iframe");
    await page
      .getByText(/Survived/)
      .filter({ visible: true })
      .first()
      .waitFor();
    await workbench.picture("report");
  });

  it("sees the costs drawn", async () => {
    await workbench.run("Confiture: Open Costs of Migrations");
    const page = workbench.page.frameLocator("iframe.webview").last().frameLocator("iframe");
    await page.getByRole("img", { name: /CREATE TABLE loyalty_entries: [\d.]+ ms/ }).waitFor();
    await workbench.picture("costs");
  });

  it("finds everything in the menu of the status bar", async () => {
    await workbench.statusBar().click();
    await workbench.page.locator(".quick-input-list .monaco-list-row", { hasText: "Restart Server" }).waitFor();
    await workbench.picture("menu");
    await workbench.page.keyboard.press("Escape");
  });

  it("ignores a survivor with a reason, and it is gone", async () => {
    await workbench.problems("SCH_002").dblclick({ position: { x: 120, y: 10 } }); // Its middle is a link.
    await workbench.page.locator(".tab.active", { hasText: path.basename(NEWEST) }).waitFor();
    await workbench.choose("Ignore SCH_002 here");
    await workbench.page.locator(".view-line", { hasText: /ignore\sSCH_002\sreason:/ }).click();
    await workbench.page.keyboard.press("End");
    await workbench.page.keyboard.type("points are always given");
    await workbench.problems("SCH_002").waitFor({ state: "detached" });
  });

  it("changes a setting, which counts from the next save on", async () => {
    await workbench.problems("PERF_006").waitFor();
    await fs.mkdir(path.join(project, ".vscode"));
    const settings = { "confiture.mutation.skip": ["PERF_006"] };
    await fs.writeFile(path.join(project, ".vscode/settings.json"), JSON.stringify(settings));
    const [server] = workbench.servers();
    await until(async () => {
      await workbench.save();
      return (await workbench.problems("PERF_006").count()) === 0;
    });
    expect(workbench.servers()).toEqual([server]);
  });

  it("gets its server back when that is killed", async () => {
    const [before = 0] = workbench.servers();
    process.kill(before, "SIGKILL");
    await until(() => workbench.servers().some((pid) => pid !== before));
    await workbench.notifications("is started again").waitFor();
    await workbench.status(/Save a migration/);
    await workbench.save();
    await workbench.status(/score \d+%/);
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
});
