import { createHash } from 'node:crypto';
import type { VNode } from 'preact';
import { findTestPerson, type TestPerson, type TestPersonKind } from '../../shoppers/sandbox-identity.ts';
import type { PageVisit } from '../page-visit.ts';
import { textsOf } from '../texts/language.ts';
import type { NoticeText } from '../texts/shapes.ts';
import { TextField } from './form.tsx';

type Props = { visit: PageVisit; notice: NoticeText | undefined };

/** Asks for the name and the number of an identity card; live, where a provider asks, says that it does. */
export function IdentityFields({ visit, notice }: Props): VNode {
  if (visit.environment.kind === 'live') return <LedElsewhere visit={visit} />;
  const t = textsOf[visit.locale].about;
  const { typed } = visit.memory;
  return (
    <fieldset class="card">
      <legend>{t.identityHeading}</legend>
      <TextField
        name="name"
        label={t.name}
        hint={t.nameHint}
        notice={notice}
        autocomplete="name"
        maxlength={100}
        value={typed?.name}
      />
      <TextField
        name="national_id"
        label={t.nationalId}
        hint={t.nationalIdHint}
        notice={notice}
        autocomplete="off"
        maxlength={24}
        value={typed?.national_id}
      />
    </fieldset>
  );
}

function LedElsewhere({ visit }: Pick<Props, 'visit'>): VNode {
  const t = textsOf[visit.locale].hostedIdentity;
  return (
    <section class="card" aria-labelledby="hosted-heading">
      <h2 id="hosted-heading">{t.formHeading}</h2>
      <p>{t.form}</p>
    </section>
  );
}

const kinds: readonly TestPersonKind[] = ['good', 'refused', 'minor'];
const personsOfAKind = 1_000_000;

type ShownPerson = TestPerson & { kind: TestPersonKind };

/**
 * Test persons of a sandbox, to be copied. Each shopper is shown persons of their own, because a person can be verified
 * only once in a sandbox; who was verified already is that person and no other.
 */
export function TestPersons({
  visit,
  verifiedName,
}: {
  visit: PageVisit;
  verifiedName?: string | undefined;
}): VNode {
  const t = textsOf[visit.locale].about;
  return (
    <section class="card test" aria-labelledby="test-heading">
      <h2 id="test-heading">{t.testHeading}</h2>
      <p class="hint">{t.testIntro}</p>
      <table class="stacked">
        <thead>
          <tr>
            <th scope="col">{t.testName}</th>
            <th scope="col">{t.testNumber}</th>
            <th scope="col">{t.testResult}</th>
          </tr>
        </thead>
        <tbody>
          {personsFor(visit.shopper?.id ?? '', verifiedName).map(({ kind, name, nationalId }) => (
            <tr>
              <th scope="row">{name}</th>
              <td>
                <code>{nationalId}</code>
              </td>
              <td>{t.testResults[kind]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function personsFor(shopperId: string, verifiedName: string | undefined): ShownPerson[] {
  const number = createHash('sha256').update(shopperId).digest().readUInt32BE(0) % personsOfAKind;
  const own = /^Test (good) (\d+)$/.exec(verifiedName ?? '')?.[2];
  return kinds.flatMap((kind) => {
    const person = findTestPerson(`${kind}-${kind === 'good' && own !== undefined ? own : number}`);
    return person ? [{ kind, ...person }] : [];
  });
}
