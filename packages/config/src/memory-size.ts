import { z } from "zod";

const KIB = 1024;
const units: Readonly<Record<string, number>> = { Ki: KIB, Mi: KIB ** 2, Gi: KIB ** 3 };

/** A setting that is an amount of memory as Kubernetes writes it, and comes out in bytes. */
export function memorySize({ minBytes }: { readonly minBytes: number }) {
  return z.string().transform((text, context) => {
    const [, count, unit = ""] = /^(\d{1,9})(Ki|Mi|Gi)$/.exec(text.trim()) ?? [];
    const bytes = Number(count) * (units[unit] ?? Number.NaN);
    if (bytes >= minBytes) return bytes;
    const message = Number.isNaN(bytes)
      ? 'must be an amount of memory such as "512Mi" or "1Gi"'
      : `must be at least ${Math.ceil(minBytes / KIB ** 2)}Mi`;
    context.issues.push({ code: "custom", input: text, message });
    return z.NEVER;
  });
}
