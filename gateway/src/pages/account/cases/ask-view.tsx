import type { VNode } from 'preact';
import { mostSubject } from '../../../cases/words.ts';
import type { HelpArticle } from '../../../help/articles.ts';
import { ArticleList } from '../../help/list.tsx';
import { PostForm, TextField } from '../../parts/form.tsx';
import { MessageText } from '../../parts/message-text.tsx';
import type { Page } from '../../send-page.tsx';
import { textsOf } from '../../texts/language.ts';
import { AccountFrame, type AccountInput, hasProblem } from '../view.tsx';
import type { Subjects } from './subjects.ts';

export type Asked = { subject: string; text: string; readers: 'shopper' | 'all' };

export type AskPage = {
  subjects: Subjects;
  asked: Asked;
  formKey: string;
  /** The articles that fit; undefined before anybody looked for them. */
  answers: readonly HelpArticle[] | undefined;
};

type Props = { input: AccountInput; about: AskPage };

/** The form of a question; once it was looked for answers, with those, and with the way to send it. */
export function askView(input: AccountInput, about: AskPage): Page {
  const t = textsOf[input.visit.locale].cases;
  return {
    title: t.askTitle,
    hasProblem: hasProblem(input),
    body: (
      <AccountFrame input={input} title={t.askTitle} intro={t.askIntro}>
        {about.answers && <Answers input={input} answers={about.answers} />}
        <AskForm input={input} about={about} />
        <p class="asides">
          <a href={`${input.visit.place.path}/cases`}>{t.back}</a>
        </p>
      </AccountFrame>
    ),
  };
}

function Answers({ input, answers }: { input: AccountInput; answers: readonly HelpArticle[] }): VNode {
  const t = textsOf[input.visit.locale].cases;
  if (answers.length === 0) return <p>{t.noAnswers}</p>;
  return (
    <section class="card" aria-labelledby="answers-heading">
      <h2 id="answers-heading">{t.answersHeading}</h2>
      <ArticleList articles={answers} />
      <p class="hint">{t.answersHint}</p>
    </section>
  );
}

function AskForm({ input, about }: Props): VNode {
  const { visit, token, notice } = input;
  const t = textsOf[visit.locale].cases;
  const { subjects, asked, answers } = about;
  const at = `${visit.place.path}/cases`;
  return (
    <PostForm action={answers ? at : `${at}/look`} token={token} class="step">
      <input type="hidden" name="form_key" value={about.formKey} />
      <div class="field">
        <label for="about">{t.aboutLabel}</label>
        <select id="about" name="about">
          <option value="">{t.aboutGeneral}</option>
          {subjects.groups.map(([group, options]) => (
            <optgroup label={t.aboutGroups[group]}>
              {options.map(({ id, label }) => (
                <option value={id} selected={id === subjects.chosen.id}>
                  {label}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </div>
      <TextField
        name="subject"
        label={t.subjectLabel}
        hint={t.subjectHint}
        notice={notice}
        autocomplete="off"
        maxlength={mostSubject}
        value={asked.subject}
      />
      <MessageText label={t.textLabel} hint={t.textHint} rows={7} value={asked.text} notice={notice} />
      {answers && <Readers input={input} shop={subjects.chosen.shop} chosen={asked.readers} />}
      <button class="button" type="submit">
        {answers ? t.send : t.go}
      </button>
      {answers && (
        <button class="button quiet" type="submit" formaction={`${at}/look`}>
          {t.again}
        </button>
      )}
    </PostForm>
  );
}

/** Who reads it, where there is a shop that could; without one it is Morrow alone. */
export function Readers(props: {
  input: AccountInput;
  shop: string | undefined;
  chosen: Asked['readers'];
}): VNode | null {
  const { input, shop, chosen } = props;
  if (shop === undefined) return null;
  const t = textsOf[input.visit.locale].cases;
  return (
    <fieldset class="card methods">
      <legend>{t.readersLabel}</legend>
      {(['shopper', 'all'] as const).map((readers) => (
        <label class="method">
          <input type="radio" name="readers" value={readers} checked={readers === chosen} />
          <span>{readers === 'all' ? t.readers.all(shop) : t.readers.shopper}</span>
        </label>
      ))}
    </fieldset>
  );
}
