/** A page of one heading and one sentence, which loads nothing, runs nothing and may be framed by nobody. */
export function page(status: number, heading: string, sentence: string): Response {
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Platz</title><h1>${escapeHtml(heading)}</h1><p>${escapeHtml(sentence)}</p></html>`;
  return new Response(html, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy":
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      "referrer-policy": "no-referrer",
    },
  });
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
