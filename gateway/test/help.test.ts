import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HelpAudience, listArticles } from '../src/help/articles.ts';
import { searchHelp, termsOf } from '../src/help/search.ts';
import { locales } from '../src/shoppers/profile.ts';

const slugsFor = (typed: string, locale: 'en' | 'zh-CN', audience?: HelpAudience) =>
  searchHelp(typed, { locale, audience, most: 5 }).map(({ slug }) => slug);

describe('the articles', () => {
  it('are the same in both languages, for both audiences', () => {
    const named = locales.map((locale) =>
      listArticles(locale).map(({ slug, audience }) => `${audience}/${slug}`),
    );
    expect(named[1]).toEqual(named[0]);
    expect(new Set(named[0]).size).toBe(named[0]?.length);
    expect(named[0]!.filter((name) => name.startsWith('shopper/')).length).toBeGreaterThan(12);
    expect(named[0]!.filter((name) => name.startsWith('merchant/')).length).toBeGreaterThan(8);
  });

  it('are short, and leave nothing in the other language', () => {
    for (const { slug, title, text } of listArticles('en')) {
      expect(text.split(/\s+/).length, slug).toBeLessThan(220);
      expect(`${title}${text}`, slug).not.toMatch(/[\u4e00-\u9fff]/);
    }
    for (const { slug, title, words, text } of listArticles('zh-CN')) {
      for (const said of [title, words, text]) expect(said, slug).toMatch(/[\u4e00-\u9fff]/);
      expect(`${title}${text}`, slug).not.toMatch(/[\u4e00-\u9fff][,:;?!]|[,:;?!][\u4e00-\u9fff]/);
    }
  });
});

describe('the search', () => {
  it.each(locales)('finds every article of %s by its own title first, however it is typed', (locale) => {
    const all = listArticles(locale);
    fc.assert(
      fc.property(
        fc.constantFrom(...all),
        fc.constantFrom('', ' ', '?!', '。', '\n', '🙂 ', ' <b> '),
        fc.boolean(),
        (article, noise, isLoud) => {
          const title = isLoud ? article.title.toUpperCase() : article.title;
          expect(slugsFor(`${noise}${title}${noise}`, locale)[0]).toBe(article.slug);
          expect(slugsFor(title, locale, article.audience)[0]).toBe(article.slug);
        },
      ),
      { numRuns: all.length * 10 },
    );
  });

  it.each([
    ['my parcel never came', 'dispute'],
    ['i lost my job and cannot pay', 'hardship'],
    ['when do i get my money back', 'refund'],
    ['delete my account please', 'privacy'],
    ['raise my limit', 'limit'],
    ['I missed a payment, is there a fee?', 'late'],
    ['my card expired', 'change-card'],
    ['包裹一直没收到', 'dispute'],
    ['我失业了还不上', 'hardship'],
    ['换卡', 'change-card'],
    ['怎么提额', 'limit'],
    ['注销', 'privacy'],
  ])('understands “%s”', (typed, slug) => {
    const locale = /[\u4e00-\u9fff]/.test(typed) ? 'zh-CN' : 'en';
    expect(slugsFor(typed, locale, 'shopper').slice(0, 2)).toContain(slug);
  });

  it('finds by the other language what is typed in it, and keeps to its audience', () => {
    expect(slugsFor('退款如何到账', 'en', 'shopper')[0]).toBe('refund');
    expect(searchHelp('payout held', { locale: 'zh-CN', most: 1 })[0]?.title).toBe('付款以及为何被暂缓');
    for (const { audience } of searchHelp('refund', { locale: 'en', audience: 'merchant', most: 9 }))
      expect(audience).toBe('merchant');
  });

  it('takes anything, finds nothing by nothing, and never throws', () => {
    for (const typed of ['', ' ', '???', 'the of and', '\u0000', 'xyzzyqwert'])
      expect(slugsFor(typed, 'en')).toEqual([]);
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 400 }),
        fc.constantFrom(...locales),
        (typed, locale) => {
          expect(searchHelp(typed, { locale, most: 3 }).length).toBeLessThanOrEqual(3);
          expect(termsOf(typed).every((term) => term !== '')).toBe(true);
        },
      ),
    );
    expect(slugsFor('a'.repeat(100_000), 'en')).toEqual([]);
  });
});
