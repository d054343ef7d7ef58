import { describe, expect, it } from "vitest";
import { areCompatible, type Surroundings, serverCommand } from "../src/server-command";

describe("serverCommand", () => {
  it("prefers the setting to everything else", () => {
    const answer = find({ configured: "/opt/confiture-lsp" }, ["/opt/confiture-lsp", "/shop/.venv/bin/confiture-lsp"]);
    expect(answer).toEqual({
      found: true,
      command: "/opt/confiture-lsp",
      origin: "the setting confiture.server.path",
    });
  });

  it("starts nothing else when the setting is wrong", () => {
    const answer = find({ configured: "/opt/gone" }, ["/shop/.venv/bin/confiture-lsp"]);
    expect(answer).toEqual({ found: false, lookedFor: ["/opt/gone"] });
  });

  it.each([
    ["~/bin/confiture-lsp", "/home/ada/bin/confiture-lsp"],
    ["${workspaceFolder}/env/confiture-lsp", "/shop/env/confiture-lsp"],
    ["env/confiture-lsp", "/shop/env/confiture-lsp"],
  ])("reads the setting %s", (configured, command) => {
    expect(find({ configured }, [command])).toMatchObject({ found: true, command });
  });

  it("reads a relative setting from home when no folder is open", () => {
    expect(find({ configured: "bin/lsp", folders: [] }, ["/home/ada/bin/lsp"])).toMatchObject({ found: true });
  });

  it("prefers the workspace's environment to PATH", () => {
    const answer = find({}, ["/shop/.venv/bin/confiture-lsp", "/usr/bin/confiture-lsp"]);
    expect(answer).toMatchObject({ command: "/shop/.venv/bin/confiture-lsp", origin: "the workspace's .venv" });
  });

  it("looks into every folder of the workspace", () => {
    const answer = find({ folders: ["/docs", "/shop"] }, ["/shop/.venv/bin/confiture-lsp"]);
    expect(answer).toMatchObject({ found: true, command: "/shop/.venv/bin/confiture-lsp" });
  });

  it("takes the first program on PATH", () => {
    const answer = find({}, ["/usr/bin/confiture-lsp"]);
    expect(answer).toEqual({ found: true, command: "/usr/bin/confiture-lsp", origin: "PATH" });
  });

  it("finds the environment of Windows", () => {
    const command = "C:\\shop\\.venv\\Scripts\\confiture-lsp.exe";
    expect(find({ platform: "win32", folders: ["C:\\shop"], searchPath: "" }, [command])).toMatchObject({ command });
  });

  it("splits PATH as Windows does", () => {
    const command = "D:\\tools\\confiture-lsp.exe";
    expect(find({ platform: "win32", folders: [], searchPath: "C:\\x;D:\\tools" }, [command])).toMatchObject({
      command,
    });
  });

  it("tells everything that it looked for", () => {
    expect(find({}, [])).toEqual({
      found: false,
      lookedFor: ["/shop/.venv/bin/confiture-lsp", "/usr/local/bin/confiture-lsp", "/usr/bin/confiture-lsp"],
    });
  });
});

function find(changes: Partial<Surroundings>, programs: readonly string[]) {
  return serverCommand({
    configured: "",
    folders: ["/shop"],
    home: "/home/ada",
    platform: "linux",
    searchPath: "/usr/local/bin::/usr/bin",
    isExecutable: (file) => programs.includes(file),
    ...changes,
  });
}

describe("areCompatible", () => {
  it.each([
    ["0.1.0", true],
    ["0.1.7", true],
    ["0.2.0", false],
    ["1.1.0", false],
    ["unknown", false],
  ])("server %s with extension 0.1.3: %s", (server, expected) => {
    expect(areCompatible(server, "0.1.3")).toBe(expected);
  });
});
