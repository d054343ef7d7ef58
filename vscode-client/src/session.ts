import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { commands, type ExtensionContext, type OutputChannel, ProgressLocation, window, workspace } from "vscode";
import { type LanguageClient, State } from "vscode-languageclient/node";
import { createClient } from "./client";
import { isSetUp, privateServer, type Recipe, removeEnvironments, SetUpError, setUp } from "./environment";
import type { MutantDiff } from "./mutant-diff";
import type { Reports } from "./reports";
import { pythonPrograms, type ServerCommand, serverCommand } from "./server-command";
import type { StatusBar } from "./status-bar";

/** The server's life: found or set up, started, watched, restarted, stopped. */
export class Session {
  readonly #context: ExtensionContext;
  readonly #output: OutputChannel;
  readonly #status: StatusBar;
  readonly #reports: Reports;
  readonly #diff: MutantDiff;
  #client: LanguageClient | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(context: ExtensionContext, output: OutputChannel, status: StatusBar, reports: Reports, diff: MutantDiff) {
    this.#context = context;
    this.#output = output;
    this.#status = status;
    this.#reports = reports;
    this.#diff = diff;
  }

  /** Starts the server, or starts it anew. Calls that come meanwhile wait for their turn. */
  restart(): Promise<void> {
    this.#work = this.#work.then(() => this.#stop()).then(() => this.#start());
    return this.#work;
  }

  /** Removes the private environment, then starts anew, which makes another. */
  async reinstall(): Promise<void> {
    this.#work = this.#work.then(() => this.#stop()).then(() => removeEnvironments(this.#recipe().storage));
    await this.restart();
  }

  /** Ends the server. */
  stop(): Promise<void> {
    this.#work = this.#work.then(() => this.#stop());
    return this.#work;
  }

  async #stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.dispose().catch((error) => this.#output.appendLine(`The server did not end in peace: ${error}`));
    this.#reports.clear();
    this.#status.state = "stopped";
  }

  async #start(): Promise<void> {
    this.#status.state = "starting";
    try {
      const server = await this.#findServer();
      this.#output.appendLine(`Starting ${server.command}, found through ${server.origin}.`);
      const client = createClient(server.command, this.#output, this.#diff);
      client.onDidChangeState(({ newState }) => this.#follow(client, newState));
      this.#client = client;
      await client.start();
    } catch (error) {
      this.#status.state = "failed";
      // Not awaited: the message stays until the user answers, and starting must not take that long.
      void this.#explain(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** The client restarts a server that crashed by itself; the status bar says how it is. */
  #follow(client: LanguageClient, state: State): void {
    if (client === this.#client) {
      this.#status.state = state === State.Running ? "running" : state === State.Starting ? "starting" : "failed";
      this.#reports.schedule();
    }
  }

  async #findServer(): Promise<ServerCommand & { found: true }> {
    const server = serverCommand({
      configured: workspace.getConfiguration("confiture").get("server.path", ""),
      folders: (workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath),
      home: os.homedir(),
      platform: process.platform,
      searchPath: process.env.PATH ?? "",
      isExecutable,
    });
    if (server.found) {
      return server;
    }
    if (workspace.getConfiguration("confiture").get("server.path", "")) {
      throw new Error(`The setting confiture.server.path names no program: ${server.lookedFor.join(", ")}`);
    }
    const recipe = this.#recipe();
    if (!(await isSetUp(recipe))) {
      await this.#setUp(recipe);
    }
    return { found: true, command: privateServer(recipe), origin: "the extension's own environment" };
  }

  async #setUp(recipe: Recipe): Promise<void> {
    const options = { location: ProgressLocation.Notification, title: "Setting up Confiture", cancellable: true };
    await window.withProgress(options, async (progress, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      const report = (message: string) => {
        this.#output.appendLine(`Setting up: ${message}.`);
        progress.report({ message });
      };
      await setUp(recipe, report, abort.signal);
    });
  }

  #recipe(): Recipe {
    const dist = path.join(this.#context.extensionPath, "dist");
    const wheel = fs.readdirSync(dist).find((name) => name.endsWith(".whl"));
    if (!wheel) {
      throw new Error("This extension was packaged without its server. Set confiture.server.path.");
    }
    const proxy = workspace.getConfiguration("http").get("proxy", "");
    return {
      storage: this.#context.globalStorageUri.fsPath,
      wheel: path.join(dist, wheel),
      pythons: pythonPrograms(workspace.getConfiguration("confiture").get("server.python", ""), process.platform),
      platform: process.platform,
      variables: proxy ? { ...process.env, HTTP_PROXY: proxy, HTTPS_PROXY: proxy } : process.env,
    };
  }

  async #explain(error: Error): Promise<void> {
    this.#output.appendLine(error.message);
    const retry = "Try Again";
    const reinstall = "Reinstall Server";
    const settings = "Open Settings";
    const output = "Show Output";
    const first = error instanceof SetUpError ? retry : reinstall;
    switch (await window.showErrorMessage(`Confiture cannot start. ${error.message}`, first, settings, output)) {
      case retry:
        return this.restart();
      case reinstall:
        return this.reinstall();
      case settings:
        await commands.executeCommand("workbench.action.openSettings", "@ext:confiture.confiture");
        return;
      case output:
        this.#output.show();
    }
  }
}

function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
