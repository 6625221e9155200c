import MiniSearch from 'minisearch';
import type { Locale } from '../shoppers/profile.ts';
import { type HelpArticle, type HelpAudience, listArticles } from './articles.ts';

// An index in memory: a few dozen articles of our own change with the code only, and PostgreSQL's text search cannot cut
// Chinese into words, which pairs of characters can.

const wordShape = /\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{N}])+/gu;

const stopWords = new Set(
  (
    'a an and are as at be been by can could did do does for from get got had has have how i if in into is it its me my no not of on ' +
    'or our please so that the their them then there they this to up was we were what when where which who why will with ' +
    'would you your'
  ).split(' '),
);

/** The terms of a text: words without their commonest endings, and of Chinese every pair of characters. */
export function termsOf(text: string): string[] {
  const found = text.normalize('NFKC').toLowerCase().match(wordShape) ?? [];
  return found.flatMap((word) => (/^\p{Script=Han}/u.test(word) ? pairsOf(word) : stemsOf(word)));
}

function pairsOf(run: string): string[] {
  const characters = Array.from(run);
  if (characters.length === 1) return characters;
  return characters.slice(1).map((character, index) => `${characters[index] ?? ''}${character}`);
}

function stemsOf(word: string): string[] {
  if (stopWords.has(word)) return [];
  const stem = word.length > 4 ? word.replace(/(?:ing|ed|es|s|e)$/, '') : word.replace(/(?<=..)s$/, '');
  return [stem.replace(/(.)\1$/, '$1')];
}

/** A word of the title counts more than one that is only in the text. */
const boost = { title: 4, words: 3, text: 1 };

function indexOf(locale: Locale): MiniSearch<HelpArticle> {
  const index = new MiniSearch<HelpArticle>({
    idField: 'slug',
    fields: Object.keys(boost),
    storeFields: ['audience'],
    tokenize: termsOf,
    // They are cut and stemmed already.
    processTerm: (term) => term,
  });
  index.addAll(listArticles(locale));
  return index;
}

const indexes: Record<Locale, MiniSearch<HelpArticle>> = { en: indexOf('en'), 'zh-CN': indexOf('zh-CN') };

/** What is looked for is cut here: more says nothing more. */
const mostTerms = 200;

/** An article has to come this near to the best one to be shown beside it. */
const nearEnough = 0.25;

/**
 * The articles that fit what somebody typed, the best first, in `locale`; where it is written in the other language, they are
 * found by that. `audience` leaves out those for others.
 */
export function searchHelp(
  typed: string,
  options: { locale: Locale; audience?: HelpAudience | undefined; most: number },
): HelpArticle[] {
  const { locale, audience, most } = options;
  // Cut once here: what is handed on is terms, and the index would cut them again.
  const terms = [...new Set(termsOf(typed).slice(0, mostTerms))];
  const other = locale === 'en' ? 'zh-CN' : 'en';
  const own = rank(indexes[locale], terms, audience);
  const slugs = own.length > 0 ? own : rank(indexes[other], terms, audience);
  const shown = new Map(listArticles(locale).map((article) => [article.slug, article]));
  return slugs.slice(0, most).flatMap((slug) => shown.get(slug) ?? []);
}

function rank(
  index: MiniSearch<HelpArticle>,
  terms: readonly string[],
  audience: HelpAudience | undefined,
): string[] {
  const found = index.search(terms.join(' '), {
    boost,
    tokenize: (joined) => joined.split(' '),
    filter: (result) => audience === undefined || result.audience === audience,
  });
  const best = found[0]?.score ?? 0;
  return found.filter(({ score }) => score >= best * nearEnough).map(({ id }) => String(id));
}
