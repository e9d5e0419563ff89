import { Refusal } from "./routes/problem.ts";

/** What anybody may send: a sign-in and the like. */
export const SMALL_BODY_BYTES_MAX = 16 * 1024;
/** What a caller who is known may send: 2 MiB (API spec 5.1). */
export const BODY_BYTES_MAX = 2 * 1024 * 1024;
/** How long a body may take to arrive. */
export const BODY_MS_MAX = 10_000;

export interface BodyRules {
  /** Asked once, before more than a small body is read: whether more may come. */
  mayBeLarge(): Promise<boolean>;
  /** How long the body may take to arrive. */
  readonly ms: number;
}

/**
 * The body of a request; `null` when it has none, and `undefined` when it is large and may not be: the rest is then not
 * read. A length that the sender declares is believed only when it is too large. Throws a `Refusal` for what is too large for
 * anybody, or arrives too slowly.
 */
export async function readBody(
  request: Request,
  rules: BodyRules,
): Promise<Uint8Array<ArrayBuffer> | null | undefined> {
  if (request.body === null) return null;
  const mayHold = allowance(rules);
  if (!(await mayHold(Number(request.headers.get("content-length") ?? 0)))) return undefined;
  const reader = request.body.getReader();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    cancel(reader);
  }, rules.ms);
  try {
    const whole = await readAll(reader, mayHold);
    if (isLate) throw tooSlow(rules.ms);
    return whole;
  } finally {
    clearTimeout(timer);
    cancel(reader);
  }
}

/** Whether a body of so many bytes is taken. */
type Allowance = (bytes: number) => Promise<boolean>;

function allowance({ mayBeLarge }: BodyRules): Allowance {
  let isLarge = false;
  return async (bytes) => {
    if (bytes > BODY_BYTES_MAX) throw tooLarge(BODY_BYTES_MAX);
    isLarge ||= bytes > SMALL_BODY_BYTES_MAX && (await mayBeLarge());
    return isLarge || bytes <= SMALL_BODY_BYTES_MAX;
  };
}

async function readAll(reader: ReadableStreamDefaultReader<Uint8Array>, mayHold: Allowance) {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return joined(chunks, bytes);
    bytes += value.byteLength;
    if (!(await mayHold(bytes))) return undefined;
    chunks.push(value);
  }
}

/** Of a stream that has ended it changes nothing. */
function cancel(reader: ReadableStreamDefaultReader<Uint8Array>): void {
  reader.cancel().catch(() => {});
}

function joined(chunks: readonly Uint8Array[], bytes: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

export function tooLarge(max: number): Refusal {
  return new Refusal(413, `The request is too large: send at most ${max} bytes.`);
}

function tooSlow(ms: number): Refusal {
  return new Refusal(408, `The request did not arrive within ${ms / 1000} seconds: send it again, at once.`);
}
