import type { VNode } from 'preact';
import type { CaseReaders } from '../../../cases/cases.ts';
import { nextSteps, type NextStep } from '../../../cases/messages.ts';
import { type HelpArticle, helpAudiences, listArticles } from '../../../help/articles.ts';
import { MessageText } from '../../parts/message-text.tsx';
import type { ConsoleInput } from '../input.ts';

/** What an operator writes, as it was typed. */
export type Typed = {
  text: string;
  readers: CaseReaders | undefined;
  next: NextStep | undefined;
  helpArticle: string | undefined;
  formKey: string;
};

/** The message, who reads it, what comes next, and a help article; `fitting` are offered first. */
export function MessageFields(props: {
  input: ConsoleInput;
  typed: Typed;
  /** To whom may be written. */
  readers: readonly CaseReaders[];
  fitting: readonly HelpArticle[];
}): VNode {
  const { input, typed, readers, fitting } = props;
  const t = input.t.cases;
  return (
    <>
      <input type="hidden" name="form_key" value={typed.formKey} />
      <MessageText label={t.textLabel} hint={t.textHint} rows={6} value={typed.text} />
      <fieldset class="card methods">
        <legend>{t.readersLabel}</legend>
        {readers.map((value) => (
          <label class="method">
            <input type="radio" name="readers" value={value} required checked={value === typed.readers} />
            <span>{t.readers[value]}</span>
          </label>
        ))}
      </fieldset>
      <div class="field">
        <label for="next">{t.nextLabel}</label>
        <select id="next" name="next">
          <option value="">{t.nextByReaders}</option>
          {nextSteps.map((step) => (
            <option value={step} selected={step === typed.next}>
              {t.next[step]}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for="article">{t.articleLabel}</label>
        <select id="article" name="article">
          <option value="">{t.noArticle}</option>
          {fitting.length > 0 && <Articles label={t.articlesFitting} articles={fitting} chosen={undefined} />}
          {helpAudiences.map((audience) => (
            <Articles
              label={t.articles[audience]}
              articles={listArticles(input.visit.locale).filter((article) => article.audience === audience)}
              chosen={typed.helpArticle}
            />
          ))}
        </select>
      </div>
      <button class="button" type="submit">
        {t.send}
      </button>
    </>
  );
}

function Articles(props: {
  label: string;
  articles: readonly HelpArticle[];
  chosen: string | undefined;
}): VNode {
  return (
    <optgroup label={props.label}>
      {props.articles.map(({ slug, title }) => (
        <option value={slug} selected={slug === props.chosen}>
          {title}
        </option>
      ))}
    </optgroup>
  );
}
