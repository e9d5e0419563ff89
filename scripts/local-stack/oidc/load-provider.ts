/**
 * Loads the library, which names no other runtime than Node as supported and says so on import. It is used for
 * development alone and tested under Bun, so that its remark would only alarm people.
 */
export async function loadProvider(): Promise<typeof import("oidc-provider")> {
  const { warn } = console;
  console.warn = () => {};
  try {
    return await import("oidc-provider");
  } finally {
    console.warn = warn;
  }
}
