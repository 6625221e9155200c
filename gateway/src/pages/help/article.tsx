import { findArticle } from '../../help/articles.ts';
import type { Locale } from '../../shoppers/profile.ts';
import { Prose } from '../docs/prose.tsx';
import type { Page } from '../send-page.tsx';
import { textsOf } from '../texts/language.ts';
import { helpPath } from './paths.ts';

/** One article, or that there is none. */
export function helpArticlePage(locale: Locale, slug: string): Page {
  const t = textsOf[locale].help;
  const article = findArticle(slug, locale);
  const title = article?.title ?? t.missingTitle;
  return {
    title,
    ...(!article && { status: 404 }),
    body: (
      <div class="step">
        <h1>{title}</h1>
        {article ? (
          <article class="card">
            <Prose text={article.text} />
          </article>
        ) : (
          <p>{t.missing}</p>
        )}
        {article && <p class="hint">{t.still[article.audience]}</p>}
        <p>
          <a href={helpPath()}>{t.all}</a>
        </p>
      </div>
    ),
  };
}
