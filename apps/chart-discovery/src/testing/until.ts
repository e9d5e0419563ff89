/** Asks until the answer is neither false nor nothing, for ten seconds at most. */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  seconds = 10,
): Promise<NonNullable<T>> {
  const deadline = Date.now() + seconds * 1_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== null && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`${what} did not happen within ${seconds} s`);
    await Bun.sleep(20);
  }
}
