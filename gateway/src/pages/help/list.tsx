import type { VNode } from 'preact';
import { type HelpArticle, helpAudiences, listArticles } from '../../help/articles.ts';
import { searchHelp } from '../../help/search.ts';
import type { Locale } from '../../shoppers/profile.ts';
import { SearchForm } from '../parts/search-form.tsx';
import type { Page } from '../send-page.tsx';
import { textsOf } from '../texts/language.ts';
import { helpPath } from './paths.ts';

const mostFound = 8;

/** The search, what it found where something was typed, and all articles. */
export function helpListPage(locale: Locale, typed: string): Page {
  const t = textsOf[locale].help;
  const found = searchHelp(typed, { locale, most: mostFound });
  return {
    title: t.title,
    body: (
      <div class="step">
        <h1>{t.title}</h1>
        <p class="intro">{t.intro}</p>
        <SearchForm
          action={helpPath()}
          name="q"
          label={t.searchLabel}
          hint={t.searchHint}
          button={t.search}
          value={typed}
        />
        {typed !== '' && (
          <section class="card" aria-labelledby="found-heading">
            <h2 id="found-heading">
              {found.length > 0 ? t.found(String(found.length), typed) : t.nothing(typed)}
            </h2>
            {found.length > 0 && <ArticleList articles={found} />}
          </section>
        )}
        <section class="card" aria-labelledby="all-heading">
          <h2 id="all-heading">{t.all}</h2>
          {helpAudiences.map((audience) => (
            <>
              <h3>{t.audiences[audience]}</h3>
              <ArticleList
                articles={listArticles(locale).filter((article) => article.audience === audience)}
              />
            </>
          ))}
        </section>
      </div>
    ),
  };
}

/** Articles by their titles, each with the way to it. */
export function ArticleList({ articles }: { articles: readonly HelpArticle[] }): VNode {
  return (
    <ul class="plans">
      {articles.map(({ slug, title }) => (
        <li>
          <a href={helpPath(slug)}>{title}</a>
        </li>
      ))}
    </ul>
  );
}
