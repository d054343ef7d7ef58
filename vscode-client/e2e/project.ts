import * as fs from "node:fs/promises";
import * as path from "node:path";

const REPOSITORY = path.resolve(import.meta.dirname, "../..");

/** The packaged extension: `npm run package` makes it. */
export const EXTENSION = path.join(REPOSITORY, "vscode-client/confiture.vsix");

/** The server of the checkout: `./test` installs it. */
export const SERVER = path.join(REPOSITORY, ".venv/bin/confiture-lsp");

/** The example project. */
export const SHOP = path.join(REPOSITORY, "examples/shop");

/** Its newest migration. */
export const NEWEST = "migrations/000016_loyalty.up.sql";

/** A copy of the example project in `folder`; returns its root. */
export async function shopIn(folder: string): Promise<string> {
  const project = path.join(folder, "shop");
  await fs.cp(SHOP, project, {
    recursive: true,
    filter: (source) => !source.includes(".confiture"),
  });
  return project;
}

/** The environment without any directory that has a server of ours. */
export function withoutServers(): NodeJS.ProcessEnv {
  const folders = (process.env.PATH ?? "").split(":").filter((folder) => !folder.includes(".venv"));
  return { PATH: folders.join(":"), PYTHONPATH: "", VIRTUAL_ENV: "" };
}

/** Every file below `folder`, relative to it. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await fs.readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}

/** How long something takes. */
export async function milliseconds(action: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await action();
  return Math.round(performance.now() - began);
}
