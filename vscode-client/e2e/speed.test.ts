import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import { EXTENSION, milliseconds, NEWEST, SERVER, shopIn } from "./project";
import { READY, Workbench } from "./workbench";

const SURVIVOR = "SCH_002";
const IGNORED = `-- confiture: ignore-file ${SURVIVOR} reason: measured\n`;
const ROUNDS = 3;

describe("speed", () => {
  let folder: string;
  let workbench: Workbench;
  let client: PlainClient;
  let text: string;

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), "confiture-speed-"));
    const [first, second] = [await shopIn(path.join(folder, "editor")), await shopIn(path.join(folder, "plain"))];
    text = await fs.readFile(path.join(first, NEWEST), "utf8");
    client = await PlainClient.start(second, text);
    workbench = await Workbench.start({ extension: EXTENSION, machine: { "confiture.server.path": SERVER } });
    await workbench.open(first, NEWEST);
    await workbench.status(READY);
  });

  afterAll(async () => {
    client?.close();
    await workbench?.close();
    await fs.rm(folder, { recursive: true, force: true });
  });

  it("shows a row in Problems soon after the server tells it", async () => {
    await workbench.run("Problems: Focus on Problems View");
    const [editor, plain]: [number[], number[]] = [[], []];
    for (let round = 0; round <= ROUNDS; round++) {
      await workbench.focusEditor();
      await workbench.page.keyboard.press("Control+Home");
      await workbench.page.keyboard.insertText(IGNORED);
      await workbench.save();
      await workbench.gone(SURVIVOR);
      await client.saved(IGNORED + text, false);
      await workbench.page.keyboard.press("Control+Home");
      await workbench.page.keyboard.press("Shift+ArrowDown");
      await workbench.page.keyboard.press("Delete"); // One change: the editor tells much typing letter by letter.
      editor.push(
        await milliseconds(async () => {
          await workbench.page.keyboard.press("Control+S");
          await workbench.problems(SURVIVOR).waitFor();
        }),
      );
      plain.push(await milliseconds(() => client.saved(text, true)));
    }
    const [seen, told] = [median(editor.slice(1)), median(plain.slice(1))]; // The first one warms up.
    console.log(`from save to the row: ${seen} ms in Problems, ${told} ms over plain LSP (${editor} and ${plain})`);
    expect(seen).toBeLessThan(3 * told + 3_000); // For a busy machine too.
  });

  it("is activated in no time", async () => {
    await workbench.run("Developer: Show Running Extensions");
    const row = workbench.page.locator(".running-extensions-editor-row, .extension").filter({ hasText: "Confiture" });
    const [, time = ""] = /(\d+)ms/.exec((await row.first().textContent()) ?? "") ?? [];
    await workbench.picture("activation");
    console.log(`activation: ${time} ms`);
    expect(Number(time)).toBeLessThan(2_000); // For a busy machine too.
  });
});

/** The same server without an editor. */
class PlainClient {
  readonly #server: ChildProcess;
  readonly #connection: MessageConnection;
  readonly #uri: string;
  #version = 1;

  private constructor(server: ChildProcess, connection: MessageConnection, uri: string) {
    this.#server = server;
    this.#connection = connection;
    this.#uri = uri;
  }

  static async start(project: string, text: string): Promise<PlainClient> {
    const server = spawn(SERVER, { stdio: ["pipe", "pipe", "ignore"] });
    const reader = new StreamMessageReader(server.stdout);
    const connection = createMessageConnection(reader, new StreamMessageWriter(server.stdin));
    connection.listen();
    await connection.sendRequest("initialize", {
      processId: process.pid,
      rootUri: pathToFileURL(project).href,
      capabilities: {},
    });
    await connection.sendNotification("initialized", {});
    const uri = pathToFileURL(path.join(project, NEWEST)).href;
    await connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri, languageId: "sql", version: 1, text },
    });
    return new PlainClient(server, connection, uri);
  }

  /** Changes and saves the file, and waits until the survivor is told, or no longer. */
  async saved(text: string, wanted: boolean): Promise<void> {
    await fs.writeFile(new URL(this.#uri), text);
    this.#version += 1;
    await this.#connection.sendNotification("textDocument/didChange", {
      textDocument: { uri: this.#uri, version: this.#version },
      contentChanges: [{ text }],
    });
    const told = new Promise<void>((resolve) => {
      this.#connection.onNotification("textDocument/publishDiagnostics", ({ uri, diagnostics }) => {
        const found = diagnostics.some(({ code }: { code?: string }) => code === SURVIVOR);
        if (uri === this.#uri && found === wanted) {
          resolve();
        }
      });
    });
    await this.#connection.sendNotification("textDocument/didSave", { textDocument: { uri: this.#uri } });
    await told;
  }

  close(): void {
    this.#connection.dispose();
    this.#server.kill();
  }
}

function median(values: number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
