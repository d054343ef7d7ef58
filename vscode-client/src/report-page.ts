/// <reference lib="dom" />
/** Runs inside the webview: hands the reports that the extension sends to the viewer. */

declare function acquireVsCodeApi(): { postMessage(message: unknown): void };

const viewer = document.querySelector<HTMLElement & { report: unknown; theme: string }>("mutation-test-report-app");
if (viewer) {
  const follow = () => {
    viewer.theme = /\bvscode-(high-contrast-)?light\b/.test(document.body.className) ? "light" : "dark";
  };
  follow();
  new MutationObserver(follow).observe(document.body, { attributeFilter: ["class"] });
  window.addEventListener("message", ({ data }) => {
    if (data) {
      viewer.report = data;
    }
  });
  acquireVsCodeApi().postMessage("ready");
}
