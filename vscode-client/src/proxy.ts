/** What VS Code's settings say of a proxy. */
export interface ProxySettings {
  readonly "http.proxy": string;
  readonly "http.noProxy": readonly string[];
  readonly "http.proxySupport": string;
}

/** The variables of programs that use the network: the editor's proxy, where it has one, goes before the environment's. */
export function withProxy(variables: NodeJS.ProcessEnv, settings: ProxySettings): NodeJS.ProcessEnv {
  const proxy = settings["http.proxy"];
  if (proxy === "" || settings["http.proxySupport"] === "off") {
    return variables;
  }
  // Programs differ in whether small or capital letters count first, so only one spelling is left.
  const others = Object.entries(variables).filter(([name]) => !/^(https?|all|no)_proxy$/i.test(name));
  return {
    ...Object.fromEntries(others),
    HTTP_PROXY: proxy,
    HTTPS_PROXY: proxy,
    NO_PROXY: settings["http.noProxy"].join(","),
  };
}
