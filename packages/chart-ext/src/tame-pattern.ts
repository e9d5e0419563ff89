/**
 * Whether a regular expression holds nothing that could keep the engine busy for ever: no repeated group in which
 * something is repeated or chosen, and, as in Rust and RE2, neither references back nor looks around.
 */
export function isTamePattern(pattern: string): boolean {
  if (/\\(?:[1-9]|k)|\(\?<?[=!]/.test(pattern)) return false;
  // What is escaped or in a class is one plain character, for this question.
  let rest = pattern.replace(/\\./gs, "a").replace(/\[[^\]]*\]/g, "a");
  for (;;) {
    const innermost = /\(([^()]*)\)([*+{]?)/.exec(rest);
    if (innermost === null) return true;
    const [whole, content = "", repetition] = innermost;
    const holds = /[*+{|]/.test(content);
    if (holds && repetition !== "") return false;
    rest = rest.replace(whole, holds || repetition !== "" ? "a+" : "a");
  }
}
