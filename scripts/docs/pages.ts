import { permissionsPage } from "./permissions-page.ts";

/** The pages that come from the code, by path. */
export const pages: Readonly<Record<string, () => string>> = {
  "docs/permissions.md": permissionsPage,
};
