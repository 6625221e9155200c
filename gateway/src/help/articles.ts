import { readFileSync } from 'node:fs';
import type { Locale } from '../shoppers/profile.ts';

export const helpAudiences = ['shopper', 'merchant'] as const;

export type HelpAudience = (typeof helpAudiences)[number];

/** An article in one language. `text` is the Markdown that `Prose` shows. */
export type HelpArticle = {
  /** The same in every language, and its address. */
  slug: string;
  audience: HelpAudience;
  title: string;
  /** Other words by which people ask for it. They are searched and not shown. */
  words: string;
  text: string;
};

// Read once, when the process starts. An article is `# slug: Title`, a line `> other words`, and its text.
const articles: Record<Locale, readonly HelpArticle[]> = {
  en: read('en'),
  'zh-CN': read('zh-CN'),
};

function read(locale: Locale): HelpArticle[] {
  return helpAudiences.flatMap((audience) => {
    const file = readFileSync(new URL(`./articles/${audience}.${locale}.md`, import.meta.url), 'utf8');
    return file
      .split(/^# /m)
      .slice(1)
      .map((part) => parse(audience, part));
  });
}

function parse(audience: HelpAudience, part: string): HelpArticle {
  const [, slug, title, words, text] = /^([a-z0-9-]+): (.+)\n\n> (.+)\n\n([^]+)$/.exec(part) ?? [];
  if (slug === undefined || title === undefined || words === undefined || text === undefined) {
    throw new Error(`a help article does not read as one: ${part.slice(0, 60)}`);
  }
  return { slug, audience, title, words, text: text.trim() };
}

/** Every article in a language, those for shoppers first. */
export function listArticles(locale: Locale): readonly HelpArticle[] {
  return articles[locale];
}

/** The article with this name, in a language; undefined when there is none. */
export function findArticle(slug: string, locale: Locale): HelpArticle | undefined {
  return articles[locale].find((article) => article.slug === slug);
}
