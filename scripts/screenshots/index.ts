import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileOf, locales, schemes } from './picture.ts';

const groups: Record<string, string> = {
  checkout: 'The hosted checkout',
  agreement: 'The page of a standing agreement',
  account: 'The shopper’s account',
  dashboard: 'The merchant’s dashboard',
  console: 'The operators’ console',
  docs: 'Documentation and help',
  shop: 'The demo shop',
};

const columns = locales.flatMap((locale) => schemes.map((scheme) => ({ locale, scheme })));
const headOf = ({ locale, scheme }: { locale: string; scheme: string }): string =>
  `${locale === 'en' ? 'English' : '简体中文'}, ${scheme}`;

/** The page that shows all pictures of the folder: a table for each place, a row for each page. */
export function writeIndex(folder: string): string {
  const names = readdirSync(join(folder, 'en'))
    .filter((file) => !file.endsWith('-dark.webp'))
    .map((file) => file.replace('.webp', ''))
    .toSorted();
  const chinese = new Set(readdirSync(join(folder, 'zh-CN')));
  const tables = Object.entries(groups).map(([group, title]) => {
    const rows = names.filter((name) => name.startsWith(`${group}-`)).map((name) => rowOf(name, chinese));
    const head = `| page | ${columns.map(headOf).join(' | ')} |\n| --- |${' --- |'.repeat(columns.length)}`;
    return `## ${title}\n\n${head}\n${rows.join('\n')}\n`;
  });
  return `<!-- prettier-ignore-start -->\n\n# Every page\n\n\`npm run screenshots\` takes these pictures: shoppers’ pages on a phone, the others at a desk, long ones cut.\n\n${tables.join('\n')}\n<!-- prettier-ignore-end -->\n`;
}

function rowOf(name: string, chinese: ReadonlySet<string>): string {
  const cells = columns.map(({ locale, scheme }) => {
    const file = fileOf(name, locale, scheme);
    if (locale === 'zh-CN' && !chinese.has(file.replace('zh-CN/', ''))) return '';
    return `<a href="${file}"><img src="${file}" alt="${name}, ${locale}, ${scheme}" width="180" loading="lazy"></a>`;
  });
  return `| ${name.replace(/^[a-z]+-/, '')} | ${cells.join(' | ')} |`;
}
