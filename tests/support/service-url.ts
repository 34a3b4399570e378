import type { ServiceUrl } from "../../components/service-users/urls";
import { schemes } from "../../settings/url-schemes";

/**
 * Reads a URL as the application does, to prove that what was built says what was meant.
 *
 * @throws Error when it is no such URL. The message never repeats it: there is a secret in it.
 */
export function parseServiceUrl(url: string): ServiceUrl {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    // The cause is left out on purpose: it quotes the URL.
    throw new Error("Not a URL.");
  }
  const scheme = schemes.find((known) => parsed.protocol === `${known}:`);
  if (scheme === undefined) {
    throw new Error(
      `Unknown scheme ${parsed.protocol} Known are ${schemes.map((known) => `${known}:`).join(", ")}`,
    );
  }
  const region = parsed.host;
  const resource = parsed.pathname.slice(1);
  if (
    region === "" ||
    resource === "" ||
    resource.includes("/") ||
    parsed.search !== "" ||
    parsed.hash !== ""
  ) {
    throw new Error(`Not of the form ${scheme}://[KEY:SECRET@]region/name.`);
  }
  if (parsed.username === "" && parsed.password === "") {
    return { scheme, region, resource };
  }
  if (parsed.username === "" || parsed.password === "") {
    throw new Error(
      `Not of the form ${scheme}://KEY:SECRET@region/name: one part of the credentials is missing.`,
    );
  }
  return {
    scheme,
    credentials: {
      accessKeyId: decodeURIComponent(parsed.username),
      secretAccessKey: decodeURIComponent(parsed.password),
    },
    region,
    resource,
  };
}
