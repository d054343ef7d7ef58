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

/** The mutation report as a page, with the viewer that other mutation testers use too. */
export class ReportView implements Disposable {
  readonly #media: Uri;
  readonly #reports: Reports;
  readonly #subscription: Disposable;
  #panel: WebviewPanel | undefined;

  constructor(context: ExtensionContext, reports: Reports) {
    this.#media = Uri.joinPath(context.extensionUri, "dist");
    this.#reports = reports;
    this.#subscription = reports.onDidChange(() => this.#post());
  }

  open(): void {
    if (this.#panel) {
      this.#panel.reveal();
      return;
    }
    const panel = window.createWebviewPanel("confiture.report", "Mutation Report", ViewColumn.Active, {
      enableScripts: true,
      localResourceRoots: [this.#media],
      retainContextWhenHidden: true,
    });
    panel.onDidDispose(() => {
      this.#panel = undefined;
    });
    panel.webview.onDidReceiveMessage(() => this.#post()); // The page is there and asks.
    panel.webview.html = page(panel.webview, this.#media);
    this.#panel = panel;
  }

  #post(): void {
    void this.#panel?.webview.postMessage(this.#reports.all[0] ?? null);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#panel?.dispose();
  }
}

function page(webview: Webview, media: Uri): string {
  const nonce = randomBytes(16).toString("base64");
  const script = (name: string) => webview.asWebviewUri(Uri.joinPath(media, name)).toString();
  // The viewer styles itself, hence 'unsafe-inline' for styles; scripts need the nonce, and nothing reaches the network.
  const policy = `default-src 'none'; style-src ${webview.cspSource} 'unsafe-inline'; img-src data:; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <title>Mutation Report</title>
</head>
<body>
  <mutation-test-report-app title-postfix="Confiture">Nothing was checked yet: save a migration.</mutation-test-report-app>
  <script nonce="${nonce}" src="${script("mutation-test-elements.js")}"></script>
  <script nonce="${nonce}" src="${script("report-page.js")}"></script>
</body>
</html>`;
}
