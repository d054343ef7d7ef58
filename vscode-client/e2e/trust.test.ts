import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { EXTENSION, NEWEST, SERVER, shopIn } from "./project";
import { DONE, READY, Workbench } from "./workbench";

describe("a workspace that is not trusted", () => {
  let project: string;
  let workbench: Workbench;

  beforeAll(async () => {
    project = await shopIn(await fs.mkdtemp(path.join(os.tmpdir(), "confiture-shop-")));
    const machine = { "confiture.server.path": SERVER };
    workbench = await Workbench.start({ extension: EXTENSION, machine, asksForTrust: true, hidesPostgres: true });
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

  it("runs nothing and says why", async () => {
    await workbench.open(project, NEWEST);
    await workbench.page.getByRole("button", { name: "No, I don't trust the authors" }).click();
    await workbench.status(/until you trust the workspace/);
    await workbench.save();
    await workbench.run("Confiture: Restart Server");
    await workbench.run("Confiture: Run Doctor");
    await workbench.page.locator(".part.panel .view-line", { hasText: "until you trust the workspace" }).waitFor();
    await workbench.status(/until you trust the workspace/);
    await workbench.picture("untrusted");
    expect([...workbench.servers(), ...workbench.postmasters()]).toEqual([]);
  });

  it("starts when it is trusted", async () => {
    await workbench.run("Workspaces: Manage Workspace Trust");
    await workbench.page.getByRole("button", { name: "Trust", exact: true }).click();
    await workbench.status(READY);
    await workbench.page.getByRole("tab", { name: path.basename(NEWEST) }).click();
    await workbench.save();
    await workbench.status(DONE);
    await workbench.page.locator(".part.panel .view-line", { hasText: "Starting" }).waitFor(); // once, or this throws
    expect([workbench.servers(), workbench.postmasters()].map(({ length }) => length)).toEqual([1, 1]);
  });
});
