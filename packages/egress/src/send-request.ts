import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { EgressError } from "./egress-error.ts";

/** One exchange with one address. */
export interface Destination {
  readonly address: string;
  readonly port: number;
  readonly isTls: boolean;
  /** The name that was asked for: what the other side is told, and what its certificate must be for. */
  readonly url: URL;
  readonly ca: string | undefined;
}

export interface Message {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export interface EgressResponse {
  readonly status: number;
  /** By lower-case name; repeated ones joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The bytes as UTF-8; what is none of it becomes U+FFFD. */
  readonly text: string;
}

/**
 * Sends to exactly this address, whatever the name would resolve to by now, over a connection of its own. Follows no
 * redirect, expands no body and uses no proxy.
 */
export async function sendRequest(destination: Destination, message: Message): Promise<EgressResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const { address, port, isTls, url, ca } = destination;
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const send = isTls ? httpsRequest : httpRequest;
  const request = send({
    host: address,
    port,
    method: message.method,
    path: url.pathname + url.search,
    headers: {
      ...message.headers,
      // Said here, because the client leaves a body of GET and DELETE without a length, hence without an end.
      ...(message.body && { "content-length": String(message.body.length) }),
      host: url.host,
      "accept-encoding": "identity",
    },
    // No agent, so no connection that was made for another name is used again.
    agent: false,
    signal: message.signal,
    ...(isTls && {
      rejectUnauthorized: true,
      ...(hostname !== address && { servername: hostname }),
      ...(ca && { ca }),
    }),
  });
  request.on("response", resolve);
  request.on("error", reject);
  request.end(message.body);
  try {
    const response = await promise;
    return await readResponse(response, message.maxBytes, url.hostname);
  } finally {
    request.destroy();
  }
}

async function readResponse(
  response: IncomingMessage,
  maxBytes: number,
  hostname: string,
): Promise<EgressResponse> {
  const status = response.statusCode ?? 0;
  if (status >= 300 && status < 400 && status !== 304) {
    throw new EgressError(
      "redirect",
      `${hostname} answered with a redirect, and redirects are not followed.`,
    );
  }
  const tooLarge = () =>
    new EgressError("too-large", `The answer of ${hostname} is larger than the limit of ${maxBytes} bytes.`);
  if (Number(response.headers["content-length"] ?? 0) > maxBytes) throw tooLarge();
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of response) {
    length += piece.length;
    if (length > maxBytes) throw tooLarge();
    pieces.push(piece);
  }
  const bytes = new Uint8Array(Buffer.concat(pieces));
  return { status, headers: flat(response.headers), bytes, text: new TextDecoder().decode(bytes) };
}

function flat(headers: IncomingMessage["headers"]): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [name, [value].flat().join(", ")] as const);
  return Object.fromEntries(entries);
}
