export interface ProviderSignIn {
  /** The provider's authorization address, as Platz made it. */
  readonly redirectUrl: string;
  /** Who signs in; must be in the provider's users file. */
  readonly email: string;
}

export interface ProviderAnswer {
  readonly code: string;
  readonly state: string;
  /** The whole address that the provider sends the browser to. */
  readonly callbackUrl: string;
}

const REDIRECTS_MAX = 10;

/**
 * Signs a person in at the development provider as a browser would: follows its redirects with cookies, picks the
 * person on its page, and stops where it sends the browser back to Platz.
 */
export async function signInThroughProvider({ redirectUrl, email }: ProviderSignIn): Promise<ProviderAnswer> {
  const { origin } = new URL(redirectUrl);
  const browse = createBrowser();
  let url = new URL(redirectUrl);
  let body: URLSearchParams | undefined;
  for (let step = 0; step < REDIRECTS_MAX; step += 1) {
    const response = await browse(url, body);
    const location = response.headers.get("location");
    if (location !== null) {
      url = new URL(location, url);
      body = undefined;
      if (url.origin !== origin) return answerOf(url);
    } else if (response.ok && url.pathname.startsWith("/interaction/") && body === undefined) {
      body = new URLSearchParams({ email });
    } else {
      throw new Error(
        `The OpenID provider answered ${response.status} at ${url.pathname}: ${textOf(await response.text())}`,
      );
    }
  }
  throw new Error("The OpenID provider redirects without end.");
}

function answerOf(url: URL): ProviderAnswer {
  const code = url.searchParams.get("code");
  const state = url.searchParams.get("state");
  if (code !== null && state !== null) return { code, state, callbackUrl: url.href };
  throw new Error(`The OpenID provider refused: ${url.searchParams.get("error") ?? "no code came back"}`);
}

/** A fetch that keeps cookies, for one origin. */
function createBrowser() {
  const cookies = new Map<string, string>();
  return async (url: URL, body: URLSearchParams | undefined): Promise<Response> => {
    const response = await fetch(url, {
      method: body === undefined ? "GET" : "POST",
      redirect: "manual",
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
      ...(body === undefined ? {} : { body }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "") cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
}

const textOf = (html: string) =>
  html
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 300);
