import { Unauthenticated, Unavailable } from "@platz/domain";
import { ArcticFetchError, type OAuth2Client, OAuth2RequestError, type OAuth2Tokens } from "arctic";

/**
 * Gives the code back to the provider for tokens. Throws `Unauthenticated` when the provider refuses it, and
 * `Unavailable` when the provider gives no answer in time.
 */
export async function exchangeCode(
  client: OAuth2Client,
  tokenEndpoint: string,
  answer: { readonly code: string; readonly codeVerifier: string; readonly timeoutMs: number },
): Promise<OAuth2Tokens> {
  try {
    return await within(
      answer.timeoutMs,
      client.validateAuthorizationCode(tokenEndpoint, answer.code, answer.codeVerifier),
    );
  } catch (cause) {
    if (cause instanceof Unavailable) throw cause;
    if (cause instanceof OAuth2RequestError && cause.code === "invalid_grant") {
      throw new Unauthenticated("This sign-in has been used already or has expired: sign in again.", {
        cause,
      });
    }
    if (cause instanceof OAuth2RequestError) {
      throw new Unauthenticated(
        "The sign-in provider refused this installation: ask an administrator to check the OpenID settings.",
        { cause },
      );
    }
    const what =
      cause instanceof ArcticFetchError ? "cannot be reached now" : "gave an answer that cannot be used";
    throw new Unavailable(`The sign-in provider ${what}: try again in a moment.`, { cause });
  }
}

/** The ID token among the tokens, or `Unavailable`: a provider that sends none speaks OAuth, not OpenID Connect. */
export function idTokenOf(tokens: OAuth2Tokens): string {
  try {
    return tokens.idToken();
  } catch (cause) {
    throw new Unavailable(
      "The sign-in provider sent no ID token: ask an administrator to check the OpenID settings.",
      {
        cause,
      },
    );
  }
}

/** Arctic takes no signal; the request that it leaves behind ends by itself. */
async function within<Value>(ms: number, work: Promise<Value>): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Unavailable("The sign-in provider takes too long: try again in a moment.")),
      ms,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
