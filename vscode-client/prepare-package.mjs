// Puts the server's wheel beside the bundle, which the extension installs where there is no other server, and the changelog.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { copyFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "confiture-wheel-"));
try {
  build(folder);
  for (const old of readdirSync("dist").filter((name) => name.endsWith(".whl"))) {
    rmSync(join("dist", old));
  }
  const wheel = readdirSync(folder).find((name) => name.endsWith(".whl"));
  await copyFile(join(folder, wheel), join("dist", named(wheel, join(folder, wheel))));
} finally {
  rmSync(folder, { recursive: true });
}
// Without the links to pages of the documentation, which is not in the package.
const changes = readFileSync("../CHANGELOG.md", "utf8");
const withoutPages = changes.replaceAll(/\s*\(\[page\]\([^)]*\)\)/g, "");
await writeFile("CHANGELOG.md", withoutPages.replaceAll(/\[([^\]]+)\]\((?!https?:)[^)]*\)/g, "$1"));

/** The wheel's name with a build tag made from its content: an environment made from another wheel is another one. */
function named(name, file) {
  const [distribution, version, ...rest] = name.split("-");
  const hash = createHash("sha256").update(readFileSync(file)).digest("hex").slice(0, 8);
  return [distribution, version, `0${hash}`, ...rest].join("-");
}

/** With uv where it is installed, else with the pip of the Python on PATH. */
function build(folder) {
  const uv = spawnSync("uv", ["build", "--quiet", "--wheel", "--out-dir", folder, ".."], { stdio: "inherit" });
  if (uv.error) {
    const pip = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ".."];
    execFileSync("python3", pip, { stdio: "inherit" });
  } else if (uv.status !== 0) {
    throw new Error(`uv build ended with ${uv.status}`);
  }
}
