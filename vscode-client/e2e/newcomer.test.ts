import { execFileSync } from "node:child_process";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until, Workbench } from "./workbench";

const EXTENSION = path.resolve(import.meta.dirname, "../confiture.vsix");
const SHOP = path.resolve(import.meta.dirname, "../../examples/shop");
const NEWEST = "migrations/000016_loyalty.up.sql";

/** One session, in the order in which a person who just installed the extension does things. */
describe("a newcomer", () => {
  let project: string;
  let workbench: Workbench;

  beforeAll(async () => {
    project = path.join(await fs.mkdtemp(path.join(os.tmpdir(), "confiture-shop-")), "shop");
    await fs.cp(SHOP, project, { recursive: true, filter: (source) => !source.includes(".confiture") });
    workbench = await Workbench.start({ project, extension: EXTENSION, variables: withoutServers() });
  });

  afterAll(async () => {
    await workbench?.close();
    await fs.rm(path.dirname(project), { recursive: true, force: true });
  });

  it("gets a server that the extension sets up by itself", async () => {
    await workbench.open(NEWEST);
    await workbench.notifications("Setting up Confiture").waitFor();
    await workbench.picture("setting-up");
    await workbench.notifications("Setting up Confiture").waitFor({ state: "detached" });
    await until(
      async () => (await workbench.statusBar().getAttribute("aria-label"))?.includes("Save a migration") ?? false,
    );
    const storage = path.join(workbench.profile, "data/User/globalStorage/confiture.confiture");
    expect((await fs.readdir(storage)).filter((name) => name.startsWith("server-"))).toHaveLength(1);
  });

  it("sees survivors in Problems after a save", async () => {
    await workbench.page.keyboard.press("Control+Shift+M");
    await workbench.save();
    await workbench
      .problems(/SCH_\d{3}/)
      .first()
      .waitFor();
    await until(async () => /score \d+%/.test((await workbench.statusBar().getAttribute("aria-label")) ?? ""));
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
    await page.getByText(/Survived/).filter({ visible: true }).first().waitFor();
    await workbench.picture("report");
  });

  it("finds everything in the menu of the status bar", async () => {
    await workbench.statusBar().click();
    await workbench.page.locator(".quick-input-list .monaco-list-row", { hasText: "Restart Server" }).waitFor();
    await workbench.picture("menu");
    await workbench.page.keyboard.press("Escape");
  });

  it("gets its server back when that is killed", async () => {
    const before = serversOf(workbench.profile);
    expect(before).toHaveLength(1);
    process.kill(before[0] ?? 0, "SIGKILL");
    await until(() => {
      const after = serversOf(workbench.profile);
      return after.length === 1 && after[0] !== before[0];
    });
  });
});

/** Process ids of the language servers that a profile started. */
function serversOf(profile: string): number[] {
  const lines = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" }).split("\n");
  return lines
    .filter((line) => line.includes(profile) && /confiture-lsp/.test(line))
    .map((line) => Number.parseInt(line, 10));
}

/** The environment without any directory that has a server of ours. */
function withoutServers(): NodeJS.ProcessEnv {
  const folders = (process.env.PATH ?? "").split(":").filter((folder) => !folder.includes(".venv"));
  return { PATH: folders.join(":"), PYTHONPATH: "", VIRTUAL_ENV: "" };
}
