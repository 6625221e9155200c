/** Text made safe for HTML; what is Html is put in as it stands. */
export type Html = { html: string };

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A picture with its title, what it shows, and its numbers as a table. */
export function figure(input: { title: string; note?: string; svg: Html; table: Html }): Html {
  const note = input.note === undefined ? '' : `<p>${escapeHtml(input.note)}</p>`;
  return {
    html: `<figure><h3>${escapeHtml(input.title)}</h3>${note}${input.svg.html}<details><summary>Table</summary>${input.table.html}</details></figure>`,
  };
}

export function table(heads: readonly string[], rows: readonly (readonly string[])[]): Html {
  const head = heads.map((text) => `<th scope="col">${escapeHtml(text)}</th>`).join('');
  const body = rows
    .map((row) => `<tr>${row.map((text) => `<td>${escapeHtml(text)}</td>`).join('')}</tr>`)
    .join('');
  return { html: `<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>` };
}

export function section(title: string, note: string, parts: readonly Html[]): Html {
  const body = parts.map(({ html }) => html).join('');
  return {
    html: `<section><h2>${escapeHtml(title)}</h2><p>${escapeHtml(note)}</p><div class="figures">${body}</div></section>`,
  };
}

const style = `
body{font:16px/1.5 system-ui,sans-serif;color:#1c2733;background:#fff;margin:0 auto;max-width:1180px;padding:24px}
h1{font-size:1.7rem}h2{margin-top:2.5rem;border-top:1px solid #d5dce3;padding-top:1rem}h3{font-size:1rem;margin:0 0 .25rem}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(340px,1fr));gap:24px}
figure{margin:0}figure p{margin:0 0 .25rem;font-size:.85rem;color:#4a5865}svg{width:100%;height:auto}
table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums}
th,td{padding:2px 10px 2px 0;text-align:right;border-bottom:1px solid #e6ebf0}th:first-child,td:first-child{text-align:left}
summary{cursor:pointer;font-size:.85rem}details{overflow-x:auto}.note{background:#fff4d6;padding:8px 12px;border-radius:6px}
`;

/** A whole document that needs nothing from outside: no script, style sheet, font or picture. */
export function document(title: string, parts: readonly Html[]): string {
  const body = parts.map(({ html }) => html).join('\n');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)}</title><style>${style}</style></head>
<body><h1>${escapeHtml(title)}</h1>
${body}
</body></html>
`;
}
