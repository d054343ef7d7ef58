import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import * as fs from "node:fs/promises";
import { createServer } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { type BrowserContext, chromium, type FrameLocator, type Locator, type Page } from "playwright-core";

const WORKBENCH = process.env.CONFITURE_WORKBENCH ?? path.join(os.tmpdir(), "confiture-workbench");
const ENTRY = path.join(WORKBENCH, "node_modules/code-server/out/node/entry.js");
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"].concat([
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
]);
const QUIET = {
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "files.autoSave": "off",
  "editor.autoClosingBrackets": "never",
  "editor.autoIndent": "none",
  "workbench.startupEditor": "none",
  "workbench.colorTheme": "Default Light Modern",
};
/** Covers the folder in which Debian and Ubuntu have PostgreSQL with an empty one. */
const HIDING = "[ ! -d /usr/lib/postgresql ] || mount -t tmpfs none /usr/lib/postgresql;";
const FOCUSED = ".editor-instance .monaco-editor.focused";
const PATIENCE_MS = 300_000; // Many times what it takes: what is waited for comes, or something is broken.

/** What the status bar says when the server waits. */
export const READY = /save a migration to check it$/;

/** What the status bar says once a check is over. */
export const DONE = /score \d+%(?!.*a check is running)/;

export interface Process {
  readonly pid: number;
  readonly command: string;
}

export interface Wishes {
  /** Installed before the workbench starts. */
  readonly extension?: string;
  /** Settings of scope machine. */
  readonly machine?: Record<string, unknown>;
  /** Settings of scope application. */
  readonly user?: Record<string, unknown>;
  /** Whether the user is asked for trust in a folder, as in a profile of their own. */
  readonly asksForTrust?: boolean;
  readonly variables?: NodeJS.ProcessEnv;
  /** Whether the machine looks as if no PostgreSQL were installed. */
  readonly hidesPostgres?: boolean;
}

/** A real VS Code workbench in a browser, on a profile of its own. Needs Linux, and root for a view of the file system of its own. */
export class Workbench {
  readonly page: Page;
  /** Folder of everything that this profile writes. */
  readonly profile: string;
  readonly #context: BrowserContext;
  readonly #server: ChildProcess;
  readonly #address: string;
  readonly #view: string;

  private constructor(page: Page, profile: string, context: BrowserContext, server: ChildProcess, address: string) {
    this.page = page;
    this.profile = profile;
    this.#context = context;
    this.#server = server;
    this.#address = address;
    this.#view = readlinkSync(`/proc/${server.pid}/ns/mnt`);
    page.setDefaultTimeout(PATIENCE_MS);
  }

  /** Serves the workbench on a new profile; no folder is open yet. */
  static async start(wishes: Wishes): Promise<Workbench> {
    await fs.access(ENTRY).catch(() => {
      throw new Error(`${ENTRY} is missing: run e2e/install-workbench.sh, or set CONFITURE_WORKBENCH`);
    });
    const profile = await fs.mkdtemp(path.join(os.tmpdir(), "confiture-e2e-"));
    const at = (name: string) => path.join(profile, name);
    for (const name of ["home", "tmp", "config", "share", "data/User", "data/Machine", "extensions"]) {
      await fs.mkdir(at(name), { recursive: true });
    }
    const user = { ...QUIET, ...wishes.user, "security.workspace.trust.enabled": wishes.asksForTrust === true };
    await fs.writeFile(at("data/User/settings.json"), JSON.stringify(user));
    await fs.writeFile(machineSettings(profile), JSON.stringify(wishes.machine ?? {}));
    await fs.writeFile(at("config.yaml"), "");
    const env: NodeJS.ProcessEnv = {
      ...process.env,
      ...wishes.variables,
      HOME: at("home"),
      XDG_CONFIG_HOME: at("config"),
      XDG_DATA_HOME: at("share"),
      TMPDIR: at("tmp"),
    };
    const flags = ["--config", at("config.yaml"), "--user-data-dir", at("data"), "--extensions-dir", at("extensions")];
    const shell = `${wishes.hidesPostgres ? HIDING : ""} exec node "$@"`;
    const run = (...args: string[]) =>
      spawn("unshare", ["--mount", "sh", "-c", shell, "node", ENTRY, ...flags, ...args], { env, stdio: "ignore" });
    if (wishes.extension) {
      await ended(run("--install-extension", wishes.extension));
    }
    const port = await freePort();
    const address = `127.0.0.1:${port}`;
    const quiet = ["--disable-telemetry", "--disable-update-check", "--disable-getting-started-override"];
    const server = run("--bind-addr", address, "--auth", "none", ...quiet);
    const options = { executablePath: CHROMIUM, args: FLAGS, viewport: { width: 1400, height: 860 } };
    const [context] = await Promise.all([
      chromium.launchPersistentContext(at("chromium"), options),
      until(async () => (await fetch(`http://${address}/healthz`)).ok),
    ]);
    return new Workbench(context.pages()[0] ?? (await context.newPage()), profile, context, server, address);
  }

  /** Opens a folder, with one file of it in front if wanted. */
  async open(folder: string, file?: string): Promise<void> {
    const target = `vscode-remote://${this.#address}${path.join(folder, file ?? "")}`;
    const payload = file ? `&payload=${encodeURIComponent(JSON.stringify([["openFile", target]]))}` : "";
    await this.page.goto(`http://${this.#address}/?folder=${folder}${payload}`);
    await this.page.waitForSelector(file ? ".monaco-editor .view-lines" : ".explorer-folders-view");
  }

  /** Replaces the settings of scope machine. */
  async configure(machine: Record<string, unknown>): Promise<void> {
    await fs.writeFile(machineSettings(this.profile), JSON.stringify(machine));
  }

  async focusEditor(): Promise<void> {
    await this.page.keyboard.press("Control+1");
    await this.page.locator(FOCUSED).waitFor();
  }

  /** Waits until keys go to the editor of a file whose path ends so. */
  async inFocus(file: string): Promise<void> {
    await this.page.locator(`${FOCUSED}[data-uri$="${file}"]`).waitFor();
  }

  async save(): Promise<void> {
    await this.focusEditor();
    await this.page.keyboard.press("Control+S");
  }

  /** Runs a command of the palette by its title. */
  async run(title: string): Promise<void> {
    await this.page.keyboard.press("F1");
    await this.accept(`>${title}`, title);
  }

  /** Types into the input at the top of the window, and takes what is offered first once that has the text `row`. */
  async accept(input: string, row: string): Promise<void> {
    await this.page.locator(".quick-input-widget input").fill(input);
    await this.page.locator(".quick-input-list .monaco-list-row.focused", { hasText: row }).waitFor();
    await this.page.keyboard.press("Enter");
  }

  /** Chooses from the code actions where the cursor is, with a picture of them if that has a name. */
  async choose(title: string, picture?: string): Promise<void> {
    await this.page.keyboard.press("Control+.");
    const focused = this.page.locator(".action-widget .monaco-list-row.focused");
    await focused.waitFor();
    await until(async () => {
      if ((await focused.textContent())?.includes(title)) {
        return true;
      }
      await this.page.keyboard.press("ArrowDown");
      return false;
    });
    if (picture) {
      await this.picture(picture);
    }
    await this.page.keyboard.press("Enter");
  }

  /** What a list at the top of the window offers. */
  choices(text: string): Locator {
    return this.page.locator(".quick-input-list .monaco-list-row", { hasText: text });
  }

  /** Rows of the Problems view. */
  problems(text: string | RegExp): Locator {
    return this.page.locator(".markers-panel .monaco-list-row", { hasText: text });
  }

  /** The content of the page that was opened last. */
  webview(): FrameLocator {
    return this.page.frameLocator("iframe.webview").last().frameLocator("iframe");
  }

  lenses(text: string | RegExp): Locator {
    return this.page.locator(".codelens-decoration a", { hasText: text });
  }

  /** Rows of the tree of mutants. */
  tree(text: string | RegExp): Locator {
    return this.page.locator(".tree-explorer-viewlet-tree-view .monaco-list-row", { hasText: text });
  }

  notifications(text: string | RegExp): Locator {
    return this.page.locator(".notification-list-item", { hasText: text });
  }

  /** Waits for a message, which must be the only one. */
  async says(text: string): Promise<void> {
    await this.notifications(text).waitFor();
    await this.notifications("Setting up Confiture").waitFor({ state: "detached" });
    const all = await this.notifications(/./).allTextContents();
    if (all.length > 1) {
      throw new Error(`Said more than once or something else too: ${all.join(" | ")}`);
    }
  }

  statusBar(): Locator {
    return this.page.locator("[id='confiture.confiture.confiture']");
  }

  /** Waits until the status bar says something. */
  async status(wanted: RegExp): Promise<void> {
    await until(async () => wanted.test((await this.statusBar().getAttribute("aria-label")) ?? ""));
  }

  /** How many mutants no test noticed, as soon as a check is over. */
  async unnoticed(): Promise<number> {
    await this.status(DONE);
    const label = (await this.statusBar().getAttribute("aria-label")) ?? "";
    return Number(/(\d+) mutants go unnoticed/.exec(label)?.[1]);
  }

  /** Waits until a row of the Problems view is gone for good: findings go when a run begins, and come back as it goes on. */
  async gone(problem: string): Promise<void> {
    await until(async () => {
      await this.problems(problem).waitFor({ state: "detached" });
      await this.status(DONE);
      return (await this.problems(problem).count()) === 0;
    });
  }

  /** Replaces the text of the editor in front. */
  async type(text: string): Promise<void> {
    await this.focusEditor();
    await this.page.keyboard.press("Control+A");
    await this.page.keyboard.insertText(text);
  }

  /** Keeps a picture of how things look. */
  async picture(name: string): Promise<void> {
    const folder = process.env.CONFITURE_PICTURES;
    if (folder) {
      await fs.mkdir(folder, { recursive: true });
      await this.page.mouse.move(0, 0);
      const hover = this.page.locator(".monaco-hover:visible");
      await hover.waitFor({ state: "hidden", timeout: 2_000 }).catch(() => undefined); // One that stays may be seen.
      await this.page.screenshot({ path: path.join(folder, `${name}.png`) });
    }
  }

  /** Another window of the same profile, as yet without a folder. */
  async window(): Promise<Workbench> {
    return new Workbench(await this.#context.newPage(), this.profile, this.#context, this.#server, this.#address);
  }

  /** All that was started from the workbench, however far it went from there: it keeps the view of the file system. */
  processes(): Process[] {
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    return pids.flatMap((pid) => {
      try {
        const mine = readlinkSync(`/proc/${pid}/ns/mnt`) === this.#view;
        const command = mine ? readFileSync(`/proc/${pid}/cmdline`, "utf8") : "";
        return command ? [{ pid: Number(pid), command: command.replaceAll("\0", " ").trim() }] : [];
      } catch {
        return []; // It ended meanwhile.
      }
    });
  }

  /** The PostgreSQL servers that run. */
  postmasters(): Process[] {
    return this.processes().filter(({ command }) => /bin\/postgres -D /.test(command));
  }

  /** The language servers that run. */
  servers(): number[] {
    return this.processes()
      .filter(({ command }) => command.includes("confiture-lsp"))
      .map(({ pid }) => pid);
  }

  /** Ends everything. The workbench's own processes would linger on a busy machine; the others follow them. */
  async close(): Promise<void> {
    await this.#context.close();
    const family = this.processes();
    for (const { pid } of family.filter(({ command }) => command.includes(ENTRY))) {
      process.kill(pid, "SIGKILL");
    }
    await until(() => !this.processes().some(({ pid }) => family.some((each) => each.pid === pid)));
    await fs.rm(this.profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  }
}

/** Waits until `condition` holds; one that throws does not hold yet. */
export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      if (await condition()) {
        return;
      }
    } catch {
      // Not yet.
    }
    if (Date.now() > end) {
      throw new Error(`Waited in vain: ${condition}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function machineSettings(profile: string): string {
  return path.join(profile, "data/Machine/settings.json");
}

async function ended(process: ChildProcess): Promise<void> {
  if (process.exitCode === null && process.signalCode === null) {
    await new Promise((resolve) => process.once("exit", resolve));
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}
