import { describe, expect, it } from "vitest";
import { type ProxySettings, withProxy } from "../src/proxy";

const NONE: ProxySettings = { "http.proxy": "", "http.noProxy": [], "http.proxySupport": "override" };
const OWN: ProxySettings = { ...NONE, "http.proxy": "http://proxy.example:3128" };

describe("withProxy", () => {
  it("leaves the environment's proxy where the editor has none", () => {
    expect(withProxy({ https_proxy: "http://other.example" }, NONE)).toEqual({ https_proxy: "http://other.example" });
  });

  it("puts the editor's proxy in the place of the environment's, however that is written", () => {
    const variables = { https_proxy: "http://other.example", ALL_PROXY: "socks5://other.example", HOME: "/home/ada" };
    const settings = { ...OWN, "http.noProxy": ["localhost", "10.0.0.1"] };
    expect(withProxy(variables, settings)).toEqual({
      HOME: "/home/ada",
      HTTP_PROXY: "http://proxy.example:3128",
      HTTPS_PROXY: "http://proxy.example:3128",
      NO_PROXY: "localhost,10.0.0.1",
    });
  });

  it("uses no proxy that the editor does not use itself", () => {
    expect(withProxy({}, { ...OWN, "http.proxySupport": "off" })).toEqual({});
  });
});
