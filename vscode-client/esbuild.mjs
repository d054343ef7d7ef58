// Bundles the extension and the scripts of its pages; the viewer of reports comes as it is.
import { copyFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { build } from "esbuild";

const common = { bundle: true, minify: true, logLevel: "warning" };
await build({
  ...common,
  entryPoints: ["src/extension.ts"],
  outfile: "dist/extension.js",
  platform: "node",
  target: "node20",
  format: "cjs",
  external: ["vscode"],
});
await build({ ...common, entryPoints: ["src/report-page.ts", "src/cost-page.ts"], outdir: "dist", target: "es2022" });
const viewer = createRequire(import.meta.url).resolve("mutation-testing-elements");
await copyFile(new URL("mutation-test-elements.js", `file://${viewer}`), "dist/mutation-test-elements.js");
