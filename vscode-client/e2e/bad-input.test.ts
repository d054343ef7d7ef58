import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EXTENSION, NEWEST, SERVER, shopIn, withoutServers } from "./project";
import { until, type Wishes, Workbench } from "./workbench";

describe("what goes wrong is said once, with what to do", () => {
  let folder: string;
  let workbench: Workbench | undefined;

  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), "confiture-bad-"));
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") {
      await workbench?.picture(`failed: ${task.name}`);
    }
    await workbench?.close();
    workbench = undefined;
    await fs.rm(folder, { recursive: true, force: true });
  });

  async function start(wishes: Partial<Wishes>): Promise<Workbench> {
    const project = wishes.project ?? (await shopIn(folder));
    workbench = await Workbench.start({ extension: EXTENSION, ...wishes, project });
    return workbench;
  }

  it("no Python", async () => {
    const workbench = await start({
      variables: withoutServers(),
      machine: { "confiture.server.python": "/nowhere/python3" },
    });
    await workbench.open(NEWEST);
    await workbench.notifications("Confiture needs Python 3.11 or newer. Install it").waitFor();
    await workbench.status(/could not start/);
  });

  it("a Python that is too old", async () => {
    const python = path.join(folder, "python3");
    await fs.writeFile(python, "#!/bin/sh\necho 3.8\n", { mode: 0o755 });
    const workbench = await start({ variables: withoutServers(), machine: { "confiture.server.python": python } });
    await workbench.open(NEWEST);
    await workbench.notifications(`but ${python} is 3.8`).waitFor();
  });

  it("no package index", async () => {
    const offline = {
      PIP_INDEX_URL: "http://127.0.0.1:9/simple",
      PIP_NO_INDEX: "",
      PIP_RETRIES: "0",
      PIP_CONFIG_FILE: os.devNull,
    };
    const workbench = await start({ variables: { ...withoutServers(), ...offline } });
    await workbench.open(NEWEST);
    await workbench.notifications("The package index cannot be reached").waitFor();
  });

  it("a server that cannot run, which can be reinstalled", async () => {
    const broken = path.join(folder, "confiture-lsp");
    await fs.writeFile(broken, "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    const workbench = await start({ variables: withoutServers(), machine: { "confiture.server.path": broken } });
    await workbench.open(NEWEST);
    await workbench.notifications("Confiture cannot start").first().waitFor();
    await workbench.status(/could not start/);
  });

  it("a setting that names no program", async () => {
    const workbench = await start({ machine: { "confiture.server.path": "/nowhere/confiture-lsp" } });
    await workbench.open(NEWEST);
    await workbench.notifications("confiture.server.path names no program: /nowhere/confiture-lsp").waitFor();
  });

  it("a folder without migrations is left in peace", async () => {
    await fs.writeFile(path.join(folder, "query.sql"), "SELECT 1;\n");
    const workbench = await start({ project: folder, machine: { "confiture.server.path": SERVER } });
    await workbench.open("query.sql");
    await workbench.status(/Save a migration/);
    await workbench.page.keyboard.press("Control+Shift+M");
    await workbench.save();
    await workbench.page.getByText("No problems have been detected in the workspace.").waitFor();
    expect(await workbench.notifications(/Confiture/).count()).toBe(0);
  });

  it("a folder of 5,000 migrations opens as fast as any", async () => {
    await fs.mkdir(path.join(folder, "migrations"));
    const name = (index: number) => `migrations/${String(index).padStart(6, "0")}_step.up.sql`;
    for (let index = 1; index <= 5000; index++) {
      await fs.writeFile(path.join(folder, name(index)), `CREATE TABLE t${index} (id int);\n`);
    }
    const workbench = await start({ project: folder, machine: { "confiture.server.path": SERVER } });
    const began = Date.now();
    await workbench.open(name(5000));
    await workbench.status(/Save a migration/);
    console.log(`5,000 migrations: server ready ${Date.now() - began} ms after the page was asked for`);
    await workbench.lenses("Run Confiture").waitFor();
  });

  it("two windows on one folder set up one server and check side by side", async () => {
    const first = await start({ variables: withoutServers() });
    const second = await first.window();
    await Promise.all([first.open(NEWEST), second.open(NEWEST)]);
    for (const window of [first, second]) {
      await window.status(/Save a migration/);
    }
    for (const window of [first, second]) {
      await window.save();
      await window.status(/score \d+%/);
    }
    const storage = path.join(first.profile, "data/User/globalStorage/confiture.confiture");
    expect((await fs.readdir(storage)).filter((name) => name.startsWith("server-"))).toHaveLength(1);
    await until(() => first.servers().length === 2);
  });
});
