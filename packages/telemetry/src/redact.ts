const REDACTED = "[redacted]";

/** Keys whose values are never logged, whatever they hold. */
const secretKey =
  /^(authorization|cookie|set-cookie|x-platz-token|.*password|.*passwd|.*secret|.*secret[_-]?hash|.*token|auth(orization)?[_-]?code|code[_-]?verifier|nonce|credentials?|private[_-]?key|encryption[_-]?keys?|kubeconfig|contents|values[_-]?override)$/i;

/**
 * What a secret looks like inside a text: a JWT, an API token, a bearer credential, the password of an address. Others write
 * these texts: no pattern looks far ahead from many places.
 */
const secretTexts: readonly (readonly [RegExp, string])[] = [
  // drizzle repeats a failed statement's parameters in its message.
  [/\nparams: .*/g, ""],
  [/\beyJ[\w-]{4,4000}\.[\w-]{4,}\.[\w-]{4,}/g, REDACTED],
  [/(?<![\w-])(?:platz_)?[\w-]{22}\.[\w-]{43}(?![\w-])/g, REDACTED],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  [/(\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@]*:)[^\s@/]+@/gi, `$1${REDACTED}@`],
];

const DEPTH_MAX = 6;
const ITEMS_MAX = 100;

/** A text without what looks like a secret in it. */
export function redactText(text: string): string {
  return secretTexts.reduce((result, [pattern, by]) => result.replace(pattern, by), text);
}

/**
 * A copy that is safe to log: values of secret keys are replaced at any depth, texts lose what looks like a secret,
 * errors become type, message, code, stack and cause. What is deeper or longer than a log line needs is cut.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return redactText(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= DEPTH_MAX) return "[deeper]";
  if (value instanceof Error) return redactError(value, depth);
  if (value instanceof Date) return value;
  // What knows how to serialise itself (a Secret, a URL) is asked first.
  if ("toJSON" in value && typeof value.toJSON === "function") return redact(value.toJSON(), depth + 1);
  if (Array.isArray(value)) return value.slice(0, ITEMS_MAX).map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, ITEMS_MAX)
      .map(([key, item]) => [key, secretKey.test(key) ? REDACTED : redact(item, depth + 1)]),
  );
}

function redactError(error: Error, depth: number) {
  return {
    type: error.name,
    message: redactText(error.message),
    ...("code" in error ? { code: redact(error.code, depth + 1) } : {}),
    ...(error.stack === undefined ? {} : { stack: redactText(error.stack) }),
    ...(error.cause === undefined ? {} : { cause: redact(error.cause, depth + 1) }),
  };
}
