import { randomBytes } from "node:crypto";
import {
  type Disposable,
  type ExtensionContext,
  Uri,
  ViewColumn,
  type Webview,
  type WebviewPanel,
  window,
} from "vscode";
import type { Reports } from "./reports";

/** What distinguishes one page from another. */
export interface Kind {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  /** Files in `dist` to be loaded in this order; they get the reports as messages. */
  readonly scripts: readonly string[];
}

/** The mutation report, in the viewer that other mutation testers use too. */
export const REPORT: Kind = {
  id: "confiture.report",
  title: "Mutation Report",
  body: '<mutation-test-report-app title-postfix="Confiture">Nothing was checked yet: save a migration.</mutation-test-report-app>',
  scripts: ["mutation-test-elements.js", "report-page.js"],
};

/** What statements cost, beside their baselines. */
export const COSTS: Kind = {
  id: "confiture.costs",
  title: "Costs of Migrations",
  body: "<main>Nothing was measured yet: save a migration.</main>",
  scripts: ["cost-page.js"],
};

/** A page that is made from the reports and follows them. */
export class Page implements Disposable {
  readonly #kind: Kind;
  readonly #dist: Uri;
  readonly #reports: Reports;
  readonly #subscription: Disposable;
  #panel: WebviewPanel | undefined;

  constructor(context: ExtensionContext, reports: Reports, kind: Kind) {
    this.#kind = kind;
    this.#dist = Uri.joinPath(context.extensionUri, "dist");
    this.#reports = reports;
    this.#subscription = reports.onDidChange(() => this.#post());
  }

  open(): void {
    if (this.#panel) {
      this.#panel.reveal();
      return;
    }
    const { id, title } = this.#kind;
    const panel = window.createWebviewPanel(id, title, ViewColumn.Active, {
      enableScripts: true,
      localResourceRoots: [this.#dist],
      retainContextWhenHidden: true,
    });
    panel.onDidDispose(() => {
      this.#panel = undefined;
    });
    panel.webview.onDidReceiveMessage(() => this.#post()); // The page is there and asks.
    panel.webview.html = html(panel.webview, this.#kind, this.#dist);
    this.#panel = panel;
  }

  /** Sends the report of the project in front, or else of the first one. */
  #post(): void {
    const front = window.activeTextEditor?.document.uri.fsPath ?? "";
    const all = this.#reports.all;
    void this.#panel?.webview.postMessage(all.find((report) => front.startsWith(report.projectRoot)) ?? all[0] ?? null);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#panel?.dispose();
  }
}

function html(webview: Webview, { title, body, scripts }: Kind, dist: Uri): string {
  const nonce = randomBytes(16).toString("base64");
  const tags = scripts.map(
    (name) => `<script nonce="${nonce}" src="${webview.asWebviewUri(Uri.joinPath(dist, name))}"></script>`,
  );
  // The viewer styles itself, hence 'unsafe-inline' for styles; scripts need the nonce, and nothing reaches the network.
  const policy = `default-src 'none'; style-src ${webview.cspSource} 'unsafe-inline'; img-src data:; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <title>${title}</title>
</head>
<body>
  ${body}
  ${tags.join("\n  ")}
</body>
</html>`;
}
