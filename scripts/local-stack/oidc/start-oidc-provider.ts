import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import type { Provider } from "oidc-provider";
import { messagePage, sendPage, userChoicePage } from "./interaction-page.ts";
import { loadProvider } from "./load-provider.ts";
import { type ProviderClient, providerConfiguration } from "./provider-configuration.ts";
import { providerKeys } from "./provider-keys.ts";
import { readUsersFile } from "./users-file.ts";

export interface OidcProviderOptions extends ProviderClient {
  /** 0 takes any free one. */
  readonly port: number;
  /** Where its keys are kept between starts. */
  readonly dir: string;
  readonly env?: Record<string, string | undefined>;
  readonly onError?: (error: Error) => void;
}

export interface OidcProvider extends AsyncDisposable {
  /** The issuer, such as `http://127.0.0.1:9000`. */
  readonly issuer: string;
}

const HOST = "127.0.0.1";
const BODY_BYTES_MAX = 4096;

/**
 * An OpenID provider for development: no passwords, whoever asks picks a person. Hence it listens on loopback alone,
 * answers no other host name than its own (a page elsewhere could point one at it), and throws in production.
 */
export async function startOidcProvider(options: OidcProviderOptions): Promise<OidcProvider> {
  requireDevelopment(options.env ?? process.env);
  await readUsersFile(options.usersFile);
  const keys = await providerKeys(options.dir);
  const { Provider, interactionPolicy } = await loadProvider();

  const listeners: { current: RequestListener } = {
    current: (_request, response) => response.writeHead(503).end(),
  };
  const server = createServer((request, response) => listeners.current(request, response));
  const port = await listen(server, options.port);
  const issuer = `http://${HOST}:${port}`;
  const policy = interactionPolicy.base();
  const { Check } = interactionPolicy;
  policy.get("login").checks.add(
    // Also those who have a session are asked, since changing the person is what development needs.
    new Check("pick", "a person must be picked", ({ oidc }) => oidc.result?.login === undefined),
  );
  const provider = new Provider(issuer, providerConfiguration(options, keys, policy));
  provider.on("server_error", (_context, error) => options.onError?.(error));
  const own = new Set([`${HOST}:${port}`, `localhost:${port}`]);
  listeners.current = (request, response) => {
    if (!own.has(request.headers.host ?? "")) return void response.writeHead(421).end();
    void answer(provider, options, { request, response }).catch((error) => {
      options.onError?.(error);
      if (!response.headersSent)
        sendPage(response, 500, messagePage("This failed; begin the sign-in again."));
    });
  };
  return { issuer, [Symbol.asyncDispose]: () => close(server) };
}

function requireDevelopment(env: Record<string, string | undefined>): void {
  for (const name of ["NODE_ENV", "PLATZ_ENV"]) {
    if (env[name]?.toLowerCase() === "production") {
      throw new Error(
        `The development OpenID provider lets in whoever asks and does not start with ${name}=production: use a real provider.`,
      );
    }
  }
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function answer(provider: Provider, { usersFile }: ProviderClient, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  if (!pathname.startsWith("/interaction/")) return await provider.callback()(request, response);
  let uid: string;
  try {
    ({ uid } = await provider.interactionDetails(request, response));
  } catch {
    return sendPage(
      response,
      400,
      messagePage("This sign-in has expired, or belongs to another browser; begin again."),
    );
  }
  const users = await readUsersFile(usersFile);
  if (request.method !== "POST") return sendPage(response, 200, userChoicePage(uid, users));
  const email = new URLSearchParams(await readBody(request)).get("email");
  const user = users.find((known) => known.email === email);
  if (user === undefined)
    return sendPage(response, 400, messagePage("There is no such person in the users file."));
  await provider.interactionFinished(request, response, { login: { accountId: user.sub, remember: false } });
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new Error("the form is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const isTaken = cause.code === "EADDRINUSE";
      reject(
        isTaken
          ? new Error(`Port ${port} for the OpenID provider is taken: stop what uses it.`, { cause })
          : cause,
      );
    });
    server.listen(port, HOST, () => {
      const address = server.address();
      if (address === null || typeof address === "string") return reject(new Error("no port was given"));
      resolve(address.port);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
