import * as fs from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { EXTENSION, milliseconds, NEWEST, SERVER, shopIn, withoutServers } from "./project";
import { DONE, READY, until, Workbench } from "./workbench";

describe("what goes wrong is said once, with what to do", () => {
  let folder: string;
  let workbench: Workbench;

  beforeAll(async () => {
    workbench = await Workbench.start({ extension: EXTENSION, variables: withoutServers() });
  });

  afterAll(() => workbench?.close());

  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), "confiture-bad-"));
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") {
      await workbench.picture(`failed: ${task.name}`);
    }
    await fs.rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 }); // Windows may still be saving.
  });

  async function openShop(machine: Record<string, unknown>): Promise<void> {
    await workbench.configure(machine);
    await workbench.open(await shopIn(folder), NEWEST);
  }

  async function program(name: string, script: string): Promise<string> {
    const file = path.join(folder, name);
    await fs.writeFile(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return file;
  }

  it("no Python", async () => {
    await openShop({ "confiture.server.python": "/nowhere/python3" });
    await workbench.says("Confiture needs Python 3.11 or newer. Install it");
    await workbench.status(/could not start/);
  });

  it("a Python that is too old", async () => {
    const python = await program("python3", "echo 3.8");
    await openShop({ "confiture.server.python": python });
    await workbench.says(`but ${python} is 3.8`);
  });

  it("a setting that names no program", async () => {
    await openShop({ "confiture.server.path": "/nowhere/confiture-lsp" });
    await workbench.says("confiture.server.path names no program: /nowhere/confiture-lsp");
  });

  it("a server that ends at once, which the doctor looks into", async () => {
    const broken = await program("confiture-lsp", "echo 'No module named confiture' >&2; exit 1");
    await openShop({ "confiture.server.path": broken });
    await workbench.says(`${broken}, found through the setting confiture.server.path, ended before it answered.`);
    await workbench.status(/could not start/);
    await workbench.picture("cannot-start");
    await workbench.notifications("Confiture").getByRole("button", { name: "Run Doctor" }).click();
    await workbench.page.locator(".part.panel .view-line", { hasText: "ENOENT" }).waitFor();
    await workbench.picture("doctor");
  });

  it("a server of another version", async () => {
    const run = "import confiture; confiture.version = lambda: '9.9.9'; from confiture.lsp import main; main()";
    const other = await program("confiture-lsp", `exec ${path.dirname(SERVER)}/python -c "${run}"`);
    await openShop({ "confiture.server.path": other });
    await workbench.says(`${other} has version 9.9.9, but this extension 0.1.0.`);
    await workbench.status(READY);
  });

  it("a folder without migrations is left in peace", async () => {
    await fs.writeFile(path.join(folder, "query.sql"), "SELECT 1;\n");
    await workbench.configure({ "confiture.server.path": SERVER });
    await workbench.open(folder, "query.sql");
    await workbench.status(READY);
    await workbench.run("Problems: Focus on Problems View");
    await workbench.type("SELECT 2;");
    await workbench.save();
    await until(async () => (await fs.readFile(path.join(folder, "query.sql"), "utf8")) === "SELECT 2;");
    await workbench.page.getByText("No problems have been detected in the workspace.").waitFor();
    expect(await workbench.notifications(/./).count()).toBe(0);
  });

  it("a folder of 5,000 migrations opens as fast as any", async () => {
    await fs.mkdir(path.join(folder, "migrations"));
    const name = (index: number) => `migrations/${String(index).padStart(6, "0")}_step.up.sql`;
    for (let index = 1; index <= 5000; index++) {
      await fs.writeFile(path.join(folder, name(index)), `CREATE TABLE t${index} (id int);\n`);
    }
    await workbench.configure({ "confiture.server.path": SERVER });
    const shop = await shopIn(path.join(folder, "other"));
    const small = await milliseconds(async () => {
      await workbench.open(shop, NEWEST);
      await workbench.status(READY);
    });
    const large = await milliseconds(async () => {
      await workbench.open(folder, name(5000));
      await workbench.status(READY);
    });
    console.log(`from the page to a server that waits: ${small} ms for 16 migrations, ${large} ms for 5,000`);
    expect(large).toBeLessThan(3 * small + 3_000);
    await workbench.lenses("Run Confiture").waitFor();
  });

  it("two windows on one folder set up one server, which is made anew when it is damaged", async () => {
    await openShop({});
    const second = await workbench.window();
    await second.open(path.join(folder, "shop"), NEWEST);
    for (const window of [workbench, second]) {
      await window.status(READY);
    }
    const storage = path.join(workbench.profile, "data/User/globalStorage/confiture.confiture");
    const [own = "", ...others] = (await fs.readdir(storage)).filter((name) => name.startsWith("server-"));
    expect(others).toEqual([]);
    await until(() => workbench.servers().length === 2);
    await Promise.all([workbench, second].map(checked));
    await second.page.close();

    const [packages = ""] = await fs.readdir(path.join(storage, own, "lib"));
    await fs.rm(path.join(storage, own, "lib", packages, "site-packages/pygls"), { recursive: true });
    await workbench.run("Confiture: Restart Server");
    await workbench.says("ended before it answered");
    await workbench.notifications("Confiture").getByRole("button", { name: "Reinstall Server" }).click();
    await workbench.status(READY);
    await checked(workbench);
  });
});

it("a package index that cannot be reached, through the proxy of the editor", async () => {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), "confiture-offline-"));
  const asked: (string | undefined)[] = [];
  const proxy = createServer().on("connect", ({ url }, socket) => {
    asked.push(url);
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const settings = { "http.proxy": `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
  const index = { PIP_INDEX_URL: "https://index.invalid/simple", PIP_CONFIG_FILE: os.devNull, PIP_FIND_LINKS: "" };
  const workbench = await Workbench.start({
    extension: EXTENSION,
    machine: settings, // Of which scope it is depends on where the workbench runs.
    user: settings,
    variables: { ...withoutServers(), ...index, PIP_RETRIES: "0", NO_PROXY: "" },
  });
  try {
    await workbench.open(await shopIn(folder), NEWEST);
    await workbench.says("The package index cannot be reached");
    expect(asked).toContain("index.invalid:443");
  } finally {
    await workbench.picture("no-index");
    await workbench.close();
    proxy.close();
    await fs.rm(folder, { recursive: true, force: true });
  }
});

/** Without a save: the editor keeps one window from overwriting what another has just saved. */
async function checked(window: Workbench): Promise<void> {
  await window.focusEditor();
  await window.run("Confiture: Check This Migration");
  await window.status(DONE);
}
