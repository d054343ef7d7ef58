import * as path from "node:path";

/** What of the machine and the workspace decides which server is started. */
export interface Surroundings {
  /** The setting `confiture.server.path`, empty when not set. */
  readonly configured: string;
  /** The workspace's folders, first one first. */
  readonly folders: readonly string[];
  readonly home: string;
  readonly platform: NodeJS.Platform;
  /** The variable PATH. */
  readonly searchPath: string;
  readonly isExecutable: (file: string) => boolean;
}

/** The server's program and why it was chosen, or every file that was looked for in vain. */
export type ServerCommand =
  | { readonly found: true; readonly command: string; readonly origin: string }
  | { readonly found: false; readonly lookedFor: readonly string[] };

interface Candidate {
  readonly command: string;
  readonly origin: string;
}

/**
 * Finds the program that speaks LSP: the setting, else the workspace's `.venv`, else PATH.
 * A setting that names no program is an error, never a reason to start another one.
 */
export function serverCommand(surroundings: Surroundings): ServerCommand {
  const candidates = surroundings.configured
    ? fromSetting(surroundings)
    : [...fromEnvironments(surroundings), ...fromSearchPath(surroundings)];
  const chosen = candidates.find(({ command }) => surroundings.isExecutable(command));
  return chosen ? { found: true, ...chosen } : { found: false, lookedFor: candidates.map(({ command }) => command) };
}

/** Whether a server and an extension of these versions work together: the first two numbers are the same. */
export function areCompatible(server: string, extension: string): boolean {
  const release = (version: string) => version.split(".").slice(0, 2).join(".");
  return release(server) === release(extension);
}

/** Programs that may be Python, best first: the setting alone, else the usual names. */
export function pythonPrograms(configured: string, platform: NodeJS.Platform): string[] {
  if (configured) {
    return [configured];
  }
  return platform === "win32" ? ["py", "python", "python3"] : ["python3", "python"];
}

function fromSetting(surroundings: Surroundings): Candidate[] {
  const { join, resolve } = pathsOf(surroundings.platform);
  const origin = "the setting confiture.server.path";
  const configured = surroundings.configured.replace(/^~(?=[/\\])/, surroundings.home);
  const folders = surroundings.folders.length > 0 ? surroundings.folders : [surroundings.home];
  return folders.map((folder) => ({
    command: configured.includes("${workspaceFolder}")
      ? join(configured.replaceAll("${workspaceFolder}", folder))
      : resolve(folder, configured),
    origin,
  }));
}

function fromEnvironments({ folders, platform }: Surroundings): Candidate[] {
  const { join } = pathsOf(platform);
  const binaries = platform === "win32" ? "Scripts" : "bin";
  return folders.map((folder) => ({
    command: join(folder, ".venv", binaries, programName(platform)),
    origin: "the workspace's .venv",
  }));
}

function fromSearchPath({ platform, searchPath }: Surroundings): Candidate[] {
  const { join, delimiter } = pathsOf(platform);
  return searchPath
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => ({ command: join(folder, programName(platform)), origin: "PATH" }));
}

function programName(platform: NodeJS.Platform): string {
  return platform === "win32" ? "confiture-lsp.exe" : "confiture-lsp";
}

function pathsOf(platform: NodeJS.Platform): path.PlatformPath {
  return platform === "win32" ? path.win32 : path.posix;
}
