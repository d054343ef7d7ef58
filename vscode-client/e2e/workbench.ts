import { type ChildProcess, execFileSync, spawn } from "node:child_process";
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
const FOCUSED = ".editor-instance .monaco-editor.focused";
const PATIENCE_MS = 60_000;

export interface Wishes {
  /** Installed before the workbench starts. */
  readonly extension?: string;
  /** Settings of scope machine. */
  readonly machine?: Record<string, unknown>;
  /** Whether the user is asked for trust in a folder, as in a profile of their own. */
  readonly asksForTrust?: boolean;
  readonly variables?: NodeJS.ProcessEnv;
}

/** A real VS Code workbench in a browser, on a profile of its own. */
export class Workbench {
  readonly page: Page;
  /** Folder of everything that this profile writes. */
  readonly profile: string;
  readonly #context: BrowserContext;
  readonly #server: ChildProcess;
  readonly #address: string;

  private constructor(page: Page, profile: string, context: BrowserContext, server: ChildProcess, address: string) {
    this.page = page;
    this.profile = profile;
    this.#context = context;
    this.#server = server;
    this.#address = address;
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
    const user = { ...QUIET, "security.workspace.trust.enabled": wishes.asksForTrust === true };
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
    const run = (...args: string[]) => spawn("node", [ENTRY, ...flags, ...args], { env, stdio: "ignore" });
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

  /** Chooses from the code actions where the cursor is. */
  async choose(title: string): Promise<void> {
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
    await this.picture("quick-fix");
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

  /** Waits until a row of the Problems view is gone for good: findings go when a run begins, and come back as it goes on. */
  async gone(problem: string): Promise<void> {
    await until(async () => {
      await this.problems(problem).waitFor({ state: "detached" });
      await this.page.locator(".statusbar-item", { hasText: /Confiture: .*\.sql/ }).waitFor({ state: "detached" });
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
      await this.page.screenshot({ path: path.join(folder, `${name}.png`) });
    }
  }

  /** Another window of the same profile, as yet without a folder. */
  async window(): Promise<Workbench> {
    return new Workbench(await this.#context.newPage(), this.profile, this.#context, this.#server, this.#address);
  }

  /** Command lines of all that was started from the workbench, extensions' processes among them. */
  processes(): { readonly pid: number; readonly command: string }[] {
    const rows = execFileSync("ps", ["-eo", "pid,ppid,args"], { encoding: "utf8" }).trim().split("\n").slice(1);
    const all = rows.map((row) => {
      const [pid = "", parent = "", ...command] = row.trim().split(/\s+/);
      return { pid: Number(pid), parent: Number(parent), command: command.join(" ") };
    });
    const family = new Set([this.#server.pid]);
    for (let before = 0; before < family.size; ) {
      before = family.size;
      for (const { pid, parent } of all) {
        if (family.has(parent)) {
          family.add(pid);
        }
      }
    }
    return all.filter(({ pid }) => family.has(pid));
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
    await until(() => !family.some(({ pid }) => isAlive(pid)));
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

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
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
