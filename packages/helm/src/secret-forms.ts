/** Shorter ones are looked for in quotes only. */
const LENGTH_MIN = 4;
/** A line or a base64 core shorter than this says too little to look for it. */
const PART_LENGTH_MIN = 8;

/** Every text by which one of the secrets may show, longest first, each once. */
export function secretForms(secrets: readonly string[]): readonly string[] {
  const forms = new Set<string>();
  for (const secret of secrets) {
    for (const form of secret.trim().length < LENGTH_MIN ? quoted(secret.trim()) : formsOf(secret))
      forms.add(form);
  }
  return [...forms].sort((a, b) => b.length - a.length);
}

function quoted(secret: string): string[] {
  return secret === "" ? [] : [`"${secret}"`, `'${secret}'`, `\`${secret}\``];
}

function formsOf(secret: string): string[] {
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  // YAML and logs indent the lines of a secret, so that the whole is not found.
  const parts = lines.length > 1 ? lines.filter((line) => line.length >= PART_LENGTH_MIN) : [];
  return [secret, secret.trim(), ...parts].flatMap((value) => [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value.toWellFormed()),
    ...base64Cores(value),
  ]);
}

/**
 * What of the secret's base64 does not depend on its neighbours, for each of the three ways in which it can fall into
 * groups of three bytes: so it is found in the base64 of a larger document too (a rendered Secret, a kubeconfig).
 */
function base64Cores(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret);
  return [0, 1, 2].flatMap((offset) => {
    const skip = (3 - offset) % 3;
    const whole = bytes.subarray(skip, skip + Math.floor((bytes.length - skip) / 3) * 3);
    const core = Buffer.from(whole).toString("base64");
    const exact = offset === 0 ? [Buffer.from(bytes).toString("base64").replace(/=+$/, "")] : [];
    return [core, ...exact]
      .filter((text) => text.length >= (text === core ? PART_LENGTH_MIN : LENGTH_MIN))
      .flatMap((text) => [text, text.replaceAll("+", "-").replaceAll("/", "_")]);
  });
}
