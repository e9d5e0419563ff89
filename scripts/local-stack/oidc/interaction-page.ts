import type { ServerResponse } from "node:http";
import type { DevUser } from "./users-file.ts";

/** Shows the people to choose from. A program posts `email=…` to the same address instead. */
export function userChoicePage(uid: string, users: readonly DevUser[]): string {
  const buttons = users.map(
    ({ name, email }) =>
      `<p><button name="email" value="${escapeHtml(email)}">${escapeHtml(name)} &lt;${escapeHtml(email)}&gt;</button></p>`,
  );
  return page(
    `<h1>Sign in as</h1><form method="post" action="/interaction/${escapeHtml(uid)}">${buttons.join("")}</form>`,
  );
}

export function messagePage(message: string): string {
  return page(`<h1>Sign-in for development</h1><p>${escapeHtml(message)}</p>`);
}

/** Sends a page that may load nothing and be framed by nobody. */
export function sendPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
  });
  response.end(html);
}

function page(body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sign-in for development</title>${body}</html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
