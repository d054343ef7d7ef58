import { spawnSync } from "node:child_process";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  explained,
  isNewEnough,
  isSetUp,
  privateServer,
  type Recipe,
  removeEnvironments,
  setUp,
} from "../src/environment";

const WHEEL = "/extension/dist/confiture_lsp-0.1.0-py3-none-any.whl";

describe("setUp", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), "confiture-environment-"));
  });

  afterEach(async () => {
    await fs.rm(folder, { recursive: true });
  });

  it("makes an environment once, and replaces that of another version", async () => {
    await fs.mkdir(path.join(folder, "storage/server-old"), { recursive: true });
    const steps: string[] = [];
    const recipe = await recipeOf({ pip: 'touch "$TMPDIR/left-behind"' });
    await setUp(recipe, (step) => steps.push(step), new AbortController().signal);
    await setUp(recipe, (step) => steps.push(step), new AbortController().signal);
    expect(steps).toEqual(["looking for Python", "making an environment", "installing the server and PostgreSQL"]);
    expect(await fs.readdir(recipe.storage)).toEqual(["server-confiture_lsp-0.1.0-py3-none-any"]);
    expect(await isSetUp(recipe)).toBe(true);
  });

  it("lets two windows share the work", async () => {
    const steps: string[] = [];
    const recipe = await recipeOf({ pip: "sleep 0.5" });
    const signal = new AbortController().signal;
    await Promise.all([1, 2].map(() => setUp(recipe, (step) => steps.push(step), signal)));
    expect(steps).toHaveLength(3);
  });

  it("takes over from a window that died", async () => {
    const recipe = await recipeOf({ pip: "true" });
    await fs.mkdir(recipe.storage);
    await fs.writeFile(path.join(recipe.storage, "lock"), "4194305"); // Beyond the largest process id of Linux.
    await setUp(recipe, () => undefined, new AbortController().signal);
    expect(await isSetUp(recipe)).toBe(true);
  });

  it.each(["confiture-lsp", "python"])("makes one anew whose %s is gone", async (program) => {
    const recipe = await recipeOf({ pip: "true" });
    await setUp(recipe, () => undefined, new AbortController().signal);
    await fs.rm(path.join(path.dirname(privateServer(recipe)), program));
    expect(await isSetUp(recipe)).toBe(false);
    await setUp(recipe, () => undefined, new AbortController().signal);
    expect(await isSetUp(recipe)).toBe(true);
  });

  it("leaves nothing that counts when it is cancelled", async () => {
    const recipe = await recipeOf({ pip: "sleep 60" });
    const abort = new AbortController();
    const work = setUp(recipe, (step) => step.startsWith("installing") && abort.abort(), abort.signal);
    await expect(work).rejects.toThrow("cancelled");
    expect(await isSetUp(recipe)).toBe(false);
    expect(await fs.readdir(recipe.storage)).not.toContain("lock");
  });

  it("ends all that was started before it says that it was cancelled", async () => {
    const child = path.join(folder, "child");
    const recipe = await recipeOf({ pip: `sleep 60 & echo $! >${child}.new; mv ${child}.new ${child}; wait` });
    const abort = new AbortController();
    const work = setUp(recipe, () => undefined, abort.signal);
    const pid = (await once(child)).trim();
    abort.abort();
    await expect(work).rejects.toThrow("cancelled");
    const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", pid], { encoding: "utf8" });
    expect(stdout.trim()).toMatch(/^(Z.*)?$/); // Gone, or dead and not yet buried by its new parent.
  });

  it("names every Python that is too old", async () => {
    const recipe = await recipeOf({ version: "3.9" });
    await expect(setUp(recipe, () => undefined, new AbortController().signal)).rejects.toThrow(
      `needs Python 3.11 or newer, but ${recipe.pythons[0]} is 3.9. Install it`,
    );
  });

  it("says what to do when there is no Python", async () => {
    const recipe = { ...(await recipeOf({})), pythons: [path.join(folder, "nothing")] };
    await expect(setUp(recipe, () => undefined, new AbortController().signal)).rejects.toThrow(
      "set confiture.server.python",
    );
  });

  it("can remove everything that it made", async () => {
    const recipe = await recipeOf({ pip: "true" });
    await setUp(recipe, () => undefined, new AbortController().signal);
    await removeEnvironments(recipe.storage);
    expect(await fs.readdir(recipe.storage)).toEqual([]);
  });

  /** A recipe whose Python is a script: it tells a version, copies itself as `venv` does, and runs a command as pip. */
  async function recipeOf({ version = "3.12", pip = "false" }): Promise<Recipe> {
    const python = path.join(folder, "python");
    const script = `#!/bin/sh
case "$2" in
  venv) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" && : >"$3/bin/confiture-lsp" ;;
  pip) ${pip} ;;
  *) echo ${version} ;;
esac
`;
    await fs.writeFile(python, script, { mode: 0o755 });
    const storage = path.join(folder, "storage");
    return { storage, wheel: WHEEL, pythons: [python], platform: "linux", variables: process.env };
  }
});

/** The text of a file, as soon as there is one. */
async function once(file: string): Promise<string> {
  for (;;) {
    try {
      return await fs.readFile(file, "utf8");
    } catch {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

describe("isNewEnough", () => {
  it.each([
    ["3.10", false],
    ["3.11", true],
    ["3.9", false],
    ["4.0", true],
    ["2.7", false],
    ["", false],
  ])("%s: %s", (version, answer) => {
    expect(isNewEnough(version)).toBe(answer);
  });
});

describe("explained", () => {
  it.each([
    ["ensurepip is not available", "apt install python3-venv"],
    ["NewConnectionError: Failed to establish", "Check the network"],
    ["ERROR: No matching distribution found for pygls", "Check the network"],
    ["one\ntwo\nthree\nfour", "python failed: two three four"],
  ])("%s", (stderr, advice) => {
    expect(explained("/usr/bin/python", { message: "exit 1", stderr })).toContain(advice);
  });
});
