// Puts the server's wheel beside the bundle, which the extension installs where there is no other server, and the changelog.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "confiture-wheel-"));
try {
  build(folder);
  for (const old of readdirSync("dist").filter((name) => name.endsWith(".whl"))) {
    rmSync(join("dist", old));
  }
  const wheel = readdirSync(folder).find((name) => name.endsWith(".whl"));
  await copyFile(join(folder, wheel), join("dist", wheel));
} finally {
  rmSync(folder, { recursive: true });
}
await copyFile("../CHANGELOG.md", "CHANGELOG.md");

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
