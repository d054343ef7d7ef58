import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { commands, type ExtensionContext, type OutputChannel, ProgressLocation, window, workspace } from "vscode";
import { type LanguageClient, State } from "vscode-languageclient/node";
import { createClient } from "./client";
import { examine } from "./doctor";
import { isSetUp, privateServer, type Recipe, removeEnvironments, SetUpError, setUp } from "./environment";
import type { MutantDiff } from "./mutant-diff";
import { type ProxySettings, withProxy } from "./proxy";
import type { Reports } from "./reports";
import { areCompatible, pythonPrograms, serverCommand } from "./server-command";
import type { StatusBar } from "./status-bar";

interface Server {
  readonly command: string;
  readonly origin: string;
  /** Whether it is the one that the extension sets up. */
  readonly isOwn: boolean;
}

const TRY_AGAIN = { title: "Try Again", command: "confiture.restartServer", arguments: [] };
const REINSTALL = { title: "Reinstall Server", command: "confiture.reinstallServer", arguments: [] };
const SHOW_OUTPUT = { title: "Show Output", command: "confiture.showOutput", arguments: [] };
const RUN_DOCTOR = { title: "Run Doctor", command: "confiture.doctor", arguments: [] };
const OPEN_SETTINGS = {
  title: "Open Settings",
  command: "workbench.action.openSettings",
  arguments: ["@ext:confiture.confiture"],
};

/** The server's life: found or set up, started, watched, restarted, stopped. */
export class Session {
  readonly #context: ExtensionContext;
  readonly #output: OutputChannel;
  readonly #status: StatusBar;
  readonly #reports: Reports;
  readonly #diff: MutantDiff;
  #client: LanguageClient | undefined;
  #work: Promise<void> = Promise.resolve();
  /** What the last start depended on. */
  #conditions = "";

  constructor(context: ExtensionContext, output: OutputChannel, status: StatusBar, reports: Reports, diff: MutantDiff) {
    this.#context = context;
    this.#output = output;
    this.#status = status;
    this.#reports = reports;
    this.#diff = diff;
  }

  /** Starts the server, or starts it anew; in a workspace that is not trusted, nothing starts. Calls that come meanwhile wait for their turn. */
  restart(): Promise<void> {
    this.#work = this.#work.then(() => this.#stop()).then(() => this.#start());
    return this.#work;
  }

  /** Starts anew if trust or settings are others than at the last start: giving trust is told as a change of settings too. */
  update(): Promise<void> {
    this.#work = this.#work.then(async () => {
      if (this.#conditions !== conditions()) {
        await this.#stop();
        await this.#start();
      }
    });
    return this.#work;
  }

  /** Removes the private environment, then starts anew, which makes another. */
  async reinstall(): Promise<void> {
    this.#work = this.#work.then(() => this.#stop()).then(() => removeEnvironments(this.#recipe().storage));
    await this.restart();
  }

  /** Writes what is at work here into the output. */
  async doctor(): Promise<void> {
    if (!workspace.isTrusted) {
      this.#output.show();
      this.#output.appendLine(
        "Nothing is looked into until you trust the workspace: it may bring programs of its own.",
      );
      return;
    }
    try {
      await examine(this.#choose().command, this.#output);
    } catch (error) {
      this.#output.appendLine(String(error));
    }
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
    this.#conditions = conditions();
    if (!workspace.isTrusted) {
      this.#status.state = "untrusted";
      return;
    }
    this.#status.state = "starting";
    let isOwn = false;
    try {
      const server = this.#choose();
      isOwn = server.isOwn;
      if (isOwn) {
        await this.#setUp();
      }
      this.#output.appendLine(`Starting ${server.command}, found through ${server.origin}.`);
      const client = createClient(server.command, this.#output, this.#reports, this.#diff);
      client.onDidChangeState(({ newState }) => this.#follow(client, newState));
      this.#client = client;
      await client.start().catch(() => {}); // It may resolve without a server too, so its state counts.
      if (client.state !== State.Running) {
        throw new Error(`${server.command}, found through ${server.origin}, ended before it answered.`);
      }
      this.#compareVersions(server.command, client.initializeResult?.serverInfo?.version);
    } catch (error) {
      this.#status.state = "failed";
      // Not awaited: the message stays until the user answers, and starting must not take that long.
      void this.#explain(error instanceof Error ? error : new Error(String(error)), isOwn);
    }
  }

  /** The client restarts a server that crashed by itself; the status bar says how it is. */
  #follow(client: LanguageClient, state: State): void {
    if (client === this.#client) {
      this.#status.state = state === State.Running ? "running" : state === State.Starting ? "starting" : "failed";
      this.#reports.clear(); // What it knew and what it did went with it.
    }
  }

  /** The server to be started. The extension's own is the last resort and may not be set up yet. */
  #choose(): Server {
    const configured = workspace.getConfiguration("confiture").get("server.path", "");
    const server = serverCommand({
      configured,
      folders: (workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath),
      home: os.homedir(),
      platform: process.platform,
      searchPath: process.env.PATH ?? "",
      isExecutable,
    });
    if (server.found) {
      return { ...server, isOwn: false };
    }
    if (configured) {
      throw new Error(`The setting confiture.server.path names no program: ${server.lookedFor.join(", ")}`);
    }
    return { command: privateServer(this.#recipe()), origin: "the extension's own environment", isOwn: true };
  }

  async #setUp(): Promise<void> {
    const recipe = this.#recipe();
    if (await isSetUp(recipe)) {
      return;
    }
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

  #compareVersions(command: string, version = "unknown"): void {
    const own = String(this.#context.extension.packageJSON.version);
    if (!areCompatible(version, own)) {
      const advice = "Install the same version of confiture-lsp, or take it away and let the extension use its own.";
      void window.showWarningMessage(`${command} has version ${version}, but this extension ${own}. ${advice}`);
    }
  }

  #recipe(): Recipe {
    const dist = path.join(this.#context.extensionPath, "dist");
    const wheel = fs.readdirSync(dist).find((name) => name.endsWith(".whl"));
    if (!wheel) {
      throw new Error("This extension was packaged without its server. Set confiture.server.path.");
    }
    const http = workspace.getConfiguration("http");
    const proxy: ProxySettings = {
      "http.proxy": http.get("proxy", ""),
      "http.noProxy": http.get("noProxy", []),
      "http.proxySupport": http.get("proxySupport", "override"),
    };
    return {
      storage: this.#context.globalStorageUri.fsPath,
      wheel: path.join(dist, wheel),
      pythons: pythonPrograms(workspace.getConfiguration("confiture").get("server.python", ""), process.platform),
      platform: process.platform,
      variables: withProxy(process.env, proxy),
    };
  }

  /** Says once what is wrong, and offers what helps: a server of the extension's own can be made anew. */
  async #explain(error: Error, isOwn: boolean): Promise<void> {
    this.#output.appendLine(error.message);
    const first = isOwn && !(error instanceof SetUpError) ? REINSTALL : TRY_AGAIN;
    const chosen = await window.showErrorMessage(
      `Confiture cannot start. ${error.message}`,
      ...[first, SHOW_OUTPUT, RUN_DOCTOR, OPEN_SETTINGS],
    );
    if (chosen) {
      await commands.executeCommand(chosen.command, ...chosen.arguments);
    }
  }
}

function conditions(): string {
  return JSON.stringify([workspace.isTrusted, workspace.getConfiguration("confiture").get("server")]);
}

function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
